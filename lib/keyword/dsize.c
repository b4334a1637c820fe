/* SPDX-License-Identifier: BSD-3-Clause */
#include <netinet/in.h>
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
dsize_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is(e, UINT32_MAX))
		return GZ_NO;
	/* an IGMP message is all header */
	return number_answer(m, e->pkt->proto == IPPROTO_IGMP ? 0 : e->pkt->payload_len);
}

static const char *
dsize_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &keyword_dsize, value, UINT16_MAX);
}

struct gz_keyword keyword_dsize = {
	.reg.name = "dsize",
	.help = "how long the payload of the packet is",
	.usage = "dsize:[<|>|<=|>=|!]<number> or dsize:<number><><number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = dsize_parse,
	.free = free,
	.eval = dsize_eval,
};
GZ_KEYWORD_REGISTER(keyword_dsize)
