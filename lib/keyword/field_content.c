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

const char *
field_content_nocase(struct gz_sig_builder *b, const char *value, const char *field)
{
	const char *wrong = field_content_parse(b, value, field, "http");
	struct gz_literal *exact;
	struct gz_content *c;

	if (wrong != NULL)
		return wrong;
	c = gz_sig_last(b, &gz_keyword_content)->arg;
	exact = c->literal;
	c->literal = gz_literal_create(gz_span(exact->p, exact->len), true);
	gz_literal_destroy(exact);
	return NULL;
}
