/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "rule_internal.h"

void
ranges_add(struct ranges *r, const struct gz_addr_range *one)
{
	if (r->count == r->capacity) {
		r->capacity = r->capacity == 0 ? 8 : r->capacity * 2;
		r->v = reallocarray(r->v, r->capacity, sizeof(*r->v));
		RTE_VERIFY(r->v != NULL);
	}
	r->v[r->count++] = *one;
}

void
ranges_add_all(struct ranges *r, const struct ranges *other)
{
	uint32_t i;

	for (i = 0; i < other->count; i++)
		ranges_add(r, &other->v[i]);
}

static int
by_first(const void *a, const void *b)
{
	const struct gz_addr_range *x = a, *y = b;

	return gz_addr_compare(&x->first, &y->first);
}

/** Add one to @p a; false when it was the last number. */
static bool
step_up(struct gz_addr *a)
{
	int i;

	for (i = 15; i >= 0; i--) {
		if (++a->b[i] != 0)
			return true;
	}
	return false;
}

static void
step_down(struct gz_addr *a)
{
	int i;

	for (i = 15; i >= 0; i--) {
		if (a->b[i]-- != 0)
			return;
	}
}

/** Does a range that starts at @p first continue or overlap one that ends at @p last? */
static bool
joins(struct gz_addr last, const struct gz_addr *first)
{
	return !step_up(&last) || gz_addr_compare(first, &last) <= 0;
}

void
ranges_tidy(struct ranges *r)
{
	struct gz_addr_range *to, *from;
	uint32_t i, n = 0;

	if (r->count == 0)
		return;
	qsort(r->v, r->count, sizeof(*r->v), by_first);
	for (i = 1; i < r->count; i++) {
		to = &r->v[n];
		from = &r->v[i];
		if (!joins(to->last, &from->first))
			r->v[++n] = *from;
		else if (gz_addr_compare(&from->last, &to->last) > 0)
			to->last = from->last;
	}
	r->count = n + 1;
}

/** What of @p one the tidy @p r leaves, added to @p out; *@p i is where in @p r to begin. */
static void
cut_one(struct gz_addr_range one, const struct ranges *r, uint32_t *i, struct ranges *out)
{
	struct gz_addr_range part;

	while (*i < r->count && gz_addr_compare(&r->v[*i].last, &one.first) < 0)
		++*i;
	for (; *i < r->count && gz_addr_compare(&r->v[*i].first, &one.last) <= 0; ++*i) {
		part = (struct gz_addr_range){ one.first, r->v[*i].first };
		if (gz_addr_compare(&part.first, &part.last) < 0) {
			step_down(&part.last);
			ranges_add(out, &part);
		}
		if (gz_addr_compare(&r->v[*i].last, &one.last) >= 0)
			return; /* nothing is left of it; the cutter may reach the next one too */
		one.first = r->v[*i].last;
		step_up(&one.first);
	}
	ranges_add(out, &one);
}

struct ranges
ranges_minus(const struct ranges *all, const struct ranges *r)
{
	struct ranges out = { NULL, 0, 0 };
	uint32_t i, at = 0;

	for (i = 0; i < all->count; i++)
		cut_one(all->v[i], r, &at, &out);
	return out;
}

void
ranges_clear(struct ranges *r)
{
	free(r->v);
	*r = (struct ranges){ NULL, 0, 0 };
}
