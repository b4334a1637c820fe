/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
gid_parse(struct gz_sig_builder *b, const char *value)
{
	uint64_t v;

	if (!text_u64(gz_span_str(value), UINT32_MAX, &v))
		return "expected a number";
	gz_sig_of(b)->gid = (uint32_t)v;
	return NULL;
}

static struct gz_keyword gid = {
	.reg.name = "gid",
	.help = "the group that the number of the rule is counted in",
	.usage = "gid:<number>",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.once = true,
	.parse = gid_parse,
};
GZ_KEYWORD_REGISTER(gid)
