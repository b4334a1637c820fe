/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Variants of SYNs. Which of several a server took shows in what its SYN/ACK
 * acknowledges, and which of several SYN/ACKs a client took (a server with SYN
 * cookies sends another number each time) in what the client acknowledges. So
 * all are remembered, up to a bound, until a pair of them is agreed upon.
 */

#include "tcp_internal.h"

enum {
	SYNS_MOST = 1 + TCP_SYNS_MORE,
	SYNS_APART = 1 << 16, /* stacks draw their numbers farther from each other than that */
};

struct tcp_syn *
tcp_syn_at(struct tcp_handshake *hs, uint32_t half, uint32_t i)
{
	return i == 0 ? &hs->first[half] : &hs->more->v[half][i - 1];
}

void
tcp_syns_free(struct gz_tcp *t, struct gz_tcp_conn *c)
{
	if (c->hs == NULL)
		return;
	gz_mem_put(t->mem, tcp_connections, c->hs->more, sizeof(struct tcp_syns));
	gz_mem_put(t->mem, tcp_connections, c->hs, sizeof(*c->hs));
	c->hs = NULL;
}

static void
read_syn(const struct tcp_seg *s, struct tcp_syn *y)
{
	bool has_ack = (s->flags & TCP_ACK) != 0;

	*y = (struct tcp_syn){
		.isn = s->seq,
		.ack = has_ack ? s->ack : 0,
		.tsval = s->o.tsval,
		.tsecr = s->o.tsecr,
		.win = s->win,
		.wscale = s->o.wscale,
		.ttl = s->p->ttl,
	};
	y->flags = (uint8_t)((has_ack ? SYN_HAS_ACK : 0) | (s->o.has_ts ? SYN_HAS_TS : 0) |
			(s->o.has_wscale ? SYN_HAS_WSCALE : 0) | (s->o.is_signed ? SYN_SIGNED : 0) |
			(s->o.fast_open || s->len > 0 ? SYN_FAST_OPEN : 0));
}

/** The same SYN once more, perhaps with other options: whatever the other side took is covered. */
static void
merge(struct tcp_syn *y, const struct tcp_syn *again)
{
	y->tsval = again->tsval;
	y->tsecr = again->tsecr;
	y->win = RTE_MAX(y->win, again->win);
	y->wscale = RTE_MAX(y->wscale, again->wscale);
	y->ttl = RTE_MAX(y->ttl, again->ttl);
	y->flags |= again->flags & (SYN_FAST_OPEN | SYN_HAS_WSCALE | SYN_HAS_TS);
}

static struct tcp_syn *
find(struct tcp_handshake *hs, uint32_t half, const struct tcp_syn *like)
{
	struct tcp_syn *y;

	for (uint32_t i = 0; i < hs->nb[half]; i++) {
		y = tcp_syn_at(hs, half, i);
		if (y->isn == like->isn &&
				((y->flags ^ like->flags) & (SYN_HAS_ACK | SYN_SIGNED)) == 0 &&
				y->ack == like->ack)
			return y;
	}
	return NULL;
}

/** Not the same, and yet so near that bytes after one are bytes after the other. */
static bool
is_near(uint32_t a, uint32_t b)
{
	return a != b && (a - b < SYNS_APART || b - a < SYNS_APART);
}

bool
tcp_syn_is_odd(struct gz_tcp_conn *c, const struct tcp_half *h, const struct tcp_seg *s)
{
	uint32_t half = (uint32_t)(h - c->half);
	bool opened = false, same = false;
	const struct tcp_syn *y;

	if ((c->flags & CONN_RESOLVED) != 0 && is_near(h->isn, s->seq))
		return true;
	for (uint32_t i = 0; c->hs != NULL && i < c->hs->nb[half]; i++) {
		y = tcp_syn_at(c->hs, half, i);
		if (is_near(y->isn, s->seq))
			return true;
		opened |= (y->flags & SYN_HAS_ACK) == 0;
		same |= y->isn == s->seq;
	}
	/* who opened with a SYN answers a SYN with the number that it opened with */
	return (s->flags & TCP_ACK) != 0 && opened && !same;
}

