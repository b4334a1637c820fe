/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets: rules about headers, and about the payload of one packet. */
#include "detect_internal.h"

const struct rs_group *
detect_group(const struct gz_detect *d, const struct gz_pkt *p, enum gz_dir dir)
{
	uint16_t port = dir == GZ_C2S ? p->dport : p->sport;

	if (!(p->flags & (GZ_PKT_IPV4 | GZ_PKT_IPV6)) || (p->flags & GZ_PKT_BAD))
		return rs_group_of(d->rs, RS_NO_IP, dir, 0);
	return rs_group_of(d->rs, rs_l4_of(p->proto), dir, port);
}

bool
detect_is_of_l4(const struct gz_sig *s, const struct gz_pkt *p)
{
	uint32_t i;

	for (i = 0; i < s->nb_l4 && s->l4[i] != p->proto; i++)
		;
	return s->nb_l4 == 0 || i < s->nb_l4;
}

/**
 * Has this packet, and none before it in its direction, made known what the flow speaks? A datagram that is
 * not recognised says so itself.
 */
static bool
tells_proto(const struct gz_pkt *p)
{
	const struct gz_flow *f = p->flow;

	if (f == NULL || (f->flags & (uint32_t)GZ_FLOW_APP_TOLD_TS << p->dir))
		return false;
	if (f->app != NULL)
		return f->app->detect[p->dir] != GZ_APP_LOOKING;
	return (f->flags & (GZ_FLOW_APP_DONE | (uint32_t)GZ_FLOW_APP_FAILED_TS << p->dir)) != 0;
}

/** It has been told, but of datagrams that were not recognised: the next one may be. */
static void
proto_told(const struct gz_pkt *p)
{
	if (tells_proto(p) && (p->flow->app != NULL || (p->flow->flags & GZ_FLOW_APP_DONE)))
		p->flow->flags |= (uint32_t)GZ_FLOW_APP_TOLD_TS << p->dir;
}

bool
detect_packet_rule(struct gz_detect *d, const struct rs_rule *r, struct gz_pkt *p,
		const struct detect_who *w)
{
	struct gz_eval *e = &d->eval;
	uint32_t i;

	if (r->flags & GZ_SIG_ONLY_STREAM)
		return false;
	/* Only where there is no stream do packets stand for it. */
	if (r->on_stream && !r->on_packet && p->flow != NULL && p->flow->tcp != NULL)
		return false;
	if ((r->flags & GZ_SIG_IP_ONLY) && !detect_is_of_l4(r->sig, p))
		return false;
	if ((r->flags & GZ_SIG_ARP) && !(p->flags & GZ_PKT_ARP))
		return false;
	if (!detect_header(d, r, w))
		return false;
	if ((r->flags & GZ_SIG_PROTO_ONLY) && !tells_proto(p))
		return false;
	e->sig = r->sig;
	if (!gz_eval_all(e, r->sig->packet))
		return false;
	for (i = 0; i < r->nb_buffers; i++)
		if (!detect_packet_buffer(d, &r->buffers[i], p))
			return false;
	return true;
}

/* Rules about addresses and nothing else: looked up, not tried. */
static void
add_address_rules(struct gz_detect *d, const struct detect_who *w)
{
	const struct rs_addrs *a = &d->rs->addrs;

	detect_candidates(d, &a->only[0][w->class[0]]);
	detect_candidates(d, &a->only[1][w->class[1]]);
	detect_candidates(d, &a->only_any);
}

/* Payload of TCP: what its stream's search found is asked of the packet too; the rest can only stand at
 * one place in it. */
static void
add_segment_rules(struct gz_detect *d, const struct gz_pkt *p, const struct rs_group *g,
		const struct detect_data *data)
{
	uint32_t i;

	if (!(p->flags & GZ_PKT_STREAM) || d->nb_deferred > DETECT_DEFERRED) {
		detect_candidates(d, &g->stream);
		detect_find(d, g->find, data);
		return;
	}
	for (i = 0; i < d->nb_deferred; i++)
		detect_candidate(d, d->deferred[i], 0);
	detect_find_fixed(d, g->find, data);
}

static void
add_payload_rules(struct gz_detect *d, const struct gz_pkt *p, const struct rs_group *g)
{
	const struct detect_data data = {
		.bytes = gz_span(gz_pkt_payload(p), p->payload_len),
		.whole = true,
	};

	if (p->payload_len == 0 || gz_pkt_is_stopped(p) || d->no_payload ||
			(p->flags & (GZ_PKT_PSEUDO | GZ_PKT_FRAGMENT)))
		return;
	detect_candidates(d, &g->payload);
	if (p->flags & GZ_PKT_TCP)
		add_segment_rules(d, p, g, &data);
	else
		detect_find(d, g->find, &data);
}

/* The first of its flow in its direction, or since there are new rules? */
static bool
is_first(struct gz_pkt *p)
{
	uint32_t anew = (GZ_FLOW_ANEW / 3) << p->dir;

	if (p->flow == NULL || (p->flags & GZ_PKT_FIRST))
		return true;
	if (likely((p->flow->flags & anew) == 0))
		return false;
	p->flow->flags &= ~anew;
	return true;
}

void
gz_detect_packet(struct gz_detect *d, struct gz_pkt *p)
{
	enum gz_dir dir = p->flow == NULL ? GZ_C2S : p->dir;
	const struct rs_group *g = detect_group(d, p, dir);
	const struct rs_candidate *c = d->work->candidates;
	struct detect_who who;
	uint32_t i;

	d->nb_replaces = 0;
	d->more_replaces = false;
	detect_who_packet(d, p, &who);
	detect_round(d);
	if ((p->flags & (GZ_PKT_IPV4 | GZ_PKT_IPV6)) && is_first(p))
		add_address_rules(d, &who);
	detect_candidates(d, &g->packet);
	add_payload_rules(d, p, g);
	detect_sort(d);
	detect_eval(d, p, dir, NULL);
	for (i = 0; i < d->nb_candidates; i++)
		if (detect_packet_rule(d, &d->rs->rules[c[i].rule], p, &who))
			detect_matched(d, c[i].rule, DETECT_BY_PACKET);
	proto_told(p);
}
