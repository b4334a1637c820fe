/* SPDX-License-Identifier: BSD-3-Clause */
#include "field_content.h"

static const char *
filename_parse(struct gz_sig_builder *b, const char *value)
{
	return field_content_nocase(b, value, "file.name");
}

static struct gz_keyword filename = {
	.reg.name = "filename",
	.help = "bytes to look for in the names of files, in any case; file.name, content and nocase say the same",
	.usage = "filename:[!]\"<text with |hex bytes|>\"",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = filename_parse,
};
GZ_KEYWORD_REGISTER(filename)
