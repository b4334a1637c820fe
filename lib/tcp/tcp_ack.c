/* SPDX-License-Identifier: BSD-3-Clause */

/* What a segment says of the other direction: acknowledgement, window, timestamp. */

#include "tcp_internal.h"

static void
take_window(struct tcp_seg *s)
{
	uint32_t win = (uint32_t)s->win << ((s->flags & TCP_SYN) != 0 ? 0 : s->from->wscale);
	uint32_t edge = s->ack + win;

	if (tcp_after(edge, s->to->edge))
		s->to->edge = edge;
	if (win > s->to->most_win)
		s->to->most_win = win;
}

/** Urgent bytes that were acknowledged need not be told apart any more. */
static void
drop_old_urgents(struct tcp_half *h)
{
	struct tcp_urgent *u = h->urgent;
	uint8_t old = 0;

	while (old < u->nb && tcp_before(u->seq[old], h->acked) && tcp_before(u->seq[old], h->next))
		old++;
	u->nb = (uint8_t)(u->nb - old);
	memmove(&u->seq[0], &u->seq[old], u->nb * sizeof(u->seq[0]));
}

void
tcp_take_ack(struct gz_tcp *t, struct tcp_seg *s)
{
	struct tcp_half *h = s->to;

	if ((s->flags & TCP_ACK) == 0)
		return;
	take_window(s);
	if (!tcp_after(s->ack, h->acked))
		return;
	if (unlikely(h->ooo != NULL && tcp_after(s->ack, h->next))) {
		h->acked = s->ack;
		tcp_fill_gaps(t, s, h);
		tcp_close_half(t, s, h);
	}
	/* blocks are found by offset, so urgent bytes are forgotten after them */
	h->acked = s->ack;
	tcp_release(t, s->c, h);
	if (unlikely(h->urgent != NULL))
		drop_old_urgents(h);
	if (unlikely((h->flags & HALF_FIN_DONE) != 0) && tcp_after(s->ack, h->fin))
		h->flags |= HALF_FIN_ACKED;
}

void
tcp_take_timestamp(struct tcp_seg *s)
{
	struct tcp_half *h = s->from;

	/* RFC 7323 section 4.3: only what the last acknowledgement sent asked for */
	if (s->o.has_ts && !tcp_after(s->seq, h->acked) && !tcp_before(s->o.tsval, h->ts_recent))
		h->ts_recent = s->o.tsval;
}
