/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "byte_internal.h"

struct byte_jump {
	struct byte_field field;
	uint64_t multiplier; /* 0: none */
	int64_t post_offset;
	int16_t post_var; /* -1: the number */
	bool align, from_beginning, from_end;
};

enum {
	MULTIPLIER_MOST = 65535,
	POST_MOST = 65535,
};

static const char *
read_word(struct gz_sig_builder *b, struct gz_span word, struct byte_jump *j)
{
	struct gz_span number = word;
	struct byte_value v;
	const char *wrong;

	if (text_is(word, "align")) {
		j->align = true;
	} else if (text_is(word, "from_beginning")) {
		j->from_beginning = true;
	} else if (text_is(word, "from_end")) {
		j->from_end = true;
	} else if (text_skip(&number, "multiplier ")) {
		if (!text_u64(number, MULTIPLIER_MOST, &j->multiplier) || j->multiplier == 0)
			return gz_sig_error_at(b, number.p, "expected a number from 1 to %d",
					MULTIPLIER_MOST);
	} else if (text_skip(&number, "post_offset ")) {
		if (text_i64(number, -POST_MOST, POST_MOST, &j->post_offset))
			return NULL;
		wrong = byte_value_read(b, number, POST_MOST, &v);
		j->post_var = v.var;
		return wrong;
	} else {
		return byte_unknown(b, word);
	}
	return NULL;
}

static const char *
read_words(struct gz_sig_builder *b, struct gz_span rest, struct byte_jump *j)
{
	const char *wrong = NULL;
	struct gz_span word;
	bool known;

	while (wrong == NULL && text_next(&rest, &word)) {
		wrong = byte_word_read(b, word, &j->field, &known);
		if (!known)
			wrong = read_word(b, word, j);
	}
	if (wrong == NULL)
		wrong = byte_field_check(b, &j->field);
	if (wrong == NULL && j->from_beginning && j->from_end)
		wrong = "a jump is from the beginning or from the end";
	return wrong;
}

/** Where the jump starts. */
static int64_t
base(const struct byte_jump *j, const struct gz_eval *e, uint32_t end)
{
	return j->from_beginning ? 0 : j->from_end ? (int64_t)e->buf.len : (int64_t)end;
}

static enum gz_answer
byte_jump_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct byte_jump *j = m->arg;
	uint32_t end;
	uint64_t v;
	int64_t to;

	if (!byte_field_get(&j->field, e, &v, &end))
		return GZ_NO;
	if (j->multiplier != 0)
		v *= j->multiplier;
	if (j->align)
		v = (v + 3) & ~UINT64_C(3);
	if (v > UINT32_MAX)
		return GZ_NO; /* no buffer is that long */
	to = base(j, e, end) + (int64_t)v;
	to += j->post_var < 0 ? j->post_offset : (int64_t)(e->vars[j->post_var] & UINT32_MAX);
	if (to > e->buf.len)
		return GZ_NO;
	e->at = to < 0 ? 0 : (uint32_t)to;
	return GZ_YES;
}

static struct gz_keyword byte_jump;

static const char *
byte_jump_parse(struct gz_sig_builder *b, const char *value)
{
	struct byte_jump read = { .field = BYTE_FIELD_INIT, .post_var = -1 }, *j;
	struct gz_span rest = text_unquoted(value), nbytes, offset;
	const char *wrong;
	uint32_t flags;

	if (!text_next(&rest, &nbytes) || !text_next(&rest, &offset))
		return "expected the number of bytes and an offset";
	wrong = byte_value_read(b, nbytes, BYTE_STRING_MOST, &read.field.nbytes);
	if (wrong == NULL)
		wrong = byte_offset_read(b, offset, &read.field);
	if (wrong == NULL)
		wrong = read_words(b, rest, &read);
	if (wrong != NULL)
		return wrong;
	j = gz_sig_alloc(sizeof(*j));
	*j = read;
	flags = byte_field_flags(&read.field) | GZ_MATCH_MOVES;
	if (read.post_var >= 0)
		flags |= GZ_MATCH_USES_VAR;
	gz_sig_add(b, &byte_jump, j, flags);
	return NULL;
}

static struct gz_keyword byte_jump = {
	.reg.name = "byte_jump",
	.help = "go on as many bytes further as a number in the buffer says",
	.usage = "byte_jump:<bytes>,<offset>[,relative][,little|big][,string,hex|dec|oct]"
		 "[,multiplier <n>][,align][,from_beginning|from_end][,post_offset <n>][,dce]"
		 "[,bitmask <mask>]",
	.scope = GZ_SCOPE_BUFFER,
	.needs_value = true,
	.parse = byte_jump_parse,
	.free = free,
	.eval = byte_jump_eval,
};
GZ_KEYWORD_REGISTER(byte_jump)
