/* SPDX-License-Identifier: BSD-3-Clause */
/* What matched on a packet: what the policy lets it do, in the rules' order. */
#include <netinet/in.h>

#include "detect_internal.h"

static bool
is_drop(const struct detect_match *m)
{
	return m->action != GZ_ACTION_PASS && m->action != GZ_ACTION_ALERT;
}

/* The protected server of a packet without a flow, or GZ_SERVER_NONE. */
static uint16_t
server_of(const struct gz_detect *d, const struct gz_pkt *p)
{
	uint16_t server;

	if (p->flow != NULL)
		return p->flow->server;
	server = gz_policy_find(d->policy, &p->dst, p->wire, p->vlan, p->nb_vlan);
	if (server == GZ_SERVER_NONE)
		server = gz_policy_find(d->policy, &p->src, p->wire, p->vlan, p->nb_vlan);
	return server;
}

/* A rule that looks at streams and at packets may be found in both: that is one match. */
static bool
is_known(const struct gz_detect *d, uint32_t rule, enum detect_how how)
{
	uint32_t i;

	for (i = 0; how < DETECT_BY_TX && i < d->nb_matches; i++)
		if (d->match[i].rule == rule && d->match[i].how < DETECT_BY_TX)
			return true;
	return false;
}

/* The lower, the more important: what decides about the packet, then the rules' order. */
static uint64_t
rank(const struct detect_match *m)
{
	bool decides = m->action == GZ_ACTION_PASS || (is_drop(m) && m->mode == GZ_MODE_PREVENT);

	return (uint64_t)!decides << 32 | m->rule;
}

/* Where @p m goes. All are taken: in place of the least important, for whoever makes many matches may not
 * hide one that drops among them. @return NULL: it is that itself. */
static struct detect_match *
place_for(struct gz_detect *d, const struct detect_match *m)
{
	struct detect_match *least = &d->match[0];
	uint32_t i;

	if (likely(d->nb_matches < DETECT_MATCHES))
		return &d->match[d->nb_matches++];
	detect_count(DETECT_MATCHES_LOST, 1);
	for (i = 1; i < d->nb_matches; i++)
		if (rank(&d->match[i]) >= rank(least))
			least = &d->match[i];
	return rank(m) < rank(least) ? least : NULL;
}

static void
note(struct gz_detect *d, const struct detect_match *m)
{
	struct detect_match *place = place_for(d, m);

	if (place == NULL)
		return;
	*place = *m;
	if (m->action == GZ_ACTION_PASS)
		d->passed = true;
	if (is_drop(m) && m->mode == GZ_MODE_PREVENT)
		d->drops = true;
}

/* What a datagram says, for rules about its protocol: the first transaction that it is part of. */
static const struct gz_tx *
tx_of_datagram(const struct gz_eval *e, const struct rs_rule *r)
{
	const struct gz_tx *tx;

	if (r->protos == 0 || e->flow == NULL || e->flow->proto != IPPROTO_UDP ||
			e->flow->app == NULL)
		return NULL;
	TAILQ_FOREACH(tx, &e->flow->app->txs, link)
		if (tx->changed[e->dir])
			return tx;
	return NULL;
}

/* The transaction that an alert is told with. */
static const struct gz_tx *
tx_of(const struct gz_eval *e, const struct rs_rule *r, enum detect_how how)
{
	if (how == DETECT_BY_TX)
		return e->tx;
	if (how == DETECT_BY_PACKET)
		return tx_of_datagram(e, r);
	if (e->flow->app != NULL)
		return gz_app_current_tx(e->flow, e->dir);
	return NULL;
}

/* The stream as it is now: it goes on before the alert is told. */
static struct gz_span
keep_stream(struct gz_detect *d, const struct gz_chunk *c)
{
	uint32_t before = RTE_MIN(c->before, (uint32_t)DETECT_STREAM / 2);
	uint32_t len = before + RTE_MIN(c->len, DETECT_STREAM - before);
	char *at = d->text + d->text_len;

	if (c->data == NULL || len > DETECT_TEXT - d->text_len)
		return gz_span(NULL, 0);
	memcpy(at, c->data - before, len);
	d->text_len += len;
	return gz_span(at, len);
}

void
detect_matched(struct gz_detect *d, uint32_t rule, enum detect_how how)
{
	const struct gz_sig *s = d->rs->rules[rule].sig;
	struct gz_eval *e = &d->eval;
	struct detect_match m = { .rule = rule, .how = (uint8_t)how, .dir = (uint8_t)e->dir };
	enum gz_answer answer;

	if (is_known(d, rule, how))
		return;
	m.mode = (uint8_t)gz_policy_rule(d->policy, server_of(d, e->pkt), s->gid, s->sid);
	if (m.mode == GZ_MODE_OFF)
		return;
	answer = gz_eval_post(e, s);
	if (answer != GZ_YES && answer != GZ_QUIET)
		return;
	m.action = (uint8_t)(e->new_action >= 0 ? e->new_action : (int)s->action);
	detect_count(DETECT_CONFIRMED, 1);
	m.quiet = answer == GZ_QUIET || (s->flags & GZ_SIG_NOALERT);
	m.tx = tx_of(e, &d->rs->rules[rule], how);
	if (how == DETECT_BY_FRAME)
		m.frame = detect_keep_frame(d);
	m.tx_id = m.tx == NULL ? UINT64_MAX : m.tx->id;
	if (d->payload && how == DETECT_BY_STREAM && d->chunk != NULL)
		m.stream = keep_stream(d, d->chunk);
	if (unlikely(s->flags & GZ_SIG_REPLACE) && m.mode == GZ_MODE_PREVENT)
		detect_note_replaces(d, s);
	note(d, &m);
}

