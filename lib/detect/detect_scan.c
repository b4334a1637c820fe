/* SPDX-License-Identifier: BSD-3-Clause */
/* Which rules may match: those whose literals are found, each once a round. */
#include <string.h>

#include "detect_internal.h"

struct scan {
	struct gz_detect *d;
	const struct rs_set *set;
	uint64_t start;
	uint64_t old;
	bool segments;
};

void
detect_round(struct gz_detect *d)
{
	const struct gz_ruleset *rs = d->rs;
	struct rs_worker *w = d->work;

	d->nb_candidates = 0;
	if (likely(++w->stamp != 0))
		return;
	/* The stamps have gone once round: old ones would look new. */
	memset(w->rule_seen, 0, rs->nb_rules * sizeof(*w->rule_seen));
	memset(w->literal_seen, 0, rs->nb_literals * sizeof(*w->literal_seen));
	memset(w->values, 0, rs->nb_engines * sizeof(*w->values));
	w->stamp = 1;
}

void
detect_candidate(struct gz_detect *d, uint32_t rule, uint64_t end)
{
	struct rs_worker *w = d->work;

	if (w->rule_seen[rule] == w->stamp)
		return;
	w->rule_seen[rule] = w->stamp;
	w->candidates[d->nb_candidates++] = (struct rs_candidate){ rule, 0, end };
}

void
detect_candidates(struct gz_detect *d, const struct rs_list *list)
{
	uint32_t i;

	for (i = 0; i < list->n; i++)
		detect_candidate(d, list->v[i], 0);
}

static bool
is_in_place(const struct scan *s, const struct rs_hit *h, uint64_t at)
{
	if (at >= h->from && (at <= h->to || h->to == UINT32_MAX))
		return true;
	return s->segments && s->d->rs->rules[h->rule].on_packet;
}

static bool
on_literal(void *arg, uint32_t number, uint32_t end)
{
	const struct scan *s = arg;
	struct rs_worker *w = s->d->work;
	uint64_t at = s->start + end;
	const struct rs_hit *h, *last;
	bool all = true;

	if (at <= s->old || w->literal_seen[s->set->literal0 + number] == w->stamp)
		return false;
	last = &s->set->hits[s->set->first[number + 1]];
	for (h = &s->set->hits[s->set->first[number]]; h < last; h++) {
		if (is_in_place(s, h, at))
			detect_candidate(s->d, h->rule, at);
		else
			all = false;
	}
	if (all)
		w->literal_seen[s->set->literal0 + number] = w->stamp;
	return false;
}

/* What of @p data must be searched: what may hold a literal that ends behind the old part, no further
 * than the set reaches. */
static struct gz_span
part_to_search(const struct rs_set *set, const struct detect_data *data)
{
	uint64_t end = data->start + data->bytes.len, first;

	if (set->reach != UINT32_MAX && !data->segments)
		end = RTE_MIN(end, set->reach);
	first = data->old >= set->longest ? data->old - set->longest + 1 : 0;
	first = RTE_MAX(first, data->start);
	if (end <= first || end <= data->old)
		return gz_span(NULL, 0);
	return gz_span(data->bytes.p + (first - data->start), (uint32_t)(end - first));
}

static void
search(struct gz_detect *d, const struct rs_set *set, const struct detect_data *data)
{
	struct scan s = { d, set, 0, data->old, data->segments };
	struct gz_span part;

	if (set == NULL)
		return;
	part = part_to_search(set, data);
	if (part.len == 0)
		return;
	s.start = data->start + (uint64_t)(part.p - data->bytes.p);
	gz_mpm_scan(set->mpm, d->work->scratch, part, on_literal, &s);
}

static uint64_t
load(const uint8_t *p, uint8_t width)
{
	uint64_t wide;
	uint32_t four;
	uint16_t two;

	switch (width) {
	case 8:
		memcpy(&wide, p, 8);
		return wide;
	case 4:
		memcpy(&four, p, 4);
		return four;
	case 2:
		memcpy(&two, p, 2);
		return two;
	default:
		return *p;
	}
}

/* The contents under @p key, compared as a whole. */
static void
look_up(struct gz_detect *d, const struct rs_probe *p, uint64_t key, const struct detect_data *data)
{
	const struct rs_fixed *f, *last;
	uint32_t i = rs_probe_slot(p, key), at;
	const struct rs_slot *slot;

	for (slot = &p->slots[i]; slot->n != 0 && slot->key != key; slot = &p->slots[i])
		i = (i + 1) & p->mask;
	last = &p->fixed[slot->first + slot->n];
	for (f = &p->fixed[slot->first]; f < last; f++) {
		at = p->from_end ? data->bytes.len - f->literal->len
				 : (uint32_t)(p->at - data->start);
		if (f->literal->len > data->bytes.len ||
				data->start + at + f->literal->len <= data->old)
			continue;
		if (gz_literal_at(f->literal, gz_span(data->bytes.p + at, data->bytes.len - at)))
			detect_candidate(d, f->rule, data->start + at + f->literal->len);
	}
}

static void
probe(struct gz_detect *d, const struct rs_probe *p, const struct detect_data *data)
{
	uint64_t key;
	uint32_t at;

	if (p->from_end) {
		if (!data->whole || data->bytes.len < p->width)
			return;
		at = data->bytes.len - p->width;
	} else {
		if (p->at < data->start || p->at + p->width > data->start + data->bytes.len)
			return;
		at = (uint32_t)(p->at - data->start);
	}
	key = load(data->bytes.p + at, p->width);
	look_up(d, p, p->nocase ? rs_fold(key, p->width) : key, data);
}

void
detect_find_fixed(struct gz_detect *d, const struct rs_finder *f, const struct detect_data *data)
{
	uint32_t i; /* Beyond what probes reach only those from the end are left, which growing buffers have not. */
	if (data->old >= f->reach && !data->whole)
		return;
	for (i = 0; i < f->nb_probes; i++)
		probe(d, &f->probes[i], data);
}

void
detect_find(struct gz_detect *d, const struct rs_finder *f, const struct detect_data *data)
{
	search(d, f->set[RS_FAR], data);
	search(d, f->set[RS_SHORT], data);
	detect_find_fixed(d, f, data);
}

/* Most rounds have few candidates, and those from lists come in order. */
static void
sort_few(struct rs_candidate *v, uint32_t n)
{
	struct rs_candidate one;
	uint32_t i, k;

	for (i = 1; i < n; i++) {
		one = v[i];
		for (k = i; k > 0 && v[k - 1].rule > one.rule; k--)
			v[k] = v[k - 1];
		v[k] = one;
	}
}

static void
sort_many(struct rs_candidate *v, uint32_t n)
{
	static const uint32_t gaps[] = { 1750, 701, 301, 132, 57, 23, 10, 4 };
	struct rs_candidate one;
	uint32_t g, i, k, gap;

	for (g = 0; g < RTE_DIM(gaps); g++)
		for (gap = gaps[g], i = gap; i < n; i++) {
			one = v[i];
			for (k = i; k >= gap && v[k - gap].rule > one.rule; k -= gap)
				v[k] = v[k - gap];
			v[k] = one;
		}
}

void
detect_sort(struct gz_detect *d)
{
	enum {
		FEW = 24,
	};

	detect_count(DETECT_CANDIDATES, d->nb_candidates);
	if (d->nb_candidates > FEW)
		sort_many(d->work->candidates, d->nb_candidates);
	sort_few(d->work->candidates, d->nb_candidates);
}
