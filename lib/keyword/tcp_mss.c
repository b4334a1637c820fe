/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

enum {
	TCP_HEADER = 20,
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_MSS = 2,
};

/** The maximum segment size that the options tell (RFC 9293 section 3.2), or -1. */
static int
mss_of(const struct gz_pkt *p)
{
	const uint8_t *tcp = gz_pkt_l4(p), *at = tcp + TCP_HEADER, *end = tcp + (tcp[12] >> 4) * 4;

	while (at + 1 < end && *at != OPTION_END) {
		if (*at == OPTION_NOP) {
			at++;
			continue;
		}
		if (at[1] < 2 || at + at[1] > end)
			return -1;
		if (*at == OPTION_MSS && at[1] == 4)
			return be16_at(at + 2);
		at += at[1];
	}
	return -1;
}

static enum gz_answer
tcp_mss_eval(const struct gz_match *m, struct gz_eval *e)
{
	int mss = pkt_is(e, GZ_PKT_TCP) ? mss_of(e->pkt) : -1;

	return mss < 0 ? GZ_NO : number_answer(m, (uint64_t)mss);
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
