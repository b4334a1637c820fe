/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * How a connection closes. A FIN is one more byte of the stream and has one
 * version like the others: nothing may follow it, and it cannot move.
 */

#include "tcp_internal.h"

enum {
	NO_EVENT = -1,
};

bool
tcp_is_reset(const struct gz_tcp_conn *c)
{
	uint16_t a = c->half[0].flags, b = c->half[1].flags;

	return (c->flags & CONN_INLINE) != 0 && ((a | b) & HALF_RST_SURE) != 0 &&
			(a & (HALF_FIN_DONE | HALF_RST_SURE)) != 0 &&
			(b & (HALF_FIN_DONE | HALF_RST_SURE)) != 0;
}

bool
tcp_close_allows(struct gz_tcp *t, struct tcp_seg *s)
{
	const struct tcp_half *h = s->from;
	uint32_t end = s->seq + s->len;
	bool fin = (s->flags & TCP_FIN) != 0;

	if ((h->flags & HALF_FIN_SEEN) != 0) {
		if ((s->len == 0 || !tcp_after(end, h->fin)) && (!fin || end == h->fin))
			return true;
	} else if (!fin || !tcp_before(end, h->seen)) {
		return true;
	}
	return !tcp_refuse(t, s, NORM_CLOSE, NO_EVENT);
}

void
tcp_take_fin(struct tcp_seg *s)
{
	struct tcp_half *h = s->from;

	if ((h->flags & HALF_FIN_SEEN) != 0)
		return;
	h->flags |= HALF_FIN_SEEN;
	h->fin = s->seq + s->len;
}

void
tcp_close_half(struct gz_tcp *t, struct tcp_seg *s, struct tcp_half *h)
{
	if ((h->flags & HALF_FIN_SEEN) == 0 || (h->flags & HALF_FIN_DONE) != 0 || h->next != h->fin)
		return;
	h->flags |= HALF_FIN_DONE;
	if (!tcp_deliver_end(t, s, h))
		return;
	h->seen = h->fin + 1;
	tcp_update_state(s);
}

static enum tcp_state
closing_state(const struct gz_tcp_conn *c, const struct tcp_half *client,
		const struct tcp_half *server)
{
	bool client_acked = (client->flags & HALF_FIN_ACKED) != 0;
	bool server_acked = (server->flags & HALF_FIN_ACKED) != 0;

	if ((client->flags & server->flags & HALF_FIN_DONE) == 0) {
		if ((client->flags & HALF_FIN_DONE) != 0)
			return TCP_CLOSE_WAIT;
		return server_acked ? TCP_FIN_WAIT2 : TCP_FIN_WAIT1;
	}
	if (client_acked && server_acked)
		return TCP_CLOSED;
	/* who came second is told by what was seen before */
	if (c->state == TCP_FIN_WAIT2 || (c->state == TCP_FIN_WAIT1 && server_acked))
		return TCP_TIME_WAIT;
	if (c->state == TCP_FIN_WAIT1)
		return TCP_CLOSING;
	if (c->state == TCP_CLOSING)
		return server_acked ? TCP_TIME_WAIT : TCP_CLOSING;
	return c->state == TCP_TIME_WAIT ? TCP_TIME_WAIT : TCP_LAST_ACK;
}

/** A half that resumes after its reset shows that nobody believed it. */
static enum tcp_state
state_now(const struct tcp_seg *s)
{
	const struct gz_tcp_conn *c = s->c;
	uint32_t client = tcp_half_of(c, s->f, GZ_C2S);
	const struct tcp_half *a = &c->half[client], *b = &c->half[client ^ 1];

	if (((a->flags | b->flags) & HALF_RST) != 0)
		return TCP_CLOSED;
	if (((a->flags | b->flags) & HALF_FIN_DONE) != 0)
		return closing_state(c, a, b);
	if (c->state == TCP_SYN_RECV && !tcp_after(b->acked, b->isn))
		return TCP_SYN_RECV;
	return TCP_ESTABLISHED;
}

void
tcp_update_state(struct tcp_seg *s)
{
	enum tcp_state state = state_now(s);

	if (state == s->c->state)
		return;
	if (s->c->state == TCP_SYN_RECV)
		TCP_COUNT(TCP_STAT_SESSIONS, 1);
	tcp_set_state(s, state);
}
