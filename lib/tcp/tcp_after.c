/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Connections that were forgotten before they were over: quiet for long, or
 * ended by a reset or FIN of which nobody knows whether it arrived. Should one
 * go on, its server has not forgotten it. A little is remembered of each, so
 * that it is followed anew (exception.tcp-forgotten), in the right direction,
 * and so that what cannot be judged any more is refused: data beyond a sender's
 * own end, and all data if there was a gap or the connection was cut.
 *
 * Places for it are taken when the worker is made; where they are spent the
 * oldest goes, and then exception.tcp-midstream applies to it.
 */

#include <errno.h>
#include <stdlib.h>

#include <rte_common.h>

#include "tcp_internal.h"

enum {
	WAYS = 4, /* places of a bucket: a cache line */
	USED = 1 << 0,
	CLIENT_IS_LOW = 1 << 1, /* of the two ends */
	REFUSED = 1 << 2,
	HAS_END = 1 << 3, /* of the low end; of the other the next bit */
};

struct tcp_after {
	uint32_t hash;
	uint32_t flags;
	uint32_t end[2]; /* of the low end's data, and the high one's */
};

/** Spreads hashes whose low bits are alike because steering went by them. */
static const uint32_t bucket_mix = 0x9e3779b1;

int
tcp_after_create(struct gz_tcp *t, uint32_t places)
{
	if (places == 0)
		return 0;
	places = rte_align32pow2(RTE_MAX(places, (uint32_t)2 * WAYS));
	t->after = aligned_alloc(RTE_CACHE_LINE_SIZE, (size_t)places * sizeof(*t->after));
	if (t->after == NULL)
		return -ENOMEM;
	memset(t->after, 0, (size_t)places * sizeof(*t->after));
	t->after_shift = 32 - rte_log2_u32(places / WAYS);
	return 0;
}

void
tcp_after_destroy(struct gz_tcp *t)
{
	free(t->after);
}

static struct tcp_after *
bucket_of(const struct gz_tcp *t, const struct gz_flow *f)
{
	return &t->after[(size_t)((f->hash * bucket_mix) >> t->after_shift) * WAYS];
}

static bool
client_is_low(const struct gz_flow *f)
{
	int order = memcmp(&f->addr[0], &f->addr[1], sizeof(f->addr[0]));

	return order != 0 ? order < 0 : f->port[0] < f->port[1];
}

/** Index of who sends in direction @p d: 0 for the low end. */
static uint32_t
end_of(const struct gz_flow *f, enum gz_dir d)
{
	return (d == GZ_C2S) == client_is_low(f) ? 0 : 1;
}

static struct tcp_after *
find(const struct gz_tcp *t, const struct gz_flow *f)
{
	struct tcp_after *b;

	if (t->after == NULL)
		return NULL;
	b = bucket_of(t, f);
	for (uint32_t i = 0; i < WAYS; i++)
		if ((b[i].flags & USED) != 0 && b[i].hash == f->hash)
			return &b[i];
	return NULL;
}

/** Has the receiver of @p h shown that it takes nothing more from it? */
static bool
is_settled(const struct tcp_half *h, const struct tcp_half *receiver)
{
	return (h->flags & HALF_FIN_ACKED) != 0 || (receiver->flags & HALF_RST) != 0;
}

static void
describe(struct tcp_after *a, const struct gz_tcp_conn *c, const struct gz_flow *f)
{
	const struct tcp_half *h;
	uint32_t end;

	*a = (struct tcp_after){ .hash = f->hash, .flags = USED };
	if (client_is_low(f))
		a->flags |= CLIENT_IS_LOW;
	if ((c->flags & CONN_CUT) != 0)
		a->flags |= REFUSED;
	for (uint32_t d = GZ_C2S; d <= GZ_S2C; d++) {
		h = &c->half[tcp_half_of(c, f, (enum gz_dir)d)];
		end = end_of(f, (enum gz_dir)d);
		if (tcp_ooo_first(h) != NULL)
			a->flags |= REFUSED;
		if ((h->flags & (HALF_FIN_SEEN | HALF_RST)) == 0)
			continue;
		a->flags |= HAS_END << end;
		a->end[end] = (h->flags & HALF_FIN_SEEN) != 0 ? h->fin : h->seen;
	}
}

void
tcp_after_end(struct gz_tcp *t, const struct gz_flow *f)
{
	const struct gz_tcp_conn *c = f->tcp;
	const struct tcp_half *a = &c->half[0], *b = &c->half[1];
	struct tcp_after *place, *bucket;

	if (t->after == NULL || (c->flags & CONN_RESOLVED) == 0)
		return;
	place = find(t, f);
	if ((is_settled(a, b) && is_settled(b, a)) || (c->flags & CONN_STOPPED) != 0) {
		if (place != NULL)
			place->flags = 0;
		return;
	}
	bucket = bucket_of(t, f);
	if (place == NULL) {
		place = &bucket[WAYS - 1];
		TCP_COUNT(TCP_STAT_UNREMEMBERED, (place->flags & USED) != 0);
	}
	/* the newest first */
	memmove(bucket + 1, bucket, (size_t)(place - bucket) * sizeof(*bucket));
	describe(bucket, c, f);
}

bool
tcp_after_refuses(struct gz_tcp *t, struct tcp_seg *s)
{
	const struct tcp_after *a = find(t, s->f);
	uint32_t end;

	if (a == NULL || s->len == 0)
		return false;
	end = end_of(s->f, (enum gz_dir)s->p->dir);
	if ((a->flags & REFUSED) == 0 &&
			((a->flags & HAS_END << end) == 0 ||
					!tcp_after(s->seq + s->len, a->end[end])))
		return false;
	if (s->inline_mode)
		gz_pkt_settle(s->p, GZ_DROP, GZ_WHY_TCP_CLOSED);
	return s->inline_mode;
}

bool
tcp_after_is_known(struct gz_tcp *t, struct tcp_seg *s)
{
	const struct tcp_after *a = find(t, s->f);

	if (a == NULL)
		return false;
	if (((a->flags & CLIENT_IS_LOW) != 0) != client_is_low(s->f)) {
		gz_flow_swap(s->f);
		s->p->dir = (uint8_t)gz_dir_other((enum gz_dir)s->p->dir);
	}
	return true;
}

void
tcp_after_resume(struct gz_tcp *t, struct tcp_seg *s)
{
	const struct tcp_after *a = find(t, s->f);
	struct tcp_half *h;
	uint32_t end;

	for (uint32_t d = GZ_C2S; a != NULL && d <= GZ_S2C; d++) {
		h = &s->c->half[tcp_half_of(s->c, s->f, (enum gz_dir)d)];
		end = end_of(s->f, (enum gz_dir)d);
		if ((a->flags & HAS_END << end) == 0)
			continue;
		h->flags |= HALF_FIN_SEEN;
		h->fin = a->end[end];
	}
}
