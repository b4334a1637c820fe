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

/* The levels at which bits have been set: by all, and by rules that do not test that bit themselves. */
struct set_levels {
	uint32_t *all, *pure;
};

static bool
has_bit(const struct gz_sig *s, uint32_t name, bool sets)
{
	uint32_t k;

	for (k = 0; k < s->nb_bits; k++)
		if (s->bits[k].name == name && s->bits[k].sets == sets)
			return true;
	return false;
}

/* The level at which all bits that it tests have been set. A bit that it sets too does not wait for itself. */
static uint32_t
level_by_tests(const struct gz_sig *s, const struct set_levels *at)
{
	uint32_t k, name, set_at, level = 0;

	for (k = 0; k < s->nb_bits; k++) {
		if (s->bits[k].sets)
			continue;
		name = s->bits[k].name;
		set_at = has_bit(s, name, true) ? at->pure[name] : at->all[name];
		level = RTE_MAX(level, set_at + 1);
	}
	return level;
}

static void
note_sets(const struct item *v, const struct set_levels *at)
{
	uint32_t k, name;

	for (k = 0; k < v->s->nb_bits; k++) {
		if (!v->s->bits[k].sets)
			continue;
		name = v->s->bits[k].name;
		at->all[name] = RTE_MAX(at->all[name], v->level);
		if (!has_bit(v->s, name, false))
			at->pure[name] = RTE_MAX(at->pure[name], v->level);
	}
}

static bool
raise_levels(struct item *v, uint32_t n, const struct set_levels *at)
{
	bool changed = false;
	uint32_t i, level;

	for (i = 0; i < n; i++) {
		if (v[i].s->nb_bits == 0)
			continue;
		level = level_by_tests(v[i].s, at);
		if (level > v[i].level) {
			v[i].level = level;
			changed = true;
		}
		note_sets(&v[i], at);
	}
	return changed;
}

void
rs_order(struct gz_sig **sigs, uint32_t n)
{
	struct item *v = calloc(n + 1, sizeof(*v));
	struct set_levels at;
	uint32_t i, round, names;

	RTE_VERIFY(v != NULL);
	for (i = 0; i < n; i++)
		v[i] = (struct item){ sigs[i], sigs[i]->nb_bits == 0 ? LEVEL_NONE : 0 };
	names = count_names(v, n);
	at.all = calloc(names + 1, sizeof(*at.all));
	at.pure = calloc(names + 1, sizeof(*at.pure));
	RTE_VERIFY(at.all != NULL && at.pure != NULL);
	for (round = 0; round < ROUNDS_MOST && raise_levels(v, n, &at); round++)
		;
	qsort(v, n, sizeof(*v), judging_order);
	for (i = 0; i < n; i++)
		sigs[i] = v[i].s;
	free(at.all);
	free(at.pure);
	free(v);
}
