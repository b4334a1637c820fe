/* SPDX-License-Identifier: BSD-3-Clause */

/* Hand on what has become contiguous, each byte once and in order. */

#include "tcp_internal.h"

enum {
	CHUNK_MOST = 32 * 1024, /* bytes in one chunk: what a block can take */
};

void
tcp_cut(struct gz_tcp *t, struct gz_tcp_conn *c)
{
	if (c->flags & CONN_CUT)
		return;
	c->flags |= CONN_CUT;
	TCP_COUNT(TCP_STAT_CUT, 1);
	if (t->busy != c)
		tcp_conn_free_streams(t, c);
}

static bool
is_looked_at(const struct gz_tcp_conn *c, const struct tcp_half *h)
{
	return (c->flags & CONN_STOPPED) == 0 && (h->flags & HALF_DEPTH) == 0;
}

/** @return false: refused, and the packet can be stopped. */
static bool
call(struct gz_tcp *t, struct tcp_seg *s, struct tcp_half *h, struct gz_chunk *k)
{
	k->dir = tcp_dir_of(s->c, s->f, h);
	if ((h->flags & HALF_STARTED) == 0 && (s->c->flags & CONN_MIDSTREAM) == 0)
		k->flags |= GZ_CHUNK_START;
	h->flags |= HALF_STARTED;
	if (t->chunk(t->arg, s->f, s->p, k) != GZ_DROP || !s->inline_mode)
		return true;
	t->refused = true;
	tcp_cut(t, s->c);
	return false;
}

/** As much of @p len as the setting stream.depth still wants. */
static uint32_t
within_depth(struct gz_tcp *t, struct tcp_seg *s, struct tcp_half *h, uint32_t len)
{
	if (likely(t->depth == 0 || h->off + len < t->depth))
		return len;
	h->flags |= HALF_DEPTH;
	s->p->flags &= ~(uint32_t)GZ_PKT_STREAM;
	tcp_note(t, GZ_TCP_EVENT_REASSEMBLY_DEPTH_REACHED);
	TCP_COUNT(TCP_STAT_DEPTH, 1);
	return h->off < t->depth ? (uint32_t)(t->depth - h->off) : 0;
}

static bool
deliver_some(struct gz_tcp *t, struct tcp_seg *s, struct tcp_half *h, const struct tcp_piece *w)
{
	struct gz_chunk k = { .len = w->len, .offset = h->off };

	if (w->len == 0)
		return true;
	k.data = tcp_keep(t, s->c, h, w);
	if (unlikely(k.data == NULL)) {
		TCP_COUNT(TCP_STAT_NO_MEMORY, 1);
		tcp_note(t, GZ_TCP_EVENT_REASSEMBLY_INSERT_MEMCAP);
		gz_pkt_except(s->p, t->x, GZ_WHY_TCP_MEMORY);
		if (gz_pkt_is_stopped(s->p))
			return false;
		tcp_forget(t, h);
		k.data = w->data;
	} else {
		k.before = tcp_kept_before(t, h, w->len);
	}
	tcp_advance(h, w->len);
	return call(t, s, h, &k);
}

bool
tcp_deliver(struct gz_tcp *t, struct tcp_seg *s, struct tcp_half *h, const struct tcp_piece *w)
{
	struct tcp_piece part = *w;
	uint32_t left = w->len;

	while (left > 0 && is_looked_at(s->c, h)) {
		part.len = within_depth(t, s, h, RTE_MIN(left, (uint32_t)CHUNK_MOST));
		if (!deliver_some(t, s, h, &part))
			return false;
		part.data += part.len;
		left -= part.len;
	}
	tcp_advance(h, left);
	return true;
}

bool
tcp_drain(struct gz_tcp *t, struct tcp_seg *s, struct tcp_half *h)
{
	struct tcp_piece w;
	struct tcp_run *r;
	uint32_t known;

	while ((r = tcp_ooo_first(h)) != NULL && r->off <= h->off) {
		known = (uint32_t)RTE_MIN(h->off - r->off, (uint64_t)r->len);
		w = (struct tcp_piece){ r->data + known, (int64_t)h->off, r->len - known };
		if (!tcp_deliver(t, s, h, &w))
			return false;
		tcp_ooo_pop(t, h);
	}
	return true;
}

bool
tcp_deliver_gap(struct gz_tcp *t, struct tcp_seg *s, struct tcp_half *h, uint64_t until)
{
	struct gz_chunk k = { .flags = GZ_CHUNK_GAP, .offset = h->off };

	tcp_note(t, GZ_TCP_EVENT_REASSEMBLY_SEQ_GAP);
	TCP_COUNT(TCP_STAT_GAPS, 1);
	tcp_forget(t, h);
	k.len = (uint32_t)(until - h->off);
	tcp_advance(h, k.len);
	return !is_looked_at(s->c, h) || call(t, s, h, &k);
}

void
tcp_fill_gaps(struct gz_tcp *t, struct tcp_seg *s, struct tcp_half *h)
{
	struct tcp_run *r;

	while ((r = tcp_ooo_first(h)) != NULL && (int64_t)r->off <= tcp_offset(h, h->acked)) {
		if (r->off > h->off && !tcp_deliver_gap(t, s, h, r->off))
			return;
		if (!tcp_drain(t, s, h))
			return;
	}
}

bool
tcp_deliver_end(struct gz_tcp *t, struct tcp_seg *s, struct tcp_half *h)
{
	struct gz_chunk k = {
		.data = (const uint8_t *)"", .flags = GZ_CHUNK_END, .offset = h->off
	};

	if ((s->c->flags & CONN_STOPPED) != 0)
		return true;
	return call(t, s, h, &k);
}
