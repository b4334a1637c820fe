/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
icmp_id_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!icmp_has_id(e))
		return GZ_NO;
	return number_answer(m, be16_at(gz_pkt_l4(e->pkt) + 4));
}

static struct gz_keyword icmp_id;

static const char *
icmp_id_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &icmp_id, value, UINT16_MAX);
}

static struct gz_keyword icmp_id = {
	.reg.name = "icmp_id",
	.help = "the identifier of an ICMP echo",
	.usage = "icmp_id:[<|>|<=|>=|!]<number> or icmp_id:<number><><number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = icmp_id_parse,
	.free = free,
	.eval = icmp_id_eval,
};
GZ_KEYWORD_REGISTER(icmp_id)
