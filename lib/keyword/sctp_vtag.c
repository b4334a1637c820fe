/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
sctp_vtag_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is(e, GZ_PKT_SCTP))
		return GZ_NO;
	return number_answer(m, be32_at(gz_pkt_l4(e->pkt) + 4));
}

static struct gz_keyword sctp_vtag;

static const char *
sctp_vtag_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &sctp_vtag, value, UINT32_MAX);
}

static struct gz_keyword sctp_vtag = {
	.reg.name = "sctp.vtag",
	.help = "the verification tag of an SCTP header",
	.usage = "sctp.vtag:[<|>|<=|>=|!]<number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = sctp_vtag_parse,
	.free = free,
	.eval = sctp_vtag_eval,
};
GZ_KEYWORD_REGISTER(sctp_vtag)
