/* SPDX-License-Identifier: BSD-3-Clause */
#include "grammar.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>
#include <rte_string_fns.h>

static STAILQ_HEAD(, gz_shell_command_set) sets = STAILQ_HEAD_INITIALIZER(sets);
static struct grammar grammar;
static pthread_once_t grammar_once = PTHREAD_ONCE_INIT;

void
gz_shell_register(struct gz_shell_command_set *set)
{
	STAILQ_INSERT_TAIL(&sets, set, next);
}

static char *
copy(const char *s, size_t len)
{
	char *d = strndup(s, len);

	RTE_VERIFY(d != NULL);
	return d;
}

static void
item_set_keyword(struct item *item, const char *name, size_t len)
{
	item->kind = ITEM_KEYWORD;
	item->name = copy(name, len);
	item->token.string.hdr.ops = &cmdline_token_string_ops;
	item->token.string.string_data.str = item->name;
}

static void
item_set_choice(struct item *item, const char *type)
{
	item->kind = ITEM_CHOICE;
	item->choices = copy(type, strlen(type));
	for (char *p = item->choices; *p != '\0'; p++) {
		if (*p == '|')
			*p = '#';
	}
	item->token.string.hdr.ops = &cmdline_token_string_ops;
	item->token.string.string_data.str = item->choices;
}

static void
item_set_type(struct item *item, const char *type)
{
	if (strcmp(type, "uint") == 0) {
		item->kind = ITEM_UINT;
		item->token.num.hdr.ops = &cmdline_token_num_ops;
		item->token.num.num_data.type = RTE_UINT64;
	} else if (strcmp(type, "addr") == 0) {
		item->kind = ITEM_ADDR;
		item->token.ip.hdr.ops = &cmdline_token_ipaddr_ops;
		item->token.ip.ipaddr_data.flags = CMDLINE_IPADDR_V4 | CMDLINE_IPADDR_V6;
	} else if (strcmp(type, "word") == 0) {
		item->kind = ITEM_WORD;
	} else if (strcmp(type, "rest") == 0) {
		item->kind = ITEM_REST;
	} else if (strchr(type, '|') != NULL) {
		item_set_choice(item, type);
	} else {
		rte_panic("shell: no such type of value: %s\n", type);
	}
}

/* One blank-separated piece of a row's words: "show", "[sid:uint]", "on:on|off". */
static void
item_build(struct item *item, const char *piece)
{
	size_t len = strlen(piece);
	const char *colon;
	char type[256];

	if (piece[0] == '[') {
		RTE_VERIFY(piece[len - 1] == ']');
		item->optional = true;
		piece++;
		len -= 2;
	}
	colon = memchr(piece, ':', len);
	if (colon == NULL) {
		item_set_keyword(item, piece, len);
		return;
	}
	item->name = copy(piece, (size_t)(colon - piece));
	snprintf(type, sizeof(type), "%.*s", (int)(piece + len - colon - 1), colon + 1);
	item_set_type(item, type);
}

