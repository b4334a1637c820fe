/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <rte_common.h>

#include "mem_internal.h"
#include "mem_poison.h"

enum {
	HUGE_PAGE_BYTES = 2 << 20,
};

int
region_init(struct region *r, uint64_t bytes, uint64_t ready)
{
	uint64_t mapped;
	uint8_t *at;
	uint32_t i;

	*r = (struct region){ 0 };
	for (i = 0; i < ORDERS; i++)
		LIST_INIT(&r->by_order[i]);
	r->nb_chunks = (uint32_t)(RTE_ALIGN_CEIL(bytes, (uint64_t)CHUNK_BYTES) / CHUNK_BYTES);
	r->chunks = calloc(r->nb_chunks, sizeof(*r->chunks));
	if (r->chunks == NULL)
		return -ENOMEM;
	/* One page more, to give back what lies before and behind the alignment. */
	bytes = RTE_ALIGN_CEIL((uint64_t)r->nb_chunks * CHUNK_BYTES, (uint64_t)HUGE_PAGE_BYTES);
	mapped = bytes + HUGE_PAGE_BYTES;
	at = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			-1, 0);
	if (at == MAP_FAILED) {
		free(r->chunks);
		return -ENOMEM;
	}
	r->base = RTE_PTR_ALIGN_CEIL(at, HUGE_PAGE_BYTES);
	if (r->base != at)
		munmap(at, (size_t)(r->base - at));
	munmap(r->base + bytes, mapped - bytes - (size_t)(r->base - at));
	/* A kernel without either does without. */
	madvise(r->base, bytes, MADV_HUGEPAGE);
	madvise(r->base, RTE_MIN(bytes, ready), MADV_POPULATE_WRITE);
	return 0;
}

void
region_fini(struct region *r)
{
	uint64_t bytes = RTE_ALIGN_CEIL(
			(uint64_t)r->nb_chunks * CHUNK_BYTES, (uint64_t)HUGE_PAGE_BYTES);

	mem_unpoison(r->base, bytes);
	munmap(r->base, bytes);
	free(r->chunks);
}

/** In @p free, a bit for each place where 2^@p order units start that are all free. */
static uint16_t
starts(uint16_t free, uint32_t order)
{
	static const uint16_t aligned[ORDERS] = { 0xffff, 0x5555, 0x1111, 0x0101, 0x0001 };
	uint32_t i;

	for (i = 0; i < order; i++)
		free &= (uint16_t)(free >> (1 << i));
	return free & aligned[order];
}

/** Put the chunk on the list that its free units now belong to. */
static void
chunk_sort(struct region *r, struct chunk *c)
{
	int order = ORDERS - 1;

	while (order >= 0 && starts(c->free, (uint32_t)order) == 0)
		order--;
	if (order == c->order)
		return;
	if (c->order >= 0)
		LIST_REMOVE(c, link);
	if (order >= 0)
		LIST_INSERT_HEAD(&r->by_order[order], c, link);
	c->order = (int8_t)order;
}

/** A chunk with 2^@p order units in one piece: the fullest, and a new one last. */
static struct chunk *
chunk_find(struct region *r, uint32_t order)
{
	struct chunk *c;

	for (; order < ORDERS; order++) {
		if (!LIST_EMPTY(&r->by_order[order]))
			return LIST_FIRST(&r->by_order[order]);
	}
	if (r->nb_touched == r->nb_chunks)
		return NULL;
	c = &r->chunks[r->nb_touched];
	mem_poison(r->base + (size_t)r->nb_touched * CHUNK_BYTES, CHUNK_BYTES);
	r->nb_touched++;
	c->free = 0xffff;
	c->order = ORDERS - 1;
	LIST_INSERT_HEAD(&r->by_order[c->order], c, link);
	return c;
}

static uint16_t
units_mask(uint32_t first, uint32_t order)
{
	return (uint16_t)(((1U << (1U << order)) - 1) << first);
}

void *
region_get(struct region *r, uint32_t order)
{
	struct chunk *c = chunk_find(r, order);
	uint32_t first;

	if (c == NULL)
		return NULL;
	first = (uint32_t)__builtin_ctz(starts(c->free, order));
	c->free &= (uint16_t)~units_mask(first, order);
	chunk_sort(r, c);
	return r->base + (size_t)(c - r->chunks) * CHUNK_BYTES + (size_t)first * UNIT_BYTES;
}

void
region_put(struct region *r, void *p, uint32_t order)
{
	uint32_t unit = region_unit(r, p);
	struct chunk *c = &r->chunks[unit / CHUNK_UNITS];

	c->free |= units_mask(unit % CHUNK_UNITS, order);
	chunk_sort(r, c);
}
