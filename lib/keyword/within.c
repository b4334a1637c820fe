/* SPDX-License-Identifier: BSD-3-Clause */
#include "content_internal.h"

static const char *
within_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_content *c;
	const char *wrong;
	int64_t number;

	c = content_modify(b, GZ_CONTENT_WITHIN, &wrong);
	if (c == NULL)
		return wrong;
	wrong = content_number(b, value, c->literal->len, 1 << 20, &number, &c->within_var);
	c->within = (uint32_t)number;
	return wrong;
}

static struct gz_keyword within = {
	.reg.name = "within",
	.help = "the content before lies in so many bytes behind the match before it and its distance",
	.usage = "within:<bytes>|<variable>",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = within_parse,
};
GZ_KEYWORD_REGISTER(within)
