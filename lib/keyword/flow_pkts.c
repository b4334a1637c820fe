/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "flow_count.h"

static struct gz_keyword flow_pkts;

static const char *
flow_pkts_parse(struct gz_sig_builder *b, const char *value)
{
	return flow_count_parse(b, &flow_pkts, value, FLOW_SAID);
}

static struct gz_keyword flow_pkts = {
	.reg.name = "flow.pkts",
	.help = "how many packets the flow has had so far",
	.usage = "flow.pkts:toserver|toclient|both|either,[<|>|<=|>=|!]<number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = flow_pkts_parse,
	.free = free,
	.eval = flow_pkts_eval,
};
GZ_KEYWORD_REGISTER(flow_pkts)
