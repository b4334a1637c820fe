/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "gz_error.h"

void
gz_registry_add(struct gz_registry *r, struct gz_reg *reg)
{
	RTE_VERIFY(!r->sealed);
	STAILQ_INSERT_TAIL(&r->list, reg, next);
	r->count++;
}

static int
by_name(const void *a, const void *b)
{
	const struct gz_reg *const *x = a;
	const struct gz_reg *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

void
gz_registry_seal(struct gz_registry *r)
{
	struct gz_reg *reg;
	uint32_t i = 0;

	if (r->sealed)
		return;
	/* Kept until the process ends, as the registry is. */
	r->by_name = calloc(r->count + 1, sizeof(struct gz_reg *));
	RTE_VERIFY(r->by_name != NULL);
	STAILQ_FOREACH(reg, &r->list, next)
		r->by_name[i++] = reg;
	qsort(r->by_name, r->count, sizeof(struct gz_reg *), by_name);
	for (i = 0; i < r->count; i++) {
		r->by_name[i]->id = i;
		if (i > 0 && strcmp(r->by_name[i - 1]->name, r->by_name[i]->name) == 0) {
			fprintf(stderr, "base: two %ss are registered as \"%s\"\n", r->what,
					r->by_name[i]->name);
			abort();
		}
	}
	r->sealed = true;
}

struct gz_reg *
gz_registry_find(const struct gz_registry *r, const char *name)
{
	const struct gz_reg key = { .name = name };
	const struct gz_reg *wanted = &key;
	struct gz_reg **found;

	RTE_VERIFY(r->sealed);
	found = bsearch(&wanted, r->by_name, r->count, sizeof(struct gz_reg *), by_name);
	return found == NULL ? NULL : *found;
}

const char *
gz_registry_nearest(const struct gz_registry *r, const char *name)
{
	const char **names, *nearest;
	uint32_t i;

	RTE_VERIFY(r->sealed);
	names = calloc(r->count + 1, sizeof(*names));
	RTE_VERIFY(names != NULL);
	for (i = 0; i < r->count; i++)
		names[i] = r->by_name[i]->name;
	nearest = gz_nearest_word(name, names, r->count);
	free(names);
	return nearest;
}
