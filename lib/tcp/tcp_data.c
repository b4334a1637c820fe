/* SPDX-License-Identifier: BSD-3-Clause */

/* A segment's bytes: known ones compared, new ones handed on or kept for when their gap is filled. */

#include "tcp_internal.h"

static void
count_retransmit(struct gz_tcp *t, struct tcp_seg *s)
{
	bool spurious = !tcp_after(s->seq + s->len, s->from->acked);

	TCP_COUNT(TCP_STAT_RETRANSMITS, 1);
	tcp_note(t,
			spurious ? GZ_TCP_EVENT_PKT_SPURIOUS_RETRANSMISSION
				 : GZ_TCP_EVENT_PKT_RETRANSMISSION);
	if (!spurious)
		return;
	if (s->c->state == TCP_CLOSE_WAIT)
		tcp_note(t, GZ_TCP_EVENT_CLOSEWAIT_PKT_BEFORE_LAST_ACK);
	else
		tcp_note(t, GZ_TCP_EVENT_EST_PKT_BEFORE_LAST_ACK);
}

/** It lies beyond a gap: a copy is kept, the packet goes on. */
static bool
take_beyond_gap(struct gz_tcp *t, struct tcp_seg *s, const struct tcp_piece *w)
{
	TCP_COUNT(TCP_STAT_OOO, 1);
	if (tcp_ooo_store(t, s->from, w)) {
		/* the receiver may have had, and acknowledged, what is missing here */
		tcp_fill_gaps(t, s, s->from);
		return !t->refused;
	}
	tcp_note(t, GZ_TCP_EVENT_REASSEMBLY_INSERT_LIMIT);
	gz_pkt_except(s->p, t->x, GZ_WHY_TCP_REASSEMBLY);
	return !gz_pkt_is_stopped(s->p);
}

/** The usual case: it is what comes next, and nothing waits beyond. */
static bool
take_next(struct gz_tcp *t, struct tcp_seg *s, const struct tcp_piece *w)
{
	return tcp_deliver(t, s, s->from, w) && tcp_drain(t, s, s->from);
}

/** All of the packet's bytes come next: what is looked for in packets was searched for in the stream, unless
 * its depth was reached in them. */
static void
mark_searched(struct tcp_seg *s, const struct tcp_piece *w)
{
	if (w->len == s->len && w->off == (int64_t)s->from->off)
		s->p->flags |= GZ_PKT_STREAM;
}

bool
tcp_take_piece(struct gz_tcp *t, struct tcp_seg *s, struct tcp_piece *w)
{
	struct tcp_half *h = s->from;
	uint32_t known = 0;

	mark_searched(s, w);
	if (likely(w->off == (int64_t)h->off && h->ooo == NULL))
		return tcp_deliver(t, s, h, w);
	if (w->off < (int64_t)h->off) {
		if (!tcp_overlap_kept(t, s, w))
			return false;
		known = (uint32_t)RTE_MIN((int64_t)h->off - w->off, (int64_t)w->len);
	}
	if (known == w->len)
		return true;
	w->data += known;
	w->off += known;
	w->len -= known;
	if (!tcp_overlap_ooo(t, s, w))
		return false;
	return w->off == (int64_t)h->off ? take_next(t, s, w) : take_beyond_gap(t, s, w);
}

/** The payload without urgent bytes, piece by piece. */
static bool
take_pieces(struct gz_tcp *t, struct tcp_seg *s)
{
	const struct tcp_urgent *u = s->from->urgent;
	uint8_t *data = s->p->data + s->p->payload_off;
	uint32_t from = s->seq, end = s->seq + s->len, to;
	struct tcp_piece w;

	for (uint32_t i = 0; from != end; i++) {
		to = end;
		if (u != NULL && i < u->nb) {
			if (tcp_before(u->seq[i], from) || !tcp_before(u->seq[i], end))
				continue;
			to = u->seq[i];
		}
		w = (struct tcp_piece){ data + (from - s->seq), tcp_offset(s->from, from),
			to - from };
		if (w.len > 0 && !tcp_take_piece(t, s, &w))
			return false;
		from = to == end ? end : to + 1;
	}
	return true;
}

/** Nobody looks: only the numbers are followed. */
static void
track(struct tcp_half *h, uint32_t end)
{
	if (!tcp_after(end, h->next))
		return;
	h->off += end - h->next;
	h->next = end;
}

static bool
is_inspected(const struct tcp_seg *s)
{
	return (s->c->flags & CONN_STOPPED) == 0 && (s->from->flags & HALF_DEPTH) == 0;
}

static void
take_bytes(struct gz_tcp *t, struct tcp_seg *s)
{
	struct tcp_half *h = s->from;
	uint32_t was = h->next;
	uint64_t was_off = h->off;
	struct tcp_piece w = { s->p->data + s->p->payload_off, (int64_t)h->off, s->len };

	if (tcp_before(s->seq, h->next))
		count_retransmit(t, s);
	if (likely(h->urgent == NULL && s->seq == h->next))
		tcp_take_piece(t, s, &w);
	else
		take_pieces(t, s);
	if (unlikely(t->refused)) {
		/* nothing of it reaches the receiver: that is where a reset must begin */
		h->next = was;
		h->off = was_off;
	}
}

/** A connection picked up in the middle: the first data says where the stream is. */
static void
be_sure(struct tcp_seg *s)
{
	struct tcp_half *h = s->from;

	h->flags &= (uint16_t)~HALF_UNSURE;
	if (tcp_after(s->seq, h->next) && h->off == 0)
		h->next = h->acked = s->seq;
}

void
tcp_take_data(struct gz_tcp *t, struct tcp_seg *s)
{
	struct tcp_half *h = s->from;
	uint32_t end = s->seq + s->len;

	if (unlikely((h->flags & HALF_UNSURE) != 0 && s->len > 0))
		be_sure(s);
	if (unlikely((s->flags & TCP_URG) != 0 || h->urgent != NULL) && !tcp_take_urgent(t, s))
		return;
	if (s->len > 0 && is_inspected(s))
		take_bytes(t, s);
	else if (s->len > 0)
		track(h, end);
	if (s->rewritten)
		gz_pkt_fix_checksums(s->p);
	if (unlikely(t->refused || gz_pkt_is_stopped(s->p)))
		return;
	if (tcp_after(end, h->seen))
		h->seen = end;
	if (unlikely((h->flags & HALF_FIN_SEEN) != 0 || (s->flags & TCP_FIN) != 0)) {
		if ((s->flags & TCP_FIN) != 0)
			tcp_take_fin(s);
		tcp_close_half(t, s, h);
	}
}
