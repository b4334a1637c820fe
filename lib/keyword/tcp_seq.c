/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
tcp_seq_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is(e, GZ_PKT_TCP))
		return GZ_NO;
	return number_answer(m, be32_at(gz_pkt_l4(e->pkt) + 4));
}

static struct gz_keyword tcp_seq;

static const char *
tcp_seq_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &tcp_seq, value, UINT32_MAX);
}

static struct gz_keyword tcp_seq = {
	.reg.name = "tcp.seq",
	.alias = "seq",
	.help = "the sequence number",
	.usage = "tcp.seq:[<|>|<=|>=|!]<number> or tcp.seq:<number><><number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = tcp_seq_parse,
	.free = free,
	.eval = tcp_seq_eval,
};
GZ_KEYWORD_REGISTER(tcp_seq)
