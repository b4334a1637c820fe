/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "threshold_internal.h"

static struct gz_keyword threshold;

static const char *
threshold_parse(struct gz_sig_builder *b, const char *value)
{
	return threshold_read(b, &threshold, value, false);
}

static struct gz_keyword threshold = {
	.reg.name = "threshold",
	.help = "how often matches are told",
	.usage = "threshold:type limit|threshold|both|backoff, track by_src|by_dst|by_both|by_rule|by_flow, count <n>, seconds <s>",
	.scope = GZ_SCOPE_POST,
	.needs_value = true,
	.parse = threshold_parse,
	.free = free,
	.eval = threshold_eval,
};
GZ_KEYWORD_REGISTER(threshold)
