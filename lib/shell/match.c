/* SPDX-License-Identifier: BSD-3-Clause */
/* A line held against all commands at once: word by word, those that cannot be meant fall out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "gz_error.h"

#include "grammar.h"

enum {
	WORDS_MOST = 64,
};

/* A command that may still be meant, and the item that its next word is held against. */
struct candidate {
	const struct command *c;
	uint32_t next;
	uint32_t took; /* the item that took the last word */
	bool exact; /* by a keyword in full */
};

struct line {
	const char *text;
	char *words[WORDS_MOST];
	const char *tail[WORDS_MOST]; /* the line from that word on */
	uint32_t nb_words;
	bool open; /* the last word may go on: no blank after it */
};

/* Cut the line into words; '#' starts a comment, as in librte_cmdline. */
static void
line_cut(struct line *l, const char *text, char *words)
{
	const char *p = text;
	size_t len;

	*l = (struct line){ .text = text };
	while (l->nb_words < WORDS_MOST) {
		p += strspn(p, " \t");
		len = strcspn(p, " \t\r\n#");
		if (len == 0)
			break;
		memcpy(words, p, len);
		words[len] = '\0';
		l->tail[l->nb_words] = p;
		l->words[l->nb_words++] = words;
		words += len + 1;
		p += len;
		l->open = *p == '\0';
	}
}

static uint32_t
candidates_all(struct candidate **v)
{
	const struct grammar *g = gz_shell_grammar();

	*v = calloc(g->count + 1, sizeof(**v));
	RTE_VERIFY(*v != NULL);
	for (uint32_t i = 0; i < g->count; i++)
		(*v)[i] = (struct candidate){ .c = &g->commands[i] };
	return g->count;
}

/* Nothing more need come before the last item. */
static bool
candidate_may_skip(const struct candidate *k)
{
	const struct command *c = k->c;

	if (k->next == c->nb_items)
		return false;
	return c->items[k->next].optional ||
			(c->items[k->next].kind == ITEM_REST && k->took == k->next);
}

/* Let the candidate take @p word with its next item, or with a later one past items left out. */
static bool
candidate_take(struct candidate *k, const char *word)
{
	const struct command *c = k->c;
	const struct item *item;
	uint32_t i = k->next;

	if (c->show && strcmp(word, "json") == 0 && candidate_may_skip(k))
		i = c->nb_items - 1;
	for (; i < c->nb_items; i++) {
		item = &c->items[i];
		k->exact = false;
		if (item->kind == ITEM_KEYWORD ? gz_shell_keyword_starts(item, word, &k->exact)
					       : gz_shell_item_takes(item, word, NULL)) {
			k->took = i;
			k->next = item->kind == ITEM_REST ? i : i + 1;
			return true;
		}
		if (!item->optional)
			return false;
	}
	return false;
}

/* Keep those that take the word; a keyword in full beats one cut short and any value. */
static uint32_t
candidates_take(struct candidate *v, uint32_t n, const char *word)
{
	uint32_t kept = 0;
	bool exact = false;

	for (uint32_t i = 0; i < n; i++) {
		if (!candidate_take(&v[i], word))
			continue;
		exact |= v[i].exact;
		v[kept++] = v[i];
	}
	if (!exact)
		return kept;
	n = kept;
	kept = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (v[i].exact)
			v[kept++] = v[i];
	}
	return kept;
}

static bool
candidate_is_whole(const struct candidate *k)
{
	return k->next == k->c->nb_items || candidate_may_skip(k);
}

static bool
choices_have(const struct gz_shell_choice *v, uint32_t n, const char *word)
{
	for (uint32_t i = 0; i < n; i++) {
		if (strcmp(v[i].word, word) == 0)
			return true;
	}
	return false;
}

static void
help_add(char *help, size_t size, const char *word)
{
	size_t len = strlen(help), word_len = strlen(word);

	if (len >= word_len && strcmp(help + len - word_len, word) == 0)
		return; /* the commands are sorted: the same noun comes in a row */
	snprintf(help + len, size - len, "%s%s", len > 0 ? ", " : "", word);
}

static void
choice_help(struct gz_shell_choice *choice, const struct candidate *k, uint32_t item)
{
	const struct command *c = k->c;
	char next[80];

	if (item == 0 && c->nb_items > 1 && c->items[1].kind == ITEM_KEYWORD) {
		/* A verb: name its nouns. */
		gz_shell_item_text(&c->items[1], next, sizeof(next));
		help_add(choice->help, sizeof(choice->help), next);
	} else if (choice->help[0] == '\0') {
		snprintf(choice->help, sizeof(choice->help), "%s",
				item == c->nb_items - 1 && c->show ? "the same as JSON"
								   : c->row->help);
	}
}

