/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * The receiver's view decides: what it would ignore moves no state here, and
 * does not reach it where the owner wants that enforced. The order and the
 * rules are those of RFC 9293 section 3.10.7.4, RFC 7323 and RFC 5961.
 */

#include "tcp_internal.h"

enum {
	PAWS_SLACK = 1, /* what stacks forgive */
	NO_EVENT = -1,
};

/** Events that have a name for each state, others -1. */
struct by_state {
	int16_t of[NB_TCP_STATES];
};

static const struct by_state bad_ack = { {
		[TCP_SYN_RECV] = GZ_TCP_EVENT_3WHS_WRONG_SEQ_WRONG_ACK,
		[TCP_ESTABLISHED] = GZ_TCP_EVENT_EST_INVALID_ACK,
		[TCP_FIN_WAIT1] = GZ_TCP_EVENT_FIN1_INVALID_ACK,
		[TCP_FIN_WAIT2] = GZ_TCP_EVENT_FIN2_INVALID_ACK,
		[TCP_TIME_WAIT] = GZ_TCP_EVENT_TIMEWAIT_INVALID_ACK,
		[TCP_LAST_ACK] = GZ_TCP_EVENT_LASTACK_INVALID_ACK,
		[TCP_CLOSE_WAIT] = GZ_TCP_EVENT_CLOSEWAIT_INVALID_ACK,
		[TCP_CLOSING] = GZ_TCP_EVENT_CLOSING_INVALID_ACK,
		[TCP_CLOSED] = GZ_TCP_EVENT_PKT_INVALID_ACK,
} };

static const struct by_state bad_seq = { {
		[TCP_SYN_RECV] = GZ_TCP_EVENT_3WHS_WRONG_SEQ_WRONG_ACK,
		[TCP_ESTABLISHED] = GZ_TCP_EVENT_EST_PACKET_OUT_OF_WINDOW,
		[TCP_FIN_WAIT1] = GZ_TCP_EVENT_FIN1_ACK_WRONG_SEQ,
		[TCP_FIN_WAIT2] = GZ_TCP_EVENT_FIN2_ACK_WRONG_SEQ,
		[TCP_TIME_WAIT] = GZ_TCP_EVENT_TIMEWAIT_ACK_WRONG_SEQ,
		[TCP_LAST_ACK] = GZ_TCP_EVENT_LASTACK_ACK_WRONG_SEQ,
		[TCP_CLOSE_WAIT] = GZ_TCP_EVENT_CLOSEWAIT_ACK_OUT_OF_WINDOW,
		[TCP_CLOSING] = GZ_TCP_EVENT_CLOSING_ACK_WRONG_SEQ,
		[TCP_CLOSED] = GZ_TCP_EVENT_EST_PACKET_OUT_OF_WINDOW,
} };

static const struct by_state bad_fin = { {
		[TCP_SYN_RECV] = GZ_TCP_EVENT_FIN_OUT_OF_WINDOW,
		[TCP_ESTABLISHED] = GZ_TCP_EVENT_FIN_OUT_OF_WINDOW,
		[TCP_FIN_WAIT1] = GZ_TCP_EVENT_FIN1_FIN_WRONG_SEQ,
		[TCP_FIN_WAIT2] = GZ_TCP_EVENT_FIN2_FIN_WRONG_SEQ,
		[TCP_TIME_WAIT] = GZ_TCP_EVENT_FIN_OUT_OF_WINDOW,
		[TCP_LAST_ACK] = GZ_TCP_EVENT_FIN_OUT_OF_WINDOW,
		[TCP_CLOSE_WAIT] = GZ_TCP_EVENT_CLOSEWAIT_FIN_OUT_OF_WINDOW,
		[TCP_CLOSING] = GZ_TCP_EVENT_FIN_OUT_OF_WINDOW,
		[TCP_CLOSED] = GZ_TCP_EVENT_FIN_OUT_OF_WINDOW,
} };

bool
tcp_refuse(struct gz_tcp *t, struct tcp_seg *s, enum tcp_norm norm, int event)
{
	bool stops;

	if (t->norm[norm] == MODE_OFF)
		return false;
	TCP_COUNT(TCP_STAT_NORM + norm, 1);
	tcp_note(t, event);
	/* an empty segment can do no harm, and may be what the ends need to recover */
	stops = s->len > 0 || (s->flags & (TCP_SYN | TCP_FIN | TCP_URG)) != 0;
	if (t->norm[norm] == MODE_OBSERVE) {
		if (stops)
			gz_pkt_observe(s->p, t->x, GZ_WHY_TCP_INVALID);
		return false;
	}
	if (stops)
		gz_pkt_except(s->p, t->x, GZ_WHY_TCP_INVALID);
	return true;
}

