/* SPDX-License-Identifier: BSD-3-Clause */
#include "content_internal.h"

static const char *
offset_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_content *c;
	const char *wrong;
	int64_t number;

	c = content_modify(b, GZ_CONTENT_OFFSET, &wrong);
	if (c == NULL)
		return wrong;
	wrong = content_number(b, value, 0, UINT16_MAX, &number, &c->offset_var);
	c->offset = (int32_t)number;
	return wrong;
}

static struct gz_keyword offset = {
	.reg.name = "offset",
	.help = "the content before starts so many bytes into its buffer, or later",
	.usage = "offset:<bytes>|<variable>",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = offset_parse,
};
GZ_KEYWORD_REGISTER(offset)
