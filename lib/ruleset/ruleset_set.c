/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Literal sets. Literals are sorted before they are numbered, so that equal
 * literals give an equal database, whichever rules they come from: such a
 * database is made once and shared, within a ruleset and from one generation to
 * the next.
 */
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "ruleset_internal.h"

struct entry {
	struct gz_span literal;
	bool nocase;
	struct rs_hit hit;
};

/* Small letters: literals that ignore case hold them already. */
static int
by_literal_and_rule(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order;

	if (x->nocase != y->nocase)
		return x->nocase ? 1 : -1;
	if (x->literal.len != y->literal.len)
		return x->literal.len < y->literal.len ? -1 : 1;
	order = memcmp(x->literal.p, y->literal.p, x->literal.len);
	if (order != 0)
		return order;
	return x->hit.rule < y->hit.rule ? -1 : x->hit.rule > y->hit.rule;
}

static struct gz_mpm *
find_built(const struct gz_ruleset *rs, const uint8_t key[GZ_MPM_KEY])
{
	uint32_t i;

	for (i = 0; rs != NULL && i < rs->nb_sets; i++)
		if (memcmp(gz_mpm_key(rs->sets[i]->mpm), key, GZ_MPM_KEY) == 0)
			return gz_mpm_share(rs->sets[i]->mpm);
	return NULL;
}

static struct gz_mpm *
database_of(struct rs_build *b, const struct gz_mpm_builder *mb)
{
	uint8_t key[GZ_MPM_KEY];
	struct gz_mpm *m;

	gz_mpm_builder_key(mb, key);
	m = find_built(b->rs, key);
	if (m != NULL)
		return m;
	m = find_built(b->before, key);
	if (m == NULL)
		m = gz_mpm_build(mb, b->cache_dir, b->errors);
	if (m == NULL) {
		b->failed = true;
		return NULL;
	}
	b->rs->databases++;
	b->rs->database_bytes += gz_mpm_size(m);
	b->cached += gz_mpm_was_cached(m);
	return m;
}

static void
keep_set(struct rs_build *b, struct rs_set *s)
{
	struct gz_ruleset *rs = b->rs;

	if (rs->nb_sets == b->sets_room) {
		b->sets_room = b->sets_room == 0 ? 64 : b->sets_room * 2;
		rs->sets = reallocarray(rs->sets, b->sets_room, sizeof(struct rs_set *));
		RTE_VERIFY(rs->sets != NULL);
	}
	rs->sets[rs->nb_sets++] = s;
	s->literal0 = rs->nb_literals;
	rs->nb_literals += s->count;
}

static struct entry *
sorted(const struct rs_entries *e)
{
	struct entry *v = calloc(e->n, sizeof(*v));
	const struct rs_fast *f;
	uint32_t i;

	RTE_VERIFY(v != NULL);
	for (i = 0; i < e->n; i++) {
		f = e->v[i].fast;
		v[i] = (struct entry){ f->literal, f->nocase, { e->v[i].rule, f->from, f->to } };
	}
	qsort(v, e->n, sizeof(*v), by_literal_and_rule);
	return v;
}

/* Number the literals, in @p mb and in @p s, and list the rules of each. */
static void
number_literals(struct rs_set *s, const struct rs_entries *e, struct gz_mpm_builder *mb,
		struct rs_arena *arena)
{
	struct rs_hit *hits = rs_arena_get(arena, e->n * sizeof(*hits));
	uint32_t *first = rs_arena_get(arena, (e->n + 1) * sizeof(*first));
	struct entry *v = sorted(e);
	uint32_t i;

	for (i = 0; i < e->n; i++) {
		if (gz_mpm_add(mb, v[i].literal, v[i].nocase) == s->count)
			first[s->count++] = i;
		hits[i] = v[i].hit;
		s->reach = RTE_MAX(s->reach, v[i].hit.to);
	}
	first[s->count] = e->n;
	s->first = first;
	s->hits = hits;
	free(v);
}

const struct rs_set *
rs_set_build(struct rs_build *b, struct rs_entries *e)
{
	struct gz_mpm_builder *mb;
	struct rs_set *s;

	if (e->n == 0)
		return NULL;
	mb = gz_mpm_builder_create();
	s = rs_arena_get(b->rs->arena, sizeof(*s));
	number_literals(s, e, mb, b->rs->arena);
	s->mpm = database_of(b, mb);
	gz_mpm_builder_destroy(mb);
	if (s->mpm == NULL)
		return NULL;
	s->longest = gz_mpm_longest(s->mpm);
	keep_set(b, s);
	return s;
}
