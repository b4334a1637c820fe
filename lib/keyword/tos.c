/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
tos_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is_ip(e, GZ_PKT_IPV4))
		return GZ_NO;
	return number_answer(m, gz_pkt_l3(e->pkt)[1]);
}

static struct gz_keyword tos;

static const char *
tos_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &tos, value, UINT8_MAX);
}

static struct gz_keyword tos = {
	.reg.name = "tos",
	.help = "the type of service of the IPv4 header",
	.usage = "tos:[<|>|<=|>=|!]<number> or tos:<number><><number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = tos_parse,
	.free = free,
	.eval = tos_eval,
};
GZ_KEYWORD_REGISTER(tos)
