/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PCRE_INTERNAL_H
#define PCRE_INTERNAL_H

/* Parts of an expression's match that become variables of the flow or the packet. */

#include "keyword_ctx.h"
#include "keyword_internal.h"

struct pcre_capture {
	uint8_t group;
	uint8_t index; /* among those of the rule */
	bool of_packet;
	uint32_t name;
};

/**
 * Which groups of @p regex, written as @p text, are kept: those that @p names tells in their order
 * ("flow:a, pkt:b"), and those that are named so themselves.
 */
const char *
pcre_captures(struct gz_sig_builder *b, const struct gz_regex *regex, struct gz_span text,
		struct gz_span names, struct pcre_capture v[GZ_EVAL_CAPTURES], uint8_t *n);
/** Copy what was captured, until the rule has matched. */
void
pcre_keep(struct gz_eval *e, const struct pcre_capture *v, uint8_t n, const struct gz_span *groups);

#endif /* PCRE_INTERNAL_H */
