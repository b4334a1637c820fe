/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
tcp_wscale_eval(const struct gz_match *m, struct gz_eval *e)
{
	const uint8_t *shift = tcp_option(e, TCP_OPTION_WSCALE, 3);

	return shift == NULL ? GZ_NO : number_answer(m, *shift);
}

static struct gz_keyword tcp_wscale;

static const char *
tcp_wscale_parse(struct gz_sig_builder *b, const char *value)
{
	return number_parse(b, &tcp_wscale, value, UINT8_MAX);
}

static struct gz_keyword tcp_wscale = {
	.reg.name = "tcp.wscale",
	.help = "the scale of the window that a TCP header tells",
	.usage = "tcp.wscale:[<|>|<=|>=|!]<number> or tcp.wscale:<number><><number>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = tcp_wscale_parse,
	.free = free,
	.eval = tcp_wscale_eval,
};
GZ_KEYWORD_REGISTER(tcp_wscale)
