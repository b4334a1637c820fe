/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MPM_INTERNAL_H
#define MPM_INTERNAL_H

#include <hs/hs.h>

#include "gz_mpm.h"

struct mpm_literal {
	uint8_t *p; /* owned; lower case when nocase */
	uint32_t len;
	bool nocase;
};

struct gz_mpm_builder {
	struct mpm_literal *v;
	uint32_t count, capacity;
	uint32_t *index; /* open hash of numbers + 1; 0: free */
	uint32_t index_size; /* a power of two */
};

/** Read the database of @p key. NULL: not there, or nothing we could use. */
hs_database_t *mpm_cache_load(const char *dir, const uint8_t key[GZ_MPM_KEY]);
/** Keep it, whole or not at all; a cache that cannot be written is no error. */
void mpm_cache_store(const char *dir, const uint8_t key[GZ_MPM_KEY], const hs_database_t *db);

#endif /* MPM_INTERNAL_H */
