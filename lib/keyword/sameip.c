/* SPDX-License-Identifier: BSD-3-Clause */
#include "number_internal.h"

static enum gz_answer
sameip_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is_ip(e, GZ_PKT_IPV4 | GZ_PKT_IPV6))
		return GZ_NO;
	return gz_addr_equal(&e->pkt->src, &e->pkt->dst) ? GZ_YES : GZ_NO;
}

static struct gz_keyword sameip;

static const char *
sameip_parse(struct gz_sig_builder *b, const char *value)
{
	gz_sig_add(b, &sameip, NULL, 0);
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_PACKET;
	return NULL;
}

static struct gz_keyword sameip = {
	.reg.name = "sameip",
	.help = "source and destination are the same address",
	.usage = "sameip",
	.scope = GZ_SCOPE_PACKET,
	.no_value = true,
	.parse = sameip_parse,
	.eval = sameip_eval,
};
GZ_KEYWORD_REGISTER(sameip)
