/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_common.h>

#include "byte_internal.h"

enum byte_math_op {
	MATH_ADD,
	MATH_SUBTRACT,
	MATH_MULTIPLY,
	MATH_DIVIDE,
	MATH_LEFT,
	MATH_RIGHT,
};

struct byte_math {
	struct byte_field field;
	enum byte_math_op op;
	struct byte_value rvalue;
	uint8_t result;
};

static const struct {
	const char *word;
	enum byte_math_op op;
} ops[] = {
	{ "+", MATH_ADD },
	{ "-", MATH_SUBTRACT },
	{ "*", MATH_MULTIPLY },
	{ "/", MATH_DIVIDE },
	{ "<<", MATH_LEFT },
	{ ">>", MATH_RIGHT },
};

enum {
	SAID_BYTES = 1 << 0,
	SAID_OFFSET = 1 << 1,
	SAID_OPER = 1 << 2,
	SAID_RVALUE = 1 << 3,
	SAID_RESULT = 1 << 4,
	SAID_ALL = (1 << 5) - 1,
};

static const char *
read_oper(struct gz_sig_builder *b, struct gz_span word, struct byte_math *m)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(ops); i++) {
		if (text_is(word, ops[i].word)) {
			m->op = ops[i].op;
			return NULL;
		}
	}
	return gz_sig_error_at(b, word.p, "expected + - * / << or >>");
}

static const char *
read_result(struct gz_sig_builder *b, struct gz_span word, struct byte_math *m)
{
	int var = word.len == 0 ? -1 : gz_sig_var(b, word, true);

	if (var < 0)
		return gz_sig_error_at(b, word.p, "expected a name, one of at most %d in a rule",
				GZ_EVAL_VARS);
	m->result = (uint8_t)var;
	return NULL;
}

/** "bytes 4", "endian little": a name, a blank and a word. */
static const char *
read_part(struct gz_sig_builder *b, struct gz_span part, struct byte_math *m, uint32_t *said)
{
	struct gz_span name, word = part;
	const char *wrong;
	bool known;

	wrong = byte_word_read(b, part, &m->field, &known);
	if (known)
		return wrong;
	text_cut(&word, ' ', &name);
	word = gz_span_trim(word);
	if (text_is(name, "bytes")) {
		*said |= SAID_BYTES;
		return byte_value_read(b, word, BYTE_STRING_MOST, &m->field.nbytes);
	}
	if (text_is(name, "offset")) {
		*said |= SAID_OFFSET;
		return byte_offset_read(b, word, &m->field);
	}
	if (text_is(name, "oper")) {
		*said |= SAID_OPER;
		return read_oper(b, word, m);
	}
	if (text_is(name, "rvalue")) {
		*said |= SAID_RVALUE;
		return byte_value_read(b, word, UINT32_MAX, &m->rvalue);
	}
	if (text_is(name, "result")) {
		*said |= SAID_RESULT;
		return read_result(b, word, m);
	}
	m->field.is_string |= text_is(name, "string");
	wrong = text_is(name, "string") || text_is(name, "endian")
			? byte_word_read(b, word, &m->field, &known)
			: NULL;
	return known ? wrong : byte_unknown(b, part);
}

static enum gz_answer
byte_math_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct byte_math *bm = m->arg;
	uint64_t v, r = byte_value_of(&bm->rvalue, e);
	uint32_t end;

	if (!byte_field_get(&bm->field, e, &v, &end))
		return GZ_NO;
	switch (bm->op) {
	case MATH_ADD:
		v += r;
		break;
	case MATH_SUBTRACT:
		v -= r;
		break;
	case MATH_MULTIPLY:
		v *= r;
		break;
	case MATH_DIVIDE:
		if (r == 0)
			return GZ_NO;
		v /= r;
		break;
	case MATH_LEFT:
		v = r < 64 ? v << r : 0;
		break;
	case MATH_RIGHT:
		v = r < 64 ? v >> r : 0;
		break;
	}
	e->vars[bm->result] = v;
	e->at = end;
	return GZ_YES;
}

static struct gz_keyword byte_math;

static const char *
byte_math_parse(struct gz_sig_builder *b, const char *value)
{
	struct byte_math read = { .field = BYTE_FIELD_INIT, .rvalue.var = -1 }, *m;
	struct gz_span rest = text_unquoted(value), part;
	const char *wrong = NULL;
	uint32_t said = 0, flags;

	while (wrong == NULL && text_next(&rest, &part))
		wrong = read_part(b, part, &read, &said);
	if (wrong == NULL && said != SAID_ALL)
		wrong = "needs bytes, offset, oper, rvalue and result";
	if (wrong == NULL)
		wrong = byte_field_check(b, &read.field);
	if (wrong != NULL)
		return wrong;
	m = gz_sig_alloc(sizeof(*m));
	*m = read;
	flags = byte_field_flags(&read.field) | GZ_MATCH_MOVES | GZ_MATCH_SETS_VAR;
	if (read.rvalue.var >= 0)
		flags |= GZ_MATCH_USES_VAR;
	gz_sig_add(b, &byte_math, m, flags);
	return NULL;
}

static struct gz_keyword byte_math = {
	.reg.name = "byte_math",
	.help = "reckon with a number of the buffer and keep the result in a variable",
	.usage = "byte_math:bytes <n>,offset <n>,oper +|-|*|/|<<|>>,rvalue <n>|<name>,result <name>"
		 "[,relative][,endian little|big][,string hex|dec|oct][,dce][,bitmask <mask>]",
	.scope = GZ_SCOPE_BUFFER,
	.needs_value = true,
	.parse = byte_math_parse,
	.free = free,
	.eval = byte_math_eval,
};
GZ_KEYWORD_REGISTER(byte_math)
