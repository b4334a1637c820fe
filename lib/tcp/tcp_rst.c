/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Resets. A receiver takes one that begins exactly at the next byte it expects
 * (RFC 5961); which that is depends on what is still under way, so a reset
 * between what was acknowledged and what was forwarded may be taken. It moves
 * the state and shortens the time-out, and no more: the streams stay followed,
 * in as little memory as they can, because the reset may have died on the way.
 * Should its sender go on, it was a decoy, unless both sides had ended; should
 * it go on when the flow is forgotten, it is refused (tcp_after.c).
 */

#include "tcp_internal.h"

enum {
	SYN_TICKS = 120 * 1000, /* of a timestamp's clock, while a SYN is repeated */
};

/** Could who got the SYN @p y have sent this timestamp? */
bool
tcp_timestamp_answers(const struct tcp_seg *s, const struct tcp_syn *y)
{
	if (!s->o.has_ts)
		return true;
	return (y->flags & SYN_HAS_TS) != 0 &&
			(s->o.tsecr == 0 || y->tsval - s->o.tsecr <= SYN_TICKS);
}

/** In SYN_SENT a stack believes a reset only if it acknowledges the SYN, with its timestamp. */
static bool
answers_syn(struct gz_tcp *t, struct tcp_seg *s)
{
	const struct tcp_syn *y;

	if ((s->flags & TCP_ACK) == 0)
		return false;
	y = tcp_syn_acked(s->c, (uint32_t)(s->to - s->c->half), s->ack, (uint32_t)s->to->off);
	if (y == NULL)
		return false;
	if (tcp_timestamp_answers(s, y))
		return true;
	tcp_note(t, GZ_TCP_EVENT_PKT_INVALID_TIMESTAMP);
	return false;
}

/** Before the handshake's end the sender of a SYN may take it back. */
static bool
takes_syn_back(struct tcp_seg *s)
{
	uint32_t half = (uint32_t)(s->from - s->c->half);

	/* its sequence number is that of a SYN of its own, or the next */
	return tcp_syn_acked(s->c, half, s->seq, (uint32_t)s->from->off) != NULL ||
			tcp_syn_acked(s->c, half, s->seq + 1, 0) != NULL;
}

static bool
may_be_taken(struct gz_tcp *t, struct tcp_seg *s)
{
	const struct tcp_half *h = s->from;

	if ((s->c->flags & CONN_RESOLVED) == 0)
		return s->from == &s->c->half[0] ? takes_syn_back(s) : answers_syn(t, s);
	if ((s->c->flags & CONN_ASYNC) != 0 || (h->flags & HALF_UNSURE) != 0)
		return true;
	return !tcp_before(s->seq, h->acked) && !tcp_after(s->seq, h->seen);
}

/** Nothing of its sender's is under way: that is where the receiver stands. */
static bool
is_sure(const struct tcp_seg *s)
{
	const struct tcp_half *h = s->from;

	return (s->c->flags & CONN_RESOLVED) != 0 && (h->flags & HALF_UNSURE) == 0 &&
			s->seq == h->acked && h->acked == h->seen;
}

static bool
signature_fits(const struct tcp_seg *s)
{
	if ((s->c->flags & CONN_RESOLVED) == 0)
		return !s->o.is_signed;
	return s->o.is_signed == ((s->from->flags & HALF_SIGNED) != 0);
}

/** A reset for bytes that have arrived meanwhile is no attempt at anything. */
static bool
is_stale(const struct tcp_seg *s)
{
	const struct tcp_half *h = s->from;

	return (s->c->flags & CONN_RESOLVED) != 0 && tcp_before(s->seq, h->acked) &&
			!tcp_before(s->seq, h->acked - h->most_win);
}

void
tcp_rst(struct gz_tcp *t, struct tcp_seg *s)
{
	enum tcp_norm norm = signature_fits(s) ? NORM_RESET : NORM_SIGNATURE;
	bool reaches = s->p->ttl >= RTE_MIN(s->from->ttl, (uint8_t)TTL_SHORT);

	TCP_COUNT(TCP_STAT_RST, 1);
	if (norm == NORM_RESET && may_be_taken(t, s) && reaches) {
		s->from->flags |= HALF_RST | (is_sure(s) ? HALF_RST_SURE : 0);
		tcp_set_state(s, TCP_CLOSED);
		tcp_settle(t, s->c);
		return;
	}
	if (t->norm[norm] == MODE_OFF)
		return;
	TCP_COUNT(TCP_STAT_NORM + norm, 1);
	if (norm == NORM_SIGNATURE)
		tcp_note(t, GZ_TCP_EVENT_SUSPECTED_RST_INJECT);
	else if (!is_stale(s))
		tcp_note(t, GZ_TCP_EVENT_RST_INVALID_ACK);
	if (t->norm[norm] == MODE_OBSERVE)
		gz_pkt_observe(s->p, t->x, GZ_WHY_TCP_INVALID);
	else
		gz_pkt_except(s->p, t->x, GZ_WHY_TCP_INVALID);
}
