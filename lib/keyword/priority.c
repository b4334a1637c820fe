/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

enum {
	PRIORITY_MOST = 255,
};

static const char *
priority_parse(struct gz_sig_builder *b, const char *value)
{
	uint64_t v;

	if (!text_u64(gz_span_str(value), PRIORITY_MOST, &v) || v == 0)
		return "expected a number from 1 to 255";
	gz_sig_of(b)->priority = (uint32_t)v;
	b->has_priority = true;
	return NULL;
}

static struct gz_keyword priority = {
	.reg.name = "priority",
	.help = "how severe a match is, 1 being the most; else the class of the rule says",
	.usage = "priority:<number>",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = priority_parse,
};
GZ_KEYWORD_REGISTER(priority)
