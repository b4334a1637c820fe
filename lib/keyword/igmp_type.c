/* SPDX-License-Identifier: BSD-3-Clause */
#include <netinet/in.h>
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
igmp_type_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is(e, GZ_PKT_IPV4) || e->pkt->proto != IPPROTO_IGMP || e->pkt->payload_len == 0)
		return GZ_NO;
	return number_answer(m, gz_pkt_l4(e->pkt)[0]);
}

static struct gz_keyword igmp_type;

static const char *
igmp_type_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &igmp_type, value, UINT8_MAX);
}

static struct gz_keyword igmp_type = {
	.reg.name = "igmp.type",
	.help = "the type of an IGMP message",
	.usage = "igmp.type:[<|>|<=|>=|!]<number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = igmp_type_parse,
	.free = free,
	.eval = igmp_type_eval,
};
GZ_KEYWORD_REGISTER(igmp_type)
