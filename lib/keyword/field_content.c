/* SPDX-License-Identifier: BSD-3-Clause */
#include "field_content.h"

const char *
field_content_parse(
		struct gz_sig_builder *b, const char *value, const char *field, const char *proto)
{
	const struct gz_field *f = gz_field_find(field);
	struct gz_sig_buffer *was = b->current;
	const char *wrong;

	if (f == NULL)
		return gz_sig_error(b, "protocol not supported yet: %s", proto);
	gz_sig_use_buffer(b, gz_sig_buffer_of(b, f));
	wrong = gz_keyword_content.parse(b, value);
	gz_sig_use_buffer(b, was);
	return wrong;
}
