/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
pkt_data_parse(struct gz_sig_builder *b, const char *value)
{
	gz_sig_use_field(b, NULL);
	return NULL;
}

static struct gz_keyword pkt_data = {
	.reg.name = "pkt_data",
	.help = "what follows looks into the payload again",
	.usage = "pkt_data",
	.scope = GZ_SCOPE_NONE,
	.no_value = true,
	.parse = pkt_data_parse,
};
GZ_KEYWORD_REGISTER(pkt_data)
