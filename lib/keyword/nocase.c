/* SPDX-License-Identifier: BSD-3-Clause */
#include "content_internal.h"

static const char *
nocase_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_literal *exact;
	struct gz_content *c;
	const char *wrong;

	c = content_modify(b, GZ_CONTENT_NOCASE, &wrong);
	if (c == NULL)
		return wrong;
	exact = c->literal;
	c->literal = gz_literal_create(gz_span(exact->p, exact->len), true);
	gz_literal_destroy(exact);
	return NULL;
}

static struct gz_keyword nocase = {
	.reg.name = "nocase",
	.help = "the content before matches in upper and lower case",
	.usage = "nocase",
	.scope = GZ_SCOPE_NONE,
	.no_value = true,
	.parse = nocase_parse,
};
GZ_KEYWORD_REGISTER(nocase)
