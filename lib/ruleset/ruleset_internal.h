/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RULESET_INTERNAL_H
#define RULESET_INTERNAL_H

#include "ruleset_groups.h"

/* ---- memory that goes with its ruleset ---- */

struct rs_arena;
struct rs_arena *rs_arena_create(void);
void rs_arena_destroy(struct rs_arena *a);
/** Zeroed, aligned to 16. Never NULL. */
void *rs_arena_get(struct rs_arena *a, size_t size);

/** Numbers that grow, on the heap. */
struct rs_numbers {
	uint32_t *v;
	uint32_t n, room;
};

void rs_numbers_add(struct rs_numbers *l, uint32_t value);
/** As a list in the arena; the numbers are freed. */
struct rs_list rs_numbers_keep(struct rs_numbers *l, struct rs_arena *a);

/* ---- loading: ruleset_load.c ---- */

struct rs_load {
	struct gz_sig **v; /* no two of one gid and sid */
	uint32_t n;
	uint32_t refused;
};

/** 0, or -errno when a file cannot be read (told in @p errors). */
int rs_load(const struct gz_ruleset_opts *opts, struct rs_load *l, struct gz_errors *errors);
/** Keep of each gid and sid the one with the highest rev; tell of the others. */
void rs_load_unite(struct rs_load *l, struct gz_errors *errors);

/* ---- order: ruleset_order.c ---- */

/** Sort into the order of judging. */
void rs_order(struct gz_sig **v, uint32_t n);

/* ---- addresses: ruleset_addr.c ---- */

/** Collect the sets of all headers and number them in @p rules, then make the table. */
void rs_addrs_build(struct gz_ruleset *rs);

/* ---- fast patterns: ruleset_fast.c ---- */

enum rs_place {
	RS_ANYWHERE,
	RS_AT, /* the whole content starts at byte `at` */
	RS_AT_END, /* it ends where the buffer ends */
};

/** The literal that makes a rule a candidate. */
struct rs_fast {
	const struct gz_sig_buffer *buffer;
	const struct gz_match *match;
	struct gz_span literal;
	bool nocase;
	uint32_t from, to; /* where it may end in its buffer */
	enum rs_place place; /* of the content that it is a part of */
	uint32_t at;
};

/** @return false: the rule has no literal to go by. */
bool rs_fast_choose(const struct gz_sig *s, struct rs_fast *f);
/** The set that it belongs to: RS_FAR or RS_SHORT. */
uint32_t rs_fast_kind(const struct rs_fast *f);

/* ---- finders: ruleset_finder.c, ruleset_probe.c, ruleset_set.c ---- */

struct rs_finder_builder;

/** What is needed to build sets: the set before to share from, the cache, where errors go. */
struct rs_build {
	struct gz_ruleset *rs;
	const struct gz_ruleset *before;
	const char *cache_dir;
	struct gz_errors *errors;
	const struct rs_fast *fast; /* by rule; literal.len 0: none */
	uint32_t sets_room;
	uint32_t cached;
	bool failed;
};

struct rs_finder_builder *rs_finder_builder_create(void);
/** @p rule is a candidate where its literal is found. */
void rs_finder_add(struct rs_finder_builder *fb, uint32_t rule, const struct rs_fast *f);
/** Build @p find and destroy the builder. */
void rs_finder_finish(struct rs_finder_builder *fb, struct rs_build *b, struct rs_finder *find);

/** A rule and its literal, in a list that grows. */
struct rs_entry {
	uint32_t rule;
	const struct rs_fast *fast;
};
struct rs_entries {
	struct rs_entry *v;
	uint32_t n, room;
};
void rs_entries_add(struct rs_entries *e, uint32_t rule, const struct rs_fast *f);

/** Make probes of @p fixed; what does not fit into RS_PROBES goes to @p rest. */
void rs_probes_build(struct rs_arena *arena, struct rs_entries *fixed, struct rs_finder *find,
		struct rs_entries *rest);
/** A set of @p e, or NULL when that fails (b->failed) or @p e is empty. */
const struct rs_set *rs_set_build(struct rs_build *b, struct rs_entries *e);

/* ---- groups: ruleset_rules.c, ruleset_port.c, ruleset_app.c ---- */

/** Fill rs->rules and rs->engines from rs->sigs. */
void rs_rules_build(struct gz_ruleset *rs);
/** Does it apply to @p l4, to @p dir? */
bool rs_rule_is_for(const struct rs_rule *r, enum rs_l4 l4, enum gz_dir dir);

void rs_groups_build(struct rs_build *b);
void rs_apps_build(struct rs_build *b);

/* ---- report: ruleset_report.c ---- */

void rs_report(const struct gz_ruleset *rs, const struct gz_ruleset *before,
		struct gz_ruleset_report *report);

#endif /* RULESET_INTERNAL_H */
