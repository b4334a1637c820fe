/* SPDX-License-Identifier: BSD-3-Clause */
/* Finders: contents with one possible place are looked up there, the others searched for. */
#include <stdlib.h>

#include <rte_debug.h>

#include "ruleset_internal.h"

enum {
	SHORT_ONES = 16, /* so many short literals do not slow a large set down; many do */
};

struct rs_finder_builder {
	struct rs_entries fixed;
	struct rs_entries kind[RS_SETS];
};

struct rs_finder_builder *
rs_finder_builder_create(void)
{
	struct rs_finder_builder *fb;

	fb = calloc(1, sizeof(*fb));
	RTE_VERIFY(fb != NULL);
	return fb;
}

void
rs_entries_add(struct rs_entries *e, uint32_t rule, const struct rs_fast *f)
{
	if (e->n == e->room) {
		e->room = e->room == 0 ? 64 : e->room * 2;
		e->v = reallocarray(e->v, e->room, sizeof(*e->v));
		RTE_VERIFY(e->v != NULL);
	}
	e->v[e->n++] = (struct rs_entry){ rule, f };
}

void
rs_finder_add(struct rs_finder_builder *fb, uint32_t rule, const struct rs_fast *f)
{
	if (f->place == RS_ANYWHERE)
		rs_entries_add(&fb->kind[rs_fast_kind(f)], rule, f);
	else
		rs_entries_add(&fb->fixed, rule, f);
}

static void
move_all(struct rs_entries *to, struct rs_entries *from)
{
	uint32_t i;

	for (i = 0; i < from->n; i++)
		rs_entries_add(to, from->v[i].rule, from->v[i].fast);
	from->n = 0;
}

void
rs_finder_finish(struct rs_finder_builder *fb, struct rs_build *b, struct rs_finder *find)
{
	struct rs_entries rest = { NULL, 0, 0 };
	uint32_t k;

	*find = (struct rs_finder){ .nb_probes = 0 };
	rs_probes_build(b->rs->arena, &fb->fixed, find, &rest);
	for (k = 0; k < rest.n; k++)
		rs_entries_add(&fb->kind[rs_fast_kind(rest.v[k].fast)], rest.v[k].rule,
				rest.v[k].fast);
	if (fb->kind[RS_FAR].n > 0 && fb->kind[RS_SHORT].n <= SHORT_ONES)
		move_all(&fb->kind[RS_FAR], &fb->kind[RS_SHORT]);
	for (k = 0; k < RS_SETS; k++) {
		find->set[k] = rs_set_build(b, &fb->kind[k]);
		free(fb->kind[k].v);
	}
	free(rest.v);
	free(fb->fixed.v);
	free(fb);
}
