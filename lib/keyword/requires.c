/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "keyword_internal.h"

/*
 * "requires: version >= 7.0.4 < 9 | ..., feature ...". What is asked for is
 * Suricata's version, whose language we speak; a keyword or a feature is asked
 * for by name. A rule whose wish is not met is refused, as the rule wants.
 */

enum {
	SPOKEN_MAJOR = 8, /* the version whose rules we understand */
	SPOKEN_MINOR = 0,
	SPOKEN_PATCH = 5,
};

static bool
read_version(struct gz_span word, int64_t *version)
{
	uint64_t part[3] = { 0, 0, 0 };
	struct gz_span digits;
	uint32_t i;

	for (i = 0; i < 3 && text_cut(&word, '.', &digits); i++) {
		if (!text_u64(digits, 1000, &part[i]))
			return false;
	}
	*version = (int64_t)(part[0] * 1000000 + part[1] * 1000 + part[2]);
	return i > 0 && word.len == 0;
}

static struct gz_span
take_word(struct gz_span *s, const char *stop)
{
	struct gz_span word;
	uint32_t n = 0;

	*s = gz_span_trim(*s);
	while (n < s->len && strchr(stop, s->p[n]) == NULL)
		n++;
	word = gz_span(s->p, n);
	*s = gz_span_trim(gz_span(s->p + n, s->len - n));
	return word;
}

/** All of ">= 7.0.3 < 8". */
static const char *
compare_all(struct gz_sig_builder *b, struct gz_span s, bool *yes)
{
	int64_t mine = SPOKEN_MAJOR * 1000000 + SPOKEN_MINOR * 1000 + SPOKEN_PATCH, wanted;
	struct gz_span start = s, op, word;

	*yes = true;
	while (s.len > 0) {
		op = take_word(&s, "0123456789 ");
		word = take_word(&s, " <>=");
		if (!read_version(word, &wanted))
			return gz_sig_error_at(b, start.p,
					"expected comparisons of versions, as in "
					">= 7.0.3");
		if (text_is(op, ">="))
			*yes &= mine >= wanted;
		else if (text_is(op, ">"))
			*yes &= mine > wanted;
		else if (text_is(op, "<="))
			*yes &= mine <= wanted;
		else if (text_is(op, "<"))
			*yes &= mine < wanted;
		else
			return gz_sig_error_at(b, start.p, "expected >=, >, <= or <");
	}
	return NULL;
}

static const char *
check_version(struct gz_sig_builder *b, struct gz_span s)
{
	const char *wrong = NULL;
	struct gz_span one, all = s;
	bool any = false, yes;

	while (wrong == NULL && text_cut(&s, '|', &one)) {
		wrong = compare_all(b, one, &yes);
		any |= wrong == NULL && yes;
	}
	if (wrong == NULL && !any)
		wrong = gz_sig_error_at(b, all.p, "wants a version other than %d.%d", SPOKEN_MAJOR,
				SPOKEN_MINOR);
	return wrong;
}

/** A keyword; features are named after theirs. */
static const char *
check_word(struct gz_sig_builder *b, struct gz_span name, const char *what)
{
	char *text = text_copy(name);
	bool known = gz_keyword_find(text) != NULL || gz_field_find(text) != NULL ||
			gz_registry_find(&gz_transforms, text) != NULL;

	free(text);
	return known ? NULL
		     : gz_sig_error_at(b, name.p, "wants the %s %.*s", what, (int)name.len,
				       (const char *)name.p);
}

static const char *
requires_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), part, start;
	const char *wrong = NULL;

	while (wrong == NULL && text_next(&rest, &part)) {
		start = part;
		if (text_skip(&part, "version"))
			wrong = check_version(b, part);
		else if (text_skip(&part, "keyword"))
			wrong = check_word(b, part, "keyword");
		else if (text_skip(&part, "feature"))
			wrong = check_word(b, part, "feature");
		else
			wrong = gz_sig_error_at(b, start.p, "wants %.*s, which is not here",
					(int)start.len, (const char *)start.p);
	}
	return wrong;
}

static struct gz_keyword requires = {
	.reg.name = "requires",
	.help = "the rule is for engines that meet its wish; Suricata's versions are meant",
	.usage = "requires:version >= <version>[, keyword <name>][, feature <name>]",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = requires_parse,
};
GZ_KEYWORD_REGISTER(requires)
