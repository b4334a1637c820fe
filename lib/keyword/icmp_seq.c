/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
icmp_seq_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!icmp_has_id(e))
		return GZ_NO;
	return number_answer(m, be16_at(gz_pkt_l4(e->pkt) + 6));
}

static struct gz_keyword icmp_seq;

static const char *
icmp_seq_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &icmp_seq, value, UINT16_MAX);
}

static struct gz_keyword icmp_seq = {
	.reg.name = "icmp_seq",
	.help = "the sequence number of an ICMP echo",
	.usage = "icmp_seq:[<|>|<=|>=|!]<number> or icmp_seq:<number><><number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = icmp_seq_parse,
	.free = free,
	.eval = icmp_seq_eval,
};
GZ_KEYWORD_REGISTER(icmp_seq)
