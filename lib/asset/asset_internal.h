/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ASSET_INTERNAL_H
#define ASSET_INTERNAL_H

#include <sqlite3.h>

#include "gz_asset.h"

/** What a tap puts into a fact event's text. */
struct asset_report {
	uint64_t count; /* transactions that said it since it was last told */
	uint32_t field; /* id in lib/field */
	uint32_t len;
	uint8_t value[GZ_ASSET_TEXT];
};

/* ---- fingerprint.c ---- */

struct fingerprints;

/** Read *.cfg of @p dir; every example must match its own pattern. NULL with rows in @p errors. */
struct fingerprints *fingerprints_read(const char *dir, struct gz_errors *errors);
void fingerprints_destroy(struct fingerprints *f);
/** Fill product, version, distro, package, confidence of @p fact from its source and value.
 * @return false: nothing known. */
bool fingerprints_match(const struct fingerprints *f, struct gz_fact *fact);

/* ---- asset_store.c ---- */

struct asset_store;

/** @param path  A file, or "" for memory only. */
struct asset_store *asset_store_open(const char *path, struct gz_errors *errors);
void asset_store_close(struct asset_store *s);
sqlite3 *asset_store_handle(struct asset_store *s);
/** Add @p fact to what is kept, @p added to its count. @return true: it was new. */
bool asset_store_put(struct asset_store *s, const struct gz_fact *fact, uint64_t added);
int asset_store_each(struct asset_store *s, const char *server, uint64_t since_us, gz_fact_fn fn,
		void *arg);

struct gz_assets {
	struct asset_store *store;
	struct fingerprints *fingerprints;
};

#endif /* ASSET_INTERNAL_H */
