/* SPDX-License-Identifier: BSD-3-Clause */
#include "content_internal.h"

static const char *
rawbytes_parse(struct gz_sig_builder *b, const char *value)
{
	const char *wrong;

	content_modify(b, GZ_CONTENT_RAWBYTES, &wrong);
	return wrong;
}

static struct gz_keyword rawbytes = {
	.reg.name = "rawbytes",
	.help = "the content before is about bytes as they were sent; ours always is",
	.usage = "rawbytes",
	.scope = GZ_SCOPE_NONE,
	.no_value = true,
	.parse = rawbytes_parse,
};
GZ_KEYWORD_REGISTER(rawbytes)
