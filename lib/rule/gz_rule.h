/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_RULE_H
#define GZ_RULE_H

/*
 * Rule text to rule tree, in Suricata's syntax: the form only. What an option
 * means is its keyword's affair (lib/keyword).
 *
 *	action proto src sport -> dst dport (name:value; name; …)
 *
 * Loader only; a rule owns its strings and lives until gz_rule_destroy().
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_addrset.h"
#include "gz_error.h"
#include "gz_span.h"

enum gz_action { /* in the order in which they win */
	GZ_ACTION_PASS,
	GZ_ACTION_DROP,
	GZ_ACTION_REJECT, /* to the sender of the packet; same as REJECT_SRC */
	GZ_ACTION_REJECT_DST,
	GZ_ACTION_REJECT_BOTH,
	GZ_ACTION_ALERT,
};

struct gz_rule_option {
	const char *name;
	const char *value; /* without the blanks around it, quotes and escapes kept; NULL: no colon */
};

struct gz_rule_map;

struct gz_rule {
	enum gz_action action;
	const char *proto;
	const char *addr[2], *port[2]; /* source and destination, as written */
	bool both_ways; /* <> */
	bool transaction; /* =>: about a request and its response */
	bool config; /* the action is config: an alert that is not told */
	struct gz_rule_option *options;
	uint32_t nb_options;
	struct gz_place place; /* of the action; its file lives as long as the rule */
	const char *text; /* the whole rule on one line */
	char *words; /* the same, cut into the strings above */
	struct gz_rule_map *map; /* where its bytes stood; one entry a line */
	uint32_t nb_map;
};

/** A rule was read; it is the callee's now. */
typedef void (*gz_rule_fn)(void *arg, struct gz_rule *r);

/**
 * Read a file: one rule a line, lines joined by a backslash, comments by #. Each bad rule is a row in
 * @p errors and skipped; reading goes on.
 *
 * @return rules handed to @p fn, or -errno when the file cannot be read (told too).
 */
int gz_rules_read(const char *path, gz_rule_fn fn, void *arg, struct gz_errors *errors);
/** The same from memory; @p name stands for the file. */
int gz_rules_parse(const char *name, struct gz_span text, gz_rule_fn fn, void *arg,
		struct gz_errors *errors);
void gz_rule_destroy(struct gz_rule *r);

/** Where a byte of the rule's own strings (proto, addr, port, an option's name or value) stood. */
struct gz_place gz_rule_place(const struct gz_rule *r, const char *at);

/** "drop" and so on. */
const char *gz_action_name(enum gz_action a);

#endif /* GZ_RULE_H */
