/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
ttl_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is_ip(e, GZ_PKT_IPV4 | GZ_PKT_IPV6))
		return GZ_NO;
	return number_answer(m, e->pkt->ttl);
}

static struct gz_keyword ttl;

static const char *
ttl_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &ttl, value, UINT8_MAX);
}

static struct gz_keyword ttl = {
	.reg.name = "ttl",
	.help = "the time to live of the IP header, or the hop limit",
	.usage = "ttl:[<|>|<=|>=|!]<number> or ttl:<number><><number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = ttl_parse,
	.free = free,
	.eval = ttl_eval,
};
GZ_KEYWORD_REGISTER(ttl)
