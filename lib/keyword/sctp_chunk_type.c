/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_common.h>

#include "sctp_chunk.h"

static const struct {
	const char *word;
	uint8_t type;
} words[] = {
	{ "data", 0 },
	{ "init", 1 },
	{ "init_ack", 2 },
	{ "sack", 3 },
	{ "heartbeat", 4 },
	{ "hb_ack", 5 },
	{ "abort", 6 },
	{ "shutdown", 7 },
	{ "shutdown_ack", 8 },
	{ "error", 9 },
	{ "cookie_echo", 10 },
	{ "cookie_ack", 11 },
	{ "ecne", 12 },
	{ "cwr", 13 },
	{ "shutdown_complete", 14 },
	{ "forward_tsn", 192 },
};

static enum gz_answer
sctp_chunk_type_eval(const struct gz_match *m, struct gz_eval *e)
{
	struct sctp_chunk c = SCTP_CHUNK_FIRST;

	if (!pkt_is(e, GZ_PKT_SCTP))
		return GZ_NO;
	while (sctp_chunk_next(e->pkt, &c)) {
		if (number_test_has(m->arg, c.type))
			return GZ_YES;
	}
	return GZ_NO;
}

static struct gz_keyword sctp_chunk_type;

static const char *
sctp_chunk_type_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span word = text_unquoted(value);
	bool not = text_skip(&word, "!");
	struct number_test *t;
	uint32_t i;

	for (i = 0; i < RTE_DIM(words) && !text_is(word, words[i].word); i++)
		;
	if (i == RTE_DIM(words))
		return number_parse(b, &sctp_chunk_type, value, UINT8_MAX);
	t = gz_sig_alloc(sizeof(*t));
	*t = (struct number_test){ not ? NUMBER_NOT : NUMBER_EQUAL, words[i].type, 0 };
	gz_sig_add(b, &sctp_chunk_type, t, 0);
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_PACKET;
	return NULL;
}

static struct gz_keyword sctp_chunk_type = {
	.reg.name = "sctp.chunk_type",
	.help = "the type of any chunk of an SCTP packet",
	.usage = "sctp.chunk_type:[!]<name> or sctp.chunk_type:[<|>|<=|>=|!]<number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = sctp_chunk_type_parse,
	.free = free,
	.eval = sctp_chunk_type_eval,
};
GZ_KEYWORD_REGISTER(sctp_chunk_type)
