/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
base64_data_parse(struct gz_sig_builder *b, const char *value)
{
	if (b->nb_decoded == 0)
		return "no base64_decode stands before it";
	gz_sig_use_buffer(b, b->decoded[b->nb_decoded - 1]);
	return NULL;
}

static struct gz_keyword base64_data = {
	.reg.name = "base64_data",
	.help = "what follows looks into what base64_decode has decoded",
	.usage = "base64_data",
	.scope = GZ_SCOPE_NONE,
	.no_value = true,
	.parse = base64_data_parse,
};
GZ_KEYWORD_REGISTER(base64_data)
