/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GRAMMAR_H
#define GRAMMAR_H

/*
 * The registered commands in a form that a line can be held against: each a row of items, keywords
 * as they are and values as typed tokens of librte_cmdline. Built once, then read-only: any thread.
 */

#include <cmdline_parse.h>
#include <cmdline_parse_ipaddr.h>
#include <cmdline_parse_num.h>
#include <cmdline_parse_string.h>

#include "gz_shell.h"

enum {
	GZ_SHELL_LINE_MOST = 4096, /* bytes of a line, with its NUL */
	GZ_SHELL_ITEMS_MOST = 12, /* items of a command */
};

enum item_kind {
	ITEM_KEYWORD,
	ITEM_CHOICE,
	ITEM_WORD,
	ITEM_UINT,
	ITEM_ADDR,
	ITEM_REST,
};

struct item {
	enum item_kind kind;
	bool optional;
	char *name; /* the keyword, or the value's name */
	char *choices; /* CHOICE: "on#off", as librte_cmdline wants it */
	union {
		struct cmdline_token_hdr hdr;
		cmdline_parse_token_string_t string; /* KEYWORD, CHOICE */
		cmdline_parse_token_num_t num;
		cmdline_parse_token_ipaddr_t ip;
	} token;
};

struct command {
	const struct gz_shell_command *row;
	struct item items[GZ_SHELL_ITEMS_MOST];
	uint32_t nb_items;
	bool show; /* takes a last word json, which is its last item */
};

struct grammar {
	struct command *commands; /* in the order of their words */
	uint32_t count;
};

struct value {
	const char *text; /* NULL: left out */
	uint64_t number;
	struct gz_addr addr;
};

struct gz_shell_match {
	const struct command *command;
	struct value values[GZ_SHELL_ITEMS_MOST];
	bool json;
	char words[GZ_SHELL_LINE_MOST]; /* the line, cut into words */
};

enum match_result {
	MATCH_FOUND,
	MATCH_EMPTY, /* nothing on the line */
	MATCH_NONE, /* out of place, unclear or incomplete: told in why */
};

/** All commands registered. A row that cannot be understood, or the same twice, aborts the start. */
const struct grammar *gz_shell_grammar(void);

/** Hold @p line against the commands. @p why: a sentence for MATCH_NONE. */
enum match_result
gz_shell_match(const char *line, struct gz_shell_match *m, char *why, size_t why_size);

/** Does one word fit one item? @p v may be NULL. */
bool gz_shell_item_takes(const struct item *item, const char *word, struct value *v);
/** A keyword that @p word starts; whole: that it is. */
bool gz_shell_keyword_starts(const struct item *item, const char *word, bool *whole);

/** As shown to people: a keyword itself, <sid>, on|off, with [] when it may be left out. */
void gz_shell_item_text(const struct item *item, char *buf, size_t size);
void gz_shell_usage(const struct command *c, char *buf, size_t size);

/** What may stand next on a line. */
struct gz_shell_choice {
	char word[64]; /* what to type, or the name of a value in <> */
	char help[256];
	bool literal; /* word can be completed */
	bool end; /* nothing: the line may end here */
};

/**
 * What may come where @p line ends, distinct and in order.
 *
 * @param partial   Set to the length of the word begun.
 * @return          How many choices, at most @p most.
 */
uint32_t gz_shell_complete(const char *line, struct gz_shell_choice *choices, uint32_t most,
		uint32_t *partial);

#endif /* GRAMMAR_H */
