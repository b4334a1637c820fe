/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * From the first SYN to the segment that acknowledges the answer: in three
 * steps, crossing (simultaneous open) or in four (split). Neither the roles nor
 * the numbers are taken from anything but an acknowledged SYN.
 */

#include "tcp_internal.h"

enum {
	WINDOW_MOST = 1 << 16, /* that a SYN can offer */
	NO_EVENT = -1,
};

static uint32_t
half_index(const struct tcp_seg *s, const struct tcp_half *h)
{
	return (uint32_t)(h - s->c->half);
}

/** Bytes that came with a SYN are the stream's first, whichever of its variants wins. */
static void
take_syn_data(struct gz_tcp *t, struct tcp_seg *s)
{
	struct tcp_piece w = { s->p->data + s->p->payload_off, 0, s->len };

	if (s->len == 0 || (s->c->flags & (CONN_STOPPED | CONN_CUT)) != 0)
		return;
	/* nothing is acknowledged, and its numbers are only known once it is answered */
	s->from->acked = s->from->next - (uint32_t)s->from->off;
	tcp_take_piece(t, s, &w);
	if (s->rewritten)
		gz_pkt_fix_checksums(s->p);
}

static void
note_syn(struct gz_tcp *t, const struct tcp_seg *s, bool known)
{
	if (s->from != &s->c->half[0])
		tcp_note(t,
				s->c->state == TCP_SYN_RECV
						? GZ_TCP_EVENT_3WHS_SYN_TOCLIENT_ON_SYN_RECV
						: NO_EVENT);
	else if (!known && s->c->state == TCP_SYN_RECV)
		tcp_note(t, GZ_TCP_EVENT_3WHS_SYN_RESEND_DIFF_SEQ_ON_SYN_RECV);
}

static bool
is_known(const struct tcp_seg *s)
{
	uint32_t half = half_index(s, s->from);
	struct tcp_handshake *hs = s->c->hs;

	for (uint32_t i = 0; hs != NULL && i < hs->nb[half]; i++)
		if (tcp_syn_at(hs, half, i)->isn == s->seq)
			return true;
	return false;
}

/** A SYN could not be remembered: there are too many of them, or no memory. */
static void
lose_syn(struct gz_tcp *t, struct tcp_seg *s, int event)
{
	struct tcp_handshake *hs = s->c->hs;

	if (hs != NULL && hs->nb[half_index(s, s->from)] > TCP_SYNS_MORE) {
		tcp_refuse(t, s, NORM_HANDSHAKE, event);
		return;
	}
	TCP_COUNT(TCP_STAT_NO_MEMORY, 1);
	gz_pkt_except(s->p, t->x, GZ_WHY_TCP_MEMORY);
	tcp_conn_destroy(t, s->f);
	s->c = NULL;
}

/** As many SYNs as are remembered, none of them answered: the latest are those that will be. An answer
 * to what is forgotten is refused. */
static void
make_room(struct gz_tcp *t, struct tcp_seg *s, bool known)
{
	uint32_t half = half_index(s, s->from);
	struct tcp_handshake *hs = s->c->hs;

	if (hs == NULL || hs->nb[half] <= TCP_SYNS_MORE)
		return;
	tcp_note(t, GZ_TCP_EVENT_3WHS_SYN_FLOOD);
	if (!known && hs->nb[half ^ 1] == 0 && s->from->off == 0)
		tcp_syn_forget_oldest(hs, half);
}

static void
take_syn(struct gz_tcp *t, struct tcp_seg *s)
{
	bool known = is_known(s);

	TCP_COUNT(TCP_STAT_SYN, 1);
	if (s->ack != 0)
		tcp_note(t, GZ_TCP_EVENT_PKT_BROKEN_ACK);
	note_syn(t, s, known);
	if (tcp_syn_is_odd(s->c, s->from, s) && tcp_refuse(t, s, NORM_HANDSHAKE, NO_EVENT))
		return;
	make_room(t, s, known);
	if (tcp_syn_add(t, s) == NULL) {
		lose_syn(t, s, NO_EVENT);
		return;
	}
	take_syn_data(t, s);
	/* the other side has sent one too: they cross, or it is split in four */
	if (s->c->hs->nb[half_index(s, s->to)] > 0)
		tcp_set_state(s, TCP_SYN_RECV);
}

