/* SPDX-License-Identifier: BSD-3-Clause */

/* `netflow`: what each direction of a flow carried, told when it has ended. */

#include <netinet/in.h>

#include "gz_clock.h"

#include "worker_internal.h"

enum {
	NETFLOW_TEXT = 1024,
};

static struct gz_event_type netflow_event = {
	.reg = { .name = "netflow" },
	.help = "each direction of the flows that ended, an event of its own",
	.off = true,
};
GZ_REGISTER(gz_event_types, netflow_event)

static void
turn(struct gz_event *e)
{
	struct gz_addr addr = e->src;
	uint16_t port = e->sport;

	e->src = e->dst;
	e->dst = addr;
	e->sport = e->dport;
	e->dport = port;
}

static void
tell_time(struct gz_json *j, const char *key, uint64_t us)
{
	char buf[GZ_TIME_TEXT];

	gz_json_str(j, key, gz_time_text(us, buf));
}

static void
tell(struct gz_json *j, const struct gz_flow *f, const struct gz_flow_count *c)
{
	gz_json_object(j, "netflow");
	gz_json_u64(j, "pkts", c->pkts);
	gz_json_u64(j, "bytes", c->bytes);
	tell_time(j, "start", f->start_us);
	tell_time(j, "end", f->last_us);
	gz_json_u64(j, "age", f->last_us / 1000000 - f->start_us / 1000000);
	gz_json_u64(j, "min_ttl", c->ttl_min);
	gz_json_u64(j, "max_ttl", c->ttl_max);
	if (f->app != NULL && f->app->proto != NULL)
		gz_json_u64(j, "tx_cnt", f->app->next_tx_id);
	gz_json_object_end(j);
	if (f->proto != IPPROTO_TCP)
		return;
	gz_json_object(j, "tcp");
	gz_json_hex(j, "tcp_flags", gz_span(&c->tcp_flags, 1), 0);
	worker_tell_tcp_flags(j, c->tcp_flags);
	gz_json_object_end(j);
}

static void
post(struct gz_worker *w, const struct gz_flow *f, enum gz_dir dir)
{
	struct gz_event *e = gz_event_begin(w->ring, &netflow_event, NETFLOW_TEXT);
	const char *name = gz_app_name(f);
	struct gz_json *j;

	if (e == NULL)
		return;
	worker_fill_flow_event(e, f);
	e->time_us = RTE_MAX(w->now_us, f->last_us);
	if (dir == GZ_S2C)
		turn(e);
	if (dir == GZ_S2C && e->has_icmp) {
		e->icmp_type = f->answer[0];
		e->icmp_code = f->answer[1];
	}
	j = gz_event_json(w->ring);
	if (strcmp(name, "unknown") != 0)
		gz_json_str(j, "app_proto", name);
	if (f->proto == IPPROTO_ESP)
		gz_json_u64(j, "spi", (uint64_t)f->port[0] << 16 | f->port[1]);
	tell(j, f, &f->count[dir]);
	gz_event_commit(w->ring);
}

void
worker_netflow(struct gz_worker *w, const struct gz_flow *f)
{
	enum gz_dir dir;

	if (likely(!gz_event_is_wanted(w->ring, &netflow_event)))
		return;
	for (dir = GZ_C2S; dir <= GZ_S2C; dir++)
		if (f->count[dir].pkts > 0)
			post(w, f, dir);
}
