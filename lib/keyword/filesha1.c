/* SPDX-License-Identifier: BSD-3-Clause */
#include "file_internal.h"

static const char *
filesha1_parse(struct gz_sig_builder *b, const char *value)
{
	gz_sig_of(b)->needs |= GZ_NEEDS_SHA1 | GZ_NEEDS_DIGESTS;
	return file_hash_parse(b, value, GZ_HASH_SHA1, 40);
}

static struct gz_keyword filesha1 = {
	.reg.name = "filesha1",
	.help = "the SHA1 of a file is in a list",
	.usage = "filesha1:[!]<file with a digest a line>",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = filesha1_parse,
};
GZ_KEYWORD_REGISTER(filesha1)
