/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RULE_INTERNAL_H
#define RULE_INTERNAL_H

#include "gz_rule.h"
#include "gz_span.h"

/** A rule's bytes from @p at on stood at this line from this column on. */
struct gz_rule_map {
	uint32_t at;
	uint32_t line, column;
};

/** A rule's text before it is parsed: lines joined, and where each began. */
struct rule_text {
	struct gz_span bytes;
	const struct gz_rule_map *map;
	uint32_t nb_map;
	const char *file;
};

/** @return a rule, or NULL with a row in @p errors. */
struct gz_rule *rule_parse(const struct rule_text *t, struct gz_errors *errors);

/* Sets of ranges of 16-byte numbers: addresses, and ports in their last two bytes. */

struct ranges {
	struct gz_addr_range *v; /* sorted and disjoint after ranges_tidy() */
	uint32_t count, capacity;
};

void ranges_add(struct ranges *r, const struct gz_addr_range *one);
void ranges_add_all(struct ranges *r, const struct ranges *other);
/** Sort, merge what overlaps or touches. */
void ranges_tidy(struct ranges *r);
/** What of @p all is not in @p r, both tidy. */
struct ranges ranges_minus(const struct ranges *all, const struct ranges *r);
void ranges_clear(struct ranges *r);

/** What the words of a set are: addresses or ports. */
struct set_kind {
	const char *what; /* "address" */
	const char *expected;
	/** A word that is neither a list nor a variable; false: it is none. */
	bool (*word)(struct gz_span text, struct ranges *into);
	/** All there is, for "any". */
	void (*any)(struct ranges *into);
	/** The base of a list of negations only, of what they name. */
	void (*family)(const struct ranges *negated, struct ranges *into);
	/** The text of a variable, or NULL. */
	const char *(*variable)(const struct gz_vars *vars, const char *name);
	const char *(*nearest)(const struct gz_vars *vars, const char *name);
};

extern const struct set_kind set_addresses, set_ports;

struct set_error {
	uint32_t at; /* byte of the text */
	char text[200];
};

/** Evaluate @p text; false: see @p error. @p out is tidy. */
bool set_evaluate(const struct set_kind *kind, const char *text, const struct gz_vars *vars,
		struct ranges *out, struct set_error *error);

const char *vars_addr(const struct gz_vars *v, const char *name);
const char *vars_port(const struct gz_vars *v, const char *name);
const char *vars_addr_nearest(const struct gz_vars *v, const char *name);
const char *vars_port_nearest(const struct gz_vars *v, const char *name);

#endif /* RULE_INTERNAL_H */
