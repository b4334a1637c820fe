/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_LITERAL_H
#define GZ_LITERAL_H

/* One literal in a buffer, for confirming candidates. */

#include <stdbool.h>
#include <stdint.h>

#include "gz_span.h"

struct gz_literal {
	uint8_t *p; /* lower case when nocase; owned */
	uint32_t len;
	bool nocase;
	/* two places in it whose bytes are looked for first: the rarest, and the rarest beside it */
	uint32_t rare[2];
	uint8_t byte[2]; /* what stands there, */
	uint8_t fold[2]; /* after these bits were set in the buffer's byte */
};

/** Copies the bytes. NULL: empty. */
struct gz_literal *gz_literal_create(struct gz_span bytes, bool nocase);
void gz_literal_destroy(struct gz_literal *l);

/** Where it first starts in @p hay, or -1. Time: linear in practice, hay.len * len at worst. */
int64_t gz_literal_find(const struct gz_literal *l, struct gz_span hay);
/** Does it stand at the front of @p hay? */
bool gz_literal_at(const struct gz_literal *l, struct gz_span hay);

/** How seldom @p byte is in traffic, 1 (blank, zero, e) to 15. */
uint8_t gz_literal_rarity(uint8_t byte);

#endif /* GZ_LITERAL_H */
