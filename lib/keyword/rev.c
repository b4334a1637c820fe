/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
rev_parse(struct gz_sig_builder *b, const char *value)
{
	uint64_t v;

	if (!text_u64(gz_span_str(value), UINT32_MAX, &v))
		return "expected a number";
	gz_sig_of(b)->rev = (uint32_t)v;
	return NULL;
}

static struct gz_keyword rev = {
	.reg.name = "rev",
	.help = "the version of the rule",
	.usage = "rev:<number>",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.once = true,
	.parse = rev_parse,
};
GZ_KEYWORD_REGISTER(rev)
