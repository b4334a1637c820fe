/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MEM_INTERNAL_H
#define MEM_INTERNAL_H

/*
 * From the system's memory to a piece, in two steps: a region is cut in units,
 * and a unit holds pieces of one size (a slab), or a large piece takes several.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

enum {
	UNIT_BYTES = 64 * 1024,
	CHUNK_UNITS = 16,
	CHUNK_BYTES = CHUNK_UNITS * UNIT_BYTES,
	ORDERS = 5, /* 1, 2, 4, 8 or 16 units in one piece */
};

/** 16 units, the largest piece there is. */
struct chunk {
	LIST_ENTRY(chunk) link; /* on its region's list for its order */
	uint16_t free; /* a bit for each unit */
	int8_t order; /* of the largest piece free, -1: none */
};

struct region {
	uint8_t *base; /* aligned to its pages */
	uint32_t nb_chunks;
	uint32_t nb_touched; /* chunks behind were never used */
	struct chunk *chunks;
	LIST_HEAD(, chunk) by_order[ORDERS];
};

/** Of its @p bytes, @p ready have their pages at once. @return 0 or -ENOMEM. */
int region_init(struct region *r, uint64_t bytes, uint64_t ready);
void region_fini(struct region *r);
/** 2^@p order units in one piece, aligned to its size; NULL when there are none. */
void *region_get(struct region *r, uint32_t order);
void region_put(struct region *r, void *p, uint32_t order);

static inline uint32_t
region_unit(const struct region *r, const void *p)
{
	return (uint32_t)(((const uint8_t *)p - r->base) / UNIT_BYTES);
}

enum {
	SMALL_STEP = 16, /* bytes; also the alignment of every piece */
	SMALL_MOST = 256, /* up to here classes are a step apart */
	SMALL_BITS = 8, /* of SMALL_MOST */
	STEPS_MOST = 8192, /* up to here four classes for each doubling */
	SLAB_MOST = 32768, /* up to here parts of a unit; larger pieces are whole units */
	FIRST_STEP = SMALL_MOST / SMALL_STEP,
	FIRST_PART = FIRST_STEP + 5 * 4,
	CLASSES = FIRST_PART + 6,
};

/** Bytes of the pieces of a class. */
extern const uint32_t class_bytes[CLASSES];

/** What holds a piece of some size. */
struct kind {
	bool slab;
	uint32_t index; /* the class in a slab, else the order */
	uint32_t bytes; /* that the piece really takes */
};

/** For @p size up to GZ_MEM_MOST. */
static inline struct kind
kind_of(size_t size)
{
	uint32_t i, top;

	if (size <= SMALL_MOST) {
		i = size == 0 ? 0 : (uint32_t)(size - 1) / SMALL_STEP;
	} else if (size <= STEPS_MOST) {
		/* The two bits below the topmost choose among four. */
		top = 63 - (uint32_t)__builtin_clzl(size - 1);
		i = FIRST_STEP + (top - SMALL_BITS) * 4 + (uint32_t)((size - 1) >> (top - 2) & 3);
	} else if (size <= SLAB_MOST) {
		for (i = FIRST_PART; class_bytes[i] < size; i++)
			;
	} else {
		for (i = 0; (size_t)UNIT_BYTES << i < size; i++)
			;
		return (struct kind){ false, i, (uint32_t)UNIT_BYTES << i };
	}
	return (struct kind){ true, i, class_bytes[i] };
}

#endif /* MEM_INTERNAL_H */