struct tcp_syn *
tcp_syn_add(struct gz_tcp *t, struct tcp_seg *s)
{
	struct tcp_handshake *hs = s->c->hs;
	uint32_t half = (uint32_t)(s->from - s->c->half);
	struct tcp_syn like, *y;

	if (hs == NULL) {
		hs = gz_mem_zero(t->mem, tcp_connections, sizeof(*hs));
		if (hs == NULL)
			return NULL;
		s->c->hs = hs;
	}
	read_syn(s, &like);
	y = find(hs, half, &like);
	if (y != NULL) {
		merge(y, &like);
		return y;
	}
	if (hs->nb[half] == SYNS_MOST)
		return NULL;
	if (hs->nb[half] > 0 && hs->more == NULL) {
		hs->more = gz_mem_zero(t->mem, tcp_connections, sizeof(*hs->more));
		if (hs->more == NULL)
			return NULL;
	}
	y = tcp_syn_at(hs, half, hs->nb[half]++);
	*y = like;
	return y;
}

void
tcp_syn_forget_oldest(struct tcp_handshake *hs, uint32_t half)
{
	for (uint32_t i = 1; i < hs->nb[half]; i++)
		*tcp_syn_at(hs, half, i - 1) = *tcp_syn_at(hs, half, i);
	hs->nb[half]--;
}

struct tcp_syn *
tcp_syn_acked(struct gz_tcp_conn *c, uint32_t half, uint32_t ack, uint32_t sent)
{
	struct tcp_syn *y;

	if (c->hs == NULL)
		return NULL;
	/* the last first: what was sent last is what is being answered, most often */
	for (uint32_t i = c->hs->nb[half]; i-- > 0;) {
		y = tcp_syn_at(c->hs, half, i);
		if (ack - y->isn - 1 <= sent)
			return y;
	}
	return NULL;
}

static void
start_half(struct tcp_half *h, const struct tcp_syn *y)
{
	h->isn = y->isn;
	h->acked = y->isn + 1;
	h->next = y->isn + 1;
	/* bytes that came with a SYN were judged then */
	h->next += (uint32_t)h->off;
	h->seen = h->next;
	h->wscale = y->wscale;
	h->ttl = y->ttl;
	h->ts_recent = y->tsval;
	if ((y->flags & SYN_SIGNED) != 0)
		h->flags |= HALF_SIGNED;
}

static void
open_window(struct tcp_half *h, uint32_t from, uint16_t win)
{
	h->edge = from + win;
	h->most_win = win;
}

void
tcp_resolve(struct gz_tcp *t, struct gz_tcp_conn *c, uint32_t opener,
		const struct tcp_syn *const pair[2])
{
	const struct tcp_syn *syn = pair[0], *answer = pair[1];
	struct tcp_half *a = &c->half[opener], *b = &c->half[opener ^ 1];

	start_half(a, syn);
	start_half(b, answer);
	open_window(a, answer->ack, answer->win);
	open_window(b, answer->isn + 1, syn->win);
	a->acked = answer->ack;
	if ((syn->flags & answer->flags & SYN_HAS_WSCALE) == 0)
		a->wscale = b->wscale = 0;
	if ((syn->flags & answer->flags & SYN_HAS_TS) != 0) {
		c->flags |= CONN_TS;
		/* the timestamp that it took from the SYN, should there have been several */
		if (answer->tsecr != 0)
			a->ts_recent = answer->tsecr;
	}
	if ((syn->flags & SYN_FAST_OPEN) != 0)
		c->flags |= CONN_FAST_OPEN;
	c->flags |= CONN_RESOLVED;
	tcp_syns_free(t, c);
}
