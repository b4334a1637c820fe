/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
noalert_parse(struct gz_sig_builder *b, const char *value)
{
	gz_sig_of(b)->flags |= GZ_SIG_NOALERT;
	return NULL;
}

static struct gz_keyword noalert = {
	.reg.name = "noalert",
	.help = "a match is not told: the rule is there for the bits it sets",
	.usage = "noalert",
	.scope = GZ_SCOPE_NONE,
	.no_value = true,
	.parse = noalert_parse,
};
GZ_KEYWORD_REGISTER(noalert)
