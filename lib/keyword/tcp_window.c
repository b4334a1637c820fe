/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
tcp_window_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!pkt_is(e, GZ_PKT_TCP))
		return GZ_NO;
	return number_answer(m, be16_at(gz_pkt_l4(e->pkt) + 14));
}

static struct gz_keyword tcp_window;

static const char *
tcp_window_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &tcp_window, value, UINT16_MAX);
}

static struct gz_keyword tcp_window = {
	.reg.name = "tcp.window",
	.alias = "window",
	.help = "the window of the TCP header",
	.usage = "tcp.window:[<|>|<=|>=|!]<number> or tcp.window:<number><><number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = tcp_window_parse,
	.free = free,
	.eval = tcp_window_eval,
};
GZ_KEYWORD_REGISTER(tcp_window)
