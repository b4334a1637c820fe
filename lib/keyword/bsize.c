/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "keyword_internal.h"

static enum gz_answer
bsize_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (!e->buf_end)
		return GZ_NO;
	return number_test_has(m->arg, e->buf_offset + e->buf.len) ? GZ_YES : GZ_NO;
}

static struct gz_keyword bsize;

static const char *
bsize_parse(struct gz_sig_builder *b, const char *value)
{
	struct number_test read, *t;

	struct gz_sig_buffer *buf = gz_sig_current_buffer(b);

	if (buf->field == NULL && !builder_is_decoded(b, buf))
		return "follows no sticky buffer";
	if (!number_test_parse(text_unquoted(value), UINT64_MAX, &read))
		return "expected a number of bytes, or a comparison: 5, !5, <5, >=5, 5<>9";
	t = gz_sig_alloc(sizeof(*t));
	*t = read;
	gz_sig_add(b, &bsize, t, 0);
	return NULL;
}

static struct gz_keyword bsize = {
	.reg.name = "bsize",
	.help = "how long the buffer is",
	.usage = "bsize:[<|>|<=|>=|!]<bytes> or bsize:<bytes><><bytes>",
	.scope = GZ_SCOPE_BUFFER,
	.needs_value = true,
	.needs_end = true,
	.parse = bsize_parse,
	.free = free,
	.eval = bsize_eval,
};
GZ_KEYWORD_REGISTER(bsize)

const struct number_test *
length_test(const struct gz_match *m)
{
	return m->kw == &bsize || m->kw == &keyword_dsize ? m->arg : NULL;
}

bool
gz_match_bsize(const struct gz_match *m, uint64_t *bytes)
{
	const struct number_test *t = m->arg;

	if (m->kw != &bsize || t->op != NUMBER_EQUAL)
		return false;
	*bytes = t->a;
	return true;
}
