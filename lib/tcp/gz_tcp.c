/* SPDX-License-Identifier: BSD-3-Clause */

/* The way of a segment: is it one, what does it belong to, would its receiver take it, what does it
 * say, what does it carry. */

#include <errno.h>
#include <stdlib.h>

#include <rte_errno.h>
#include <rte_prefetch.h>

#include "tcp_internal.h"

enum {
	NO_EVENT = -1,
};

struct gz_tcp *
gz_tcp_create(const struct gz_conf *conf, struct gz_mem *mem, struct gz_flow_table *flows,
		const struct gz_exceptions *x, gz_tcp_chunk_fn chunk, void *arg)
{
	struct gz_tcp *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		rte_errno = ENOMEM;
		return NULL;
	}
	t->mem = mem;
	t->flows = flows;
	t->x = x;
	t->chunk = chunk;
	t->arg = arg;
	tcp_conf_read(t, conf);
	if (tcp_after_create(t, (uint32_t)gz_conf_uint(conf, "tcp.remember")) < 0) {
		free(t);
		rte_errno = ENOMEM;
		return NULL;
	}
	return t;
}

void
gz_tcp_destroy(struct gz_tcp *t)
{
	if (t != NULL)
		tcp_after_destroy(t);
	free(t);
}

uint32_t
gz_tcp_window(const struct gz_tcp *t)
{
	return t->window_most;
}

void
gz_tcp_look_back(struct gz_tcp *t, bool wanted)
{
	t->window = wanted ? t->window_most : 0;
}

void
tcp_note(struct gz_tcp *t, int event)
{
	if (event < 0 || t->nb_events == TCP_EVENTS_MOST)
		return;
	for (uint32_t i = 0; i < t->nb_events; i++)
		if (t->events[i] == event)
			return;
	t->events[t->nb_events++] = (uint8_t)event;
}

uint32_t
gz_tcp_events(const struct gz_tcp *t, const uint8_t **events)
{
	*events = t->events;
	return t->nb_events;
}

/** What the receiver cannot take at all. */
static bool
is_lost(const struct gz_pkt *p, bool inline_mode)
{
	if ((p->flags & GZ_PKT_TCP) == 0 || p->flow == NULL)
		return true;
	if (unlikely((p->flags & (GZ_PKT_BAD_IP_SUM | GZ_PKT_BAD_L4_SUM)) != 0)) {
		TCP_COUNT(TCP_STAT_BAD_SUM, 1);
		return true;
	}
	return (p->flags & GZ_PKT_REFUSED) != 0 || (inline_mode && gz_pkt_is_stopped(p));
}

/** Is nothing said any more but what was said: by verdict, or because both ends have ended? */
static bool
says_too_much(const struct tcp_seg *s, bool closing)
{
	if (unlikely((s->c->flags & CONN_CUT) != 0))
		return true;
	return unlikely(closing) && tcp_is_reset(s->c) && tcp_after(s->seq + s->len, s->from->next);
}

/** A connection that was cut, or reset: its ends may close it, and nothing else. */
static void
follow_cut(struct tcp_seg *s)
{
	if (s->len > 0 && s->inline_mode) {
		gz_pkt_settle(s->p, GZ_DROP, GZ_WHY_TCP_CLOSED);
		return;
	}
	if ((s->flags & TCP_FIN) != 0) {
		s->from->flags |= HALF_FIN_SEEN | HALF_FIN_DONE;
		s->from->fin = s->seq + s->len;
	}
	if ((s->to->flags & HALF_FIN_DONE) != 0 && tcp_after(s->ack, s->to->fin))
		s->to->flags |= HALF_FIN_ACKED;
	tcp_update_state(s);
}

/** Who sent a reset goes on sending: it was not meant, or not theirs. */
static void
revive(struct gz_tcp *t, struct tcp_seg *s)
{
	tcp_note(t, GZ_TCP_EVENT_SUSPECTED_RST_INJECT);
	s->from->flags &= (uint16_t) ~(HALF_RST | HALF_RST_SURE);
}

static void
follow(struct gz_tcp *t, struct tcp_seg *s)
{
	enum {
		CLOSING = HALF_FIN_SEEN | HALF_RST,
	};
	uint16_t closing = (s->from->flags | s->to->flags) & CLOSING;

	if (unlikely(says_too_much(s, closing != 0))) {
		follow_cut(s);
		return;
	}
	if (tcp_refuses(t, s))
		return;
	if (unlikely(((s->flags & TCP_FIN) != 0 || closing != 0) && !tcp_close_allows(t, s)))
		return;
	if (unlikely((s->from->flags & HALF_RST) != 0) && !tcp_is_reset(s->c))
		revive(t, s);
	tcp_take_ack(t, s);
	tcp_take_timestamp(s);
	if (unlikely(s->c->state == TCP_SYN_RECV))
		tcp_update_state(s);
	/* Who judges the bytes asks. */
	if (likely(tcp_is_established(s->c)))
		s->p->flags |= GZ_PKT_ESTABLISHED;
	if (!t->refused && (s->len > 0 || (s->flags & (TCP_FIN | TCP_URG)) != 0))
		tcp_take_data(t, s);
	if (unlikely(closing != 0))
		tcp_update_state(s);
}

