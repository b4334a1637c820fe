/* SPDX-License-Identifier: BSD-3-Clause */
/* Which rules may match: those whose literals are found, each once a round. */
#include <string.h>

#include "detect_internal.h"

struct scan {
	struct gz_detect *d;
	const struct rs_set *set;
	uint64_t start;
	uint64_t old;
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
		if (at >= h->from && (at <= h->to || h->to == UINT32_MAX))
			detect_candidate(s->d, h->rule, at);
		else
			all = false;
	}
	if (all)
		w->literal_seen[s->set->literal0 + number] = w->stamp;
	return false;
}

/* What of @p data must be searched: what may hold a literal that ends behind @p old, no further than
 * the set reaches. */
static struct gz_span
part_to_search(const struct scan *s, struct gz_span data)
{
	uint64_t end = s->start + data.len, first;

	if (s->set->reach != UINT32_MAX)
		end = RTE_MIN(end, s->set->reach);
	first = s->old >= s->set->longest ? s->old - s->set->longest + 1 : 0;
	first = RTE_MAX(first, s->start);
	if (end <= first || end <= s->old)
		return gz_span(NULL, 0);
	return gz_span(data.p + (first - s->start), (uint32_t)(end - first));
}

void
detect_scan(struct gz_detect *d, const struct rs_set *const set[RS_SETS], struct gz_span data,
		uint64_t start, uint64_t old)
{
	struct scan s = { d, NULL, start, old };
	struct gz_span part;
	uint32_t k;

	for (k = 0; k < RS_SETS; k++) {
		if (set[k] == NULL)
			continue;
		s.set = set[k];
		s.start = start;
		part = part_to_search(&s, data);
		if (part.len == 0)
			continue;
		s.start = start + (uint64_t)(part.p - data.p);
		gz_mpm_scan(set[k]->mpm, d->work->scratch, part, on_literal, &s);
	}
}

void
detect_sort(struct gz_detect *d)
{
	static const uint32_t gaps[] = { 701, 301, 132, 57, 23, 10, 4, 1 };
	struct rs_candidate *v = d->work->candidates, one;
	uint32_t g, i, k, gap;

	detect_count(DETECT_CANDIDATES, d->nb_candidates);
	for (g = 0; g < RTE_DIM(gaps); g++)
		for (gap = gaps[g], i = gap; i < d->nb_candidates; i++) {
			one = v[i];
			for (k = i; k >= gap && v[k - gap].rule > one.rule; k -= gap)
				v[k] = v[k - gap];
			v[k] = one;
		}
}
