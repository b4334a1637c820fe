/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * One version of each byte: what comes again is compared with what was
 * forwarded, and where it differs the packet is rewritten to the first version
 * or dropped. So it does not matter which copy the receiver would prefer.
 */

#include "tcp_internal.h"

bool
tcp_can_rewrite(const struct gz_pkt *p)
{
	/* fragments leave as they came, and a tunnel's outer checksum covers what is inside */
	return (p->flags & GZ_PKT_WHOLE) == 0 && p->root == NULL;
}

static bool
differs(struct gz_tcp *t, struct tcp_seg *s, uint8_t *there, const uint8_t *first, uint32_t len)
{
	bool ours = (s->from->flags & HALF_REPLACED) != 0;

	/* it is we who differ: nothing is odd about the sender */
	if (!ours) {
		tcp_note(t, GZ_TCP_EVENT_REASSEMBLY_OVERLAP_DIFFERENT_DATA);
		TCP_COUNT(TCP_STAT_DIFFERENT, 1);
		s->f->flags |= GZ_FLOW_RECORDED;
	}
	if ((t->overlap == OVERLAP_OBSERVE && !ours) || !s->inline_mode)
		return true;
	if ((t->overlap == OVERLAP_REWRITE || ours) && tcp_can_rewrite(s->p) && !s->o.is_signed) {
		memcpy(there, first, len);
		s->rewritten = true;
		TCP_COUNT(TCP_STAT_REWRITTEN, 1);
		return true;
	}
	gz_pkt_except(s->p, t->x, GZ_WHY_TCP_REWRITE);
	return !gz_pkt_is_stopped(s->p);
}

/** Compare what @p w and the stored stretch have in common. */
static bool
compare(struct gz_tcp *t, struct tcp_seg *s, const struct tcp_piece *w, const struct tcp_run *r)
{
	int64_t from = RTE_MAX(w->off, (int64_t)r->off);
	int64_t to = RTE_MIN(w->off + w->len, (int64_t)(r->off + r->len));
	uint8_t *there;
	const uint8_t *first;

	if (from >= to)
		return true;
	there = w->data + (from - w->off);
	first = r->data + (from - (int64_t)r->off);
	if (likely(memcmp(there, first, (size_t)(to - from)) == 0))
		return true;
	return differs(t, s, there, first, (uint32_t)(to - from));
}

static bool
is_off(const struct gz_tcp *t, const struct tcp_half *h)
{
	return t->overlap == OVERLAP_OFF && (h->flags & HALF_REPLACED) == 0;
}

bool
tcp_overlap_kept(struct gz_tcp *t, struct tcp_seg *s, const struct tcp_piece *w)
{
	uint64_t acked = tcp_acked_offset(s->c, s->from);
	struct tcp_run r;
	uint32_t skip;

	if (unlikely(is_off(t, s->from)))
		return true;
	/* a receiver does not look again at what it has acknowledged */
	for (struct tcp_block *b = s->from->first; b != NULL; b = b->next) {
		if (b->off + b->len <= acked)
			continue;
		skip = acked > b->off ? (uint32_t)(acked - b->off) : 0;
		r = (struct tcp_run){ b->off + skip, b->len - skip, 0, b->data + skip };
		if (!compare(t, s, w, &r))
			return false;
	}
	return true;
}

bool
tcp_overlap_ooo(struct gz_tcp *t, struct tcp_seg *s, const struct tcp_piece *w)
{
	const struct tcp_ooo *o = s->from->ooo;
	uint64_t end = (uint64_t)(w->off + w->len);

	if (o == NULL || is_off(t, s->from) || w->off + (int64_t)w->len <= 0)
		return true;
	for (uint32_t i = tcp_ooo_find(o, (uint64_t)RTE_MAX(w->off, (int64_t)0));
			i < o->first + o->nb && o->v[i].off < end; i++)
		if (!compare(t, s, w, &o->v[i]))
			return false;
	return true;
}
