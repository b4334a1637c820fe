/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <rte_common.h>
#include <rte_debug.h>

#include "ruleset_internal.h"

enum {
	BLOCK_BYTES = 256 << 10,
};

struct block {
	SLIST_ENTRY(block) next;
	size_t used, size;
	uint8_t bytes[] __rte_aligned(16);
};

struct rs_arena {
	SLIST_HEAD(, block) blocks; /* the first has room */
};

struct rs_arena *
rs_arena_create(void)
{
	struct rs_arena *a;

	a = calloc(1, sizeof(*a));
	RTE_VERIFY(a != NULL);
	return a;
}

void
rs_arena_destroy(struct rs_arena *a)
{
	struct block *b;

	if (a == NULL)
		return;
	while ((b = SLIST_FIRST(&a->blocks)) != NULL) {
		SLIST_REMOVE_HEAD(&a->blocks, next);
		free(b);
	}
	free(a);
}

void *
rs_arena_get(struct rs_arena *a, size_t size)
{
	struct block *b = SLIST_FIRST(&a->blocks);
	void *p;

	size = RTE_ALIGN_CEIL(RTE_MAX(size, (size_t)1), 16);
	if (b == NULL || b->size - b->used < size) {
		b = calloc(1, sizeof(*b) + RTE_MAX(size, (size_t)BLOCK_BYTES));
		RTE_VERIFY(b != NULL);
		b->size = RTE_MAX(size, (size_t)BLOCK_BYTES);
		SLIST_INSERT_HEAD(&a->blocks, b, next);
	}
	p = b->bytes + b->used;
	b->used += size;
	return p;
}

void
rs_numbers_add(struct rs_numbers *l, uint32_t value)
{
	if (l->n == l->room) {
		l->room = l->room == 0 ? 8 : l->room * 2;
		l->v = reallocarray(l->v, l->room, sizeof(*l->v));
		RTE_VERIFY(l->v != NULL);
	}
	l->v[l->n++] = value;
}

struct rs_list
rs_numbers_keep(struct rs_numbers *l, struct rs_arena *a)
{
	struct rs_list kept = { NULL, l->n };
	uint32_t *v;

	if (l->n > 0) {
		v = rs_arena_get(a, l->n * sizeof(*v));
		memcpy(v, l->v, l->n * sizeof(*v));
		kept.v = v;
	}
	free(l->v);
	*l = (struct rs_numbers){ NULL, 0, 0 };
	return kept;
}
