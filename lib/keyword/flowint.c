/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_common.h>

#include "keyword_ctx.h"
#include "keyword_internal.h"

enum flowint_op {
	FLOWINT_ADD,
	FLOWINT_SUB,
	FLOWINT_SET,
	FLOWINT_EQUAL,
	FLOWINT_NOT_EQUAL,
	FLOWINT_LESS,
	FLOWINT_LESS_EQUAL,
	FLOWINT_MORE,
	FLOWINT_MORE_EQUAL,
	FLOWINT_ISSET,
	FLOWINT_ISNOTSET,
};

struct flowint {
	enum flowint_op op;
	uint32_t name;
	uint32_t other; /* a number of the flow to compare with or to add, or 0: value */
	uint32_t value;
};

static const struct {
	const char *word;
	enum flowint_op op;
} ops[] = {
	{ "+", FLOWINT_ADD },
	{ "-", FLOWINT_SUB },
	{ "=", FLOWINT_SET },
	{ "==", FLOWINT_EQUAL },
	{ "!=", FLOWINT_NOT_EQUAL },
	{ "<", FLOWINT_LESS },
	{ "<=", FLOWINT_LESS_EQUAL },
	{ ">", FLOWINT_MORE },
	{ ">=", FLOWINT_MORE_EQUAL },
	{ "isset", FLOWINT_ISSET },
	{ "isnotset", FLOWINT_ISNOTSET },
	{ "notset", FLOWINT_ISNOTSET },
};

static bool
operand(const struct flowint *fi, const struct gz_flow *f, uint32_t *value)
{
	*value = fi->value;
	return fi->other == 0 || flow_var_get(f, fi->other, value);
}

static enum gz_answer
flowint_test(const struct gz_match *m, struct gz_eval *e)
{
	const struct flowint *fi = m->arg;
	uint32_t a, b;
	bool there;

	if (e->flow == NULL)
		return GZ_NO;
	there = flow_var_get(e->flow, fi->name, &a);
	if (fi->op == FLOWINT_ISNOTSET)
		return there ? GZ_NO : GZ_YES;
	if (!there || !operand(fi, e->flow, &b))
		return GZ_NO;
	switch (fi->op) {
	case FLOWINT_EQUAL:
		return a == b ? GZ_YES : GZ_NO;
	case FLOWINT_NOT_EQUAL:
		return a != b ? GZ_YES : GZ_NO;
	case FLOWINT_LESS:
		return a < b ? GZ_YES : GZ_NO;
	case FLOWINT_LESS_EQUAL:
		return a <= b ? GZ_YES : GZ_NO;
	case FLOWINT_MORE:
		return a > b ? GZ_YES : GZ_NO;
	case FLOWINT_MORE_EQUAL:
		return a >= b ? GZ_YES : GZ_NO;
	default:
		return GZ_YES; /* isset */
	}
}

static enum gz_answer
flowint_change(const struct gz_match *m, struct gz_eval *e)
{
	const struct flowint *fi = m->arg;
	uint32_t was = 0, by;

	if (e->flow == NULL || !operand(fi, e->flow, &by))
		return GZ_YES;
	flow_var_get(e->flow, fi->name, &was);
	if (fi->op == FLOWINT_ADD)
		by = was + by;
	else if (fi->op == FLOWINT_SUB)
		by = was - by;
	flow_var_set(e->ctx, e->flow, fi->name, by);
	return GZ_YES;
}

static const struct gz_keyword flowint_post = {
	.reg.name = "flowint",
	.scope = GZ_SCOPE_POST,
	.free = free,
	.eval = flowint_change,
};

static struct gz_keyword flowint;

static const char *
read_op(struct gz_sig_builder *b, struct gz_span word, enum flowint_op *op)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(ops); i++) {
		if (text_is(word, ops[i].word)) {
			*op = ops[i].op;
			return NULL;
		}
	}
	return gz_sig_error_at(b, word.p,
			"unknown word \"%.*s\": expected + - = == != < <= > >= "
			"isset or isnotset",
			(int)word.len, (const char *)word.p);
}

static const char *
read_operand(struct gz_sig_builder *b, struct gz_span rest, struct flowint *fi)
{
	bool none = fi->op == FLOWINT_ISSET || fi->op == FLOWINT_ISNOTSET;
	struct gz_span word = gz_span(rest.p, 0);
	uint64_t v;

	if (none || !text_next(&rest, &word) || word.len == 0)
		return none == (rest.len == 0 && word.len == 0)
				? NULL
				: "expected a number or a name, and only behind an operator";
	if (rest.len > 0)
		return gz_sig_error_at(b, rest.p, "nothing may follow the number");
	if (text_u64(word, UINT32_MAX, &v))
		fi->value = (uint32_t)v;
	else if (word.p[0] >= '0' && word.p[0] <= '9')
		return gz_sig_error_at(b, word.p, "expected a number below 2^32, or a name");
	else
		fi->other = gz_sig_name(b, "flowint", word);
	return NULL;
}

static const char *
flowint_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = gz_span_str(value), name, word = gz_span(value, 0);
	struct flowint read = { .op = FLOWINT_SET }, *fi;
	const char *wrong;
	bool test;

	if (!text_next(&rest, &name) || name.len == 0 || !text_next(&rest, &word))
		return "expected a name, an operator and a number";
	wrong = read_op(b, word, &read.op);
	if (wrong == NULL)
		wrong = read_operand(b, rest, &read);
	if (wrong != NULL)
		return wrong;
	read.name = gz_sig_name(b, "flowint", name);
	test = read.op > FLOWINT_SET;
	gz_sig_bit(b, read.name, !test);
	fi = gz_sig_alloc(sizeof(*fi));
	*fi = read;
	gz_sig_add(b, test ? &flowint : &flowint_post, fi, 0);
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_FLOW;
	return NULL;
}

static struct gz_keyword flowint = {
	.reg.name = "flowint",
	.help = "numbers that rules keep of a flow",
	.usage = "flowint:<name>,+|-|=|==|!=|<|<=|>|>=,<number>|<name> or flowint:<name>,isset|isnotset",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = flowint_parse,
	.free = free,
	.eval = flowint_test,
};
GZ_KEYWORD_REGISTER(flowint)
