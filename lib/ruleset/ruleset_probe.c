/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Probes: contents that can stand in one place only (startswith, depth of their
 * own length, endswith, bsize of their own length) are found by a look-up of the
 * bytes there, which costs less than a search and does not grow with their number.
 */
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_debug.h>

#include "ruleset_internal.h"

/* An entry with what it is sorted by. */
struct item {
	struct rs_entry entry;
	const struct gz_literal *literal;
	bool from_end;
	bool nocase;
	uint8_t width;
	uint32_t at;
	uint64_t key;
};

/* Items of one probe, side by side. */
struct run {
	uint32_t first, n;
};

/* Ends are much alike (".com", "www."): there the more bytes the better. Starts differ, and there one
 * look-up for all is what counts. */
static uint8_t
width_of(uint32_t len, bool from_end)
{
	if (len >= 8 && from_end)
		return 8;
	if (len >= 4)
		return 4;
	return len >= 2 ? 2 : 1;
}

static uint64_t
key_of(const struct gz_literal *l, uint8_t width, bool from_end)
{
	uint64_t key = 0;

	memcpy(&key, l->p + (from_end ? l->len - width : 0), width);
	return l->nocase ? rs_fold(key, width) : key;
}

static struct item
item_of(const struct rs_entry *e)
{
	const struct gz_literal *l = gz_match_content(e->fast->match)->literal;
	struct item i = { .entry = *e, .literal = l };

	i.from_end = e->fast->place == RS_AT_END;
	i.nocase = l->nocase;
	i.width = width_of(l->len, i.from_end);
	i.at = i.from_end ? 0 : e->fast->at;
	i.key = key_of(l, i.width, i.from_end);
	return i;
}

static int
by_probe(const struct item *x, const struct item *y)
{
	if (x->from_end != y->from_end)
		return x->from_end ? 1 : -1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->width != y->width)
		return x->width < y->width ? -1 : 1;
	return x->nocase - y->nocase;
}

static int
by_probe_and_key(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = by_probe(x, y);

	if (order != 0)
		return order;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->entry.rule < y->entry.rule ? -1 : x->entry.rule > y->entry.rule;
}

static int
longest_first(const void *a, const void *b)
{
	const struct run *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return x->first < y->first ? -1 : 1;
}

static uint32_t
find_runs(const struct item *v, uint32_t n, struct run *runs)
{
	uint32_t i, nb = 0;

	for (i = 0; i < n; i++)
		if (i == 0 || by_probe(&v[i - 1], &v[i]) != 0)
			runs[nb++] = (struct run){ i, 1 };
		else
			runs[nb - 1].n++;
	qsort(runs, nb, sizeof(*runs), longest_first);
	return nb;
}

static void
put_slot(const struct rs_probe *p, struct rs_slot *slots, const struct rs_slot *one)
{
	uint32_t i = rs_probe_slot(p, one->key);

	while (slots[i].n != 0)
		i = (i + 1) & p->mask;
	slots[i] = *one;
}

static void
make_probe(struct rs_arena *arena, struct rs_probe *p, const struct item *v, uint32_t n)
{
	uint32_t size = rte_align32pow2(2 * n), i, k;
	struct rs_slot *slots = rs_arena_get(arena, size * sizeof(*slots));
	struct rs_fixed *fixed = rs_arena_get(arena, n * sizeof(*fixed));
	struct rs_slot one;

	*p = (struct rs_probe){
		.from_end = v->from_end,
		.nocase = v->nocase,
		.width = v->width,
		.at = v->at,
		.mask = size - 1,
		.slots = slots,
		.fixed = fixed,
	};
	for (i = 0; i < n; i = k) {
		one = (struct rs_slot){ .key = v[i].key, .first = i };
		for (k = i; k < n && v[k].key == v[i].key; k++)
			fixed[k] = (struct rs_fixed){ v[k].entry.rule, v[k].literal };
		one.n = k - i;
		put_slot(p, slots, &one);
	}
}

void
rs_probes_build(struct rs_arena *arena, struct rs_entries *fixed, struct rs_finder *find,
		struct rs_entries *rest)
{
	struct item *v = calloc(fixed->n + 1, sizeof(*v));
	struct run *runs = calloc(fixed->n + 1, sizeof(*runs));
	uint32_t i, k, nb;
	struct rs_probe *probes;

	RTE_VERIFY(v != NULL && runs != NULL);
	for (i = 0; i < fixed->n; i++)
		v[i] = item_of(&fixed->v[i]);
	qsort(v, fixed->n, sizeof(*v), by_probe_and_key);
	nb = find_runs(v, fixed->n, runs);
	find->nb_probes = RTE_MIN(nb, (uint32_t)RS_PROBES);
	probes = rs_arena_get(arena, find->nb_probes * sizeof(*probes));
	for (i = 0; i < find->nb_probes; i++) {
		make_probe(arena, &probes[i], &v[runs[i].first], runs[i].n);
		for (k = 0; !probes[i].from_end && k < runs[i].n; k++)
			find->reach = RTE_MAX(find->reach,
					probes[i].at + v[runs[i].first + k].literal->len);
	}
	for (; i < nb; i++)
		for (k = 0; k < runs[i].n; k++)
			rs_entries_add(rest, v[runs[i].first + k].entry.rule,
					v[runs[i].first + k].entry.fast);
	find->probes = probes;
	free(runs);
	free(v);
}
