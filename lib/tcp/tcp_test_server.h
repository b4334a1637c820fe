/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TCP_TEST_SERVER_H
#define TCP_TEST_SERVER_H

/*
 * A server's stack, in short: what it takes of the segments that reach it, as
 * Linux does, with the choices in which stacks differ left to chance. What its
 * application reads is what counts.
 */

#include "tcp_test.h"

enum {
	ROOM = 1 << 14,
	PAIRS = 16,
	HOPS = 3,
	SERVER_WIN = 4000,
};

enum server_state {
	SERVER_LISTENS,
	SERVER_HALF_OPEN,
	SERVER_OPEN,
};

struct server {
	enum server_state state;
	bool cookies, fast_open, newest_wins;
	bool lax; /* as old stacks: no timestamps, any acknowledgement, any reset in the window */
	struct {
		uint32_t c, s;
	} pair[PAIRS]; /* numbers offered, the last is the present one */
	uint32_t nb_pairs;
	uint32_t cisn, sisn;
	uint32_t got; /* bytes in order */
	uint32_t read; /* by the application, urgent ones included */
	uint32_t snd_nxt, snd_una;
	bool ts, eof, has_fin, has_urgent;
	uint32_t ts_recent, fin, urgent;
	uint8_t byte[ROOM];
	bool have[ROOM];
	uint8_t out[ROOM]; /* what the application has */
	uint32_t out_len;
};

static inline uint32_t
server_next(const struct server *v)
{
	return v->cisn + 1 + v->got + v->eof;
}

static inline void
server_reset(struct server *v)
{
	struct server fresh = {
		.cookies = v->cookies, .fast_open = v->fast_open, .newest_wins = v->newest_wins
	};

	*v = fresh;
}

static inline void
server_take_bytes(struct server *v, const struct tcp_seg *s, uint32_t seq)
{
	const uint8_t *data = gz_pkt_payload(s->p);

	for (uint32_t i = 0; i < s->len && !v->eof; i++) {
		uint32_t off = seq - v->cisn - 1 + i;

		if (off >= ROOM || off < v->got || (v->have[off] && !v->newest_wins))
			continue;
		v->byte[off] = data[i];
		v->have[off] = true;
	}
	while (v->got < ROOM && v->have[v->got] && !(v->has_fin && v->got == v->fin))
		v->got++;
}

static inline void
server_take_fin(struct server *v, const struct tcp_seg *s)
{
	if ((s->flags & TCP_FIN) != 0 && !v->has_fin) {
		v->has_fin = true;
		v->fin = s->seq + s->len - v->cisn - 1;
	}
	if (v->has_fin && v->got == v->fin)
		v->eof = true;
}

static inline void
server_begin(struct server *v, const struct tcp_seg *s, uint32_t sisn)
{
	v->state = SERVER_HALF_OPEN;
	v->cisn = s->seq;
	v->sisn = sisn;
	v->snd_una = sisn;
	v->snd_nxt = sisn + 1;
	v->ts = s->o.has_ts;
	v->ts_recent = s->o.tsval;
	if (v->fast_open && s->len > 0)
		server_take_bytes(v, s, s->seq + 1);
	if (v->nb_pairs < PAIRS) {
		v->pair[v->nb_pairs].c = v->cisn;
		v->pair[v->nb_pairs++].s = v->sisn;
	}
}

/** @return true: established by it. */
static inline bool
server_take_third(struct server *v, const struct tcp_seg *s)
{
	if ((s->flags & TCP_ACK) == 0)
		return false;
	for (uint32_t i = v->cookies ? 0 : v->nb_pairs - 1; i < v->nb_pairs; i++) {
		if (s->ack != v->pair[i].s + 1 || s->seq - v->pair[i].c - 1 > SERVER_WIN)
			continue;
		if (i + 1 < v->nb_pairs) {
			/* a cookie: nothing but the numbers is left of that SYN */
			v->got = 0;
			memset(v->have, 0, sizeof(v->have));
		}
		v->cisn = v->pair[i].c;
		v->sisn = v->pair[i].s;
		v->snd_nxt = v->sisn + 1;
		v->state = SERVER_OPEN;
		return true;
	}
	return false;
}

static inline void
server_take_urgent(struct server *v, const struct tcp_seg *s)
{
	const struct rte_tcp_hdr *h = (const struct rte_tcp_hdr *)gz_pkt_l4(s->p);
	uint32_t ptr = rte_be_to_cpu_16(h->tcp_urp);
	uint32_t off = s->seq - v->cisn - 1 + ptr - (ptr > 0);

	if (off > ROOM || v->read > off || off < v->got || (v->has_urgent && off <= v->urgent))
		return;
	if (v->has_urgent && v->urgent == v->read && v->read != v->got)
		v->read++;
	v->has_urgent = true;
	v->urgent = off;
}

/** RFC 9293, 7323, 5961 as Linux has them. @return false: ignored. */
static inline bool
server_accepts(struct server *v, const struct tcp_seg *s)
{
	uint32_t end = s->seq + s->len + ((s->flags & (TCP_FIN | TCP_SYN)) != 0);
	bool rst = (s->flags & TCP_RST) != 0;

	if (!rst && !v->lax && v->ts && s->o.has_ts && v->ts_recent != 0 &&
			(int32_t)(v->ts_recent - s->o.tsval) > 1)
		return false;
	if (tcp_before(end, server_next(v)) || tcp_after(s->seq, server_next(v) + SERVER_WIN))
		return false;
	if (rst) {
		if (s->seq == server_next(v) || v->lax)
			server_reset(v);
		return false;
	}
	if ((s->flags & TCP_SYN) != 0 || (s->flags & TCP_ACK) == 0)
		return false;
	return v->lax || (!tcp_after(s->ack, v->snd_nxt) && !tcp_before(s->ack, v->snd_una - WIN));
}

static inline void
server_take(struct server *v, const struct tcp_seg *s)
{
	if (!server_accepts(v, s))
		return;
	if (tcp_after(s->ack, v->snd_una))
		v->snd_una = s->ack;
	if (s->o.has_ts && !tcp_after(s->seq, server_next(v)) &&
			!tcp_before(s->o.tsval, v->ts_recent))
		v->ts_recent = s->o.tsval;
	if ((s->flags & TCP_URG) != 0)
		server_take_urgent(v, s);
	server_take_bytes(v, s, s->seq);
	server_take_fin(v, s);
}

/** The application reads what there is. */
static inline void
server_read(struct server *v)
{
	for (; v->read < v->got; v->read++) {
		if (v->has_urgent && v->urgent == v->read) {
			v->has_urgent = false;
			continue;
		}
		v->out[v->out_len++] = v->byte[v->read];
	}
}

#endif /* TCP_TEST_SERVER_H */
