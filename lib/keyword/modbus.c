/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "gz_modbus.h"

#include "keyword_internal.h"

enum modbus_kind {
	MODBUS_UNIT_ONLY,
	MODBUS_FUNCTION,
	MODBUS_CATEGORY,
	MODBUS_ACCESS,
};

struct modbus_want {
	enum modbus_kind kind;
	bool has_unit, has_sub, negated, has_address, has_value;
	uint8_t function, categories, access;
	uint16_t sub;
	struct number_test unit, address, value;
};

/* ---- judging ---- */

static bool
has_cell(const struct modbus_want *w, const struct gz_tx *tx, bool write)
{
	uint32_t first, last, a;
	uint16_t value;

	if (!gz_modbus_range(tx, write, &first, &last))
		return false;
	for (a = first; a <= last; a++) {
		if (!number_test_has(&w->address, a))
			continue;
		if (!w->has_value ||
				(gz_modbus_written(tx, a, &value) &&
						number_test_has(&w->value, value)))
			return true;
	}
	return false;
}

static bool
fits(const struct modbus_want *w, const struct gz_modbus *m, const struct gz_tx *tx)
{
	if (w->has_unit && !number_test_has(&w->unit, m->unit))
		return false;
	switch (w->kind) {
	case MODBUS_UNIT_ONLY:
		return true;
	case MODBUS_FUNCTION:
		return m->function == w->function &&
				(!w->has_sub || (m->has_sub && m->sub == w->sub));
	case MODBUS_CATEGORY:
		return m->category != 0 && ((m->category & w->categories) != 0) != w->negated;
	case MODBUS_ACCESS:
		return (m->access & w->access) == w->access &&
				(!w->has_address || has_cell(w, tx, w->access & GZ_MODBUS_WRITE));
	}
	return false;
}

static enum gz_answer
modbus_eval(const struct gz_match *match, struct gz_eval *e)
{
	struct gz_modbus m;

	if (e->tx == NULL || e->dir != GZ_C2S || !gz_modbus_request(e->tx, &m))
		return GZ_NO;
	return fits(match->arg, &m, e->tx) ? GZ_YES : GZ_NO;
}

/* ---- reading ---- */

/** The next word of a part. false: none is left. */
static bool
word_next(struct gz_span *rest, struct gz_span *word)
{
	*rest = gz_span_trim(*rest);
	return rest->len > 0 && text_cut(rest, ' ', word);
}

/** A comparison as the keyword has it: a number, less, more or between. */
static bool
test_parse(struct gz_span s, uint64_t most, struct number_test *t)
{
	return number_test_parse(s, most, t) &&
			(t->op == NUMBER_EQUAL || t->op == NUMBER_LESS || t->op == NUMBER_MORE ||
					t->op == NUMBER_BETWEEN);
}

static const struct {
	const char *word;
	uint8_t bits;
} categories[] = {
	{ "assigned", GZ_MODBUS_ASSIGNED },
	{ "unassigned", GZ_MODBUS_UNASSIGNED },
	{ "public", GZ_MODBUS_ASSIGNED | GZ_MODBUS_UNASSIGNED },
	{ "user", GZ_MODBUS_USER },
	{ "reserved", GZ_MODBUS_RESERVED },
	{ "all", GZ_MODBUS_ASSIGNED | GZ_MODBUS_UNASSIGNED | GZ_MODBUS_USER | GZ_MODBUS_RESERVED },
};

static const char *
parse_function(struct gz_sig_builder *b, struct modbus_want *w, struct gz_span s)
{
	uint64_t v;
	uint32_t i;

	w->kind = MODBUS_FUNCTION;
	if (text_u64(s, UINT8_MAX, &v)) {
		w->function = (uint8_t)v;
		return NULL;
	}
	w->kind = MODBUS_CATEGORY;
	w->negated = text_skip(&s, "!");
	for (i = 0; i < RTE_DIM(categories); i++) {
		if (text_is(s, categories[i].word))
			w->categories = categories[i].bits;
	}
	if (w->categories != 0)
		return NULL;
	return gz_sig_error_at(b, s.p,
			"expected the number of a function, or assigned, unassigned, public, user, "
			"reserved or all, perhaps with ! in front");
}

