/* SPDX-License-Identifier: BSD-3-Clause */
#include "content_internal.h"

static const char *
startswith_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_content *c;
	const char *wrong;

	c = content_modify(b, GZ_CONTENT_STARTSWITH, &wrong);
	if (c == NULL)
		return wrong;
	c->flags |= GZ_CONTENT_DEPTH;
	c->depth = c->literal->len;
	return NULL;
}

static struct gz_keyword startswith = {
	.reg.name = "startswith",
	.help = "the content before stands at the start of its buffer",
	.usage = "startswith",
	.scope = GZ_SCOPE_NONE,
	.no_value = true,
	.parse = startswith_parse,
};
GZ_KEYWORD_REGISTER(startswith)
