/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_common.h>

#include "byte_internal.h"

enum byte_test_op {
	BYTE_LESS,
	BYTE_MORE,
	BYTE_EQUAL,
	BYTE_LESS_EQUAL,
	BYTE_MORE_EQUAL,
	BYTE_AND,
	BYTE_XOR,
};

struct byte_test {
	struct byte_field field;
	enum byte_test_op op;
	bool negated;
	struct byte_value value;
};

static const struct {
	const char *word;
	enum byte_test_op op;
} ops[] = {
	{ "<=", BYTE_LESS_EQUAL },
	{ ">=", BYTE_MORE_EQUAL },
	{ "<", BYTE_LESS },
	{ ">", BYTE_MORE },
	{ "=", BYTE_EQUAL },
	{ "&", BYTE_AND },
	{ "^", BYTE_XOR },
};

static const char *
read_op(struct gz_sig_builder *b, struct gz_span word, struct byte_test *t)
{
	struct gz_span op = word;
	uint32_t i;

	t->negated = text_skip(&op, "!");
	if (t->negated && op.len == 0) {
		t->op = BYTE_EQUAL;
		return NULL;
	}
	for (i = 0; i < RTE_DIM(ops); i++) {
		if (text_is(op, ops[i].word)) {
			t->op = ops[i].op;
			return NULL;
		}
	}
	return gz_sig_error_at(b, word.p, "expected < > = <= >= & or ^, perhaps with ! in front");
}

/** "4,>,100,0": what comes first, in this order. */
static const char *
read_head(struct gz_sig_builder *b, struct gz_span *rest, struct byte_test *t)
{
	struct gz_span nbytes, op, value, offset;
	const char *wrong;

	if (!text_next(rest, &nbytes) || !text_next(rest, &op) || !text_next(rest, &value) ||
			!text_next(rest, &offset))
		return "expected the number of bytes, an operator, a value and an offset";
	wrong = byte_value_read(b, nbytes, BYTE_STRING_MOST, &t->field.nbytes);
	if (wrong == NULL)
		wrong = read_op(b, op, t);
	if (wrong == NULL)
		wrong = byte_value_read(b, value, UINT64_MAX, &t->value);
	if (wrong == NULL)
		wrong = byte_offset_read(b, offset, &t->field);
	return wrong;
}

static bool
compare(const struct byte_test *t, uint64_t a, uint64_t b)
{
	switch (t->op) {
	case BYTE_LESS:
		return a < b;
	case BYTE_MORE:
		return a > b;
	case BYTE_EQUAL:
		return a == b;
	case BYTE_LESS_EQUAL:
		return a <= b;
	case BYTE_MORE_EQUAL:
		return a >= b;
	case BYTE_AND:
		return (a & b) != 0;
	case BYTE_XOR:
		return (a ^ b) != 0;
	}
	return false;
}

static enum gz_answer
byte_test_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct byte_test *t = m->arg;
	uint64_t v;
	uint32_t end;

	if (!byte_field_get(&t->field, e, &v, &end))
		return GZ_NO;
	return compare(t, v, byte_value_of(&t->value, e)) != t->negated ? GZ_YES : GZ_NO;
}

static struct gz_keyword byte_test;

static const char *
byte_test_parse(struct gz_sig_builder *b, const char *value)
{
	struct byte_test read = { .field = BYTE_FIELD_INIT }, *t;
	struct gz_span rest = text_unquoted(value), word;
	const char *wrong;
	uint32_t flags;
	bool known;

	wrong = read_head(b, &rest, &read);
	while (wrong == NULL && text_next(&rest, &word)) {
		wrong = byte_word_read(b, word, &read.field, &known);
		if (!known)
			wrong = byte_unknown(b, word);
	}
	if (wrong == NULL)
		wrong = byte_field_check(b, &read.field);
	if (wrong != NULL)
		return wrong;
	t = gz_sig_alloc(sizeof(*t));
	*t = read;
	flags = byte_field_flags(&read.field);
	if (read.value.var >= 0)
		flags |= GZ_MATCH_USES_VAR;
	gz_sig_add(b, &byte_test, t, flags);
	return NULL;
}

static struct gz_keyword byte_test = {
	.reg.name = "byte_test",
	.help = "compare a number in the buffer",
	.usage = "byte_test:<bytes>,[!]<|>|=|<=|>=|&|^,<value>,<offset>[,relative][,little|big]"
		 "[,string,hex|dec|oct][,dce][,bitmask <mask>]",
	.scope = GZ_SCOPE_BUFFER,
	.needs_value = true,
	.parse = byte_test_parse,
	.free = free,
	.eval = byte_test_eval,
};
GZ_KEYWORD_REGISTER(byte_test)
