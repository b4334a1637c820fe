/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * A flow ends: the last bytes of its streams and its unfinished transactions
 * are judged and logged with a packet of our own, everybody frees what is
 * remembered of it, and the `flow` event tells how it went.
 */

#include <netinet/in.h>

#include "gz_clock.h"

#include "worker_internal.h"

enum {
	FLOW_TEXT = 2048,
};

GZ_EVENT_TYPE(flow_event, "flow", "conversations that ended, with what they carried")

/* Stands for the packet that will not come. */
static void
make_pseudo(struct gz_pkt *p, struct gz_flow *f, enum gz_dir dir, uint64_t now_us)
{
	enum gz_dir to = gz_dir_other(dir);

	*p = (struct gz_pkt){
		.flags = GZ_PKT_PSEUDO | GZ_PKT_ESTABLISHED,
		.proto = f->proto,
		.sport = f->port[dir],
		.dport = f->port[to],
		.src = f->addr[dir],
		.dst = f->addr[to],
		.nb_vlan = f->nb_vlan,
		.wire = f->wire,
		.tenant = f->tenant,
		.dir = dir,
		.flow = f,
		.time_us = now_us,
	};
	p->flags |= gz_addr_is_v4(&f->addr[0]) ? GZ_PKT_IPV4 : GZ_PKT_IPV6;
	p->flags |= f->proto == IPPROTO_TCP ? GZ_PKT_TCP : 0;
	p->flags |= f->proto == IPPROTO_UDP ? GZ_PKT_UDP : 0;
	memcpy(p->vlan, f->vlan, sizeof(p->vlan));
}

static void
judge_last(struct gz_worker *w, struct gz_flow *f, enum gz_dir dir, bool looks)
{
	struct gz_pkt p;

	make_pseudo(&p, f, dir, RTE_MAX(w->now_us, f->last_us));
	if (looks && gz_detect_flow(w->detect, &p)) {
		gz_detect_tx(w->detect, &p, dir);
		gz_detect_finish(w->detect, &p);
	}
	gz_proto_reap(w->proto, f, &p, w->ring);
	worker_vars(w, &p);
}

static void
end_app(struct gz_worker *w, struct gz_flow *f)
{
	bool looks = (f->flags & (GZ_FLOW_DROP | GZ_FLOW_BYPASS)) == 0;

	gz_proto_finish(w->proto, f);
	judge_last(w, f, GZ_C2S, looks);
	judge_last(w, f, GZ_S2C, looks);
}

void
worker_flow_over(struct gz_worker *w, struct gz_flow *f)
{
	end_app(w, f);
	gz_proto_close(w->proto, f);
}

void
worker_tell_tcp_flags(struct gz_json *j, uint8_t flags)
{
	static const struct {
		uint8_t bit;
		const char *name;
	} names[] = {
		{ 0x02, "syn" },
		{ 0x01, "fin" },
		{ 0x04, "rst" },
		{ 0x08, "psh" },
		{ 0x10, "ack" },
		{ 0x20, "urg" },
		{ 0x40, "ecn" },
		{ 0x80, "cwr" },
	};

	for (uint32_t i = 0; i < RTE_DIM(names); i++)
		if ((flags & names[i].bit) != 0)
			gz_json_bool(j, names[i].name, true);
}

static void
tell_tcp(struct gz_json *j, const struct gz_flow *f, const char *state)
{
	uint8_t ts = f->count[GZ_C2S].tcp_flags, tc = f->count[GZ_S2C].tcp_flags, both = ts | tc;

	gz_json_object(j, "tcp");
	gz_json_hex(j, "tcp_flags", gz_span(&both, 1), 0);
	gz_json_hex(j, "tcp_flags_ts", gz_span(&ts, 1), 0);
	gz_json_hex(j, "tcp_flags_tc", gz_span(&tc, 1), 0);
	worker_tell_tcp_flags(j, both);
	gz_json_str(j, "state", state);
	gz_json_object_end(j);
}

static void
tell_app(struct gz_json *j, const struct gz_flow *f)
{
	const char *name = gz_app_name(f);

	/* after a switch nothing more will be recognised */
	if (strcmp(name, "unknown") == 0 && gz_app_orig_name(f) != NULL)
		name = "failed";
	if (strcmp(name, "unknown") == 0)
		return;
	gz_json_str(j, "app_proto", name);
	if ((name = gz_app_dir_name(f, GZ_C2S)) != NULL)
		gz_json_str(j, "app_proto_ts", name);
	if ((name = gz_app_dir_name(f, GZ_S2C)) != NULL)
		gz_json_str(j, "app_proto_tc", name);
	if ((name = gz_app_orig_name(f)) != NULL)
		gz_json_str(j, "app_proto_orig", name);
	if ((name = gz_app_expected_name(f)) != NULL)
		gz_json_str(j, "app_proto_expected", name);
}

