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
	uint8_t skip[256]; /* how far a search may jump on a last byte */
};

/** Copies the bytes. NULL: no memory or empty. */
struct gz_literal *gz_literal_create(struct gz_span bytes, bool nocase);
void gz_literal_destroy(struct gz_literal *l);

/** Where it first starts in @p hay, or -1. Time: linear in practice, hay.len * len at worst. */
int64_t gz_literal_find(const struct gz_literal *l, struct gz_span hay);
/** Does it stand at the front of @p hay? */
bool gz_literal_at(const struct gz_literal *l, struct gz_span hay);

#endif /* GZ_LITERAL_H */
