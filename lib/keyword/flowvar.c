/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
flowvar_parse(struct gz_sig_builder *b, const char *value)
{
	return "bytes are not kept with a flow: say it with flowbits, flowint or xbits";
}

static struct gz_keyword flowvar = {
	.reg.name = "flowvar",
	.help = "refused: bytes are not kept with a flow",
	.usage = "flowvar:<name>,<value>",
	.scope = GZ_SCOPE_NONE,
	.parse = flowvar_parse,
};
GZ_KEYWORD_REGISTER(flowvar)
