/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_PIECE_H
#define GZ_PIECE_H

/* Memory for libraries that give it back without telling its size: that stands in front. */

#include "gz_mem.h"

struct gz_piece {
	size_t size; /* with this head */
	size_t unused; /* keeps what follows aligned to 16 */
};

/** All zero; NULL: too much, or the budget is spent. */
static inline void *
gz_piece_get(struct gz_mem *mem, const struct gz_mem_purpose *purpose, size_t size)
{
	struct gz_piece *p;

	if (size > GZ_MEM_MOST - sizeof(*p))
		return NULL;
	p = gz_mem_zero(mem, purpose, sizeof(*p) + size);
	if (p == NULL)
		return NULL;
	p->size = sizeof(*p) + size;
	return p + 1;
}

static inline void
gz_piece_put(struct gz_mem *mem, const struct gz_mem_purpose *purpose, void *at)
{
	struct gz_piece *p = at;

	if (p != NULL)
		gz_mem_put(mem, purpose, p - 1, p[-1].size);
}

/** As it was asked for. */
static inline size_t
gz_piece_size(const void *at)
{
	return ((const struct gz_piece *)at)[-1].size - sizeof(struct gz_piece);
}

#endif /* GZ_PIECE_H */
