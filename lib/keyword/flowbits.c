/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "bits_internal.h"

static enum gz_answer
flowbits_test(const struct gz_match *m, struct gz_eval *e)
{
	const struct bits *bits = m->arg;
	uint32_t i;
	bool is;

	if (e->flow == NULL)
		return GZ_NO;
	for (i = 0; i < bits->nb_names; i++) {
		is = flow_var_get(e->flow, bits->names[i], NULL) == (bits->op == BIT_ISSET);
		if (is != bits->all)
			return is ? GZ_YES : GZ_NO;
	}
	return bits->all ? GZ_YES : GZ_NO;
}

static enum gz_answer
flowbits_change(const struct gz_match *m, struct gz_eval *e)
{
	const struct bits *bits = m->arg;
	uint32_t name = bits->names[0];

	if (e->flow == NULL)
		return GZ_YES;
	if (bits->op == BIT_UNSET || (bits->op == BIT_TOGGLE && flow_var_get(e->flow, name, NULL)))
		flow_var_unset(e->flow, name);
	else
		flow_var_set(e->ctx, e->flow, name, 1);
	return GZ_YES;
}

/* The half that runs when all has matched; rules name the other. */
static const struct gz_keyword flowbits_post = {
	.reg.name = "flowbits",
	.scope = GZ_SCOPE_POST,
	.free = free,
	.eval = flowbits_change,
};

static struct gz_keyword flowbits;

static const char *
flowbits_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value);
	struct bits bits = { .op = BIT_NOALERT };
	const char *wrong;

	wrong = bits_read(b, &rest, "flowbits", &bits);
	if (wrong == NULL && rest.len > 0)
		wrong = gz_sig_error_at(b, rest.p, "nothing may follow the name");
	if (wrong != NULL)
		return wrong;
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_FLOW;
	bits_add(b, &bits, &flowbits, &flowbits_post);
	return NULL;
}

static struct gz_keyword flowbits = {
	.reg.name = "flowbits",
	.help = "bits that rules set on a flow for other rules to test",
	.usage = "flowbits:set|unset|toggle|isset|isnotset,<name>[|<name>...] or flowbits:noalert",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.ip_only = true,
	.parse = flowbits_parse,
	.free = free,
	.eval = flowbits_test,
};
GZ_KEYWORD_REGISTER(flowbits)
