/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "csum_internal.h"

static enum gz_answer
udpv6_csum_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is(e, GZ_PKT_UDP) || !pkt_is(e, GZ_PKT_IPV6))
		return GZ_NO;
	return csum_answer(m, gz_pkt_l4_sum_is_good(e->pkt));
}

static struct gz_keyword udpv6_csum;

static const char *
udpv6_csum_parse(struct gz_sig_builder *b, const char *value)
{
	return csum_parse(b, &udpv6_csum, value);
}

static struct gz_keyword udpv6_csum = {
	.reg.name = "udpv6-csum",
	.help = "whether the checksum of UDP over IPv6 is right",
	.usage = "udpv6-csum:valid|invalid",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = udpv6_csum_parse,
	.free = free,
	.eval = udpv6_csum_eval,
};
GZ_KEYWORD_REGISTER(udpv6_csum)
