/* SPDX-License-Identifier: BSD-3-Clause */
#include "var_internal.h"

static struct gz_span
value_of(const struct gz_eval *e, uint32_t name)
{
	return flow_text_get(e->flow, name);
}

static enum gz_answer
flowvar_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct var_test *t = m->arg;

	return e->flow == NULL ? GZ_NO : var_test_answer(t, value_of(e, t->name));
}

static struct gz_keyword flowvar;

static const char *
flowvar_parse(struct gz_sig_builder *b, const char *value)
{
	return var_test_parse(b, &flowvar, value);
}

static struct gz_keyword flowvar = {
	.reg.name = "flowvar",
	.help = "bytes stand in a variable of the flow, which pcre has captured",
	.usage = "flowvar:<name>,<text with |hex bytes|>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = flowvar_parse,
	.free = var_test_free,
	.eval = flowvar_eval,
};
GZ_KEYWORD_REGISTER(flowvar)
