/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>

#include "gz_ether.h"
#include "gz_file.h"

#include "proto_internal.h"

struct gz_event_type gz_anomaly_event = {
	.reg = { .name = "anomaly" },
	.help = "what was odd about headers, streams and protocols",
};
GZ_REGISTER(gz_event_types, gz_anomaly_event)

enum {
	NAME_MOST = 64,
	TEXT_MOST = 512,
	LOG_TEXT_MOST = 64 * 1024,
};

void
gz_flow_event(struct gz_event *e, const struct gz_flow *f, const struct gz_pkt *p)
{
	uint32_t i;

	e->proto = f->proto;
	e->wire = f->wire;
	e->nb_vlan = f->nb_vlan;
	for (i = 0; i < f->nb_vlan && i < RTE_DIM(e->vlan); i++)
		e->vlan[i] = f->vlan[i];
	e->has_addr = true;
	e->has_ports = f->proto == IPPROTO_TCP || f->proto == IPPROTO_UDP;
	e->src = f->addr[GZ_C2S];
	e->dst = f->addr[GZ_S2C];
	e->sport = f->port[GZ_C2S];
	e->dport = f->port[GZ_S2C];
	e->flow_id = f->id;
	e->parent_id = f->parent_id;
	e->server = f->server;
	e->time_us = p != NULL ? p->time_us : f->last_us;
	if (p != NULL && (p->flags & GZ_PKT_PSEUDO) == 0) {
		e->pkt_number = p->number;
		e->pkt_src = gz_pkt_src(p);
		e->has_mac = gz_pkt_macs(p, e->src_mac, e->dst_mac);
	} else {
		e->pkt_src = "stream (flow timeout)";
	}
}

void
proto_event_turn(struct gz_event *e, const struct gz_flow *f)
{
	e->src = f->addr[GZ_S2C];
	e->dst = f->addr[GZ_C2S];
	e->sport = f->port[GZ_S2C];
	e->dport = f->port[GZ_C2S];
}

static void
tell_anomaly(const struct proto_teller *t, const struct gz_tx *tx, const char *event,
		const char *layer)
{
	const struct gz_proto *proto = tx != NULL ? tx->proto : t->app->proto;
	struct gz_event *e = gz_event_begin(t->ring, &gz_anomaly_event, TEXT_MOST);
	struct gz_json *j;

	if (e == NULL)
		return;
	gz_flow_event(e, t->app->flow, t->pkt);
	/* A stream's bytes count as seen with the acknowledgement, which comes the other way. */
	if (t->pkt != NULL && (t->pkt->dir == GZ_S2C) != (e->proto == IPPROTO_TCP))
		proto_event_turn(e, t->app->flow);
	if (tx != NULL)
		e->tx_id = tx->id;
	j = gz_event_json(t->ring);
	gz_json_object(j, "anomaly");
	gz_json_str(j, "app_proto",
			proto != NULL ? gz_proto_eve_name(proto) : gz_app_name(t->app->flow));
	gz_json_str(j, "type", "applayer");
	gz_json_str(j, "event", event);
	gz_json_str(j, "layer", layer);
	gz_json_object_end(j);
	gz_event_commit(t->ring);
}

static const char *
upper(const char *name, char buf[NAME_MOST])
{
	uint32_t i;

	for (i = 0; i + 1 < NAME_MOST && name[i] != '\0'; i++)
		buf[i] = (char)toupper((unsigned char)name[i]);
	buf[i] = '\0';
	return buf;
}

static void
tell_oddities(const struct proto_teller *t)
{
	struct gz_app *app = t->app;
	uint8_t news = app->oddities & (uint8_t)~app->oddities_told;
	char buf[NAME_MOST];
	uint32_t i;

	app->oddities_told = app->oddities;
	for (i = 0; news >> i != 0; i++) {
		if (news >> i & 1)
			tell_anomaly(t, NULL, upper(gz_app_oddity_name(i), buf), "proto_detect");
	}
}

static void
tell_tx_events(const struct proto_teller *t, struct gz_tx *tx)
{
	uint64_t news = tx->events & ~tx->events_told;
	char buf[NAME_MOST];
	const char *name;
	uint32_t i;

	tx->events_told = tx->events;
	for (i = 0; i < 64 && news >> i != 0; i++) {
		if ((news >> i & 1) == 0)
			continue;
		name = tx->proto->events[i];
		if (tx->proto->events_upper)
			name = upper(name, buf);
		tell_anomaly(t, tx, name, "proto_parser");
	}
}

static void
log_once(const struct proto_teller *t, struct gz_tx *tx, uint8_t when)
{
	const struct gz_proto *p = tx->proto;
	uint32_t n = p->nb_logs != NULL ? p->nb_logs(tx, when) : 1;
	uint32_t i;

	for (i = 0; i < n; i++) {
		struct gz_event *e = gz_event_begin(t->ring, p->event, LOG_TEXT_MOST);

		if (e == NULL)
			return;
		gz_flow_event(e, t->app->flow, t->pkt);
		if (when == GZ_LOG_S2C && p->log_by_sender)
			proto_event_turn(e, t->app->flow);
		e->tx_id = tx->id;
		p->log(tx, when, i, gz_event_json(t->ring));
		gz_event_commit(t->ring);
	}
}

static void
log_due(const struct proto_teller *t, struct gz_tx *tx)
{
	uint8_t due = 0;

	if (tx->proto->event == NULL)
		return;
	if (tx->complete[GZ_C2S])
		due |= GZ_LOG_C2S;
	if (tx->complete[GZ_S2C])
		due |= GZ_LOG_S2C;
	if (tx->complete[GZ_C2S] && tx->complete[GZ_S2C])
		due |= GZ_LOG_BOTH;
	due &= tx->proto->log_when & (uint8_t)~tx->logged;
	if (due == 0)
		return;
	tx->logged |= due;
	if (due & GZ_LOG_C2S)
		log_once(t, tx, GZ_LOG_C2S);
	if (due & GZ_LOG_S2C)
		log_once(t, tx, GZ_LOG_S2C);
	if (due & GZ_LOG_BOTH)
		log_once(t, tx, GZ_LOG_BOTH);
}

static void
let_go(struct gz_tx *tx, enum gz_dir dir)
{
	if (!tx->changed[dir])
		return;
	tx->changed[dir] = false;
	gz_files_judged(tx, dir);
	if (tx->proto->judged != NULL)
		tx->proto->judged(tx, dir);
}

void
gz_proto_reap(struct gz_proto_ctx *c, struct gz_flow *f, const struct gz_pkt *p,
		struct gz_event_ring *ring)
{
	const struct proto_teller t = { f->app, p, ring };
	struct gz_app *app = f->app;
	struct gz_tx *tx, *next;

	if (app == NULL) {
		if ((f->flags & PROTO_FAILED) != 0)
			proto_weigh_datagrams(c, f);
		return;
	}
	proto_want_hashes(c, ring);
	tell_oddities(&t);
	for (tx = TAILQ_FIRST(&app->txs); tx != NULL; tx = next) {
		next = TAILQ_NEXT(tx, link);
		tell_tx_events(&t, tx);
		let_go(tx, GZ_C2S);
		let_go(tx, GZ_S2C);
		proto_tell_files(&t, tx);
		log_due(&t, tx);
		if (tx->complete[GZ_C2S] && tx->complete[GZ_S2C] && !tx->proto->one_tx)
			proto_tx_destroy(tx);
	}
	proto_app_reap_pasts(app);
	if (app->done && app->proto == NULL && app->orig == NULL && app->expected == NULL)
		proto_app_destroy(app);
}
