/* SPDX-License-Identifier: BSD-3-Clause */
#include "number_field.h"

#include <stdio.h>
#include <stdlib.h>

#include <rte_common.h>
#include <rte_debug.h>

#include "keyword_internal.h"

/*
 * Fields of numbers are keywords: one is made for each when the registry is
 * sealed. A field with one number is compared with one or several, between
 * commas or bars, of which one must hold. One with many says behind a comma
 * which of them count. One of bits may be told by their names.
 */

enum {
	NUMBER_TESTS = 16, /* in one list */
	NUMBER_VALUES = 512, /* of one transaction that are looked at */
};

/** Which of many numbers must hold. */
enum number_which {
	WHICH_ANY,
	WHICH_ALL,
	WHICH_ALL_OR_ABSENT,
	WHICH_OR_ABSENT,
	WHICH_ONE, /* by its index */
	WHICH_ONE_OR_NONE, /* or there are not so many */
	WHICH_NUMBER, /* so many of them */
	WHICH_COUNT, /* how many there are, whatever they are */
};

struct number_field {
	const struct gz_field *field;
	enum number_which which;
	int64_t index; /* from the end when below 0 */
	struct number_test number;
	bool sliced;
	int64_t first, last; /* the slice: up to last, without it */
	uint32_t nb_tests;
	struct number_test tests[NUMBER_TESTS];
};

static bool
has(const struct number_field *n, uint64_t v)
{
	uint32_t i;

	for (i = 0; i < n->nb_tests && v != GZ_FIELD_NO_NUMBER; i++) {
		if (number_test_has(&n->tests[i], v))
			return true;
	}
	return false;
}

/** The numbers of the transaction that are looked at. */
struct numbers {
	uint64_t v[NUMBER_VALUES];
	uint32_t first, count;
};

static int64_t
from_end(int64_t index, uint32_t count)
{
	return index < 0 ? index + count : index;
}

static void
get_numbers(const struct number_field *n, struct gz_eval *e, struct numbers *s)
{
	const struct gz_field_row *row = gz_field_row(n->field, e->tx->proto);
	int64_t first, last;

	s->first = s->count = 0;
	while (row != NULL && s->count < NUMBER_VALUES &&
			row->get_number(e->tx, e->dir, s->count, &s->v[s->count]))
		s->count++;
	if (!n->sliced)
		return;
	first = from_end(n->first, s->count);
	last = from_end(n->last, s->count);
	if (first < 0 || last > s->count || first > last)
		first = last = 0;
	s->first = (uint32_t)first;
	s->count = (uint32_t)(last - first);
}

static bool
holds(const struct number_field *n, const struct numbers *s)
{
	uint32_t i, yes = 0;
	int64_t index;

	for (i = 0; i < s->count; i++)
		yes += has(n, s->v[s->first + i]);
	switch (n->which) {
	case WHICH_ANY:
		return yes > 0;
	case WHICH_ALL:
		return s->count > 0 && yes == s->count;
	case WHICH_ALL_OR_ABSENT:
		return yes == s->count;
	case WHICH_OR_ABSENT:
		return s->count == 0 || yes > 0;
	case WHICH_NUMBER:
		return number_test_has(&n->number, yes);
	case WHICH_COUNT:
		return number_test_has(&n->number, s->count);
	default:
		index = from_end(n->index, s->count);
		if (index < 0 || index >= s->count)
			return n->which == WHICH_ONE_OR_NONE;
		return has(n, s->v[s->first + index]);
	}
}

/** Could what holds now no longer hold when more numbers come? */
static bool
may_change(const struct number_field *n, const struct numbers *s)
{
	bool more = n->number.op == NUMBER_MORE || n->number.op == NUMBER_MORE_EQUAL;

	switch (n->which) {
	case WHICH_ALL:
	case WHICH_ALL_OR_ABSENT:
		return true;
	case WHICH_OR_ABSENT:
	case WHICH_ONE_OR_NONE:
		return s->count == 0 || n->which == WHICH_ONE_OR_NONE;
	case WHICH_NUMBER:
	case WHICH_COUNT:
		return !more;
	default:
		return false;
	}
}

