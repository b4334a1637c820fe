/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
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
	struct gz_span text = text_unquoted(value);
	bool not = text_skip(&text, "!");
	char hex[8];

	/* x20: an older way to write 0x20 */
	if (text.len < 2 || text.len > 3 || (text.p[0] | 0x20) != 'x')
		return number_parse(b, &tos, value, UINT8_MAX);
	snprintf(hex, sizeof(hex), "%s0%.*s", not ? "!" : "", (int)text.len, (const char *)text.p);
	return number_parse(b, &tos, hex, UINT8_MAX);
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
