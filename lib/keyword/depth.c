/* SPDX-License-Identifier: BSD-3-Clause */
#include "content_internal.h"

static const char *
depth_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_content *c;
	const char *wrong;
	int64_t number;

	c = content_modify(b, GZ_CONTENT_DEPTH, &wrong);
	if (c == NULL)
		return wrong;
	wrong = content_number(b, value, c->literal->len, UINT16_MAX, &number, &c->depth_var);
	c->depth = (uint32_t)number;
	return wrong;
}

static struct gz_keyword depth = {
	.reg.name = "depth",
	.help = "the content before lies in so many bytes from its offset on",
	.usage = "depth:<bytes>|<variable>",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = depth_parse,
};
GZ_KEYWORD_REGISTER(depth)
