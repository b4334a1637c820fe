/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
icode_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is(e, GZ_PKT_ICMP4 | GZ_PKT_ICMP6))
		return GZ_NO;
	return number_answer(m, e->pkt->icmp_code);
}

static struct gz_keyword icode;

static const char *
icode_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &icode, value, UINT8_MAX);
}

static struct gz_keyword icode = {
	.reg.name = "icode",
	.help = "the code of an ICMP message",
	.usage = "icode:[<|>|<=|>=|!]<number> or icode:<number><><number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = icode_parse,
	.free = free,
	.eval = icode_eval,
};
GZ_KEYWORD_REGISTER(icode)
