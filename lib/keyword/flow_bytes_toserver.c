/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "flow_count.h"

static struct gz_keyword flow_bytes_toserver;

static const char *
flow_bytes_toserver_parse(struct gz_sig_builder *b, const char *value)
{
	return flow_count_parse(b, &flow_bytes_toserver, value, FLOW_TO_SERVER);
}

static struct gz_keyword flow_bytes_toserver = {
	.reg.name = "flow.bytes_toserver",
	.help = "as flow.bytes:toserver",
	.usage = "flow.bytes_toserver:[<|>|<=|>=|!]<number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = flow_bytes_toserver_parse,
	.free = free,
	.eval = flow_bytes_eval,
};
GZ_KEYWORD_REGISTER(flow_bytes_toserver)
