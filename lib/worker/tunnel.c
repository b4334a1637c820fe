/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Packets within packets. Each is judged as if it were on the wire, with a flow
 * of its own, before its carrier is: a verdict that stops it stops the carrier.
 *
 * A fragment in a tunnel is held together with its carrier. When its datagram
 * is whole and judged, or given up, the carriers go on as they came.
 */

#include "worker_internal.h"

GZ_MEM_PURPOSE(purpose, "tunnel", 5, "fragments held with the packets that carry them")

struct carried {
	struct gz_pkt p; /* its bytes are the carrier's */
	struct gz_pkt *carrier; /* from the wire, or put together */
};

static bool
is_stopped_flow(const struct gz_flow *f)
{
	return f != NULL && (f->flags & GZ_FLOW_DROP) != 0;
}

/* What it carries is not let through, whatever is thought of the carrier. */
static void
stop_carrier(struct gz_worker *w, struct gz_pkt *carrier, const struct gz_pkt *inner)
{
	gz_act_tell(w->act, inner);
	if (!gz_pkt_is_stopped(carrier))
		gz_pkt_lose(carrier, GZ_WHY_TUNNEL);
}

void
worker_tunnel(struct gz_worker *w, struct gz_pkt *carrier)
{
	struct gz_pkt p;

	if (gz_pkt_is_stopped(carrier) || is_stopped_flow(carrier->flow))
		return;
	gz_pkt_enter(carrier, &p, &w->decode);
	worker_headers(w, &p);
	/* what is a part of something was judged with the whole of it */
	if ((p.flags & GZ_PKT_FRAGMENT) != 0 && !gz_pkt_is_stopped(&p))
		return;
	worker_inspect(w, &p);
	if (gz_pkt_is_stopped(&p))
		stop_carrier(w, carrier, &p);
}

/* The fragment in @p carrier, however deep; NULL: none, or none that may go on. */
static struct gz_pkt *
find_fragment(struct gz_worker *w, const struct gz_pkt *carrier, struct gz_pkt p[2])
{
	struct gz_pkt *outer = &p[0], *inner = &p[1];

	gz_pkt_peek(carrier, inner, &w->decode);
	while ((inner->flags & GZ_PKT_FRAGMENT) == 0) {
		if (inner->inner.len == 0)
			return NULL;
		RTE_SWAP(outer, inner);
		gz_pkt_peek(outer, inner, &w->decode);
	}
	return (inner->flags & (GZ_PKT_BAD | GZ_PKT_BAD_IP_SUM)) == 0 ? inner : NULL;
}

struct gz_pkt *
worker_tunnel_defrag(struct gz_worker *w, struct gz_pkt *carrier)
{
	struct gz_pkt room[2], *fragment, *whole;
	struct carried *c;

	if (gz_pkt_is_stopped(carrier) || gz_pkt_inner_is_plain(carrier))
		return carrier;
	fragment = find_fragment(w, carrier, room);
	if (fragment == NULL)
		return carrier;
	c = gz_mem_get(w->mem, &purpose, sizeof(*c));
	if (c == NULL) {
		gz_pkt_except(carrier, &w->exceptions, GZ_WHY_FRAG_FULL);
		return carrier;
	}
	c->p = *fragment;
	c->p.root = carrier;
	c->p.flags |= GZ_PKT_CARRIED;
	c->carrier = carrier;
	whole = gz_defrag_push(w->defrag, &c->p, &w->decode);
	if (whole != NULL)
		whole->root = carrier;
	return whole;
}

void
worker_carried(struct gz_worker *w, struct gz_pkt *fragment)
{
	struct carried *c = container_of(fragment, struct carried, p);
	struct gz_pkt *carrier = c->carrier;

	if (gz_pkt_is_stopped(fragment))
		stop_carrier(w, carrier, fragment);
	gz_mem_put(w->mem, &purpose, c, sizeof(*c));
	gz_flow_find_now(w->flows, carrier);
	worker_inspect(w, carrier);
	if ((carrier->flags & GZ_PKT_WHOLE) != 0)
		worker_whole_done(w, carrier);
	else
		gz_act_apply(w->act, carrier);
}
