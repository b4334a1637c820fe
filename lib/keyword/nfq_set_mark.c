/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
nfq_set_mark_parse(struct gz_sig_builder *b, const char *value)
{
	return "packets do not come from a netfilter queue, whose marks this would set";
}

static struct gz_keyword nfq_set_mark = {
	.reg.name = "nfq_set_mark",
	.help = "refused: there is no netfilter queue",
	.usage = "nfq_set_mark:<mark>/<mask>",
	.scope = GZ_SCOPE_NONE,
	.parse = nfq_set_mark_parse,
};
GZ_KEYWORD_REGISTER(nfq_set_mark)
