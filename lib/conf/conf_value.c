/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "conf_internal.h"

/** A word behind a number and what it multiplies by. */
struct unit {
	const char *word;
	uint64_t factor;
};

static const struct unit sizes[] = {
	{ "T", UINT64_C(1) << 40 },
	{ "G", UINT64_C(1) << 30 },
	{ "M", UINT64_C(1) << 20 },
	{ "K", UINT64_C(1) << 10 },
	{ "", 1 },
};

static const struct unit times[] = {
	{ "d", 24 * 60 * 60 * 1000 },
	{ "h", 60 * 60 * 1000 },
	{ "min", 60 * 1000 },
	{ "s", 1000 },
	{ "ms", 1 },
};

void *
conf_or_abort(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

static bool
is_bytes(const struct gz_setting *s)
{
	return s->type == GZ_SETTING_UINT && s->unit != NULL && strcmp(s->unit, "bytes") == 0;
}

/** "4 G": a whole number, a unit's word, and blanks where they are readable. */
static bool
parse_scaled(struct gz_span text, const struct unit *units, uint32_t nb_units, uint64_t *value)
{
	struct gz_span word;
	uint32_t digits = 0, i;
	uint64_t number;

	text = gz_span_trim(text);
	while (digits < text.len && text.p[digits] >= '0' && text.p[digits] <= '9')
		digits++;
	if (!gz_span_u64(gz_span(text.p, digits), &number))
		return false;
	word = gz_span_trim(gz_span(text.p + digits, text.len - digits));
	for (i = 0; i < nb_units; i++) {
		if (gz_span_equal(word, gz_span_str(units[i].word)))
			return !__builtin_mul_overflow(number, units[i].factor, value);
	}
	*value = 0;
	return number == 0 && word.len == 0; /* nothing of any unit is nothing */
}

/** In the largest unit that leaves no rest. */
static char *
format_scaled(uint64_t value, const struct unit *units, const char *blank)
{
	char *text;

	while (units->factor > 1 && (value == 0 || value % units->factor != 0))
		units++;
	if (asprintf(&text, "%" PRIu64 "%s%s", value / units->factor,
			    units->word[0] == '\0' ? "" : blank, units->word) < 0)
		abort();
	return text;
}

static char *
format_number(const struct gz_setting *s, uint64_t number)
{
	static const struct unit plain = { "", 1 };

	if (s->type == GZ_SETTING_TIME)
		return format_scaled(number, times, " ");
	return format_scaled(number, is_bytes(s) ? sizes : &plain, "");
}

static bool
parse_number(const struct gz_setting *s, struct gz_span text, uint64_t *number)
{
	if (s->type == GZ_SETTING_TIME)
		return parse_scaled(text, times, RTE_DIM(times), number);
	if (is_bytes(s))
		return parse_scaled(text, sizes, RTE_DIM(sizes), number);
	return gz_span_u64(gz_span_trim(text), number);
}

static bool
in_range(const struct gz_setting *s, const char *name, uint64_t number, char why[CONF_WHY_SIZE])
{
	char *is, *min, *max;

	if (number >= s->min && (s->max == 0 || number <= s->max))
		return true;
	is = format_number(s, number);
	min = format_number(s, s->min);
	max = format_number(s, s->max);
	if (s->max == 0)
		snprintf(why, CONF_WHY_SIZE, "%s is %s, but must be at least %s", name, is, min);
	else
		snprintf(why, CONF_WHY_SIZE, "%s is %s, but must be from %s to %s", name, is, min,
				max);
	free(is);
	free(min);
	free(max);
	return false;
}

static const char *
what_it_needs(const struct gz_setting *s)
{
	switch (s->type) {
	case GZ_SETTING_BOOL:
		return "true or false";
	case GZ_SETTING_TIME:
		return "a time such as \"250 ms\", \"30 s\", \"5 min\", \"24 h\" or \"7 d\"";
	default:
		return is_bytes(s) ? "a number of bytes such as 4096 or \"16M\"" : "a whole number";
	}
}

static bool
parse_word(const struct gz_setting *s, const char *name, const char *text, uint64_t *index,
		char why[CONF_WHY_SIZE])
{
	int n;

	for (*index = 0; s->words[*index] != NULL; (*index)++) {
		if (strcmp(s->words[*index], text) == 0)
			return true;
	}
	n = snprintf(why, CONF_WHY_SIZE, "%s is \"%.64s\", but must be one of", name, text);
	for (*index = 0; s->words[*index] != NULL && n < CONF_WHY_SIZE; (*index)++)
		n += snprintf(why + n, (size_t)(CONF_WHY_SIZE - n), "%s %s", *index == 0 ? "" : ",",
				s->words[*index]);
	return false;
}

static bool
parse_bool(const char *text, uint64_t *value)
{
	*value = strcmp(text, "true") == 0;
	return *value == 1 || strcmp(text, "false") == 0;
}

bool
conf_value_parse(const struct gz_setting *s, const char *name, const char *text,
		struct conf_value *v, char why[CONF_WHY_SIZE])
{
	struct gz_span rest = gz_span_str(text), part;
	bool ok;

	switch (s->type) {
	case GZ_SETTING_BOOL:
		ok = parse_bool(text, &v->number);
		break;
	case GZ_SETTING_UINT:
	case GZ_SETTING_TIME:
		ok = parse_number(s, rest, &v->number);
		if (ok)
			return in_range(s, name, v->number, why);
		break;
	case GZ_SETTING_WORD:
		return parse_word(s, name, text, &v->number, why);
	case GZ_SETTING_STRING:
		conf_value_add(v, rest);
		return true;
	case GZ_SETTING_STRINGS:
		while (gz_span_cut(&rest, ',', &part))
			conf_value_add(v, gz_span_trim(part));
		return true;
	default: /* a list has no text */
		abort();
	}
	if (!ok)
		snprintf(why, CONF_WHY_SIZE, "%s needs %s, not \"%.64s\"", name, what_it_needs(s),
				text);
	return ok;
}

void
conf_value_add(struct conf_value *v, struct gz_span text)
{
	v->strings = conf_or_abort(
			reallocarray(v->strings, v->nb_strings + 1, sizeof(*v->strings)));
	v->strings[v->nb_strings++] = conf_or_abort(strndup((const char *)text.p, text.len));
}

void
conf_value_clear(struct conf_value *v)
{
	uint32_t i;

	for (i = 0; i < v->nb_strings; i++)
		free(v->strings[i]);
	free(v->strings);
	v->strings = NULL;
	v->nb_strings = 0;
	v->number = 0;
	v->is_wrong = false;
}

char *
conf_value_text(const struct gz_setting *s, const struct conf_value *v)
{
	char *text;
	size_t len;
	uint32_t i;
	FILE *to;

	switch (s->type) {
	case GZ_SETTING_BOOL:
		return conf_or_abort(strdup(v->number != 0 ? "true" : "false"));
	case GZ_SETTING_UINT:
	case GZ_SETTING_TIME:
	case GZ_SETTING_LIST:
		return format_number(s, v->number);
	case GZ_SETTING_WORD:
		return conf_or_abort(strdup(s->words[v->number]));
	default:
		break;
	}
	to = conf_or_abort(open_memstream(&text, &len));
	for (i = 0; i < v->nb_strings; i++)
		fprintf(to, "%s%s", i == 0 ? "" : ", ", v->strings[i]);
	fclose(to);
	return text;
}
