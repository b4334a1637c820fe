/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "flow_count.h"

static struct gz_keyword flow_pkts_toserver;

static const char *
flow_pkts_toserver_parse(struct gz_sig_builder *b, const char *value)
{
	return flow_count_parse(b, &flow_pkts_toserver, value, FLOW_TO_SERVER);
}

static struct gz_keyword flow_pkts_toserver = {
	.reg.name = "flow.pkts_toserver",
	.help = "as flow.pkts:toserver",
	.usage = "flow.pkts_toserver:[<|>|<=|>=|!]<number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = flow_pkts_toserver_parse,
	.free = free,
	.eval = flow_pkts_eval,
};
GZ_KEYWORD_REGISTER(flow_pkts_toserver)
