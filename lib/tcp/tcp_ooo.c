/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Copies of segments that lie beyond a gap: an array of runs by offset, found
 * by bisection, that never overlap. What follows a run without a gap is added
 * to it while it is small. Their number and their bytes are bounded.
 */

#include "tcp_internal.h"

enum {
	RUNS_LEAST = 4,
	RUNS_MOST = 1024,
	RUN_LEAST = 256,
	RUN_MOST = 32 * 1024,
};

static size_t
ooo_size(uint32_t cap)
{
	return sizeof(struct tcp_ooo) + cap * sizeof(struct tcp_run);
}

struct tcp_run *
tcp_ooo_first(const struct tcp_half *h)
{
	struct tcp_ooo *o = h->ooo;

	return o == NULL || o->nb == 0 ? NULL : &o->v[o->first];
}

uint32_t
tcp_ooo_find(const struct tcp_ooo *o, uint64_t off)
{
	uint32_t low = o->first, high = o->first + o->nb, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (o->v[mid].off + o->v[mid].len > off)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

static void
run_free(struct gz_tcp *t, struct tcp_ooo *o, struct tcp_run *r)
{
	o->bytes -= r->cap;
	gz_mem_put(t->mem, tcp_streams, r->data, r->cap);
}

void
tcp_ooo_free(struct gz_tcp *t, struct tcp_half *h)
{
	struct tcp_ooo *o = h->ooo;

	if (o == NULL)
		return;
	for (uint32_t i = o->first; i < o->first + o->nb; i++)
		run_free(t, o, &o->v[i]);
	gz_mem_put(t->mem, tcp_streams, o, ooo_size(o->cap));
	h->ooo = NULL;
}

void
tcp_ooo_pop(struct gz_tcp *t, struct tcp_half *h)
{
	struct tcp_ooo *o = h->ooo;

	run_free(t, o, &o->v[o->first]);
	o->first++;
	o->nb--;
	if (o->nb == 0)
		tcp_ooo_free(t, h);
}

/** Room for one run more. */
static bool
make_room(struct gz_tcp *t, struct tcp_half *h)
{
	struct tcp_ooo *o = h->ooo;
	uint32_t cap;

	if (o == NULL) {
		o = gz_mem_get(t->mem, tcp_streams, ooo_size(RUNS_LEAST));
		if (o == NULL)
			return false;
		*o = (struct tcp_ooo){ .cap = RUNS_LEAST };
		h->ooo = o;
		return true;
	}
	if (o->first + o->nb < o->cap)
		return true;
	if (o->first > 0) {
		memmove(&o->v[0], &o->v[o->first], o->nb * sizeof(o->v[0]));
		o->first = 0;
		return true;
	}
	cap = RTE_MIN(o->cap * 2, (uint32_t)RUNS_MOST);
	if (cap == o->cap)
		return false;
	o = gz_mem_grow(t->mem, tcp_streams, o, ooo_size(o->cap), ooo_size(o->cap), ooo_size(cap));
	if (o == NULL)
		return false;
	o->cap = cap;
	h->ooo = o;
	return true;
}

/** Add to the run that ends where @p w begins. @return false: there is none with room. */
static bool
append(struct gz_tcp *t, struct tcp_ooo *o, uint32_t i, const struct tcp_piece *w)
{
	struct tcp_run *r;
	uint32_t cap;
	uint8_t *data;

	if (i == o->first)
		return false;
	r = &o->v[i - 1];
	if (r->off + r->len != (uint64_t)w->off || r->len + w->len > RUN_MOST)
		return false;
	if (r->cap - r->len < w->len) {
		cap = (uint32_t)gz_mem_fits(RTE_MIN(r->cap * 2 + w->len, (uint32_t)RUN_MOST));
		data = gz_mem_grow(t->mem, tcp_streams, r->data, r->cap, r->len, cap);
		if (data == NULL)
			return false;
		o->bytes += cap - r->cap;
		r->data = data;
		r->cap = cap;
	}
	memcpy(r->data + r->len, w->data, w->len);
	r->len += w->len;
	return true;
}

static bool
insert(struct gz_tcp *t, struct tcp_half *h, uint32_t i, const struct tcp_piece *w)
{
	uint32_t first = h->ooo->first, cap;
	struct tcp_ooo *o;
	uint8_t *data;

	if (!make_room(t, h))
		return false;
	o = h->ooo;
	i -= first - o->first;
	cap = (uint32_t)gz_mem_fits(RTE_MAX(w->len, (uint32_t)RUN_LEAST));
	data = gz_mem_get(t->mem, tcp_streams, cap);
	if (data == NULL)
		return false;
	memmove(&o->v[i + 1], &o->v[i], (o->first + o->nb - i) * sizeof(o->v[0]));
	o->v[i] = (struct tcp_run){
		.off = (uint64_t)w->off, .len = w->len, .cap = cap, .data = data
	};
	memcpy(data, w->data, w->len);
	o->nb++;
	o->bytes += cap;
	return true;
}

/** Store @p w, which overlaps nothing and belongs before run @p i. */
static bool
store(struct gz_tcp *t, struct tcp_half *h, uint32_t i, const struct tcp_piece *w)
{
	if (h->ooo->bytes + w->len > t->ooo_most)
		return false;
	return append(t, h->ooo, i, w) || insert(t, h, i, w);
}

bool
tcp_ooo_store(struct gz_tcp *t, struct tcp_half *h, const struct tcp_piece *w)
{
	uint64_t end = (uint64_t)w->off + w->len;
	struct tcp_piece rest = *w, part;
	struct tcp_run *r;
	uint32_t i, skip;

	if (h->ooo == NULL && !make_room(t, h))
		return false;
	while ((uint64_t)rest.off < end) {
		i = tcp_ooo_find(h->ooo, (uint64_t)rest.off);
		r = i < h->ooo->first + h->ooo->nb ? &h->ooo->v[i] : NULL;
		part = rest;
		if (r != NULL && r->off <= (uint64_t)rest.off) {
			skip = (uint32_t)RTE_MIN(
					r->off + r->len - (uint64_t)rest.off, (uint64_t)rest.len);
		} else {
			if (r != NULL && r->off < end)
				part.len = (uint32_t)(r->off - (uint64_t)rest.off);
			if (!store(t, h, i, &part))
				return false;
			skip = part.len;
		}
		rest.off += skip;
		rest.data += skip;
		rest.len -= skip;
	}
	return true;
}
