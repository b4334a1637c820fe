/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * What was forwarded is kept until its receiver has acknowledged it, and a
 * window of it for who looks back, in blocks. The last block grows at its end;
 * when it is full, what must stay moves to its front, or a new block takes the
 * window along and the old one waits for its acknowledgement. So the usual
 * segment is copied once, and blocks are as large as what is in flight asks.
 */

#include "tcp_internal.h"

GZ_MEM_PURPOSE(streams, "tcp-stream", 40,
		"bytes of TCP streams: not acknowledged yet, beyond a gap, or looked back at")

struct gz_mem_purpose *const tcp_streams = &streams;

enum {
	BLOCK_FIRST = 128, /* bytes of a stream's first block, its head included: many stay small */
	BLOCK_LEAST = 1024, /* of one that follows */
	BLOCK_MOST = 64 * 1024,
	SHRINK_FROM = 16 * 1024, /* a quiet stream gives back a block larger than this */
};

static size_t
block_size(const struct tcp_block *b)
{
	return sizeof(*b) + b->cap;
}

static struct tcp_block *
block_create(struct gz_tcp *t, struct tcp_half *h, uint32_t want)
{
	size_t least = h->last == NULL ? BLOCK_FIRST : BLOCK_LEAST;
	size_t size = RTE_MAX(sizeof(struct tcp_block) + want, least);
	struct tcp_block *b;

	size = gz_mem_fits(size);
	b = gz_mem_get(t->mem, tcp_streams, size);
	if (b == NULL)
		return NULL;
	b->next = NULL;
	b->len = 0;
	b->cap = (uint32_t)(size - sizeof(*b));
	h->kept += b->cap;
	return b;
}

static void
drop_first(struct gz_tcp *t, struct tcp_half *h)
{
	struct tcp_block *b = h->first;

	h->first = b->next;
	if (h->first == NULL)
		h->last = NULL;
	h->kept -= b->cap;
	gz_mem_put(t->mem, tcp_streams, b, block_size(b));
}

void
tcp_forget(struct gz_tcp *t, struct tcp_half *h)
{
	while (h->first != NULL)
		drop_first(t, h);
}

uint32_t
tcp_kept_before(const struct gz_tcp *t, const struct tcp_half *h, uint32_t len)
{
	if (h->last == NULL || h->last->len < len)
		return 0;
	return RTE_MIN(t->window, h->last->len - len);
}

/** Move what must stay of the last block to its front, if that makes room for @p len. */
static bool
slide(struct tcp_half *h, uint64_t stay_from, uint32_t len)
{
	struct tcp_block *b = h->last;
	uint32_t stay;

	stay_from = RTE_MAX(stay_from, b->off);
	stay = (uint32_t)(b->off + b->len - stay_from);
	if (stay > b->cap / 2 || b->cap - stay < len)
		return false;
	memmove(b->data, b->data + (b->len - stay), stay);
	b->off = stay_from;
	b->len = stay;
	return true;
}

/** A new last block that takes the window along. */
static bool
grow(struct gz_tcp *t, struct tcp_half *h, uint64_t acked, uint32_t len)
{
	uint32_t before = tcp_kept_before(t, h, 0);
	uint32_t flying = (uint32_t)(h->off - acked);
	uint32_t want = before + len;
	struct tcp_block *b;

	/* Room for as much again as the blocks hold that must stay: they are few, and half is used. */
	if (h->last != NULL)
		want += RTE_MIN(flying + before, (uint32_t)BLOCK_MOST / 2);
	b = block_create(t, h, want);
	if (b == NULL)
		return false;
	b->off = h->off - before;
	b->len = before;
	if (h->last != NULL) {
		memcpy(b->data, h->last->data + (h->last->len - before), before);
		h->last->next = b;
	} else {
		h->first = b;
	}
	h->last = b;
	while (h->first != b &&
			(h->first->off + h->first->len <= acked || h->kept > t->keep_most)) {
		TCP_COUNT(TCP_STAT_FORGOTTEN, h->first->off + h->first->len > acked);
		drop_first(t, h);
	}
	return true;
}

uint8_t *
tcp_keep(struct gz_tcp *t, struct gz_tcp_conn *c, struct tcp_half *h, const struct tcp_piece *w)
{
	struct tcp_block *b = h->last;
	uint64_t acked;
	uint8_t *at;

	if (b == NULL || b->cap - b->len < w->len) {
		acked = tcp_acked_offset(c, h);
		if (b == NULL ||
				!slide(h, RTE_MIN(acked, h->off - tcp_kept_before(t, h, 0)),
						w->len)) {
			if (!grow(t, h, acked, w->len))
				return NULL;
		}
		b = h->last;
	}
	at = b->data + b->len;
	memcpy(at, w->data, w->len);
	b->len += w->len;
	return at;
}

/** Copy all from @p off, not before the first block. */
static void
gather(const struct tcp_half *h, uint64_t off, uint8_t *to)
{
	const struct tcp_block *b;
	uint64_t end;

	for (b = h->first; b != NULL; b = b->next) {
		end = b->off + b->len;
		if (end <= off)
			continue;
		memcpy(to, b->data + (off - b->off), end - off);
		to += end - off;
		off = end;
	}
}

/** Let one block, as small as can be, have the last @p stay bytes, if memory for it is there. */
static void
shrink(struct gz_tcp *t, struct tcp_half *h, uint32_t stay)
{
	struct tcp_block *b;

	if (stay == 0) {
		tcp_forget(t, h);
		return;
	}
	b = block_create(t, h, stay);
	if (b == NULL)
		return;
	gather(h, h->off - stay, b->data);
	b->off = h->off - stay;
	b->len = stay;
	tcp_forget(t, h);
	h->kept = b->cap;
	h->first = h->last = b;
}

/** Is a large block not worth keeping for its last @p stay bytes? */
static bool
is_roomy(const struct tcp_half *h, uint32_t stay)
{
	return stay == 0 || (block_size(h->last) > SHRINK_FROM && stay <= SHRINK_FROM / 4);
}

void
tcp_release(struct gz_tcp *t, struct gz_tcp_conn *c, struct tcp_half *h)
{
	uint32_t before;
	uint64_t acked;

	if (h->first == NULL)
		return;
	acked = tcp_acked_offset(c, h);
	while (h->first != h->last && h->first->off + h->first->len <= acked)
		drop_first(t, h);
	if (acked < h->off || h->first != h->last)
		return;
	before = tcp_kept_before(t, h, 0);
	if (is_roomy(h, before))
		shrink(t, h, before);
}

void
tcp_settle(struct gz_tcp *t, struct gz_tcp_conn *c)
{
	uint32_t before, stay;
	struct tcp_half *h;

	for (h = c->half; h < c->half + 2; h++) {
		if (h->first == NULL)
			continue;
		before = tcp_is_reset(c) ? 0 : tcp_kept_before(t, h, 0);
		stay = (uint32_t)(h->off - RTE_MIN(tcp_acked_offset(c, h), h->off - before));
		if (stay == 0 ||
				(h->kept > BLOCK_LEAST && h->off - stay >= h->first->off &&
						stay <= h->kept / 2))
			shrink(t, h, stay);
	}
}
