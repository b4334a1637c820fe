/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
icmpv6_mtu_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!(pkt_is(e, GZ_PKT_ICMP6) && e->pkt->icmp_type == 2))
		return GZ_NO;
	return number_answer(m, be32_at(gz_pkt_l4(e->pkt) + 4));
}

static struct gz_keyword icmpv6_mtu;

static const char *
icmpv6_mtu_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &icmpv6_mtu, value, UINT32_MAX);
}

static struct gz_keyword icmpv6_mtu = {
	.reg.name = "icmpv6.mtu",
	.help = "the MTU that an ICMPv6 message tells",
	.usage = "icmpv6.mtu:[<|>|<=|>=|!]<number> or icmpv6.mtu:<number><><number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = icmpv6_mtu_parse,
	.free = free,
	.eval = icmpv6_mtu_eval,
};
GZ_KEYWORD_REGISTER(icmpv6_mtu)
