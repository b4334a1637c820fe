/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "keyword_internal.h"

static enum gz_answer
urilen_eval(const struct gz_match *m, struct gz_eval *e)
{
	return number_test_has(m->arg, e->buf.len) ? GZ_YES : GZ_NO;
}

static struct gz_keyword urilen;

/** Put the match into the buffer that it is about, whichever is the current one. */
static const char *
urilen_add(struct gz_sig_builder *b, const struct number_test *read, const char *field_name)
{
	const struct gz_field *field = gz_field_find(field_name);
	struct gz_sig_buffer *was = b->current;
	struct number_test *t;

	if (field == NULL)
		return "protocol not supported yet: http";
	t = gz_sig_alloc(sizeof(*t));
	*t = *read;
	gz_sig_use_buffer(b, gz_sig_buffer_of(b, field));
	gz_sig_add(b, &urilen, t, 0);
	gz_sig_use_buffer(b, was);
	return NULL;
}

static const char *
urilen_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), number = gz_span(rest.p, 0), word;
	struct number_test t;
	bool raw = false;

	text_next(&rest, &number);
	if (!number_test_parse(number, UINT16_MAX, &t))
		return "expected a number of bytes, or a comparison: 5, <5, >5, 5<>9";
	if (text_next(&rest, &word)) {
		raw = text_is(word, "raw");
		if (!raw && !text_is(word, "norm"))
			return gz_sig_error_at(b, word.p, "expected raw or norm");
	}
	return urilen_add(b, &t, raw ? "http.uri.raw" : "http.uri");
}

static struct gz_keyword urilen = {
	.reg.name = "urilen",
	.help = "how long the URI is",
	.usage = "urilen:[<|>]<bytes>[,raw|norm] or urilen:<bytes><><bytes>[,raw|norm]",
	.scope = GZ_SCOPE_BUFFER,
	.needs_value = true,
	.parse = urilen_parse,
	.free = free,
	.eval = urilen_eval,
};
GZ_KEYWORD_REGISTER(urilen)