static enum gz_answer
number_field_eval(const struct gz_match *m, struct gz_eval *e)
{
	struct numbers s;

	if (e->tx == NULL)
		return GZ_NO;
	get_numbers(m->arg, e, &s);
	if (!e->tx->complete[e->dir] && may_change(m->arg, &s))
		return GZ_NO;
	return holds(m->arg, &s) ? GZ_YES : GZ_NO;
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
read_test(struct gz_sig_builder *b, struct gz_span item, struct number_field *n)
{
	const struct gz_field_row *row = n->field->rows[0].row;
	struct number_test *t;

	if (n->nb_tests == NUMBER_TESTS)
		return gz_sig_error_at(b, item.p, "more than %d numbers", NUMBER_TESTS);
	t = &n->tests[n->nb_tests++];
	if (!read_word(row, item, t) && !number_test_parse(item, UINT64_MAX, t))
		return refuse(b, row, item);
	return NULL;
}

/** "dup,!retain": these bits are set, those are not. @return false: it is no list of words. */
static bool
read_bits(struct gz_span list, struct number_field *n)
{
	struct number_test bits = { .op = NUMBER_MASK }, one;
	struct gz_span item;

	while (text_next(&list, &item)) {
		if (!read_word(n->field->rows[0].row, item, &one))
			return false;
		bits.a |= one.a;
		bits.b &= ~one.a;
		if (one.op == NUMBER_EQUAL)
			bits.b |= one.a;
	}
	n->tests[n->nb_tests++] = bits;
	return true;
}

static const char *
read_list(struct gz_sig_builder *b, struct gz_span list, struct number_field *n)
{
	uint8_t sep = memchr(list.p, '|', list.len) != NULL ? '|' : ',';
	const char *wrong = NULL;
	struct gz_span item;

	while (wrong == NULL && text_cut(&list, sep, &item))
		wrong = read_test(b, item, n);
	return wrong;
}

static bool
read_which(struct gz_span word, struct number_field *n)
{
	static const struct {
		const char *word;
		enum number_which which;
	} words[] = {
		{ "any", WHICH_ANY },
		{ "all", WHICH_ALL },
		{ "all_or_absent", WHICH_ALL_OR_ABSENT },
		{ "or_absent", WHICH_OR_ABSENT },
	};
	uint32_t i;

	for (i = 0; i < RTE_DIM(words); i++) {
		if (text_is(word, words[i].word)) {
			n->which = words[i].which;
			return true;
		}
	}
	if (text_skip(&word, "nb")) {
		n->which = WHICH_NUMBER;
		return number_test_parse(word, UINT32_MAX, &n->number);
	}
	n->which = text_skip(&word, "oob_or ") ? WHICH_ONE_OR_NONE : WHICH_ONE;
	return text_i64(word, -NUMBER_VALUES, NUMBER_VALUES, &n->index);
}

static bool
read_slice(struct gz_span word, struct number_field *n)
{
	struct gz_span first;

	n->sliced = true;
	return text_cut(&word, ':', &first) &&
			text_i64(first, -NUMBER_VALUES, NUMBER_VALUES, &n->first) &&
			text_i64(gz_span_trim(word), -NUMBER_VALUES, NUMBER_VALUES, &n->last);
}

/** Of a field with many numbers: "test[,which[,first:last]]", or "count test". */
static const char *
read_many(struct gz_sig_builder *b, struct gz_span value, struct number_field *n)
{
	struct gz_span part = gz_span(value.p, 0);
	const char *wrong;

	text_next(&value, &part);
	if (part.len > 5 && text_is(gz_span(part.p, 5), "count")) {
		n->which = WHICH_COUNT;
		part = gz_span_trim(gz_span(part.p + 5, part.len - 5));
		wrong = number_test_parse(part, UINT32_MAX, &n->number)
				? NULL
				: refuse(b, n->field->rows[0].row, part);
	} else {
		wrong = read_test(b, part, n);
		if (wrong == NULL && text_next(&value, &part) && !read_which(part, n))
			wrong = gz_sig_error_at(b, part.p,
					"expected any, all, all_or_absent, "
					"or_absent, nb and a comparison, or an index");
	}
	if (wrong == NULL && text_next(&value, &part) && !read_slice(part, n))
		wrong = gz_sig_error_at(b, part.p, "expected a slice: 2:4");
	return wrong;
}

static const char *
number_field_parse(struct gz_sig_builder *b, const char *value)
{
	const struct gz_keyword *kw = gz_keyword_find(b->option->name);
	struct number_field read = { .field = gz_field_find(kw->reg.name) }, *n;
	const char *wrong = NULL;

	if (read.field->flags & GZ_FIELD_BITS && read_bits(text_unquoted(value), &read))
		;
	else if (read.field->flags & GZ_FIELD_MULTI)
		wrong = read_many(b, text_unquoted(value), &read);
	else
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

	RTE_BUILD_BUG_ON((int)GZ_FIELD_C2S != 1 << GZ_C2S || (int)GZ_FIELD_S2C != 1 << GZ_S2C);
	for (i = 0; i < n; i++) {
		if (gz_field(i)->rows[0].row->get_number != NULL)
			add_keyword(gz_field(i));
	}
}
