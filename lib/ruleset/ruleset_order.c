/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The order of judging: by action; then rules that set bits before those that
 * test them, along chains of any length, and both before those that do neither;
 * then by priority, gid and sid.
 */
#include <stdlib.h>

#include <rte_debug.h>

#include "ruleset_internal.h"

enum {
	ROUNDS_MOST = 32, /* links of a chain that are honoured; rules that wait for each other end here */
	LEVEL_NONE = UINT16_MAX,
};

struct item {
	struct gz_sig *s;
	uint32_t level;
};

static int
action_rank(enum gz_action a)
{
	switch (a) {
	case GZ_ACTION_PASS:
		return 0;
	case GZ_ACTION_DROP:
		return 1;
	case GZ_ACTION_ALERT:
		return 3;
	default:
		return 2;
	}
}

static int
judging_order(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int rank = action_rank(x->s->action) - action_rank(y->s->action);

	if (rank != 0)
		return rank;
	if (x->level != y->level)
		return x->level < y->level ? -1 : 1;
	if (x->s->priority != y->s->priority)
		return x->s->priority < y->s->priority ? -1 : 1;
	if (x->s->gid != y->s->gid)
		return x->s->gid < y->s->gid ? -1 : 1;
	return x->s->sid < y->s->sid ? -1 : x->s->sid > y->s->sid;
}

/* One more than the number of the last bit that any rule names. */
static uint32_t
count_names(const struct item *v, uint32_t n)
{
	uint32_t i, k, names = 0;

	for (i = 0; i < n; i++)
		for (k = 0; k < v[i].s->nb_bits; k++)
			names = RTE_MAX(names, v[i].s->bits[k].name + 1);
	return names;
}

/* The level at which all bits that it tests have been set. */
static uint32_t
level_by_tests(const struct gz_sig *s, const uint32_t *set_at)
{
	uint32_t k, level = 0;

	for (k = 0; k < s->nb_bits; k++)
		if (!s->bits[k].sets)
			level = RTE_MAX(level, set_at[s->bits[k].name] + 1);
	return level;
}

static bool
raise_levels(struct item *v, uint32_t n, uint32_t *set_at)
{
	bool changed = false;
	uint32_t i, k, level;

	for (i = 0; i < n; i++) {
		if (v[i].s->nb_bits == 0)
			continue;
		level = level_by_tests(v[i].s, set_at);
		if (level > v[i].level) {
			v[i].level = level;
			changed = true;
		}
		for (k = 0; k < v[i].s->nb_bits; k++)
			if (v[i].s->bits[k].sets)
				set_at[v[i].s->bits[k].name] = RTE_MAX(
						set_at[v[i].s->bits[k].name], v[i].level);
	}
	return changed;
}

void
rs_order(struct gz_sig **sigs, uint32_t n)
{
	struct item *v = calloc(n + 1, sizeof(*v));
	uint32_t i, round, *set_at;

	RTE_VERIFY(v != NULL);
	for (i = 0; i < n; i++)
		v[i] = (struct item){ sigs[i], sigs[i]->nb_bits == 0 ? LEVEL_NONE : 0 };
	set_at = calloc(count_names(v, n) + 1, sizeof(*set_at));
	RTE_VERIFY(set_at != NULL);
	for (round = 0; round < ROUNDS_MOST && raise_levels(v, n, set_at); round++)
		;
	qsort(v, n, sizeof(*v), judging_order);
	for (i = 0; i < n; i++)
		sigs[i] = v[i].s;
	free(set_at);
	free(v);
}
