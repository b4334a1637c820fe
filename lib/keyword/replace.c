/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
replace_parse(struct gz_sig_builder *b, const char *value)
{
	return "bytes are not changed on their way: let the rule drop the packet";
}

static struct gz_keyword replace = {
	.reg.name = "replace",
	.help = "refused: bytes are not changed on their way",
	.usage = "replace:\"<text>\"",
	.scope = GZ_SCOPE_NONE,
	.parse = replace_parse,
};
GZ_KEYWORD_REGISTER(replace)
