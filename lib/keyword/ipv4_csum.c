/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "csum_internal.h"

static enum gz_answer
ipv4_csum_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is_ip(e, GZ_PKT_IPV4))
		return GZ_NO;
	return csum_answer(m, gz_pkt_ip_sum_is_good(e->pkt));
}

static struct gz_keyword ipv4_csum;

static const char *
ipv4_csum_parse(struct gz_sig_builder *b, const char *value)
{
	return csum_parse(b, &ipv4_csum, value);
}

static struct gz_keyword ipv4_csum = {
	.reg.name = "ipv4-csum",
	.help = "whether the checksum of the IPv4 header is right",
	.usage = "ipv4-csum:valid|invalid",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = ipv4_csum_parse,
	.free = free,
	.eval = ipv4_csum_eval,
};
GZ_KEYWORD_REGISTER(ipv4_csum)
