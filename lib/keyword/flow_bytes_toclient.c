/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "flow_count.h"

static struct gz_keyword flow_bytes_toclient;

static const char *
flow_bytes_toclient_parse(struct gz_sig_builder *b, const char *value)
{
	return flow_count_parse(b, &flow_bytes_toclient, value, FLOW_TO_CLIENT);
}

static struct gz_keyword flow_bytes_toclient = {
	.reg.name = "flow.bytes_toclient",
	.help = "as flow.bytes:toclient",
	.usage = "flow.bytes_toclient:[<|>|<=|>=|!]<number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = flow_bytes_toclient_parse,
	.free = free,
	.eval = flow_bytes_eval,
};
GZ_KEYWORD_REGISTER(flow_bytes_toclient)
