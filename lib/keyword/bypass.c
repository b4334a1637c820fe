/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
bypass_parse(struct gz_sig_builder *b, const char *value)
{
	gz_sig_of(b)->flags |= GZ_SIG_BYPASS;
	return NULL;
}

static struct gz_keyword bypass = {
	.reg.name = "bypass",
	.help = "a match ends the inspection of the flow: its further packets are forwarded",
	.usage = "bypass",
	.scope = GZ_SCOPE_NONE,
	.no_value = true,
	.parse = bypass_parse,
};
GZ_KEYWORD_REGISTER(bypass)
