/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
pktvar_parse(struct gz_sig_builder *b, const char *value)
{
	return "bytes are not kept with a packet: say it with flowbits or flowint";
}

static struct gz_keyword pktvar = {
	.reg.name = "pktvar",
	.help = "refused: bytes are not kept with a packet",
	.usage = "pktvar:<name>,<value>",
	.scope = GZ_SCOPE_NONE,
	.parse = pktvar_parse,
};
GZ_KEYWORD_REGISTER(pktvar)
