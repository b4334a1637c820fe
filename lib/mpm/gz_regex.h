/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_REGEX_H
#define GZ_REGEX_H

/*
 * Perl-compatible expressions (PCRE2 with its JIT), with bounds on work: a
 * match that would take more counts as none and is told by the counter
 * regex.limit. Compiled once, shared by all workers; matching allocates nothing.
 *
 * Where the system forbids the JIT (no writable code pages), PCRE2's interpreter
 * does the work in memory that its worker set aside.
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_span.h"

struct gz_regex;
struct gz_regex_work; /* one per worker: match data, JIT stack */

enum {
	GZ_REGEX_NOCASE = 1 << 0, /* i */
	GZ_REGEX_DOTALL = 1 << 1, /* s */
	GZ_REGEX_MULTILINE = 1 << 2, /* m */
	GZ_REGEX_EXTENDED = 1 << 3, /* x */
	GZ_REGEX_ANCHORED = 1 << 4, /* A */
	GZ_REGEX_DOLLAR_END = 1 << 5, /* E */
	GZ_REGEX_UNGREEDY = 1 << 6, /* G */
	GZ_REGEX_GROUPS = 8, /* capture groups that are reported */
};

/** NULL on a bad expression: its sentence in @p error (of @p size bytes), its place in *@p offset. */
struct gz_regex *
gz_regex_compile(const char *pattern, uint32_t flags, char *error, uint32_t size, uint32_t *offset);
void gz_regex_destroy(struct gz_regex *r);
/** Number of the named group, or -1; and how many groups there are. */
int gz_regex_group(const struct gz_regex *r, const char *name);
uint32_t gz_regex_groups(const struct gz_regex *r);

struct gz_regex_work *gz_regex_work_create(void);
void gz_regex_work_destroy(struct gz_regex_work *w);

/**
 * Search @p subject from byte @p start on (what lies before may be looked back at).
 *
 * @param groups  NULL, or room for GZ_REGEX_GROUPS + 1 spans: the whole match and its groups; those
 *                that took no part are empty with p NULL.
 */
bool gz_regex_match(const struct gz_regex *r, struct gz_regex_work *w, struct gz_span subject,
		uint32_t start, struct gz_span *groups);

#endif /* GZ_REGEX_H */
