/* SPDX-License-Identifier: BSD-3-Clause */
#include "var_internal.h"

static struct gz_span
value_of(const struct gz_eval *e, uint32_t name)
{
	return pkt_var_get(e->ctx, name);
}

static enum gz_answer
pktvar_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct var_test *t = m->arg;

	return var_test_answer(t, value_of(e, t->name));
}

static struct gz_keyword pktvar;

static const char *
pktvar_parse(struct gz_sig_builder *b, const char *value)
{
	return var_test_parse(b, &pktvar, value);
}

static struct gz_keyword pktvar = {
	.reg.name = "pktvar",
	.help = "bytes stand in a variable of the packet, which pcre has captured",
	.usage = "pktvar:<name>,<text with |hex bytes|>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = pktvar_parse,
	.free = var_test_free,
	.eval = pktvar_eval,
};
GZ_KEYWORD_REGISTER(pktvar)