static void
command_build(struct command *c, const struct gz_shell_command *row)
{
	char *words = copy(row->words, strlen(row->words));
	char *save = NULL;
	struct item *item;

	c->row = row;
	for (char *w = strtok_r(words, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
		/* One place is kept for json. */
		RTE_VERIFY(c->nb_items < GZ_SHELL_ITEMS_MOST - 1);
		item = &c->items[c->nb_items];
		item_build(item, w);
		RTE_VERIFY(c->nb_items == 0 || item->optional || !item[-1].optional);
		RTE_VERIFY(c->nb_items == 0 || item[-1].kind != ITEM_REST);
		c->nb_items++;
	}
	free(words);
	RTE_VERIFY(c->nb_items > 0 && c->items[0].kind == ITEM_KEYWORD);
	c->show = strcmp(c->items[0].name, "show") == 0;
	if (c->show)
		item_build(&c->items[c->nb_items++], "[json]");
}

static int
command_compare(const void *a, const void *b)
{
	const struct command *x = a, *y = b;

	return strcmp(x->row->words, y->row->words);
}

static void
grammar_build(void)
{
	struct gz_shell_command_set *set;
	uint32_t n = 0;

	STAILQ_FOREACH(set, &sets, next)
		n += set->nb_rows;
	grammar.commands = calloc(n + 1, sizeof(*grammar.commands));
	RTE_VERIFY(grammar.commands != NULL);
	STAILQ_FOREACH(set, &sets, next) {
		for (uint32_t i = 0; i < set->nb_rows; i++)
			command_build(&grammar.commands[grammar.count++], &set->rows[i]);
	}
	qsort(grammar.commands, n, sizeof(*grammar.commands), command_compare);
	for (uint32_t i = 1; i < n; i++) {
		if (command_compare(&grammar.commands[i - 1], &grammar.commands[i]) == 0)
			rte_panic("shell: two commands \"%s\"\n", grammar.commands[i].row->words);
	}
}

static void __attribute__((destructor)) grammar_free(void)
{
	for (uint32_t i = 0; i < grammar.count; i++) {
		for (uint32_t k = 0; k < grammar.commands[i].nb_items; k++) {
			free(grammar.commands[i].items[k].name);
			free(grammar.commands[i].items[k].choices);
		}
	}
	free(grammar.commands);
}

const struct grammar *
gz_shell_grammar(void)
{
	pthread_once(&grammar_once, grammar_build);
	return &grammar;
}

bool
gz_shell_keyword_starts(const struct item *item, const char *word, bool *whole)
{
	size_t len = strlen(word);

	*whole = strcmp(item->name, word) == 0;
	return strncmp(item->name, word, len) == 0;
}

static void
value_from_ip(struct value *v, const cmdline_ipaddr_t *ip)
{
	if (ip->family == AF_INET)
		v->addr = gz_addr_v4(&ip->addr.ipv4);
	else
		v->addr = gz_addr_v6(&ip->addr.ipv6);
}

bool
gz_shell_item_takes(const struct item *item, const char *word, struct value *v)
{
	struct cmdline_token_hdr *token = (struct cmdline_token_hdr *)(uintptr_t)&item->token.hdr;
	union {
		cmdline_fixed_string_t string;
		cmdline_ipaddr_t ip;
		uint64_t number;
	} parsed = { 0 };

	if (item->kind == ITEM_WORD || item->kind == ITEM_REST) {
		if (v != NULL)
			v->text = word;
		return true;
	}
	if (token->ops->parse(token, word, &parsed, sizeof(parsed)) < 0)
		return false;
	if (v == NULL)
		return true;
	v->text = word;
	if (item->kind == ITEM_UINT)
		v->number = parsed.number;
	else if (item->kind == ITEM_ADDR)
		value_from_ip(v, &parsed.ip);
	return true;
}

void
gz_shell_item_text(const struct item *item, char *buf, size_t size)
{
	const char *open = item->optional ? "[" : "";
	const char *close = item->optional ? "]" : "";

	if (item->kind == ITEM_KEYWORD) {
		snprintf(buf, size, "%s%s%s", open, item->name, close);
	} else if (item->kind == ITEM_CHOICE) {
		snprintf(buf, size, "%s%s%s", open, item->choices, close);
		for (char *p = buf; *p != '\0'; p++) {
			if (*p == '#')
				*p = '|';
		}
	} else {
		snprintf(buf, size, "%s<%s>%s", open, item->name, close);
	}
}

void
gz_shell_usage(const struct command *c, char *buf, size_t size)
{
	char item[256];
	size_t n = 0;

	buf[0] = '\0';
	for (uint32_t i = 0; i < c->nb_items && n < size; i++) {
		gz_shell_item_text(&c->items[i], item, sizeof(item));
		n += (size_t)snprintf(buf + n, size - n, "%s%s", i > 0 ? " " : "", item);
	}
}
