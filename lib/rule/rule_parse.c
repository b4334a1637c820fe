/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_debug.h>

#include "rule_internal.h"

/** A parse under way: the rule's words are cut in place. */
struct parse {
	struct gz_rule *rule;
	char *at; /* the next byte */
	char *end; /* behind the last byte, a NUL */
	struct gz_errors *errors;
};

static const struct {
	const char *name;
	enum gz_action action;
} actions[] = {
	{ "alert", GZ_ACTION_ALERT },
	{ "config", GZ_ACTION_ALERT },
	{ "drop", GZ_ACTION_DROP },
	{ "pass", GZ_ACTION_PASS },
	{ "reject", GZ_ACTION_REJECT },
	{ "rejectboth", GZ_ACTION_REJECT_BOTH },
	{ "rejectdst", GZ_ACTION_REJECT_DST },
	{ "rejectsrc", GZ_ACTION_REJECT },
};

const char *
gz_action_name(enum gz_action a)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(actions); i++) {
		if (actions[i].action == a)
			return actions[i].name;
	}
	return "unknown";
}

__attribute__((format(printf, 3, 4))) static bool
fail(struct parse *p, const char *at, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	gz_errors_add(p->errors, gz_rule_place(p->rule, at), "syntax", "%s", text);
	return false;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void
skip_blanks(struct parse *p)
{
	while (is_blank(*p->at))
		p->at++;
}

/** Cut the next word of the header: up to a blank outside of brackets, or the options' bracket. */
static bool
take_word(struct parse *p, const char *what, const char **word)
{
	uint32_t depth = 0;
	char *start;

	skip_blanks(p);
	start = p->at;
	for (; p->at < p->end; p->at++) {
		if (depth == 0 && (is_blank(*p->at) || *p->at == '('))
			break;
		if (*p->at == '[')
			depth++;
		else if (*p->at == ']' && depth-- == 0)
			return fail(p, p->at, "this ] closes nothing");
	}
	if (p->at == start)
		return fail(p, start, "the %s is missing", what);
	if (depth > 0)
		return fail(p, start, "the list of the %s is not closed by ]", what);
	if (*p->at == '(')
		return fail(p, p->at, "a blank is missing before the options");
	*word = start;
	if (p->at < p->end)
		*p->at++ = '\0';
	return true;
}

static bool
read_action(struct parse *p)
{
	const char *names[RTE_DIM(actions)], *word, *near;
	uint32_t i;

	if (!take_word(p, "action", &word))
		return false;
	for (i = 0; i < RTE_DIM(actions); i++) {
		names[i] = actions[i].name;
		if (strcmp(word, actions[i].name) == 0) {
			p->rule->action = actions[i].action;
			p->rule->config = strcmp(word, "config") == 0;
			return true;
		}
	}
	near = gz_nearest_word(word, names, RTE_DIM(actions));
	if (near != NULL)
		return fail(p, word, "unknown action \"%.40s\": did you mean \"%s\"?", word, near);
	return fail(p, word,
			"unknown action \"%.40s\": expected alert, config, drop, pass, "
			"reject, rejectsrc, rejectdst or rejectboth",
			word);
}

static bool
read_direction(struct parse *p)
{
	const char *word;

	if (!take_word(p, "direction", &word))
		return false;
	p->rule->both_ways = strcmp(word, "<>") == 0;
	p->rule->transaction = strcmp(word, "=>") == 0;
	if (p->rule->both_ways || p->rule->transaction || strcmp(word, "->") == 0)
		return true;
	return fail(p, word, "unknown direction \"%.40s\": expected ->, <> or =>", word);
}

static bool
read_header(struct parse *p)
{
	struct gz_rule *r = p->rule;

	return read_action(p) && take_word(p, "protocol", &r->proto) &&
			take_word(p, "source address", &r->addr[0]) &&
			take_word(p, "source port", &r->port[0]) && read_direction(p) &&
			take_word(p, "destination address", &r->addr[1]) &&
			take_word(p, "destination port", &r->port[1]);
}

/** Does a quote at @p at end the value: does nothing but blanks and a semicolon follow? */
static bool
quote_ends(const char *at)
{
	for (at++; is_blank(*at); at++)
		;
	return *at == ';';
}

/** Find the semicolon that ends the value at p->at; NULL, and told, when there is none. */
static char *
value_end(struct parse *p)
{
	char *start = p->at, *at = start, *quote;

	if (*at == '!') {
		for (at++; is_blank(*at); at++)
			;
	}
	quote = *at == '"' ? at++ : NULL;
	for (; at < p->end; at++) {
		if (*at == '\\' && at + 1 < p->end)
			at++;
		else if (quote != NULL && *at == '"' && quote_ends(at))
			quote = NULL;
		else if (quote == NULL && *at == ';')
			return at;
	}
	if (quote != NULL)
		fail(p, quote, "this quote is not closed");
	else
		fail(p, start, "the option does not end with a semicolon");
	return NULL;
}

static void
cut_blanks(char *start, char *end)
{
	while (end > start && is_blank(end[-1]))
		end--;
	*end = '\0';
}

static bool
read_value(struct parse *p, struct gz_rule_option *o)
{
	char *end;

	skip_blanks(p);
	end = value_end(p);
	if (end == NULL)
		return false;
	o->value = p->at;
	cut_blanks(p->at, end);
	p->at = end + 1;
	return true;
}

static bool
read_option(struct parse *p)
{
	struct gz_rule_option *o = &p->rule->options[p->rule->nb_options];
	char *start = p->at, *end, stop;

	while (p->at < p->end && strchr(":;)( \t\"", *p->at) == NULL)
		p->at++;
	end = p->at;
	if (end == start)
		return fail(p, start, "the name of an option is missing");
	skip_blanks(p);
	stop = *p->at;
	if (stop != ':' && stop != ';')
		return fail(p, p->at < p->end ? p->at : end - 1,
				"expected a colon or a semicolon after the option");
	*o = (struct gz_rule_option){ start, NULL };
	*end = '\0';
	p->at++;
	p->rule->nb_options++;
	return stop == ';' || read_value(p, o);
}

static bool
read_options(struct parse *p)
{
	skip_blanks(p);
	if (*p->at != '(')
		return fail(p, p->at < p->end ? p->at : p->end - 1,
				"the options are missing: "
				"expected (");
	for (p->at++; skip_blanks(p), *p->at != ')';) {
		if (p->at == p->end)
			return fail(p, p->end - 1, "the options are not closed by )");
		if (!read_option(p))
			return false;
	}
	if (p->at + 1 != p->end)
		return fail(p, p->at + 1, "nothing may follow the options");
	return true;
}

static uint32_t
count_semicolons(struct gz_span s)
{
	uint32_t i, n = 0;

	for (i = 0; i < s.len; i++)
		n += s.p[i] == ';';
	return n;
}

/** All of a rule in one piece: the struct, its arrays, its file's name, its text twice. */
static struct gz_rule *
rule_create(const struct rule_text *t)
{
	size_t nb_options = count_semicolons(t->bytes) + 1, file = strlen(t->file) + 1;
	size_t text = (size_t)t->bytes.len + 1;
	struct gz_rule *r;
	char *name;

	r = malloc(sizeof(*r) + nb_options * sizeof(*r->options) + t->nb_map * sizeof(*t->map) +
			file + 2 * text);
	RTE_VERIFY(r != NULL);
	memset(r, 0, sizeof(*r));
	r->options = (struct gz_rule_option *)(r + 1);
	r->map = (struct gz_rule_map *)(r->options + nb_options);
	r->nb_map = t->nb_map;
	memcpy(r->map, t->map, t->nb_map * sizeof(*t->map));
	name = (char *)(r->map + t->nb_map);
	memcpy(name, t->file, file);
	r->words = name + file;
	memcpy(r->words, t->bytes.p, t->bytes.len);
	r->words[t->bytes.len] = '\0';
	r->text = r->words + text;
	memcpy(r->words + text, r->words, text);
	r->place = (struct gz_place){ name, t->map[0].line, t->map[0].column };
	return r;
}

struct gz_rule *
rule_parse(const struct rule_text *t, struct gz_errors *errors)
{
	struct gz_rule *r = rule_create(t);
	struct parse p = { r, r->words, r->words + t->bytes.len, errors };
	char *nul = memchr(r->words, '\0', t->bytes.len);
	bool ok;

	ok = nul == NULL ? read_header(&p) && read_options(&p)
			 : fail(&p, nul, "a byte of zero in the rule: write it as |00|");
	if (ok)
		return r;
	gz_rule_destroy(r);
	return NULL;
}
