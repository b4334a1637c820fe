/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "byte_internal.h"

struct byte_extract {
	struct byte_field field;
	uint64_t multiplier; /* 0: none */
	uint8_t align; /* 0, 2 or 4 */
	uint8_t var;
};

enum {
	MULTIPLIER_MOST = 65535,
};

static const char *
read_word(struct gz_sig_builder *b, struct gz_span word, struct byte_extract *x)
{
	struct gz_span number = word;
	uint64_t v;

	if (text_skip(&number, "multiplier ")) {
		if (!text_u64(number, MULTIPLIER_MOST, &x->multiplier) || x->multiplier == 0)
			return gz_sig_error_at(b, number.p, "expected a number from 1 to %d",
					MULTIPLIER_MOST);
	} else if (text_skip(&number, "align ")) {
		if (!text_u64(number, 4, &v) || (v != 2 && v != 4))
			return gz_sig_error_at(b, number.p, "expected align 2 or align 4");
		x->align = (uint8_t)v;
	} else {
		return byte_unknown(b, word);
	}
	return NULL;
}

static const char *
read_head(struct gz_sig_builder *b, struct gz_span *rest, struct byte_extract *x)
{
	struct gz_span nbytes, offset, name;
	const char *wrong;
	int var;

	if (!text_next(rest, &nbytes) || !text_next(rest, &offset) || !text_next(rest, &name) ||
			name.len == 0)
		return "expected the number of bytes, an offset and a name";
	wrong = byte_value_read(b, nbytes, BYTE_STRING_MOST, &x->field.nbytes);
	if (wrong == NULL)
		wrong = byte_offset_read(b, offset, &x->field);
	if (wrong != NULL)
		return wrong;
	var = gz_sig_var(b, name, true);
	if (var < 0)
		return gz_sig_error_at(b, name.p, "more than %d variables in a rule", GZ_EVAL_VARS);
	x->var = (uint8_t)var;
	return NULL;
}

static enum gz_answer
byte_extract_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct byte_extract *x = m->arg;
	uint64_t v;
	uint32_t end;

	if (!byte_field_get(&x->field, e, &v, &end))
		return GZ_NO;
	if (x->multiplier != 0)
		v *= x->multiplier;
	if (x->align != 0)
		v = (v + x->align - 1) & ~(uint64_t)(x->align - 1);
	e->vars[x->var] = v;
	e->at = end;
	return GZ_YES;
}

static struct gz_keyword byte_extract;

static const char *
byte_extract_parse(struct gz_sig_builder *b, const char *value)
{
	struct byte_extract read = { .field = BYTE_FIELD_INIT }, *x;
	struct gz_span rest = text_unquoted(value), word;
	const char *wrong;
	bool known;

	wrong = read_head(b, &rest, &read);
	while (wrong == NULL && text_next(&rest, &word)) {
		wrong = byte_word_read(b, word, &read.field, &known);
		if (!known)
			wrong = read_word(b, word, &read);
	}
	if (wrong == NULL)
		wrong = byte_field_check(b, &read.field);
	if (wrong != NULL)
		return wrong;
	x = gz_sig_alloc(sizeof(*x));
	*x = read;
	gz_sig_add(b, &byte_extract, x,
			byte_field_flags(&read.field) | GZ_MATCH_MOVES | GZ_MATCH_SETS_VAR);
	return NULL;
}

static struct gz_keyword byte_extract = {
	.reg.name = "byte_extract",
	.help = "keep a number of the buffer in a variable for other keywords of the rule",
	.usage = "byte_extract:<bytes>,<offset>,<name>[,relative][,little|big]"
		 "[,string,hex|dec|oct][,multiplier <n>][,align 2|4][,dce][,bitmask <mask>]",
	.scope = GZ_SCOPE_BUFFER,
	.needs_value = true,
	.parse = byte_extract_parse,
	.free = free,
	.eval = byte_extract_eval,
};
GZ_KEYWORD_REGISTER(byte_extract)
