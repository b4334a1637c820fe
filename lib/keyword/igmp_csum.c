/* SPDX-License-Identifier: BSD-3-Clause */
#include <netinet/in.h>
#include <stdlib.h>

#include "csum_internal.h"

/* RFC 3376 section 4.1.2: over all of the IP payload. */
static bool
sum_is_good(const struct gz_pkt *p)
{
	const uint8_t *at = gz_pkt_l4(p);
	uint32_t sum = 0, i;

	for (i = 0; i + 1 < p->payload_len; i += 2)
		sum += be16_at(at + i);
	if (i < p->payload_len)
		sum += (uint32_t)at[i] << 8;
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)(sum + (sum >> 16)) == 0xffff;
}

static enum gz_answer
igmp_csum_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is(e, GZ_PKT_IPV4) || e->pkt->proto != IPPROTO_IGMP)
		return GZ_NO;
	return csum_answer(m, sum_is_good(e->pkt));
}

static struct gz_keyword igmp_csum;

static const char *
igmp_csum_parse(struct gz_sig_builder *b, const char *value)
{
	return csum_parse(b, &igmp_csum, value);
}

static struct gz_keyword igmp_csum = {
	.reg.name = "igmp-csum",
	.help = "whether the checksum of an IGMP message is right",
	.usage = "igmp-csum:valid|invalid",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = igmp_csum_parse,
	.free = free,
	.eval = igmp_csum_eval,
};
GZ_KEYWORD_REGISTER(igmp_csum)