static bool
refuse_ack(struct gz_tcp *t, struct tcp_seg *s)
{
	int event = bad_ack.of[s->c->state];

	if ((s->flags & TCP_FIN) != 0)
		event = GZ_TCP_EVENT_FIN_INVALID_ACK;
	if (!tcp_refuse(t, s, NORM_ACK, event))
		return false;
	if (event != GZ_TCP_EVENT_PKT_INVALID_ACK)
		tcp_note(t, GZ_TCP_EVENT_PKT_INVALID_ACK);
	return true;
}

/** So far back may an acknowledgement reach: a window, and never before the first byte. */
static uint32_t
ack_reach(const struct tcp_half *h)
{
	uint64_t acked = h->off;

	if (tcp_before(h->acked, h->next))
		acked -= RTE_MIN(acked, (uint64_t)(h->next - h->acked));
	/* they count in the sequence, not in the stream */
	if (h->urgent != NULL)
		acked += h->urgent->total;
	return (uint32_t)RTE_MIN(acked, (uint64_t)h->most_win);
}

/** What could not have been sent, or is older than a window. */
static bool
ack_is_bad(const struct tcp_seg *s)
{
	const struct tcp_half *h = s->to;
	uint32_t most = h->seen;

	if ((s->c->flags & CONN_ASYNC) != 0 || (h->flags & HALF_UNSURE) != 0)
		return false;
	if ((h->flags & HALF_FIN_SEEN) != 0 && !tcp_before(h->fin, most))
		most = h->fin + 1;
	/* a capture may have missed data; a wire sees all that can be acknowledged */
	if (!s->inline_mode && (h->flags & HALF_EDGE_UNKNOWN) != 0)
		return false;
	if (!s->inline_mode && tcp_after(h->edge, most))
		most = h->edge;
	if (tcp_after(s->ack, most))
		return true;
	return (h->flags & HALF_EDGE_UNKNOWN) == 0 && tcp_before(s->ack, h->acked - ack_reach(h));
}

static bool
refuses_ack(struct gz_tcp *t, struct tcp_seg *s)
{
	return ack_is_bad(s) && refuse_ack(t, s);
}

static bool
refuses_timestamp(struct gz_tcp *t, struct tcp_seg *s)
{
	const struct tcp_half *h = s->from;

	if (!s->o.has_ts || (s->c->flags & CONN_TS) == 0 || h->ts_recent == 0)
		return false;
	if ((int32_t)(h->ts_recent - s->o.tsval) <= PAWS_SLACK)
		return false;
	return tcp_refuse(t, s, NORM_TIMESTAMP, GZ_TCP_EVENT_PKT_INVALID_TIMESTAMP);
}

static bool
refuses_window(struct gz_tcp *t, struct tcp_seg *s)
{
	const struct tcp_half *h = s->from;

	/* from its edge on a receiver may take a whole segment: a probe of a closed window */
	if ((h->flags & (HALF_EDGE_UNKNOWN | HALF_UNSURE)) != 0 || !tcp_after(s->seq, h->edge))
		return false;
	return tcp_refuse(t, s, NORM_WINDOW,
			(s->flags & TCP_FIN) != 0 ? bad_fin.of[s->c->state]
						  : bad_seq.of[s->c->state]);
}

static bool
refuses_signature(struct gz_tcp *t, struct tcp_seg *s)
{
	if (s->o.is_signed == ((s->from->flags & HALF_SIGNED) != 0))
		return false;
	return tcp_refuse(t, s, NORM_SIGNATURE, NO_EVENT);
}

static bool
refuses_ttl(struct gz_tcp *t, struct tcp_seg *s)
{
	if (s->p->ttl >= TTL_SHORT || s->p->ttl >= s->from->ttl)
		return false;
	return tcp_refuse(t, s, NORM_TTL, NO_EVENT);
}

bool
tcp_refuses(struct gz_tcp *t, struct tcp_seg *s)
{
	if (unlikely((s->flags & TCP_ACK) == 0)) {
		if (s->ack != 0)
			tcp_note(t, GZ_TCP_EVENT_PKT_BROKEN_ACK);
		if (tcp_refuse(t, s, NORM_FLAGS, NO_EVENT))
			return true;
	}
	return refuses_signature(t, s) || refuses_ttl(t, s) || refuses_timestamp(t, s) ||
			refuses_window(t, s) || ((s->flags & TCP_ACK) != 0 && refuses_ack(t, s));
}
