/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_PATCH_H
#define GZ_PATCH_H

/*
 * The life of virtual patches. Facts about servers are held against the
 * vulnerability pack (rules/vulnerability/<product>.cfg); where a version is affected and a rule of
 * rules/patch stops the exploit, there is a patch:
 *
 *	recommended ─► staged ─► enforced ─► shadow ─► removed
 *	               detect    prevent     detect
 *
 * Times and how far it goes by itself are settings (patch.*). Each step has its
 * evidence, is kept in the store, and is an event. A patch never leaves because
 * a date has passed, only because the fix was seen, or because its owner says so.
 *
 * Control only.
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_asset.h"
#include "gz_ruleset.h"

struct gz_patches;

enum gz_patch_state {
	GZ_PATCH_RECOMMENDED, /* would be right; waits for the owner, or for its rule */
	GZ_PATCH_STAGED, /* detects */
	GZ_PATCH_ENFORCED, /* prevents */
	GZ_PATCH_SHADOW, /* the fix was seen: detects for a while longer */
	GZ_PATCH_REMOVED,
	GZ_PATCH_REJECTED, /* the owner wants it off */
};

/**
 * @param dir   The packs: its vulnerability/ is read.
 * @param ring  Control's own ring, for `patch` events.
 * @return      NULL with rows in @p errors.
 */
struct gz_patches *gz_patches_open(const struct gz_conf *conf, const char *dir,
		struct gz_assets *assets, struct gz_event_ring *ring, struct gz_errors *errors);
void gz_patches_close(struct gz_patches *p);
int gz_patches_reload(struct gz_patches *p, const struct gz_conf *conf, const char *dir,
		struct gz_errors *errors);

/** A fact came in: find what it means. @return true when a patch changed its state. */
bool gz_patches_learn(struct gz_patches *p, const struct gz_fact *fact, uint64_t now_us);
/** An alert of a rule that may be a patch's: count the hit as evidence. @p conf names the servers. */
void gz_patches_hit(struct gz_patches *p, const struct gz_conf *conf, const struct gz_event *alert);
/** Once a second: move what is due. @return true when a patch changed its state. */
bool gz_patches_tick(struct gz_patches *p, const struct gz_ruleset *rs, uint64_t now_us);

/** The owner's word: stage, enforce or remove the patches of @p cve on @p server ("all": every
 * server). @return how many changed, or -ENOENT. */
int gz_patches_order(struct gz_patches *p, const char *server, const char *cve,
		enum gz_patch_state to, uint64_t now_us);

/**
 * What the policy needs: each patch rule off everywhere, but detecting or preventing where it is in
 * force. Rows in @p states (freed by the caller with free()), names of servers by @p conf.
 *
 * @return rows, or -ENOMEM.
 */
int gz_patches_states(const struct gz_patches *p, const struct gz_conf *conf,
		struct gz_rule_state **states);

/** `show patches`: all, or of one server or CVE, with the evidence of each step. */
void gz_patches_show(struct gz_patches *p, const char *filter, struct gz_out *out);
const char *gz_patch_state_name(enum gz_patch_state s);

/* ---- versions: each product has its ways ---- */

/** Compare two versions as @p how says ("dotted", "openssh", "openssl", "debian"): below 0, 0, above
 * 0. Unknown ways count as "dotted". */
int gz_version_compare(const char *how, const char *a, const char *b);
/** Is @p version in "[2.4.49,2.4.51)", "[,1.2]", "[2.3.4]", several joined by ";"? "[*]": always. */
bool gz_version_in(const char *how, const char *version, const char *intervals);
/** Is @p intervals well formed? NULL, or a sentence. */
const char *gz_version_check(const char *intervals);

#endif /* GZ_PATCH_H */
