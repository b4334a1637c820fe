/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
alert_parse(struct gz_sig_builder *b, const char *value)
{
	gz_sig_of(b)->flags |= GZ_SIG_ALERT;
	return NULL;
}

static struct gz_keyword alert = {
	.reg.name = "alert",
	.help = "a match is told, also one of a rule that passes",
	.usage = "alert",
	.scope = GZ_SCOPE_NONE,
	.no_value = true,
	.parse = alert_parse,
};
GZ_KEYWORD_REGISTER(alert)
