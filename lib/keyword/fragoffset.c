/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
fragoffset_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is_ip(e, GZ_PKT_IPV4))
		return GZ_NO;
	return number_answer(m, be16_at(gz_pkt_l3(e->pkt) + 6) & 0x1fff);
}

static struct gz_keyword fragoffset;

static const char *
fragoffset_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &fragoffset, value, UINT16_MAX);
}

static struct gz_keyword fragoffset = {
	.reg.name = "fragoffset",
	.help = "the fragment offset of the IPv4 header, in units of 8 bytes",
	.usage = "fragoffset:[<|>|<=|>=|!]<number> or fragoffset:<number><><number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = fragoffset_parse,
	.free = free,
	.eval = fragoffset_eval,
};
GZ_KEYWORD_REGISTER(fragoffset)
