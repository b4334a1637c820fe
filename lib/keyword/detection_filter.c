/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "threshold_internal.h"

static struct gz_keyword detection_filter;

static const char *
detection_filter_parse(struct gz_sig_builder *b, const char *value)
{
	return threshold_read(b, &detection_filter, value, true);
}

static struct gz_keyword detection_filter = {
	.reg.name = "detection_filter",
	.help = "matches count only beyond a rate",
	.usage = "detection_filter:track by_src|by_dst|by_both|by_rule|by_flow, count <n>, seconds <s>[, unique_on src_port|dst_port]",
	.scope = GZ_SCOPE_POST,
	.needs_value = true,
	.parse = detection_filter_parse,
	.free = free,
	.eval = threshold_eval,
};
GZ_KEYWORD_REGISTER(detection_filter)
