/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_RULESET_H
#define GZ_RULESET_H

/*
 * Rules compiled, numbered, immutable. Built by the loader thread, published by
 * one atomic exchange, read by workers (once per turn), freed after a grace
 * period. Nothing that points into a ruleset survives a worker's turn: a flow
 * keeps the generation, and looks again when it is old.
 *
 * Signatures are numbered in the order in which they are judged: pass, drop,
 * reject, alert; within that, those that set a bit before those that test it;
 * then by priority and sid.
 */

#include "gz_epoch.h"
#include "gz_keyword.h"

struct gz_ruleset;
struct gz_out;

struct gz_ruleset_opts {
	const char *const *files; /* paths; patterns (*.rules) are expanded */
	uint32_t nb_files;
	const char *cache_dir; /* NULL: no cache */
	uint32_t nb_workers; /* scratch for each */
	const struct gz_sig_env *env; /* variables, classes, names */
};

struct gz_ruleset_report {
	uint32_t accepted, refused; /* rules */
	uint32_t unchanged, added, removed, changed; /* against the set before */
	uint64_t database_bytes;
	uint32_t databases, cached;
	uint32_t parse_ms, build_ms; /* CPU */
};

/**
 * Read, understand and compile. Refused rules are rows in @p errors and leave the others in force;
 * the caller decides whether that publishes.
 *
 * @param before  The set in force, to share what did not change; or NULL.
 * @return        A set with the next generation, or NULL (a file unreadable, no memory).
 */
struct gz_ruleset *
gz_ruleset_build(const struct gz_ruleset_opts *opts, const struct gz_ruleset *before,
		struct gz_ruleset_report *report, struct gz_errors *errors);
void gz_ruleset_destroy(struct gz_ruleset *rs);

/** The set in force. Workers: once per turn. */
const struct gz_ruleset *gz_ruleset_live(void);
/** Control: put @p rs in force. @return the set before, to be retired by its epoch. */
struct gz_ruleset *gz_ruleset_publish(struct gz_ruleset *rs);

uint32_t gz_ruleset_generation(const struct gz_ruleset *rs);
uint32_t gz_ruleset_count(const struct gz_ruleset *rs);
/** By number, 0 to count - 1, in judging order. */
const struct gz_sig *gz_ruleset_sig(const struct gz_ruleset *rs, uint32_t number);
/** The number of a rule by gid and sid, or -1. */
int64_t gz_ruleset_find(const struct gz_ruleset *rs, uint32_t gid, uint32_t sid);
/** GZ_NEEDS_* of all rules. Time: all rules; ask once a generation. */
uint32_t gz_ruleset_needs(const struct gz_ruleset *rs);
/** `show rules`: groups, databases, counts. */
void gz_ruleset_show(const struct gz_ruleset *rs, struct gz_out *out);

#define gz_ruleset_foreach(rs, s, i) \
	for ((i) = 0; (i) < gz_ruleset_count(rs) && ((s) = gz_ruleset_sig(rs, i)) != NULL; (i)++)

/* What detect needs to walk groups stands in ruleset_groups.h, for detect alone. */

#endif /* GZ_RULESET_H */
