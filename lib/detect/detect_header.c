/* SPDX-License-Identifier: BSD-3-Clause */
/* A rule's header and flow options, against a packet or one direction of a flow. */
#include "detect_internal.h"

static uint8_t
ip_version(const struct gz_addr *a)
{
	return gz_addr_is_v4(a) ? 4 : 6;
}

static const struct gz_proto *
proto_of(const struct gz_flow *f)
{
	return f->app == NULL ? NULL : f->app->proto;
}

void
detect_who_flow(const struct gz_pkt *p, enum gz_dir dir, struct detect_who *w)
{
	const struct gz_flow *f = p->flow;
	enum gz_dir to = gz_dir_other(dir);

	*w = (struct detect_who){
		.class = { f->addr_class[dir], f->addr_class[to] },
		.port = { f->port[dir], f->port[to] },
		.ip_version = ip_version(&f->addr[0]),
		.established = (p->flags & GZ_PKT_ESTABLISHED) != 0,
		.dir = dir,
		.proto = proto_of(f),
	};
}

void
detect_who_packet(const struct gz_detect *d, const struct gz_pkt *p, struct detect_who *w)
{
	if (p->flow != NULL) {
		detect_who_flow(p, p->dir, w);
		/* An ICMP flow's ports are type and code of its first packet. */
		w->port[0] = p->sport;
		w->port[1] = p->dport;
		return;
	}
	*w = (struct detect_who){ .port = { p->sport, p->dport } };
	if (!(p->flags & (GZ_PKT_IPV4 | GZ_PKT_IPV6)))
		return;
	w->class[0] = rs_addr_class(&d->rs->addrs, &p->src);
	w->class[1] = rs_addr_class(&d->rs->addrs, &p->dst);
	w->ip_version = p->flags & GZ_PKT_IPV4 ? 4 : 6;
}

static bool
goes(const struct gz_detect *d, const struct rs_rule *r, const struct detect_who *w, uint32_t from)
{
	const struct rs_addrs *a = &d->rs->addrs;
	uint32_t to = 1 - from;

	return rs_class_in(a, w->class[from], r -> addr[0]) &&
			rs_class_in(a, w->class[to], r -> addr[1]) &&
			(r->port[0] == NULL || gz_portset_has(r->port[0], w->port[from])) &&
			(r->port[1] == NULL || gz_portset_has(r->port[1], w->port[to]));
}

static bool
flow_fits(const struct gz_detect *d, const struct rs_rule *r, const struct detect_who *w)
{
	const struct gz_pkt *p = d->eval.pkt;

	if ((r->flags & GZ_SIG_ESTABLISHED) && !w->established)
		return false;
	if ((r->flags & GZ_SIG_NOT_ESTABLISHED) && w->established)
		return false;
	if ((r->flags & GZ_SIG_NEEDS_FLOW) && p->flow == NULL)
		return false;
	if ((r->flags & GZ_SIG_NO_FRAG) && (p->flags & GZ_PKT_WHOLE))
		return false;
	if ((r->flags & GZ_SIG_ONLY_FRAG) && !(p->flags & (GZ_PKT_WHOLE | GZ_PKT_FRAGMENT)))
		return false;
	return true;
}

bool
detect_header(const struct gz_detect *d, const struct rs_rule *r, const struct detect_who *w)
{
	const uint32_t asks_flow = GZ_SIG_ESTABLISHED | GZ_SIG_NOT_ESTABLISHED | GZ_SIG_NEEDS_FLOW |
			GZ_SIG_NO_FRAG | GZ_SIG_ONLY_FRAG;

	if (!rs_rule_speaks(r, w->proto))
		return false;
	if (r->ip_version != 0 && r->ip_version != w->ip_version)
		return false;
	if ((r->flags & asks_flow) && !flow_fits(d, r, w))
		return false;
	/* The header of a rule about both sides is the request's. */
	if ((r->flags & GZ_SIG_BOTH_SIDES) && w->dir == GZ_S2C)
		return goes(d, r, w, 1);
	return goes(d, r, w, 0) || ((r->flags & GZ_SIG_BOTH_WAYS) && goes(d, r, w, 1));
}

void
detect_eval(struct gz_detect *d, struct gz_pkt *p, enum gz_dir dir, struct gz_tx *tx)
{
	struct gz_eval *e = &d->eval;

	e->pkt = p;
	e->flow = p->flow;
	e->tx = tx;
	e->dir = dir;
	e->now_us = p->time_us;
	e->capturing = NULL;
}