static int
wrong_answer(const struct tcp_seg *s)
{
	if (s->from == &s->c->half[0])
		return s->c->state == TCP_SYN_RECV ? GZ_TCP_EVENT_4WHS_SYNACK_WITH_WRONG_ACK
						   : GZ_TCP_EVENT_3WHS_SYNACK_IN_WRONG_DIRECTION;
	return s->c->state == TCP_SYN_RECV ? GZ_TCP_EVENT_3WHS_SYNACK_RESEND_WITH_DIFFERENT_ACK
					   : GZ_TCP_EVENT_3WHS_SYNACK_WITH_WRONG_ACK;
}

/** The SYN of @p s's sender that its peer has answered, and that answer, in @p pair. */
static bool
find_pair(struct tcp_seg *s, const struct tcp_syn *pair[2])
{
	struct gz_tcp_conn *c = s->c;
	uint32_t from = half_index(s, s->from), to = half_index(s, s->to);
	const struct tcp_syn *y;

	for (uint32_t i = c->hs->nb[to]; i-- > 0;) {
		y = tcp_syn_at(c->hs, to, i);
		if ((y->flags & SYN_HAS_ACK) == 0 || s->ack - y->isn - 1 > s->to->off)
			continue;
		pair[0] = tcp_syn_acked(c, from, y->ack, (uint32_t)s->from->off);
		pair[1] = y;
		if (pair[0] != NULL &&
				((s->flags & TCP_SYN) != 0 ? s->seq == pair[0]->isn
							   : s->seq - pair[0]->isn - 1 <=
										WINDOW_MOST))
			return true;
	}
	return false;
}

static void
note_unused_data(struct gz_tcp *t, const struct tcp_seg *s, const struct tcp_syn *const pair[2])
{
	if (s->to->off > 0 && (pair[0]->flags & SYN_FAST_OPEN) != 0 &&
			pair[1]->ack == pair[0]->isn + 1)
		tcp_note(t, GZ_TCP_EVENT_3WHS_SYNACK_TFO_DATA_IGNORED);
}

/** Does @p s complete the handshake? */
static bool
completes(struct gz_tcp *t, struct tcp_seg *s)
{
	const struct tcp_syn *pair[2];

	if (s->c->hs == NULL || !find_pair(s, pair))
		return false;
	tcp_resolve(t, s->c, half_index(s, s->from), pair);
	tcp_set_state(s, TCP_ESTABLISHED);
	TCP_COUNT(TCP_STAT_SESSIONS, 1);
	return true;
}

static void
note_repeated(struct gz_tcp *t, const struct tcp_seg *s)
{
	if (s->c->state != TCP_SYN_RECV || is_known(s))
		return;
	if (s->from == &s->c->half[0])
		tcp_note(t, GZ_TCP_EVENT_3WHS_SYNACK_TOSERVER_ON_SYN_RECV);
	else if (s->c->hs != NULL && s->c->hs->nb[half_index(s, s->from)] > 0)
		tcp_note(t, GZ_TCP_EVENT_3WHS_SYNACK_RESEND_WITH_DIFF_SEQ);
}

static void
take_synack(struct gz_tcp *t, struct tcp_seg *s)
{
	const struct tcp_syn *pair[2];

	TCP_COUNT(TCP_STAT_SYNACK, 1);
	pair[0] = tcp_syn_acked(s->c, half_index(s, s->to), s->ack, (uint32_t)s->to->off);
	if (pair[0] == NULL) {
		tcp_refuse(t, s, NORM_HANDSHAKE, wrong_answer(s));
		return;
	}
	if (tcp_syn_is_odd(s->c, s->from, s) &&
			tcp_refuse(t, s, NORM_HANDSHAKE, GZ_TCP_EVENT_4WHS_SYNACK_WITH_WRONG_SYN))
		return;
	note_repeated(t, s);
	pair[1] = tcp_syn_add(t, s);
	if (pair[1] == NULL) {
		lose_syn(t, s, GZ_TCP_EVENT_3WHS_SYNACK_FLOOD);
		return;
	}
	note_unused_data(t, s, pair);
	take_syn_data(t, s);
	if (!completes(t, s))
		tcp_set_state(s, TCP_SYN_RECV);
}

