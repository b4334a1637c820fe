/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gz_clock.h"
#include "gz_ipproto.h"
#include "gz_span.h"

#include "cmd.h"

enum {
	PACKETS_USUAL = 10,
	PACKETS_MOST = 100,
};

static void
mail_destroy(struct gz_mail *mail)
{
	free((struct gz_trace_mail *)mail);
}

/* Traces are numbered as they come; 0 is none. */
static uint32_t last_trace; /* control */

/* The same letter to each worker. @return those that have taken it. */
static uint32_t
tell_workers(struct gz_control *control, const struct gz_trace_mail *what)
{
	struct gz_trace_mail *m;
	uint32_t taken = 0;

	for (uint32_t i = 0; i < gz_control_workers(control); i++) {
		m = malloc(sizeof(*m));
		if (m == NULL)
			abort();
		*m = *what;
		if (!gz_worker_ask_trace(gz_control_worker(control, i), m)) {
			free(m);
		} else if (gz_control_wait(control, &m->mail, mail_destroy)) {
			taken += m->taken;
			free(m);
		}
	}
	return taken;
}

/* "25 host 10.0.0.1": a number in front says how many packets. */
static const char *
take_count(const char *text, uint32_t *count)
{
	struct gz_span rest = gz_span_str(text), word;
	uint64_t n;

	*count = PACKETS_USUAL;
	if (!gz_span_cut(&rest, ' ', &word) || !gz_span_u64(word, &n))
		return text;
	*count = (uint32_t)RTE_MIN(n, (uint64_t)PACKETS_MOST);
	return (const char *)rest.p;
}

static int
trace_add(struct gz_shell_call *c)
{
	struct gz_trace_mail what = { .most = PACKETS_USUAL };
	const char *text = gz_shell_text(c, "filter");
	char error[256];
	uint32_t taken;

	text = text != NULL ? take_count(text, &what.most) : "";
	if (!gz_filter_parse(&what.filter, text, error, sizeof(error))) {
		gz_out_error(c->out, "%s", error);
		return -EINVAL;
	}
	what.id = ++last_trace;
	taken = tell_workers(cmd_control(c), &what);
	if (taken == 0) {
		gz_out_error(c->out, "%u traces are being followed already: remove one",
				GZ_TRACES_MOST);
		return -ENOSPC;
	}
	gz_out_u64(c->out, "trace", what.id);
	gz_out_u64(c->out, "packets", what.most);
	gz_out_u64(c->out, "workers", taken);
	gz_out_note(c->out, "\"trace list\" shows their steps");
	return 0;
}

static int
trace_remove(struct gz_shell_call *c)
{
	struct gz_trace_mail what = { .remove = true };
	const char *text = gz_shell_text(c, "trace");
	uint64_t id = 0;
	uint32_t taken;

	if (strcmp(text, "all") != 0 &&
			(!gz_span_u64(gz_span_str(text), &id) || id == 0 || id > last_trace)) {
		gz_out_error(c->out, "there is no trace %s", text);
		return -ENOENT;
	}
	what.id = (uint32_t)id;
	taken = tell_workers(cmd_control(c), &what);
	if (taken == 0 && id != 0) {
		gz_out_error(c->out, "trace %s is over", text);
		return -ENOENT;
	}
	gz_out_u64(c->out, "workers", taken);
	return 0;
}

static void
show_step(struct gz_out *o, const struct gz_trace_step *s, const char *wire, uint32_t worker)
{
	char text[GZ_ADDR_TEXT], when[GZ_TIME_TEXT];

	gz_out_row(o);
	gz_out_str(o, "time", gz_time_text(s->time_us, when));
	gz_out_u64(o, "worker", worker);
	gz_out_u64(o, "packet", s->number);
	gz_out_str(o, "stage", s->stage);
	gz_out_str(o, "wire", wire != NULL ? wire : "");
	gz_out_str(o, "proto", gz_ipproto_name(s->proto));
	gz_out_str(o, "source", cmd_addr_text(&s->src, text));
	gz_out_u64(o, "source-port", s->sport);
	gz_out_str(o, "target", cmd_addr_text(&s->dst, text));
	gz_out_u64(o, "target-port", s->dport);
	gz_out_u64(o, "bytes", s->len);
	gz_out_u64(o, "flow", s->flow_id);
	gz_out_str(o, "verdict", cmd_verdict_name(s->verdict));
	gz_out_str(o, "why", s->why < GZ_NB_WHYS ? gz_whys[s->why].name : "");
	gz_out_u64(o, "cycles-of-burst", s->cycles);
	gz_out_u64(o, "burst", s->burst);
}

static int
trace_list(struct gz_shell_call *c)
{
	struct gz_control *control = cmd_control(c);
	const struct gz_ports *ports = gz_control_ports(control);
	struct gz_trace_step s;
	struct gz_worker *w;

	gz_out_table(c->out, "steps", "time", "worker", "packet", "stage", "wire", "proto",
			"source", "source-port", "target", "target-port", "bytes", "flow",
			"verdict", "why", "cycles-of-burst", "burst", NULL);
	for (uint32_t i = 0; i < gz_control_workers(control); i++) {
		w = gz_control_worker(control, i);
		while (gz_worker_trace_next(w, &s))
			show_step(c->out, &s, gz_ports_wire_name(ports, s.wire), i);
	}
	gz_out_table_end(c->out);
	return 0;
}

static const struct gz_shell_command trace_commands[] = {
	{ "trace add [filter:rest]", trace_add,
			"follow the next packets of a filter, \"25 host 10.0.0.1 tcp\": 25 of them" },
	{ "trace list", trace_list, "the steps that followed packets took since the last look" },
	{ "show trace", trace_list, "as \"trace list\"" },
	{ "trace remove trace:word", trace_remove,
			"follow no more packets of a trace, by its number, or of all" },
};
GZ_SHELL_REGISTER(trace_commands)
