/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "csum_internal.h"

static enum gz_answer
tcpv4_csum_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is(e, GZ_PKT_TCP) || !pkt_is(e, GZ_PKT_IPV4))
		return GZ_NO;
	return csum_answer(m, gz_pkt_l4_sum_is_good(e->pkt));
}

static struct gz_keyword tcpv4_csum;

static const char *
tcpv4_csum_parse(struct gz_sig_builder *b, const char *value)
{
	return csum_parse(b, &tcpv4_csum, value);
}

static struct gz_keyword tcpv4_csum = {
	.reg.name = "tcpv4-csum",
	.help = "whether the checksum of TCP over IPv4 is right",
	.usage = "tcpv4-csum:valid|invalid",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = tcpv4_csum_parse,
	.free = free,
	.eval = tcpv4_csum_eval,
};
GZ_KEYWORD_REGISTER(tcpv4_csum)
