/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef VAR_INTERNAL_H
#define VAR_INTERNAL_H

/* What flowvar and pktvar have in common: bytes looked for in a variable. */

#include "keyword_ctx.h"
#include "keyword_internal.h"

struct var_test {
	uint32_t name;
	struct gz_literal *literal;
};

/** "<name>,<bytes>"; @p kw names the kind of the variable, too. */
const char *
var_test_parse(struct gz_sig_builder *b, const struct gz_keyword *kw, const char *value);
void var_test_free(void *arg);
/** @p value with p NULL: there is no such variable. */
enum gz_answer var_test_answer(const struct var_test *t, struct gz_span value);

#endif /* VAR_INTERNAL_H */
