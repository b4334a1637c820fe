/* SPDX-License-Identifier: BSD-3-Clause */
#include "field_content.h"

static const char *
uricontent_parse(struct gz_sig_builder *b, const char *value)
{
	return field_content_parse(b, value, "http.uri", "http");
}

static struct gz_keyword uricontent = {
	.reg.name = "uricontent",
	.help = "bytes to look for in the URI; http.uri and content say the same",
	.usage = "uricontent:[!]\"<text with |hex bytes|>\"",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = uricontent_parse,
};
GZ_KEYWORD_REGISTER(uricontent)