static void
push_first(struct gz_tcp *t, struct tcp_seg *s)
{
	if ((s->flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN) {
		tcp_open(t, s);
		return;
	}
	tcp_pick_up(t, s);
	if (s->c != NULL && (s->flags & TCP_SYN) == 0)
		follow(t, s);
}

static bool
begins_anew(const struct tcp_seg *s)
{
	return (s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && (s->to->flags & HALF_RST) != 0;
}

static void
push_next(struct gz_tcp *t, struct tcp_seg *s)
{
	bool resolved = (s->c->flags & CONN_RESOLVED) != 0;

	if (unlikely((s->flags & TCP_RST) != 0)) {
		tcp_rst(t, s);
		return;
	}
	if (unlikely((s->flags & TCP_SYN) != 0 && (resolved || begins_anew(s)))) {
		tcp_syn_again(t, s);
		return;
	}
	if (unlikely(!resolved)) {
		tcp_handshake(t, s);
		if (s->c == NULL || (s->c->flags & CONN_RESOLVED) == 0 || t->refused)
			return;
	}
	if (likely((s->flags & TCP_SYN) == 0))
		follow(t, s);
}

static bool
is_nonsense(struct gz_tcp *t, struct tcp_seg *s)
{
	if (likely((s->flags & TCP_SYN) == 0 || (s->flags & (TCP_FIN | TCP_RST)) == 0))
		return false;
	return tcp_refuse(t, s, NORM_FLAGS,
			(s->flags & TCP_FIN) != 0 ? GZ_TCP_EVENT_FIN_SYN : NO_EVENT);
}

static void
finish(struct gz_tcp *t, struct gz_pkt *p, bool inline_mode)
{
	struct gz_tcp_conn *c = p->flow->tcp;

	t->busy = NULL;
	if (c == NULL)
		return;
	if (inline_mode)
		c->flags |= CONN_INLINE;
	if (unlikely((c->flags & (CONN_CUT | CONN_STOPPED)) != 0))
		tcp_conn_free_streams(t, c);
	if (unlikely((c->half[0].flags & c->half[1].flags & HALF_FIN_ACKED) != 0)) {
		/* Both ends have all that was ever sent: neither takes another version. */
		tcp_forget(t, &c->half[0]);
		tcp_forget(t, &c->half[1]);
	}
	if (tcp_is_established(c))
		p->flags |= GZ_PKT_ESTABLISHED;
}

enum gz_verdict
gz_tcp_push(struct gz_tcp *t, struct gz_pkt *p, bool inline_mode)
{
	struct tcp_seg s = { .p = p, .f = p->flow };

	t->nb_events = 0;
	t->refused = false;
	s.inline_mode = inline_mode && (p->flags & GZ_PKT_OBSERVE) == 0;
	if (is_lost(p, s.inline_mode))
		return GZ_PASS;
	tcp_segment_read(&s);
	s.c = t->busy = s.f->tcp;
	if (likely(s.c != NULL)) {
		s.from = &s.c->half[tcp_half_of(s.c, s.f, (enum gz_dir)p->dir)];
		s.to = &s.c->half[(s.from - s.c->half) ^ 1];
	}
	if (!is_nonsense(t, &s)) {
		if (unlikely(s.c == NULL))
			push_first(t, &s);
		else
			push_next(t, &s);
	}
	finish(t, p, s.inline_mode);
	return t->refused ? GZ_DROP : GZ_PASS;
}

void
gz_tcp_prefetch(const struct gz_flow *f)
{
	const uint8_t *c = (const uint8_t *)f->tcp;

	if (c == NULL)
		return;
	/* a connection does not begin on a line of its own */
	for (size_t i = 0; i < sizeof(struct gz_tcp_conn); i += RTE_CACHE_LINE_SIZE)
		rte_prefetch0(c + i);
	rte_prefetch0(c + sizeof(struct gz_tcp_conn) - 1);
}

void
gz_tcp_prefetch_bytes(const struct gz_flow *f)
{
	const struct gz_tcp_conn *c = f->tcp;

	if (c == NULL)
		return;
	/* one is written to, the other may be acknowledged */
	rte_prefetch0_write(c->half[0].last);
	rte_prefetch0_write(c->half[1].last);
}

void
gz_tcp_stop_stream(struct gz_tcp *t, struct gz_flow *f)
{
	if (f->tcp == NULL)
		return;
	f->tcp->flags |= CONN_STOPPED;
	if (t->busy != f->tcp)
		tcp_conn_free_streams(t, f->tcp);
}

void
gz_tcp_cut(struct gz_tcp *t, struct gz_flow *f)
{
	if (f->tcp != NULL)
		tcp_cut(t, f->tcp);
}

/** The last of one direction. A capture may have missed what lies between what it has. */
static void
end_half(struct gz_tcp *t, struct tcp_seg *s)
{
	struct tcp_half *h = s->from;
	struct tcp_run *r;

	while ((s->c->flags & (CONN_INLINE | CONN_STOPPED)) == 0 &&
			(r = tcp_ooo_first(h)) != NULL) {
		if (r->off > h->off)
			tcp_deliver_gap(t, s, h, r->off);
		tcp_drain(t, s, h);
	}
	if ((h->flags & HALF_FIN_DONE) == 0)
		tcp_deliver_end(t, s, h);
}

void
gz_tcp_end(struct gz_tcp *t, struct gz_flow *f)
{
	struct gz_tcp_conn *c = f->tcp;
	struct tcp_pseudo x;
	struct tcp_seg s = { .p = &x.p, .f = f, .c = c };

	if (c == NULL)
		return;
	t->busy = c;
	tcp_after_end(t, f);
	for (uint32_t d = GZ_C2S; d <= GZ_S2C; d++) {
		s.from = &c->half[tcp_half_of(c, f, (enum gz_dir)d)];
		s.to = &c->half[(s.from - c->half) ^ 1];
		if ((c->flags & CONN_CUT) != 0)
			break;
		if ((c->flags & CONN_RESOLVED) == 0 && s.from->off == 0)
			continue;
		tcp_pseudo_make(&x, f, (enum gz_dir)d);
		end_half(t, &s);
	}
	tcp_conn_destroy(t, f);
}
