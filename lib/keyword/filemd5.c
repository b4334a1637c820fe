/* SPDX-License-Identifier: BSD-3-Clause */
#include "file_internal.h"

static const char *
filemd5_parse(struct gz_sig_builder *b, const char *value)
{
	gz_sig_of(b)->needs |= GZ_NEEDS_MD5 | GZ_NEEDS_DIGESTS;
	return file_hash_parse(b, value, GZ_HASH_MD5, 32);
}

static struct gz_keyword filemd5 = {
	.reg.name = "filemd5",
	.help = "the MD5 of a file is in a list",
	.usage = "filemd5:[!]<file with a digest a line>",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = filemd5_parse,
};
GZ_KEYWORD_REGISTER(filemd5)
