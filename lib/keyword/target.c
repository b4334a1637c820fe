/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
target_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span side = gz_span_str(value);

	if (text_is(side, "src_ip"))
		gz_sig_of(b)->target = 1;
	else if (text_is(side, "dest_ip"))
		gz_sig_of(b)->target = 2;
	else
		return "expected src_ip or dest_ip";
	return NULL;
}

static struct gz_keyword target = {
	.reg.name = "target",
	.help = "which side of the packet is the target of the attack",
	.usage = "target:src_ip|dest_ip",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = target_parse,
};
GZ_KEYWORD_REGISTER(target)
