/* SPDX-License-Identifier: BSD-3-Clause */
#include "number_field.h"

#include <stdio.h>
#include <stdlib.h>

#include <rte_common.h>
#include <rte_debug.h>

#include "keyword_internal.h"

/*
 * Fields of numbers are keywords: one is made for each when the registry is
 * sealed. Of several comparisons, between commas or bars, one must hold for one
 * of the transaction's numbers.
 */

enum {
	NUMBER_TESTS = 16, /* in one list */
	NUMBER_VALUES = 256, /* of one transaction that are looked at */
};

struct number_field {
	const struct gz_field *field;
	uint32_t nb_tests;
	struct number_test tests[NUMBER_TESTS];
};

static bool
has(const struct number_field *n, uint64_t v)
{
	uint32_t i;

	for (i = 0; i < n->nb_tests; i++) {
		if (number_test_has(&n->tests[i], v))
			return true;
	}
	return false;
}

static enum gz_answer
number_field_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct number_field *n = m->arg;
	const struct gz_field_row *row;
	uint64_t v;
	uint32_t i;

	row = e->tx == NULL ? NULL : gz_field_row(n->field, e->tx->proto);
	if (row == NULL)
		return GZ_NO;
	for (i = 0; i < NUMBER_VALUES && row->get_number(e->tx, e->dir, i, &v); i++) {
		if (has(n, v))
			return GZ_YES;
	}
	return GZ_NO;
}

static bool
read_word(const struct gz_field_row *row, struct gz_span text, struct number_test *t)
{
	const struct gz_field_word *w;

	t->op = text_skip(&text, "!") ? NUMBER_NOT : NUMBER_EQUAL;
	for (w = row->words; w != NULL && w->word != NULL; w++) {
		if (text_is(text, w->word)) {
			t->a = w->number;
			return true;
		}
	}
	return false;
}

static const char *
refuse(struct gz_sig_builder *b, const struct gz_field_row *row, struct gz_span item)
{
	char words[160] = "";
	const struct gz_field_word *w;
	size_t len = 0;

	for (w = row->words; w != NULL && w->word != NULL && len < sizeof(words); w++)
		len += (size_t)snprintf(words + len, sizeof(words) - len, "%s%s",
				len == 0 ? "" : ", ", w->word);
	if (len == 0)
		return gz_sig_error_at(b, item.p,
				"expected a number or a comparison: 5, !5, <5, >=5, 5<>9");
	return gz_sig_error_at(b, item.p, "expected a number or one of %s", words);
}

static const char *
read_list(struct gz_sig_builder *b, struct gz_span list, struct number_field *n)
{
	const struct gz_field_row *row = n->field->rows[0].row;
	uint8_t sep = memchr(list.p, '|', list.len) != NULL ? '|' : ',';
	struct number_test *t;
	struct gz_span item;

	while (text_cut(&list, sep, &item)) {
		if (n->nb_tests == NUMBER_TESTS)
			return gz_sig_error_at(b, item.p, "more than %d numbers", NUMBER_TESTS);
		t = &n->tests[n->nb_tests++];
		if (!read_word(row, item, t) && !number_test_parse(item, UINT64_MAX, t))
			return refuse(b, row, item);
	}
	return n->nb_tests == 0 ? refuse(b, row, list) : NULL;
}

static const char *
number_field_parse(struct gz_sig_builder *b, const char *value)
{
	const struct gz_keyword *kw = gz_keyword_find(b->option->name);
	struct number_field read = { .field = gz_field_find(kw->reg.name) }, *n;
	const char *wrong;

	wrong = read_list(b, text_unquoted(value), &read);
	if (wrong == NULL)
		wrong = builder_need_protos(b, builder_protos_of(read.field));
	if (wrong != NULL)
		return wrong;
	n = gz_sig_alloc(sizeof(*n));
	*n = read;
	gz_sig_add(b, kw, n, 0);
	return NULL;
}

static void
add_keyword(const struct gz_field *f)
{
	struct gz_keyword *kw = gz_sig_alloc(sizeof(*kw));
	const struct gz_field_row *row = f->rows[0].row;
	char *usage;
	uint32_t i;

	RTE_VERIFY(asprintf(&usage, "%s:[<|>|<=|>=|!]<number>[,...]", f->name) > 0);
	*kw = (struct gz_keyword){
		.reg.name = f->name,
		.alias = row->alias,
		.help = row->help,
		.usage = usage,
		.scope = GZ_SCOPE_TX,
		.needs_value = true,
		.parse = number_field_parse,
		.free = free,
		.eval = number_field_eval,
		.proto = f->nb_rows == 1 ? f->rows[0].proto->reg.name : NULL,
		.dirs = (uint8_t)(f->flags & (GZ_FIELD_C2S | GZ_FIELD_S2C)),
		.progress = { row->progress[0], row->progress[1] },
	};
	for (i = 1; i < f->nb_rows; i++) {
		row = f->rows[i].row;
		kw->progress[0] = RTE_MIN(kw->progress[0], row->progress[0]);
		kw->progress[1] = RTE_MIN(kw->progress[1], row->progress[1]);
	}
	gz_registry_add(&gz_keywords, &kw->reg);
}

void
number_fields_register(void)
{
	uint32_t i, n = gz_fields_count();

	RTE_BUILD_BUG_ON(GZ_FIELD_C2S != 1 << GZ_C2S || GZ_FIELD_S2C != 1 << GZ_S2C);
	for (i = 0; i < n; i++) {
		if (gz_field(i)->rows[0].row->get_number != NULL)
			add_keyword(gz_field(i));
	}
}
