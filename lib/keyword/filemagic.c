/* SPDX-License-Identifier: BSD-3-Clause */
#include "field_content.h"

static const char *
filemagic_parse(struct gz_sig_builder *b, const char *value)
{
	return field_content_nocase(b, value, "file.magic");
}

static struct gz_keyword filemagic = {
	.reg.name = "filemagic",
	.help = "bytes to look for in the kinds of files, in any case; file.magic, content and nocase say the same",
	.usage = "filemagic:[!]\"<text with |hex bytes|>\"",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = filemagic_parse,
};
GZ_KEYWORD_REGISTER(filemagic)
