/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>

#include "gz_flow.h"
#include "gz_ipproto.h"

#include "cmd.h"

enum {
	ROWS_SHOWN = GZ_FLOW_ROWS, /* of each worker */
};

static struct gz_flows_mail *
mail_create(const struct gz_filter *filter, uint32_t most)
{
	struct gz_flows_mail *m = calloc(1, sizeof(*m));

	if (m != NULL)
		m->rows = calloc(most, sizeof(*m->rows));
	if (m == NULL || m->rows == NULL)
		abort();
	m->filter = *filter;
	m->most = most;
	return m;
}

static void
mail_destroy(struct gz_mail *mail)
{
	struct gz_flows_mail *m = (struct gz_flows_mail *)mail;

	free(m->rows);
	free(m);
}

/* What a rule or the owner did to it; empty for most. */
static const char *
verdict_of(const struct gz_flow_row *r)
{
	if (r->flags & GZ_FLOW_REJECTED)
		return "reject";
	if (r->flags & GZ_FLOW_DROP)
		return "drop";
	if (r->flags & GZ_FLOW_BYPASS)
		return "bypass";
	return r->flags & GZ_FLOW_PASS ? "pass" : "";
}

static void
show_row(struct gz_out *o, const struct gz_flow_row *r, const char *wire)
{
	char text[GZ_ADDR_TEXT];

	gz_out_row(o);
	gz_out_u64(o, "id", r->id);
	gz_out_str(o, "wire", wire != NULL ? wire : "");
	gz_out_str(o, "proto", gz_ipproto_name(r->proto));
	gz_out_str(o, "client", cmd_addr_text(&r->addr[GZ_C2S], text));
	gz_out_u64(o, "client-port", r->port[GZ_C2S]);
	gz_out_str(o, "server", cmd_addr_text(&r->addr[GZ_S2C], text));
	gz_out_u64(o, "server-port", r->port[GZ_S2C]);
	gz_out_str(o, "app", r->app != NULL ? r->app : "");
	gz_out_str(o, "state", r->tcp_state != NULL ? r->tcp_state : r->state);
	gz_out_str(o, "verdict", verdict_of(r));
	gz_out_bool(o, "alerted", (r->flags & GZ_FLOW_ALERTED) != 0);
	gz_out_u64(o, "packets-to-server", r->pkts[GZ_C2S]);
	gz_out_u64(o, "packets-to-client", r->pkts[GZ_S2C]);
	gz_out_u64(o, "bytes-to-server", r->bytes[GZ_C2S]);
	gz_out_u64(o, "bytes-to-client", r->bytes[GZ_S2C]);
	gz_out_u64(o, "age-s", r->age_s);
	gz_out_u64(o, "idle-s", r->idle_s);
	gz_out_u64(o, "worker", r->worker);
}

static void
show_rows(struct gz_shell_call *c, const struct gz_flows_mail *m)
{
	const struct gz_ports *ports = gz_control_ports(cmd_control(c));

	for (uint32_t i = 0; i < m->nb_rows; i++)
		show_row(c->out, &m->rows[i], gz_ports_wire_name(ports, m->rows[i].wire));
}

static int
filter_of(struct gz_shell_call *c, struct gz_filter *filter)
{
	const char *text = gz_shell_text(c, "filter");
	char error[256];

	if (gz_filter_parse(filter, text != NULL ? text : "", error, sizeof(error)))
		return 0;
	gz_out_error(c->out, "%s", error);
	return -EINVAL;
}

/* Ask all workers, then show each answer. @return workers that did not answer. */
static uint32_t
show_workers_flows(struct gz_shell_call *c, const struct gz_filter *filter, uint64_t *matched)
{
	struct gz_control *control = cmd_control(c);
	uint32_t n = gz_control_workers(control), silent = 0;
	struct gz_flows_mail *mails[GZ_WORKERS_MOST];

	for (uint32_t i = 0; i < n; i++) {
		mails[i] = mail_create(filter, ROWS_SHOWN);
		if (gz_worker_ask_flows(gz_control_worker(control, i), mails[i]))
			continue;
		mail_destroy(&mails[i]->mail);
		mails[i] = NULL;
	}
	for (uint32_t i = 0; i < n; i++) {
		if (mails[i] == NULL || !gz_control_wait(control, &mails[i]->mail, mail_destroy)) {
			silent++;
			continue;
		}
		*matched += mails[i]->matched;
		show_rows(c, mails[i]);
		mail_destroy(&mails[i]->mail);
	}
	return silent;
}

static int
show_flows(struct gz_shell_call *c)
{
	struct gz_filter filter;
	uint64_t matched = 0;
	uint32_t silent;

	if (filter_of(c, &filter) < 0)
		return -EINVAL;
	gz_out_table(c->out, "flows", "id", "wire", "proto", "client", "client-port", "server",
			"server-port", "app", "state", "verdict", "alerted", "packets-to-server",
			"packets-to-client", "bytes-to-server", "bytes-to-client", "age-s",
			"idle-s", "worker", NULL);
	silent = show_workers_flows(c, &filter, &matched);
	gz_out_table_end(c->out);
	gz_out_u64(c->out, "matched", matched);
	if (silent > 0)
		gz_out_u64(c->out, "workers-without-answer", silent);
	return 0;
}

static const struct gz_shell_command flows_commands[] = {
	{ "show flows [filter:rest]", show_flows,
			"conversations: all, or as in \"host 10.0.0.0/8 port 443 tcp\"" },
};
GZ_SHELL_REGISTER(flows_commands)
