/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
tcp_mss_eval(const struct gz_match *m, struct gz_eval *e)
{
	const uint8_t *mss = tcp_option(e, TCP_OPTION_MSS, 4);

	return mss == NULL ? GZ_NO : number_answer(m, be16_at(mss));
}

static struct gz_keyword tcp_mss;

static const char *
tcp_mss_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &tcp_mss, value, UINT16_MAX);
}

static struct gz_keyword tcp_mss = {
	.reg.name = "tcp.mss",
	.help = "the maximum segment size that a TCP header tells",
	.usage = "tcp.mss:[<|>|<=|>=|!]<number> or tcp.mss:<number><><number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = tcp_mss_parse,
	.free = free,
	.eval = tcp_mss_eval,
};
GZ_KEYWORD_REGISTER(tcp_mss)
