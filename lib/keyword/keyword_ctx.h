/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KEYWORD_CTX_H
#define KEYWORD_CTX_H

/* What keywords remember on one worker. */

#include "gz_eval.h"

#include "keyword_table.h"

struct gz_keyword_ctx {
	struct gz_mem *mem;
	struct gz_regex_work *regex;
	struct table *counts; /* thresholds: by rule and address */
	struct table *hosts; /* bits of addresses */
	uint8_t *decoded; /* GZ_EVAL_B64 bytes for base64_decode */
	uint8_t *changed; /* GZ_EVAL_B64 bytes for transforms within a chain */
};

/* Variables of a flow: bits (present or not) and numbers, by the number of their name. */

enum {
	FLOW_VARS = 256, /* most of one flow */
};

/** Is it there? Its value in *@p value, unless that is NULL. */
bool flow_var_get(const struct gz_flow *f, uint32_t name, uint32_t *value);
/** false: no memory, or the flow has too many. */
bool flow_var_set(struct gz_keyword_ctx *c, struct gz_flow *f, uint32_t name, uint32_t value);
void flow_var_unset(struct gz_flow *f, uint32_t name);

#endif /* KEYWORD_CTX_H */
