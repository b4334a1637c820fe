/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

/** A content of the URI that leaves the current buffer as it is. */
static const char *
uricontent_parse(struct gz_sig_builder *b, const char *value)
{
	const struct gz_field *field = gz_field_find("http.uri");
	struct gz_sig_buffer *was = b->current;
	const char *wrong;

	if (field == NULL)
		return "protocol not supported yet: http";
	gz_sig_use_buffer(b, gz_sig_buffer_of(b, field));
	wrong = gz_keyword_content.parse(b, value);
	gz_sig_use_buffer(b, was);
	return wrong;
}

static struct gz_keyword uricontent = {
	.reg.name = "uricontent",
	.help = "bytes to look for in the URI; http.uri and content say the same",
	.usage = "uricontent:[!]\"<text with |hex bytes|>\"",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = uricontent_parse,
};
GZ_KEYWORD_REGISTER(uricontent)
