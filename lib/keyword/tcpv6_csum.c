/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "csum_internal.h"

static enum gz_answer
tcpv6_csum_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is(e, GZ_PKT_TCP) || !pkt_is(e, GZ_PKT_IPV6))
		return GZ_NO;
	return csum_answer(m, gz_pkt_l4_sum_is_good(e->pkt));
}

static struct gz_keyword tcpv6_csum;

static const char *
tcpv6_csum_parse(struct gz_sig_builder *b, const char *value)
{
	return csum_parse(b, &tcpv6_csum, value);
}

static struct gz_keyword tcpv6_csum = {
	.reg.name = "tcpv6-csum",
	.help = "whether the checksum of TCP over IPv6 is right",
	.usage = "tcpv6-csum:valid|invalid",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = tcpv6_csum_parse,
	.free = free,
	.eval = tcpv6_csum_eval,
};
GZ_KEYWORD_REGISTER(tcpv6_csum)
