/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_ASSET_H
#define GZ_ASSET_H

/*
 * What runs on each protected server: product, version, evidence, confidence.
 *
 * A worker's tap looks at the fields that tell a server's software (flag
 * GZ_FIELD_TELLS in their rows: http.server, ssh.software …) and posts a `fact`
 * when a value is new or was not told for a while. Control holds each fact
 * against the fingerprints (rules/fingerprint/<protocol>.cfg), keeps it in an SQLite file, and
 * answers who runs what. A restart forgets nothing.
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_conf.h"
#include "gz_event.h"
#include "gz_flow.h"
#include "gz_policy.h"

struct gz_asset_tap;
struct gz_assets;
struct gz_out;
struct gz_tx;
struct sqlite3;

/* ---- worker ---- */

struct gz_asset_tap *gz_asset_tap_create(const struct gz_conf *conf, struct gz_event_ring *ring);
void gz_asset_tap_destroy(struct gz_asset_tap *t);
/** A transaction to a protected server (f->server) was judged in direction @p dir: tell what it
 * says of the server, if that is news. No allocation, a bounded number of fields. */
void gz_asset_observe(
		struct gz_asset_tap *t, const struct gz_flow *f, struct gz_tx *tx, enum gz_dir dir);

/* ---- control ---- */

enum {
	GZ_ASSET_TEXT = 256,
};

/** How sure a fact is, 0 to 100; shown as A (95) to E (20). */
enum gz_confidence {
	GZ_CONFIDENCE_GUESS = 20, /* E: from a port or a cookie */
	GZ_CONFIDENCE_PRODUCT = 40, /* D: a product without its version */
	GZ_CONFIDENCE_BACKPORTED = 60, /* C: a version with a distribution's tag: fixes may be in */
	GZ_CONFIDENCE_VERSION = 80, /* B: a version from the product's own protocol field */
	GZ_CONFIDENCE_PACKAGE = 95, /* A: the exact package revision */
};

/** One thing seen of one service of a server. */
struct gz_fact {
	char server[64]; /* its name in the configuration */
	struct gz_addr addr;
	uint16_t port;
	char source[48]; /* the field: "http.server" */
	char value[GZ_ASSET_TEXT]; /* as it was on the wire, cut */
	char product[96]; /* "apache:http_server"; empty: no fingerprint knows it */
	char family[48]; /* what comes with it and has no banner, "family:java"; empty: nothing */
	char version[64]; /* empty: not told */
	char distro[32]; /* "debian", "ubuntu" … ; empty: none told */
	char package[64]; /* the distribution's revision, "9.2p1-2+deb12u3"; empty: not told */
	uint8_t confidence;
	uint64_t first_us, last_us; /* seen */
	uint64_t count; /* transactions that said it */
};

/**
 * Open the store (setting asset.database) and read the fingerprints in @p dir/fingerprint; every example in them
 * must match.
 *
 * @return NULL with rows in @p errors.
 */
struct gz_assets *
gz_assets_open(const struct gz_conf *conf, const char *dir, struct gz_errors *errors);
void gz_assets_close(struct gz_assets *a);
/** Read the fingerprints anew; the old ones stay when they have errors. 0 or -EINVAL. */
int gz_assets_reload(struct gz_assets *a, const char *dir, struct gz_errors *errors);

/** Is @p e a fact about a server that @p policy names? Then keep it, and hand it out as @p learned, its
 * count what is new. @return false: it was not. */
bool gz_assets_learn(struct gz_assets *a, const struct gz_policy *policy, const struct gz_event *e,
		struct gz_fact *learned);
/** The type of fact events, so that control asks workers for them. */
const struct gz_event_type *gz_asset_fact_type(void);

/** Facts seen since @p since_us, of @p server (NULL: all), by server and port, newest first. @return
 * rows handed to @p fn, or -errno. */
typedef void (*gz_fact_fn)(void *arg, const struct gz_fact *fact);
int gz_assets_each(struct gz_assets *a, const char *server, uint64_t since_us, gz_fact_fn fn,
		void *arg);
/** `show assets`. */
void gz_assets_show(struct gz_assets *a, const char *server, struct gz_out *out);
/** The store, for the patches' tables beside the facts. */
struct sqlite3 *gz_assets_store(struct gz_assets *a);

/** "A" to "E". */
const char *gz_confidence_grade(uint8_t confidence);

#endif /* GZ_ASSET_H */
