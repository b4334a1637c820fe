/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KEYWORD_CTX_H
#define KEYWORD_CTX_H

/* What keywords remember on one worker. */

#include "gz_eval.h"

#include "keyword_table.h"

enum {
	VAR_BYTES = 1024, /* of a variable's value: what is longer is cut */
	PKT_VARS = 16, /* of one packet */
	FLOW_TEXTS = 16, /* variables of a flow that hold bytes */
};

struct pkt_var {
	uint32_t name;
	uint16_t len;
	uint8_t bytes[VAR_BYTES];
};

struct gz_keyword_ctx {
	struct gz_mem *mem;
	struct gz_regex_work *regex;
	struct table *counts; /* thresholds: by rule and address */
	struct table *hosts; /* bits of addresses */
	bool forgot; /* a flow's bit or number */
	uint8_t *decoded; /* GZ_EVAL_B64 bytes for base64_decode */
	uint8_t *changed; /* GZ_EVAL_B64 bytes for transforms within a chain */
	const struct gz_names *names; /* of the rules in force; NULL: variables are not told */
	uint8_t (*captures)[VAR_BYTES]; /* of the rule in hand, GZ_EVAL_CAPTURES */
	struct pkt_var *pkt_vars; /* of the packet in hand, PKT_VARS */
	uint32_t nb_pkt_vars;
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
/** The index-th of them, in the order set. @return false: no such. */
bool flow_var_at(const struct gz_flow *f, uint32_t index, uint32_t *name, uint32_t *value);

/* And such that hold bytes, at most FLOW_TEXTS of a flow. */

/** p NULL: it is not there. */
struct gz_span flow_text_get(const struct gz_flow *f, uint32_t name);
bool
flow_text_set(struct gz_keyword_ctx *c, struct gz_flow *f, uint32_t name, struct gz_span value);
bool flow_text_at(const struct gz_flow *f, uint32_t index, uint32_t *name, struct gz_span *value);

/** The same of the packet in hand. */
struct gz_span pkt_var_get(const struct gz_keyword_ctx *c, uint32_t name);
bool pkt_var_set(struct gz_keyword_ctx *c, uint32_t name, struct gz_span value);

#endif /* KEYWORD_CTX_H */
