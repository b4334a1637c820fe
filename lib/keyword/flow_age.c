/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

enum {
	US = 1000000,
};

static enum gz_answer
flow_age_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (e->flow == NULL || e->now_us < e->flow->start_us)
		return GZ_NO;
	return number_answer(m, (e->now_us - e->flow->start_us) / US);
}

static struct gz_keyword flow_age;

static const char *
flow_age_parse(struct gz_sig_builder *b, const char *value)
{
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_FLOW;
	return number_parse_flow(b, &flow_age, value, UINT32_MAX);
}

static struct gz_keyword flow_age = {
	.reg.name = "flow.age",
	.help = "how many seconds ago the flow began",
	.usage = "flow.age:[<|>|<=|>=|!]<seconds> or flow.age:<seconds><><seconds>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = flow_age_parse,
	.free = free,
	.eval = flow_age_eval,
};
GZ_KEYWORD_REGISTER(flow_age)
