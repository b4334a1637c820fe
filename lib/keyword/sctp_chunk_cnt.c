/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "sctp_chunk.h"

static enum gz_answer
sctp_chunk_cnt_eval(const struct gz_match *m, struct gz_eval *e)
{
	struct sctp_chunk c = SCTP_CHUNK_FIRST;
	uint64_t n = 0;

	if (!pkt_is(e, GZ_PKT_SCTP))
		return GZ_NO;
	while (sctp_chunk_next(e->pkt, &c))
		n++;
	return number_answer(m, n);
}

static struct gz_keyword sctp_chunk_cnt;

static const char *
sctp_chunk_cnt_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &sctp_chunk_cnt, value, UINT16_MAX);
}

static struct gz_keyword sctp_chunk_cnt = {
	.reg.name = "sctp.chunk_cnt",
	.help = "how many chunks an SCTP packet has",
	.usage = "sctp.chunk_cnt:[<|>|<=|>=|!]<number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = sctp_chunk_cnt_parse,
	.free = free,
	.eval = sctp_chunk_cnt_eval,
};
GZ_KEYWORD_REGISTER(sctp_chunk_cnt)
