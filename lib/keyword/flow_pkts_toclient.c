/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "flow_count.h"

static struct gz_keyword flow_pkts_toclient;

static const char *
flow_pkts_toclient_parse(struct gz_sig_builder *b, const char *value)
{
	return flow_count_parse(b, &flow_pkts_toclient, value, FLOW_TO_CLIENT);
}

static struct gz_keyword flow_pkts_toclient = {
	.reg.name = "flow.pkts_toclient",
	.help = "as flow.pkts:toclient",
	.usage = "flow.pkts_toclient:[<|>|<=|>=|!]<number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = flow_pkts_toclient_parse,
	.free = free,
	.eval = flow_pkts_eval,
};
GZ_KEYWORD_REGISTER(flow_pkts_toclient)
