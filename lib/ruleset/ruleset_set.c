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

struct entries {
	struct entry *v;
	uint32_t n, room;
};

struct rs_set_builder {
	struct entries kind[RS_SETS];
};

struct rs_set_builder *
rs_set_builder_create(void)
{
	struct rs_set_builder *sb;

	sb = calloc(1, sizeof(*sb));
	RTE_VERIFY(sb != NULL);
	return sb;
}

void
rs_set_add(struct rs_set_builder *sb, uint32_t rule, const struct rs_fast *f)
{
	struct entries *e = &sb->kind[rs_fast_kind(f)];

	if (e->n == e->room) {
		e->room = e->room == 0 ? 64 : e->room * 2;
		e->v = reallocarray(e->v, e->room, sizeof(*e->v));
		RTE_VERIFY(e->v != NULL);
	}
	e->v[e->n++] = (struct entry){ f->literal, f->nocase, { rule, f->from, f->to } };
}

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

static const struct rs_set *
set_of(struct rs_build *b, struct entries *e)
{
	struct gz_mpm_builder *mb = gz_mpm_builder_create();
	struct rs_arena *arena = b->rs->arena;
	struct rs_set *s = rs_arena_get(arena, sizeof(*s));
	struct rs_hit *hits = rs_arena_get(arena, e->n * sizeof(*hits));
	uint32_t *first = rs_arena_get(arena, (e->n + 1) * sizeof(*first));
	uint32_t i, number;

	qsort(e->v, e->n, sizeof(*e->v), by_literal_and_rule);
	for (i = 0; i < e->n; i++) {
		number = gz_mpm_add(mb, e->v[i].literal, e->v[i].nocase);
		if (number == s->count)
			first[s->count++] = i;
		hits[i] = e->v[i].hit;
		s->reach = RTE_MAX(s->reach, e->v[i].hit.to);
	}
	first[s->count] = e->n;
	s->first = first;
	s->hits = hits;
	s->mpm = database_of(b, mb);
	gz_mpm_builder_destroy(mb);
	if (s->mpm == NULL)
		return NULL;
	s->longest = gz_mpm_longest(s->mpm);
	keep_set(b, s);
	return s;
}

void
rs_set_finish(struct rs_set_builder *sb, struct rs_build *b, const struct rs_set *set[RS_SETS])
{
	uint32_t k;

	for (k = 0; k < RS_SETS; k++) {
		set[k] = sb->kind[k].n == 0 ? NULL : set_of(b, &sb->kind[k]);
		free(sb->kind[k].v);
	}
	free(sb);
}
