/* SPDX-License-Identifier: BSD-3-Clause */
#include "content_internal.h"

static const char *
endswith_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_match *m = gz_sig_last(b, &gz_keyword_content);
	const char *wrong;

	if (m != NULL && (gz_match_content(m)->flags & GZ_CONTENT_ENDSWITH))
		return NULL; /* said twice it says the same */
	if (content_modify(b, GZ_CONTENT_ENDSWITH, &wrong) != NULL)
		m->flags |= GZ_MATCH_NEEDS_END;
	return wrong;
}

static struct gz_keyword endswith = {
	.reg.name = "endswith",
	.help = "the content before stands at the end of its buffer",
	.usage = "endswith",
	.scope = GZ_SCOPE_NONE,
	.no_value = true,
	.parse = endswith_parse,
};
GZ_KEYWORD_REGISTER(endswith)
