/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <string.h>

#include "patch_internal.h"

/* When a patch goes from one state to the next: by the clock, and by its owner's word. */

static bool
rules_are_loaded(const struct pack_vuln *v, const struct gz_ruleset *rs)
{
	if (rs == NULL || v->nb_sids == 0)
		return false;
	for (uint32_t i = 0; i < v->nb_sids; i++)
		if (gz_ruleset_find(rs, 1, v->sids[i]) < 0)
			return false;
	return true;
}

static bool
is_seen_fixed(const struct gz_patches *p, const struct patch *x, uint64_t now_us)
{
	return x->fixed_sights >= p->times.fixed_sights && x->fixed_us > x->vulnerable_us &&
			now_us - x->vulnerable_us >= p->times.fixed_us;
}

/** Told once, until the state changes. */
static void
hold(struct gz_patches *p, struct patch *x, const char *why, uint64_t now_us)
{
	if (x->held)
		return;
	x->held = true;
	patch_tell(p, x, gz_patch_state_name(x->state), "held", why, now_us);
}

static bool
tick_recommended(
		struct gz_patches *p, struct patch *x, const struct gz_ruleset *rs, uint64_t now_us)
{
	if (is_seen_fixed(p, x, now_us)) {
		patch_move(p, x, GZ_PATCH_REMOVED, now_us, "the fixed version was seen: \"%s\"",
				x->evidence);
		return true;
	}
	if (p->times.automatic < AUTO_STAGE)
		return false;
	if (x->vuln == NULL || !rules_are_loaded(x->vuln, rs)) {
		hold(p, x, "its rules are not loaded", now_us);
		return false;
	}
	patch_move(p, x, GZ_PATCH_STAGED, now_us, "its rules are loaded and now detect");
	return true;
}

static bool
tick_staged(struct gz_patches *p, struct patch *x, uint64_t now_us)
{
	uint64_t stage_us = x->vuln != NULL && x->vuln->exploited ? p->times.stage_exploited_us
								  : p->times.stage_us;

	if (x->ordered || p->times.automatic < AUTO_ENFORCE || now_us - x->since_us < stage_us ||
			x->transactions < p->times.stage_transactions)
		return false;
	if (x->hits * 100 > x->transactions * p->times.stage_hits_percent) {
		hold(p, x, "it hits so many transactions that its owner should look", now_us);
		return false;
	}
	patch_move(p, x, GZ_PATCH_ENFORCED, now_us,
			"%llu transactions and %llu hits while it detected",
			(unsigned long long)x->transactions, (unsigned long long)x->hits);
	return true;
}

static void
tick_review(struct gz_patches *p, struct patch *x, uint64_t now_us)
{
	if (x->reviewed || p->times.review_us == 0 || now_us - x->since_us < p->times.review_us)
		return;
	x->reviewed = true;
	patch_tell(p, x, gz_patch_state_name(x->state), "review",
			"in force for long: the server still waits for its fix", now_us);
}

static bool
tick_shadow(struct gz_patches *p, struct patch *x, uint64_t now_us)
{
	uint64_t quiet_since = x->last_hit_us > x->since_us ? x->last_hit_us : x->since_us;

	if (now_us < quiet_since || now_us - quiet_since < p->times.shadow_us)
		return false;
	patch_move(p, x, GZ_PATCH_REMOVED, now_us, "the fix holds and nothing hit since: \"%s\"",
			x->evidence);
	return true;
}

static bool
tick_one(struct gz_patches *p, struct patch *x, const struct gz_ruleset *rs, uint64_t now_us)
{
	if ((x->state == GZ_PATCH_STAGED || x->state == GZ_PATCH_ENFORCED) &&
			is_seen_fixed(p, x, now_us)) {
		x->ordered = false;
		patch_move(p, x, GZ_PATCH_SHADOW, now_us, "the fixed version was seen: \"%s\"",
				x->evidence);
		return true;
	}
	switch (x->state) {
	case GZ_PATCH_RECOMMENDED:
		return tick_recommended(p, x, rs, now_us);
	case GZ_PATCH_STAGED:
		return tick_staged(p, x, now_us);
	case GZ_PATCH_ENFORCED:
		tick_review(p, x, now_us);
		return false;
	case GZ_PATCH_SHADOW:
		return tick_shadow(p, x, now_us);
	default:
		return false;
	}
}

bool
gz_patches_tick(struct gz_patches *p, const struct gz_ruleset *rs, uint64_t now_us)
{
	bool changed = false;

	for (struct patch *x = p->first; x != NULL; x = x->next)
		changed |= tick_one(p, x, rs, now_us);
	return changed;
}

static bool
order_one(struct gz_patches *p, struct patch *x, enum gz_patch_state to, uint64_t now_us)
{
	if (to == GZ_PATCH_REMOVED)
		to = GZ_PATCH_REJECTED;
	if (x->state == to)
		return false;
	x->ordered = true;
	patch_move(p, x, to, now_us, "by its owner's word");
	return true;
}

/** The owner may want a patch where nothing was seen yet. */
static int
order_new(struct gz_patches *p, const char *server, const char *cve, enum gz_patch_state to,
		uint64_t now_us)
{
	const struct pack_vuln *v = pack_find_cve(p->pack, cve);

	if (v == NULL || to == GZ_PATCH_REMOVED || strcmp(server, "all") == 0)
		return -ENOENT;
	return order_one(p, patch_add(p, server, v), to, now_us);
}

int
gz_patches_order(struct gz_patches *p, const char *server, const char *cve, enum gz_patch_state to,
		uint64_t now_us)
{
	bool all_servers = strcmp(server, "all") == 0, all_cves = strcmp(cve, "all") == 0;
	int found = 0, changed = 0;

	for (struct patch *x = p->first; x != NULL; x = x->next) {
		if ((!all_servers && strcmp(x->server, server) != 0) ||
				(!all_cves && strcasecmp(x->cve, cve) != 0))
			continue;
		found++;
		changed += order_one(p, x, to, now_us);
	}
	return found > 0 ? changed : order_new(p, server, cve, to, now_us);
}
