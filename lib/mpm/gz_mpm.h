/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_MPM_H
#define GZ_MPM_H

/*
 * Many literals at once: the only room that knows Hyperscan. A set is built by
 * the loader, immutable afterwards and shared by all workers; each worker scans
 * with its own scratch, which belongs to whoever owns the set.
 *
 * Built sets are cached on disk by a hash of their content, the library's
 * version and the CPU, so that a restart does not compile.
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_error.h"
#include "gz_span.h"

struct gz_mpm;
struct gz_mpm_builder;
struct gz_mpm_scratch;

enum {
	GZ_MPM_LITERAL_MOST = 4096, /* bytes of one literal */
	GZ_MPM_KEY = 32, /* bytes of a set's key */
};

struct gz_mpm_builder *gz_mpm_builder_create(void);
void gz_mpm_builder_destroy(struct gz_mpm_builder *b);
/** Add a literal of 1 to GZ_MPM_LITERAL_MOST bytes, any bytes. Equal literals (with equal case) get one
 * number. @return its number in this set, from 0. */
uint32_t gz_mpm_add(struct gz_mpm_builder *b, struct gz_span literal, bool nocase);
uint32_t gz_mpm_builder_count(const struct gz_mpm_builder *b);

/** What a set is known by: equal literals under equal numbers, the library and the CPU give equal keys. */
void gz_mpm_builder_key(const struct gz_mpm_builder *b, uint8_t key[GZ_MPM_KEY]);
const uint8_t *gz_mpm_key(const struct gz_mpm *m);

/** @param cache_dir  Where built sets are kept, or NULL. Unusable files there are built anew.
 * @return the set, or NULL with a row in @p errors. */
struct gz_mpm *
gz_mpm_build(const struct gz_mpm_builder *b, const char *cache_dir, struct gz_errors *errors);
/** One more owner of @p m; each owner destroys it. */
struct gz_mpm *gz_mpm_share(struct gz_mpm *m);
void gz_mpm_destroy(struct gz_mpm *m);
/** Remove the sets used longest ago until at most @p most_bytes are left in the cache. */
void gz_mpm_cache_trim(const char *cache_dir, uint64_t most_bytes);

/** Bytes of the compiled database; and whether it came from the cache. */
uint64_t gz_mpm_size(const struct gz_mpm *m);
bool gz_mpm_was_cached(const struct gz_mpm *m);
uint32_t gz_mpm_count(const struct gz_mpm *m);
/** The longest literal, in bytes: so much minus one must be carried over between blocks. */
uint32_t gz_mpm_longest(const struct gz_mpm *m);

/** Scratch good for every set it was sized for: call for each set; *@p s starts as NULL. 0 or -ENOMEM. */
int gz_mpm_scratch_fit(struct gz_mpm_scratch **s, const struct gz_mpm *m);
/** A copy for another worker. NULL: no memory. */
struct gz_mpm_scratch *gz_mpm_scratch_clone(const struct gz_mpm_scratch *s);
void gz_mpm_scratch_destroy(struct gz_mpm_scratch *s);

/** Literal @p number was found and ends before @p end. @return true to stop the scan. */
typedef bool (*gz_mpm_fn)(void *arg, uint32_t number, uint32_t end);

/** Find all literals in @p data; each may be told several times, in order of their ends. @p fn must not
 * scan with the same scratch. */
void gz_mpm_scan(const struct gz_mpm *m, struct gz_mpm_scratch *s, struct gz_span data,
		gz_mpm_fn fn, void *arg);

#endif /* GZ_MPM_H */
