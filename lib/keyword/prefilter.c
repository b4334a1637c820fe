/* SPDX-License-Identifier: BSD-3-Clause */
#include "content_internal.h"

/** Of a content it says the same as fast_pattern. */
static const char *
prefilter_parse(struct gz_sig_builder *b, const char *value)
{
	const char *wrong = NULL;

	if (b->option == b->rule->options)
		return "follows no keyword";
	if (b->last != NULL && b->last == b->content)
		content_modify(b, GZ_CONTENT_FAST, &wrong);
	else
		gz_sig_of(b)->flags |= GZ_SIG_PREFILTER;
	return wrong;
}

static struct gz_keyword prefilter = {
	.reg.name = "prefilter",
	.help = "the keyword before is the one to ask first",
	.usage = "prefilter",
	.scope = GZ_SCOPE_NONE,
	.no_value = true,
	.parse = prefilter_parse,
};
GZ_KEYWORD_REGISTER(prefilter)
