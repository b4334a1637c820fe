/* SPDX-License-Identifier: BSD-3-Clause */
#include "var_internal.h"

#include <stdlib.h>

const char *
var_test_parse(struct gz_sig_builder *b, const struct gz_keyword *kw, const char *value)
{
	struct gz_span rest = gz_span_str(value), name;
	struct var_test *t;
	const char *wrong;
	uint8_t *bytes;
	uint32_t len;

	if (!text_next(&rest, &name) || name.len == 0)
		return "expected a name and the bytes to look for";
	rest = gz_span_trim(rest);
	if (rest.len >= 2 && rest.p[0] == '"' && rest.p[rest.len - 1] == '"')
		rest = gz_span(rest.p + 1, rest.len - 2);
	if (rest.len == 0)
		return "the bytes to look for are missing";
	wrong = text_bytes(b, rest, &bytes, &len);
	if (wrong != NULL)
		return wrong;
	t = gz_sig_alloc(sizeof(*t));
	t->name = gz_sig_name(b, kw->reg.name, name);
	t->literal = gz_literal_create(gz_span(bytes, len), false);
	free(bytes);
	gz_sig_bit(b, t->name, false);
	gz_sig_add(b, kw, t, 0);
	return NULL;
}

void
var_test_free(void *arg)
{
	struct var_test *t = arg;

	gz_literal_destroy(t->literal);
	free(t);
}

enum gz_answer
var_test_answer(const struct var_test *t, struct gz_span value)
{
	return value.p != NULL && gz_literal_find(t->literal, value) >= 0 ? GZ_YES : GZ_NO;
}