static void
tell_time(struct gz_json *j, const char *key, uint64_t us)
{
	char buf[GZ_TIME_TEXT];

	gz_json_str(j, key, gz_time_text(us, buf));
}

static void
tell_flow(struct gz_json *j, const struct gz_flow *f, enum gz_flow_end why)
{
	const struct gz_flow_count *ts = &f->count[GZ_C2S], *tc = &f->count[GZ_S2C];

	gz_json_object(j, "flow");
	gz_json_u64(j, "pkts_toserver", ts->pkts);
	gz_json_u64(j, "pkts_toclient", tc->pkts);
	gz_json_u64(j, "bytes_toserver", ts->bytes);
	gz_json_u64(j, "bytes_toclient", tc->bytes);
	tell_time(j, "start", f->start_us);
	tell_time(j, "end", f->last_us);
	gz_json_u64(j, "age", f->last_us / 1000000 - f->start_us / 1000000);
	if ((f->flags & GZ_FLOW_BYPASS) != 0)
		gz_json_str(j, "bypass", "local");
	gz_json_str(j, "state", gz_flow_state_name(f->state));
	gz_json_str(j, "reason", gz_flow_end_name(why));
	gz_json_bool(j, "alerted", (f->flags & GZ_FLOW_ALERTED) != 0);
	if (f->app != NULL && f->app->proto != NULL)
		gz_json_u64(j, "tx_cnt", f->app->next_tx_id);
	if ((f->flags & GZ_FLOW_DROP) != 0)
		gz_json_str(j, "action", "drop");
	else if ((f->flags & GZ_FLOW_PASS) != 0)
		gz_json_str(j, "action", "pass");
	gz_json_object_end(j);
}

void
worker_fill_flow_event(struct gz_event *e, const struct gz_flow *f)
{
	e->flow_id = f->id;
	e->parent_id = f->parent_id;
	e->wire = f->wire;
	e->nb_vlan = f->nb_vlan;
	memcpy(e->vlan, f->vlan, sizeof(e->vlan));
	e->has_addr = true;
	e->src = f->addr[GZ_C2S];
	e->dst = f->addr[GZ_S2C];
	e->proto = f->proto;
	e->has_icmp = f->proto == IPPROTO_ICMP || f->proto == IPPROTO_ICMPV6;
	e->has_ports = !e->has_icmp && f->proto != IPPROTO_ESP &&
			(f->port[0] != 0 || f->port[1] != 0);
	e->sport = f->port[GZ_C2S];
	e->dport = f->port[GZ_S2C];
	e->icmp_type = (uint8_t)f->port[GZ_C2S];
	e->icmp_code = (uint8_t)f->port[GZ_S2C];
}

static void
post_flow(struct gz_worker *w, const struct gz_flow *f, enum gz_flow_end why, const char *tcp_state)
{
	struct gz_event *e = gz_event_begin(w->ring, &flow_event, FLOW_TEXT);
	struct gz_json *j;

	if (e == NULL)
		return;
	worker_fill_flow_event(e, f);
	e->time_us = RTE_MAX(w->now_us, f->last_us);
	j = gz_event_json(w->ring);
	if (e->has_icmp && f->count[GZ_S2C].pkts > 0) {
		gz_json_u64(j, "response_icmp_type", f->answer[0]);
		gz_json_u64(j, "response_icmp_code", f->answer[1]);
	}
	if (f->proto == IPPROTO_ESP)
		gz_json_u64(j, "spi", (uint64_t)f->port[0] << 16 | f->port[1]);
	tell_app(j, f);
	tell_flow(j, f, why);
	if (f->proto == IPPROTO_TCP)
		tell_tcp(j, f, tcp_state);
	gz_event_commit(w->ring);
}

void
worker_flow_end(void *arg, struct gz_flow *f, enum gz_flow_end why)
{
	struct gz_worker *w = arg;
	const struct gz_flow *judged = w->judged, *subject = w->subject;
	const char *tcp_state = gz_tcp_state_name(f);
	bool looks = w->looks;

	w->judged = NULL;
	w->subject = f;
	if (f->tcp != NULL)
		gz_tcp_end(w->tcp, f);
	if (f->app != NULL)
		end_app(w, f);
	post_flow(w, f, why, tcp_state);
	worker_netflow(w, f);
	if (f->app != NULL)
		gz_proto_end(w->proto, f);
	gz_detect_flow_end(w->detect, f);
	/* another may begin in its place */
	w->judged = judged == f ? NULL : judged;
	w->subject = subject == f ? NULL : subject;
	w->looks = looks;
}
