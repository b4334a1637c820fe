/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "csum_internal.h"

static enum gz_answer
icmpv4_csum_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is(e, GZ_PKT_ICMP4))
		return GZ_NO;
	return csum_answer(m, gz_pkt_l4_sum_is_good(e->pkt));
}

static struct gz_keyword icmpv4_csum;

static const char *
icmpv4_csum_parse(struct gz_sig_builder *b, const char *value)
{
	return csum_parse(b, &icmpv4_csum, value);
}

static struct gz_keyword icmpv4_csum = {
	.reg.name = "icmpv4-csum",
	.help = "whether the checksum of ICMP is right",
	.usage = "icmpv4-csum:valid|invalid",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = icmpv4_csum_parse,
	.free = free,
	.eval = icmpv4_csum_eval,
};
GZ_KEYWORD_REGISTER(icmpv4_csum)