/** "read", "write", and which table. */
static const char *
parse_access(struct gz_sig_builder *b, struct modbus_want *w, struct gz_span s)
{
	static const struct {
		const char *word;
		uint8_t bit;
	} tables[] = { { "discretes", GZ_MODBUS_DISCRETES }, { "coils", GZ_MODBUS_COILS },
		{ "input", GZ_MODBUS_INPUT }, { "holding", GZ_MODBUS_HOLDING } };
	struct gz_span way = gz_span(s.p, 0), table;
	uint32_t i;

	w->kind = MODBUS_ACCESS;
	if (!word_next(&s, &way) || (!text_is(way, "read") && !text_is(way, "write")))
		return gz_sig_error_at(b, way.p, "expected read or write");
	w->access = text_is(way, "read") ? GZ_MODBUS_READ : GZ_MODBUS_WRITE;
	if (!word_next(&s, &table))
		return NULL;
	for (i = 0; i < RTE_DIM(tables) && !text_is(table, tables[i].word); i++)
		;
	if (i == RTE_DIM(tables) || gz_span_trim(s).len > 0)
		return gz_sig_error_at(b, table.p, "expected discretes, coils, input or holding");
	w->access |= tables[i].bit;
	if (w->access & GZ_MODBUS_WRITE && w->access & (GZ_MODBUS_DISCRETES | GZ_MODBUS_INPUT))
		return gz_sig_error_at(b, table.p, "what is in that table can only be read");
	return NULL;
}

static const char *
parse_sub(struct gz_sig_builder *b, struct modbus_want *w, struct gz_span s)
{
	uint64_t v;

	if (w->kind != MODBUS_FUNCTION || w->has_sub || !text_u64(s, UINT16_MAX, &v))
		return gz_sig_error_at(b, s.p, "expected a number behind the number of a function");
	w->has_sub = true;
	w->sub = (uint16_t)v;
	return NULL;
}

static const char *
parse_address(struct gz_sig_builder *b, struct modbus_want *w, struct gz_span s)
{
	if (w->kind != MODBUS_ACCESS || w->has_address ||
			!test_parse(s, UINT16_MAX + 1u, &w->address))
		return gz_sig_error_at(b, s.p,
				"expected an address, from 1 on, behind an access: 5, <5, >5 or 5<>9");
	w->has_address = true;
	return NULL;
}

static const char *
parse_value(struct gz_sig_builder *b, struct modbus_want *w, struct gz_span s)
{
	if (!w->has_address || w->address.op != NUMBER_EQUAL || (w->access & GZ_MODBUS_READ) ||
			w->has_value || !test_parse(s, UINT16_MAX, &w->value))
		return gz_sig_error_at(b, s.p,
				"expected what is written to one address: 5, <5, >5 or 5<>9");
	w->has_value = true;
	return NULL;
}

static const char *
parse_unit(struct gz_sig_builder *b, struct modbus_want *w, struct gz_span s)
{
	if (w->kind != MODBUS_UNIT_ONLY || w->has_unit || !test_parse(s, UINT8_MAX, &w->unit))
		return gz_sig_error_at(
				b, s.p, "expected a unit in front of all else: 5, <5, >5 or 5<>9");
	w->has_unit = true;
	return NULL;
}

static const char *
parse_part(struct gz_sig_builder *b, struct modbus_want *w, struct gz_span part)
{
	struct gz_span word = gz_span(part.p, 0), rest = part;

	if (!word_next(&rest, &word))
		return gz_sig_error_at(b, part.p, "expected unit, function or access");
	rest = gz_span_trim(rest);
	if (text_is(word, "unit"))
		return parse_unit(b, w, rest);
	if (text_is(word, "function") && w->kind == MODBUS_UNIT_ONLY)
		return parse_function(b, w, rest);
	if (text_is(word, "access") && w->kind == MODBUS_UNIT_ONLY)
		return parse_access(b, w, rest);
	if (text_is(word, "subfunction"))
		return parse_sub(b, w, rest);
	if (text_is(word, "address"))
		return parse_address(b, w, rest);
	if (text_is(word, "value"))
		return parse_value(b, w, rest);
	return gz_sig_error_at(b, word.p,
			"expected unit, and one of function and access, with subfunction, or "
			"address and value, behind");
}

static struct gz_keyword modbus;

static const char *
modbus_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), part = gz_span(rest.p, 0);
	struct modbus_want read = { 0 }, *w;
	const char *wrong = gz_sig_need_proto(b, "modbus");

	while (wrong == NULL && text_next(&rest, &part))
		wrong = parse_part(b, &read, part);
	if (wrong == NULL && !read.has_unit && read.kind == MODBUS_UNIT_ONLY)
		wrong = gz_sig_error_at(b, part.p, "expected unit, function or access");
	if (wrong != NULL)
		return wrong;
	w = gz_sig_alloc(sizeof(*w));
	*w = read;
	gz_sig_add(b, &modbus, w, 0);
	return NULL;
}

static struct gz_keyword modbus = {
	.reg.name = "modbus",
	.help = "a request of Modbus: its unit, its function, what it reads or writes",
	.usage = "modbus:[unit <number>][,function <number>[,subfunction <number>]|,function "
		 "[!]<category>|,access read|write[ <table>][,address <number>[,value <number>]]]",
	.scope = GZ_SCOPE_TX,
	.proto = "modbus",
	.needs_value = true,
	.parse = modbus_parse,
	.free = free,
	.eval = modbus_eval,
};
GZ_KEYWORD_REGISTER(modbus)
