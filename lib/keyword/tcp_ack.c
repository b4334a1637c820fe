/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
tcp_ack_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is(e, GZ_PKT_TCP))
		return GZ_NO;
	return number_answer(m, be32_at(gz_pkt_l4(e->pkt) + 8));
}

static struct gz_keyword tcp_ack;

static const char *
tcp_ack_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &tcp_ack, value, UINT32_MAX);
}

static struct gz_keyword tcp_ack = {
	.reg.name = "tcp.ack",
	.alias = "ack",
	.help = "the acknowledgement number",
	.usage = "tcp.ack:[<|>|<=|>=|!]<number> or tcp.ack:<number><><number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = tcp_ack_parse,
	.free = free,
	.eval = tcp_ack_eval,
};
GZ_KEYWORD_REGISTER(tcp_ack)
