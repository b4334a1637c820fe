/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
id_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is_ip(e, GZ_PKT_IPV4))
		return GZ_NO;
	return number_answer(m, be16_at(gz_pkt_l3(e->pkt) + 4));
}

static struct gz_keyword id;

static const char *
id_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &id, value, UINT16_MAX);
}

static struct gz_keyword id = {
	.reg.name = "id",
	.help = "the identification of the IPv4 header",
	.usage = "id:[<|>|<=|>=|!]<number> or id:<number><><number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = id_parse,
	.free = free,
	.eval = id_eval,
};
GZ_KEYWORD_REGISTER(id)
