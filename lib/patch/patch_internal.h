/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PATCH_INTERNAL_H
#define PATCH_INTERNAL_H

#include <sqlite3.h>

#include "gz_patch.h"

enum {
	PATCH_CVE = 24, /* bytes of "CVE-2021-44228", with its NUL */
	PATCH_WHY = 192, /* bytes of a step's reason */
	PATCH_NEW = -1, /* the state before the first one */
};

/* ---- pack.c: what is vulnerable, and which rules stop it ---- */

/** A distribution's package revision that has the fix although the version does not say so. */
struct pack_fix {
	char *distro; /* "debian" */
	char *release; /* a part of the package's revision, "deb12"; empty: any */
	char *package; /* the first fixed one */
	struct pack_fix *next;
};

struct pack_vuln {
	const struct pack_product *product;
	char cve[PATCH_CVE];
	char *affected; /* intervals, see gz_version_in() */
	char *summary;
	double cvss;
	bool exploited; /* known to be exploited (CISA's KEV list) */
	struct pack_fix *fixes;
	uint32_t *sids; /* of gid 1 */
	uint32_t nb_sids;
	struct pack_vuln *next;
};

struct pack_product {
	char *name; /* as fingerprints say it: "apache:http_server" */
	char *compare; /* how its versions are compared */
	struct pack_vuln *vulns, **last;
	struct pack_product *next;
};

struct pack {
	struct pack_product *products, **last;
	struct gz_errors *errors; /* while reading */
};

struct pack *pack_read(const char *dir, struct gz_errors *errors);
void pack_destroy(struct pack *p);
const struct pack_product *pack_find(const struct pack *p, const char *product);
const struct pack_vuln *pack_find_cve(const struct pack *p, const char *cve);

/** What a fact says about one vulnerability. */
enum verdict {
	VERDICT_FIXED, /* not affected, or fixed */
	VERDICT_UNKNOWN, /* the product without a version */
	VERDICT_UNPROVEN, /* an affected version of a distribution, which may have the fix in it */
	VERDICT_VULNERABLE,
};

enum verdict pack_judge(const struct pack_vuln *v, const struct gz_fact *fact);
const char *verdict_name(enum verdict v);

/* ---- one virtual patch: a vulnerability on a server ---- */

struct patch {
	char server[64];
	char cve[PATCH_CVE];
	char product[96];
	enum gz_patch_state state;
	enum verdict verdict; /* of the last fact */
	uint8_t confidence;
	bool ordered; /* its state is the owner's word */
	bool held; /* told that it waits for the owner */
	bool reviewed; /* told that it is in force for long */
	uint64_t since_us; /* in this state */
	uint64_t vulnerable_us; /* last seen vulnerable */
	uint64_t fixed_us; /* last seen fixed */
	uint64_t fixed_sights; /* since it was last seen vulnerable */
	uint64_t transactions; /* since it was staged */
	uint64_t hits; /* in this state */
	uint64_t last_hit_us;
	char evidence[GZ_ASSET_TEXT]; /* the server's own words that decided last */
	const struct pack_vuln *vuln; /* NULL: not in the pack any more */
	struct patch *next;
};

struct patch_times {
	uint32_t automatic; /* enum patch_auto */
	uint64_t stage_us, stage_exploited_us, fixed_us, shadow_us, review_us;
	uint64_t stage_transactions, stage_hits_percent, fixed_sights;
};

enum patch_auto {
	AUTO_OFF,
	AUTO_RECOMMEND,
	AUTO_STAGE,
	AUTO_ENFORCE,
};

void patch_times_read(struct patch_times *t, const struct gz_conf *conf);

struct gz_patches {
	struct patch_times times;
	struct pack *pack;
	struct patch *first, **last;
	sqlite3 *db;
	sqlite3_stmt *put, *step, *steps;
	struct gz_event_ring *ring;
};

/* ---- patch_store.c ---- */

/** Make the tables, read what is kept. 0, or -EIO told in @p errors. */
int patch_store_open(struct gz_patches *p, struct gz_errors *errors);
void patch_store_close(struct gz_patches *p);
void patch_store_put(struct gz_patches *p, const struct patch *x);
void patch_store_step(struct gz_patches *p, const struct patch *x, int from, const char *why,
		uint64_t now_us);

/* ---- gz_patch.c ---- */

/** A state, or "none" for PATCH_NEW. */
const char *patch_from_name(int from);
struct patch *patch_find(const struct gz_patches *p, const char *server, const char *cve);
struct patch *patch_add(struct gz_patches *p, const char *server, const struct pack_vuln *v);
/** Change the state, with its reason to the store and to the events. */
void patch_move(struct gz_patches *p, struct patch *x, enum gz_patch_state to, uint64_t now_us,
		const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/** Post a `patch` event. @p what: "recommended" … or "held", "review". */
void patch_tell(struct gz_patches *p, const struct patch *x, const char *from, const char *what,
		const char *why, uint64_t now_us);

#endif /* PATCH_INTERNAL_H */
