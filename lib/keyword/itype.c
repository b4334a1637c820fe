/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
itype_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is(e, GZ_PKT_ICMP4 | GZ_PKT_ICMP6))
		return GZ_NO;
	return number_answer(m, e->pkt->icmp_type);
}

static struct gz_keyword itype;

static const char *
itype_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &itype, value, UINT8_MAX);
}

static struct gz_keyword itype = {
	.reg.name = "itype",
	.help = "the type of an ICMP message",
	.usage = "itype:[<|>|<=|>=|!]<number> or itype:<number><><number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = itype_parse,
	.free = free,
	.eval = itype_eval,
};
GZ_KEYWORD_REGISTER(itype)