static struct gz_shell_choice *
choice_get(struct gz_shell_choice *v, uint32_t *n, uint32_t most, const char *word)
{
	for (uint32_t i = 0; i < *n; i++) {
		if (strcmp(v[i].word, word) == 0)
			return &v[i];
	}
	if (*n == most)
		return NULL;
	v[*n] = (struct gz_shell_choice){ .literal = word[0] != '<' };
	snprintf(v[*n].word, sizeof(v[*n].word), "%s", word);
	return &v[(*n)++];
}

static void
choices_of_item(const struct candidate *k, uint32_t i, const char *begun, struct gz_shell_choice *v,
		uint32_t *n, uint32_t most)
{
	const struct item *item = &k->c->items[i];
	struct cmdline_token_hdr *token = (struct cmdline_token_hdr *)(uintptr_t)&item->token.hdr;
	struct gz_shell_choice *choice;
	char word[64];
	int nb;

	if (item->kind != ITEM_KEYWORD && item->kind != ITEM_CHOICE) {
		snprintf(word, sizeof(word), "<%s>", item->name);
		choice = begun[0] == '\0' || gz_shell_item_takes(item, begun, NULL)
				? choice_get(v, n, most, word)
				: NULL;
		if (choice != NULL)
			choice_help(choice, k, i);
		return;
	}
	nb = token->ops->complete_get_nb(token);
	for (int e = 0; e < nb; e++) {
		if (token->ops->complete_get_elt(token, e, word, sizeof(word)) < 0 ||
				strncmp(word, begun, strlen(begun)) != 0)
			continue;
		choice = choice_get(v, n, most, word);
		if (choice != NULL)
			choice_help(choice, k, i);
	}
}

static void
choices_of(const struct candidate *k, const char *begun, struct gz_shell_choice *v, uint32_t *n,
		uint32_t most)
{
	for (uint32_t i = k->next; i < k->c->nb_items; i++) {
		choices_of_item(k, i, begun, v, n, most);
		if (!k->c->items[i].optional)
			break;
	}
}

/* The line may end here. */
static void
choice_end(const struct candidate *k, struct gz_shell_choice *v, uint32_t *n, uint32_t most)
{
	struct gz_shell_choice *choice = choice_get(v, n, most, "<enter>");

	if (choice == NULL)
		return;
	choice->end = true;
	snprintf(choice->help, sizeof(choice->help), "%s", k->c->row->help);
}

/* By name; the line's end first. */
static int
choice_compare(const void *a, const void *b)
{
	const struct gz_shell_choice *x = a, *y = b;

	if (x->end != y->end)
		return x->end ? -1 : 1;
	return strcmp(x->word, y->word);
}

uint32_t
gz_shell_complete(
		const char *text, struct gz_shell_choice *choices, uint32_t most, uint32_t *partial)
{
	char words[GZ_SHELL_LINE_MOST];
	struct candidate *v;
	const char *begun = "";
	uint32_t n, found = 0, whole;
	struct line l;

	*partial = 0;
	if (strlen(text) >= sizeof(words))
		return 0;
	line_cut(&l, text, words);
	whole = l.nb_words;
	if (l.open && whole > 0) {
		begun = l.words[--whole];
		*partial = (uint32_t)strlen(begun);
	}
	n = candidates_all(&v);
	for (uint32_t w = 0; w < whole; w++)
		n = candidates_take(v, n, l.words[w]);
	for (uint32_t i = 0; i < n; i++) {
		if (whole > 0 && begun[0] == '\0' && candidate_is_whole(&v[i]))
			choice_end(&v[i], choices, &found, most);
		choices_of(&v[i], begun, choices, &found, most);
	}
	free(v);
	qsort(choices, found, sizeof(*choices), choice_compare);
	return found;
}

