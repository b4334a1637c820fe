/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
sid_parse(struct gz_sig_builder *b, const char *value)
{
	uint64_t v;

	if (!text_u64(gz_span_str(value), UINT32_MAX, &v) || v == 0)
		return "expected a number above 0";
	gz_sig_of(b)->sid = (uint32_t)v;
	b->has_sid = true;
	return NULL;
}

static struct gz_keyword sid = {
	.reg.name = "sid",
	.help = "the number of the rule",
	.usage = "sid:<number>",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.once = true,
	.parse = sid_parse,
};
GZ_KEYWORD_REGISTER(sid)
