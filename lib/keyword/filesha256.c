/* SPDX-License-Identifier: BSD-3-Clause */
#include "file_internal.h"

static const char *
filesha256_parse(struct gz_sig_builder *b, const char *value)
{
	gz_sig_of(b)->needs |= GZ_NEEDS_SHA256 | GZ_NEEDS_DIGESTS;
	return file_hash_parse(b, value, GZ_HASH_SHA256, 64);
}

static struct gz_keyword filesha256 = {
	.reg.name = "filesha256",
	.help = "the SHA256 of a file is in a list",
	.usage = "filesha256:[!]<file with a digest a line>",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = filesha256_parse,
};
GZ_KEYWORD_REGISTER(filesha256)