/* What the user could have meant at a word that nothing takes. */
static void
why_not(const struct line *l, uint32_t at, char *why, size_t size)
{
	struct gz_shell_choice choices[64];
	const char *known[RTE_DIM(choices)];
	char before[GZ_SHELL_LINE_MOST];
	const char *word = at < l->nb_words ? l->words[at] : NULL;
	const char *near = NULL;
	uint32_t n, partial, nb_known = 0;
	size_t len;

	snprintf(before, sizeof(before), "%s", l->text);
	if (word != NULL)
		before[l->tail[at] - l->text] = '\0';
	else
		before[strcspn(before, "\r\n#")] = '\0';
	len = strlen(before);
	if (word == NULL && len + 1 < sizeof(before))
		memcpy(before + len, " ", 2);
	n = gz_shell_complete(before, choices, RTE_DIM(choices), &partial);
	if (n > 0 && choices[0].end)
		memmove(choices, choices + 1, --n * sizeof(*choices));
	for (uint32_t i = 0; i < n; i++) {
		if (choices[i].literal)
			known[nb_known++] = choices[i].word;
	}
	if (word != NULL)
		near = gz_nearest_word(word, known, nb_known);
	if (near != NULL) {
		snprintf(why, size, "\"%s\" is not known here; did you mean \"%s\"?", word, near);
		return;
	}
	len = (size_t)(word == NULL ? snprintf(why, size, "more is expected:")
					: n == 0
					? snprintf(why, size, "\"%s\" is one word too many", word)
					: snprintf(why, size, "\"%s\" is not known here; expected:",
							  word));
	for (uint32_t i = 0; i < n && len < size; i++)
		len += (size_t)snprintf(
				why + len, size - len, "%s %s", i > 0 ? "," : "", choices[i].word);
}

static void
why_unclear(const struct candidate *v, uint32_t n, const char *word, char *why, size_t size)
{
	struct gz_shell_choice named[8];
	uint32_t found = 0;
	size_t len;
	char text[64];

	for (uint32_t i = 0; i < n && found < RTE_DIM(named); i++) {
		snprintf(text, sizeof(text), "%s", v[i].c->items[v[i].took].name);
		if (!choices_have(named, found, text))
			snprintf(named[found++].word, sizeof(named[0].word), "%s", text);
	}
	len = (size_t)snprintf(why, size, "\"%s\" is unclear; it could be", word);
	for (uint32_t i = 0; i < found && len < size; i++)
		len += (size_t)snprintf(
				why + len, size - len, "%s %s", i > 0 ? "," : "", named[i].word);
}

/* Did the last word go to different keywords? */
static bool
candidates_differ(const struct candidate *v, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++) {
		if (strcmp(v[i].c->items[v[i].took].name, v[0].c->items[v[0].took].name) != 0)
			return true;
	}
	return false;
}

/* The line is this command's: take the values. */
static void
match_values(const struct line *l, const struct command *c, struct gz_shell_match *m)
{
	struct candidate k = { .c = c };
	const struct item *item;
	struct value *v;

	m->command = c;
	for (uint32_t w = 0; w < l->nb_words; w++) {
		candidate_take(&k, l->words[w]);
		item = &c->items[k.took];
		v = &m->values[k.took];
		if (item->kind == ITEM_REST && v->text != NULL)
			l->words[w][-1] = ' '; /* the words lie one behind the other */
		else
			gz_shell_item_takes(item, l->words[w], v);
		m->json |= c->show && k.took == c->nb_items - 1;
	}
}

enum match_result
gz_shell_match(const char *text, struct gz_shell_match *m, char *why, size_t why_size)
{
	enum match_result result = MATCH_NONE;
	struct candidate *v, *found = NULL;
	uint32_t n, w, whole = 0;
	struct line l;

	memset(m, 0, offsetof(struct gz_shell_match, words));
	if (strlen(text) >= sizeof(m->words)) {
		snprintf(why, why_size, "the line is longer than %d bytes", GZ_SHELL_LINE_MOST - 1);
		return MATCH_NONE;
	}
	line_cut(&l, text, m->words);
	if (l.nb_words == 0)
		return MATCH_EMPTY;

	n = candidates_all(&v);
	for (w = 0; w < l.nb_words; w++) {
		n = candidates_take(v, n, l.words[w]);
		if (n == 0) {
			why_not(&l, w, why, why_size);
			goto out;
		}
		if (!v[0].exact && candidates_differ(v, n)) {
			why_unclear(v, n, l.words[w], why, why_size);
			goto out;
		}
	}
	for (uint32_t i = 0; i < n; i++) {
		if (!candidate_is_whole(&v[i]))
			continue;
		found = &v[i];
		whole++;
	}
	if (whole == 1) {
		match_values(&l, found->c, m);
		result = MATCH_FOUND;
	} else if (whole == 0) {
		why_not(&l, l.nb_words, why, why_size);
	} else {
		why_unclear(v, n, l.words[l.nb_words - 1], why, why_size);
	}
out:
	free(v);
	return result;
}
