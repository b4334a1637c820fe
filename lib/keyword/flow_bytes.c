/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "flow_count.h"

static struct gz_keyword flow_bytes;

static const char *
flow_bytes_parse(struct gz_sig_builder *b, const char *value)
{
	return flow_count_parse(b, &flow_bytes, value, FLOW_SAID);
}

static struct gz_keyword flow_bytes = {
	.reg.name = "flow.bytes",
	.help = "how many bytes the packets of the flow have had so far",
	.usage = "flow.bytes:toserver|toclient|both|either,[<|>|<=|>=|!]<number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = flow_bytes_parse,
	.free = free,
	.eval = flow_bytes_eval,
};
GZ_KEYWORD_REGISTER(flow_bytes)