/** The server speaks before the client has acknowledged its SYN/ACK: Fast Open, or not the server. */
static bool
server_is_early(struct gz_tcp *t, struct tcp_seg *s)
{
	uint32_t from = half_index(s, s->from), to = half_index(s, s->to);
	const struct tcp_syn *pair[2];

	for (uint32_t i = 0; s->c->hs != NULL && i < s->c->hs->nb[from]; i++) {
		pair[1] = tcp_syn_at(s->c->hs, from, i);
		pair[0] = tcp_syn_acked(s->c, to, pair[1]->ack, (uint32_t)s->to->off);
		if ((pair[1]->flags & SYN_HAS_ACK) == 0 || pair[0] == NULL ||
				s->seq - pair[1]->isn - 1 > WINDOW_MOST)
			continue;
		if ((pair[0]->flags & SYN_FAST_OPEN) == 0 &&
				tcp_refuse(t, s, NORM_HANDSHAKE, GZ_TCP_EVENT_3WHS_ACK_DATA_INJECT))
			return false;
		tcp_resolve(t, s->c, to, pair);
		/* the client's acknowledgement is still to come */
		s->from->acked = s->from->isn;
		return true;
	}
	return false;
}

static int
wrong_ack(const struct tcp_seg *s)
{
	const struct gz_tcp_conn *c = s->c;
	const struct tcp_syn *y = tcp_syn_acked(s->c, half_index(s, s->to), s->ack, 0);

	if (c->state == TCP_SYN_SENT && y != NULL && !tcp_timestamp_answers(s, y))
		return GZ_TCP_EVENT_PKT_INVALID_TIMESTAMP;

	if (c->state != TCP_SYN_RECV)
		return NO_EVENT;
	if (s->from != &c->half[0])
		return GZ_TCP_EVENT_3WHS_ACK_IN_WRONG_DIR;
	if (c->hs != NULL && c->hs->nb[0] > 0 && s->seq == c->hs->first[0].isn + 1)
		return GZ_TCP_EVENT_3WHS_RIGHT_SEQ_WRONG_ACK_EVASION;
	return GZ_TCP_EVENT_3WHS_WRONG_SEQ_WRONG_ACK;
}

static void
take_other(struct gz_tcp *t, struct tcp_seg *s)
{
	if (s->from != &s->c->half[0] && (s->len > 0 || (s->flags & TCP_FIN) != 0) &&
			server_is_early(t, s))
		return;
	if ((s->c->flags & CONN_RESOLVED) != 0 || gz_pkt_is_stopped(s->p) || tcp_async(t, s))
		return;
	tcp_refuse(t, s, NORM_HANDSHAKE, wrong_ack(s));
}

void
tcp_handshake(struct gz_tcp *t, struct tcp_seg *s)
{
	if ((s->flags & TCP_SYN) != 0) {
		if ((s->flags & TCP_ACK) != 0)
			take_synack(t, s);
		else
			take_syn(t, s);
		return;
	}
	if ((s->flags & TCP_ACK) == 0) {
		if (s->ack != 0)
			tcp_note(t, GZ_TCP_EVENT_PKT_BROKEN_ACK);
		tcp_refuse(t, s, NORM_FLAGS, NO_EVENT);
		return;
	}
	if (!completes(t, s))
		take_other(t, s);
}

void
tcp_open(struct gz_tcp *t, struct tcp_seg *s)
{
	/* whoever opens is the client, whatever was seen of the tuple before */
	if (s->p->dir == GZ_S2C) {
		gz_flow_swap(s->f);
		s->p->dir = GZ_C2S;
	}
	if (tcp_conn_create(t, s) == NULL)
		return;
	tcp_set_state(s, TCP_SYN_SENT);
	take_syn(t, s);
}
