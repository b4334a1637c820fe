/* SPDX-License-Identifier: BSD-3-Clause */
#include "content_internal.h"

static const char *
distance_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_content *c;
	const char *wrong;
	int64_t number;

	c = content_modify(b, GZ_CONTENT_DISTANCE, &wrong);
	if (c == NULL)
		return wrong;
	wrong = content_number(b, value, -(1 << 20), 1 << 20, &number, &c->distance_var);
	c->distance = (int32_t)number;
	return wrong;
}

static struct gz_keyword distance = {
	.reg.name = "distance",
	.help = "the content before starts so many bytes behind the match before it, or later",
	.usage = "distance:<bytes>|<variable>",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = distance_parse,
};
GZ_KEYWORD_REGISTER(distance)
