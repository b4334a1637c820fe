/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CONTENT_INTERNAL_H
#define CONTENT_INTERNAL_H

/* What content's modifiers (offset, nocase, …) do to the content before them. */

#include "keyword_internal.h"

/**
 * The content before, which now gets @p flag (GZ_CONTENT_*), unless that contradicts what it has.
 *
 * @return the content, or NULL with a sentence in *@p wrong.
 */
struct gz_content *content_modify(struct gz_sig_builder *b, uint32_t flag, const char **wrong);

/** A number from @p least to @p most, or the name of a variable of byte_extract or byte_math. */
const char *content_number(struct gz_sig_builder *b, const char *value, int64_t least, int64_t most,
		int64_t *number, int16_t *var);

#endif /* CONTENT_INTERNAL_H */