bool
detect_is_passed(struct gz_detect *d, struct gz_pkt *p)
{
	const struct rs_group *g = detect_group(d, p, p->dir);
	const struct rs_rule *r;
	struct detect_who who;
	uint32_t i;

	if (d->passed)
		return true;
	detect_who_packet(d, p, &who);
	detect_eval(d, p, p->dir, NULL);
	/* Pass rules have the lowest numbers. */
	for (i = 0; i < g->packet.n && !d->passed; i++) {
		r = &d->rs->rules[g->packet.v[i]];
		if (r->sig->action != GZ_ACTION_PASS)
			break;
		if (detect_packet_rule(d, r, p, &who))
			detect_matched(d, g->packet.v[i], DETECT_BY_PACKET);
	}
	return d->passed;
}

enum gz_verdict
detect_verdict(struct gz_detect *d, struct gz_pkt *p)
{
	return d->drops && !detect_is_passed(d, p) ? GZ_DROP : GZ_PASS;
}

static bool
is_for_flow(const struct rs_rule *r, const struct detect_match *m)
{
	return r->reach == RS_FLOW || (r->reach == RS_FLOW_STREAM && m->how != DETECT_BY_PACKET);
}

static void
pass(struct gz_pkt *p, const struct rs_rule *r, const struct detect_match *m)
{
	if (p->flow != NULL && is_for_flow(r, m))
		p->flow->flags |= GZ_FLOW_PASS;
}

uint8_t
detect_rejects(uint8_t action)
{
	static const uint8_t tells[] = {
		[GZ_ACTION_REJECT] = GZ_REJECT_SENDER,
		[GZ_ACTION_REJECT_DST] = GZ_REJECT_RECEIVER,
		[GZ_ACTION_REJECT_BOTH] = GZ_REJECT_SENDER | GZ_REJECT_RECEIVER,
		[GZ_ACTION_ALERT] = 0,
	};

	return tells[action];
}

static void
drop(struct gz_pkt *p, const struct rs_rule *r, const struct detect_match *m)
{
	uint8_t tell = detect_rejects(m->action);

	if (!gz_pkt_is_stopped(p)) {
		p->rule = m->rule + 1;
		p->reject = tell;
		if (tell != 0)
			gz_pkt_settle(p, GZ_REJECT, GZ_WHY_RULE_REJECT);
		else
			gz_pkt_settle(p, GZ_DROP, GZ_WHY_RULE);
	}
	if (p->flow != NULL && is_for_flow(r, m)) {
		p->flow->flags |= GZ_FLOW_DROP | (tell != 0 ? GZ_FLOW_REJECTED : 0);
		p->flow->action = tell != 0 ? GZ_REJECT : GZ_DROP;
	}
}

static void
sort_matches(struct gz_detect *d)
{
	struct detect_match one;
	uint32_t i, k;

	for (i = 1; i < d->nb_matches; i++) {
		one = d->match[i];
		for (k = i; k > 0 && d->match[k - 1].rule > one.rule; k--)
			d->match[k] = d->match[k - 1];
		d->match[k] = one;
	}
}

static void
forget(struct gz_detect *d)
{
	d->nb_matches = 0;
	d->passed = false;
	d->drops = false;
	d->text_len = 0;
}

/* What the matches do to the packet and its flow. @return how many of them count: a pass rule ends them. */
static uint32_t
carry_out(struct gz_detect *d, struct gz_pkt *p)
{
	const struct detect_match *m;
	const struct rs_rule *r;
	uint32_t i;

	for (i = 0; i < d->nb_matches; i++) {
		m = &d->match[i];
		r = &d->rs->rules[m->rule];
		if (p->flow != NULL && (r->flags & GZ_SIG_BYPASS))
			p->flow->flags |= GZ_FLOW_BYPASS;
		if (m->action == GZ_ACTION_PASS) {
			pass(p, r, m);
			/* it may say so itself */
			return i + ((r->flags & GZ_SIG_ALERT) != 0);
		}
		if (is_drop(m) && m->mode == GZ_MODE_PREVENT)
			drop(p, r, m);
	}
	return i;
}

void
gz_detect_finish(struct gz_detect *d, struct gz_pkt *p)
{
	const struct detect_match *m;
	uint32_t i, n, alerts = 0;

	d->chunk = NULL;
	d->nb_deferred = 0;
	if (unlikely(d->tagged)) {
		detect_tagged(d, p);
		d->tagged = false;
	}
	if (likely(d->nb_matches == 0))
		return;
	sort_matches(d);
	n = carry_out(d, p);
	if (d->passed)
		d->nb_replaces = 0;
	/* each alert tells what became of the packet in the end */
	for (i = 0; i < n; i++) {
		m = &d->match[i];
		if (m->quiet)
			continue;
		if (alerts++ < d->alert_max)
			detect_alert(d, p, m, is_drop(m) && m->mode == GZ_MODE_PREVENT);
		else
			detect_count(DETECT_ALERTS_LOST, 1);
	}
	if (alerts > 0 && p->flow != NULL)
		p->flow->flags |= GZ_FLOW_ALERTED;
	forget(d);
}
