/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "rule_internal.h"

/*
 * The language of sets:
 *
 *	set  = ["!"] ( "any" | "$NAME" | "[" list "]" | word )
 *	list = set { "," set }
 *
 * A list is what its plain members have together, less what its negated
 * members have. A text may be a list without brackets.
 */

enum {
	SET_DEPTH = 24, /* brackets and variables within each other */
	SET_NAME = 64,
};

struct walk {
	const struct set_kind *kind;
	const struct gz_vars *vars;
	struct gz_span rest;
	const uint8_t *start; /* of the text that the caller gave */
	bool inside; /* of a variable's text: its bytes are not the caller's */
	uint32_t depth;
	struct set_error *error;
};

static bool read_list(struct walk *w, struct ranges *out);

__attribute__((format(printf, 3, 4))) static bool
fail(struct walk *w, const uint8_t *at, const char *fmt, ...)
{
	va_list ap;

	if (!w->inside)
		w->error->at = (uint32_t)(at - w->start);
	va_start(ap, fmt);
	vsnprintf(w->error->text, sizeof(w->error->text), fmt, ap);
	va_end(ap);
	return false;
}

static void
skip_blanks(struct walk *w)
{
	while (w->rest.len > 0 && (w->rest.p[0] == ' ' || w->rest.p[0] == '\t'))
		w->rest = gz_span(w->rest.p + 1, w->rest.len - 1);
}

static bool
take(struct walk *w, uint8_t c)
{
	skip_blanks(w);
	if (w->rest.len == 0 || w->rest.p[0] != c)
		return false;
	w->rest = gz_span(w->rest.p + 1, w->rest.len - 1);
	return true;
}

static struct gz_span
take_word(struct walk *w)
{
	struct gz_span word;
	uint32_t n = 0;

	skip_blanks(w);
	while (n < w->rest.len && strchr(",[]! \t", w->rest.p[n]) == NULL)
		n++;
	word = gz_span(w->rest.p, n);
	w->rest = gz_span(w->rest.p + n, w->rest.len - n);
	return word;
}

/** Evaluate the text of a variable in place of its name. */
static bool
read_variable(struct walk *w, struct gz_span word, struct ranges *out)
{
	char name[SET_NAME];
	const char *text, *near;
	struct walk inner = *w;

	snprintf(name, sizeof(name), "%.*s", (int)word.len - 1, (const char *)word.p + 1);
	text = w->kind->variable(w->vars, name);
	if (text == NULL) {
		near = w->kind->nearest(w->vars, name);
		return fail(w, word.p,
				near == NULL ? "unknown %s variable $%s"
					     : "unknown %s variable $%s: did you mean $%s?",
				w->kind->what, name, near);
	}
	w->error->at = w->inside ? w->error->at : (uint32_t)(word.p - w->start);
	inner.inside = true;
	inner.rest = gz_span_str(text);
	if (!read_list(&inner, out))
		return false;
	return inner.rest.len == 0 ||
			fail(w, word.p, "the %s variable $%s is not a list", w->kind->what, name);
}

static bool
read_one(struct walk *w, struct ranges *out)
{
	struct gz_span word;

	if (take(w, '[')) {
		if (!read_list(w, out))
			return false;
		return take(w, ']') || fail(w, w->rest.p, "expected , or ] in the list");
	}
	word = take_word(w);
	if (word.len == 0)
		return fail(w, word.p, "expected %s", w->kind->expected);
	if (word.p[0] == '$')
		return read_variable(w, word, out);
	if (gz_span_equal(word, GZ_SPAN("any"))) {
		w->kind->any(out);
		return true;
	}
	return w->kind->word(word, out) ||
			fail(w, word.p, "\"%.*s\" is no %s: expected %s",
					(int)(word.len < 48 ? word.len : 48), (const char *)word.p,
					w->kind->what, w->kind->expected);
}

/** All that the families of @p negated have, less what is in it. */
static struct ranges
others(const struct walk *w, const struct ranges *negated)
{
	struct ranges all = { NULL, 0, 0 }, out;

	w->kind->family(negated, &all);
	ranges_tidy(&all);
	out = ranges_minus(&all, negated);
	ranges_clear(&all);
	return out;
}

/** What a list has: @p plain less @p negated. Both are used up. */
static struct ranges
settle(const struct walk *w, struct ranges *plain, bool has_plain, struct ranges *negated)
{
	struct ranges out;

	ranges_tidy(plain);
	ranges_tidy(negated);
	out = has_plain ? ranges_minus(plain, negated) : others(w, negated);
	ranges_clear(plain);
	ranges_clear(negated);
	return out;
}

static bool
read_list(struct walk *w, struct ranges *out)
{
	struct ranges plain = { NULL, 0, 0 }, negated = { NULL, 0, 0 }, whole;
	bool has_plain = false, ok, is_negated;

	if (++w->depth > SET_DEPTH)
		return fail(w, w->rest.p, "too many lists or variables within each other");
	do {
		is_negated = take(w, '!');
		has_plain |= !is_negated;
		ok = read_one(w, is_negated ? &negated : &plain);
	} while (ok && take(w, ','));
	whole = settle(w, &plain, has_plain, &negated);
	ranges_add_all(out, &whole);
	ranges_clear(&whole);
	w->depth--;
	return ok;
}

bool
set_evaluate(const struct set_kind *kind, const char *text, const struct gz_vars *vars,
		struct ranges *out, struct set_error *error)
{
	struct walk w = { kind, vars, gz_span_str(text), (const uint8_t *)text, false, 0, error };
	bool ok;

	*out = (struct ranges){ NULL, 0, 0 };
	ok = read_list(&w, out);
	skip_blanks(&w);
	if (ok && w.rest.len > 0)
		ok = fail(&w, w.rest.p, "expected a comma or the end of the list");
	ranges_tidy(out);
	if (ok && out->count == 0)
		ok = fail(&w, (const uint8_t *)text, "nothing is left in this set");
	if (!ok)
		ranges_clear(out);
	return ok;
}
