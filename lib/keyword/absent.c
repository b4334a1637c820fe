/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
absent_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_sig_buffer *buf = gz_sig_current_buffer(b);

	if (buf->field == NULL)
		return "follows no sticky buffer";
	if (buf->first != NULL)
		return "stands before what is looked for in the buffer";
	if (value == NULL)
		buf->absent = true;
	else if (text_is(gz_span_str(value), "or_else"))
		buf->absent_or_else = true;
	else
		return "expected or_else, or nothing";
	return NULL;
}

static struct gz_keyword absent = {
	.reg.name = "absent",
	.help = "the buffer is not there; or_else: or what follows matches",
	.usage = "absent[:or_else]",
	.scope = GZ_SCOPE_NONE,
	.parse = absent_parse,
};
GZ_KEYWORD_REGISTER(absent)
