/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "gz_log.h"

#include "patch_internal.h"

GZ_LOG_REGISTER(patch)

static const char *const state_names[] = {
	[GZ_PATCH_RECOMMENDED] = "recommended",
	[GZ_PATCH_STAGED] = "staged",
	[GZ_PATCH_ENFORCED] = "enforced",
	[GZ_PATCH_SHADOW] = "shadow",
	[GZ_PATCH_REMOVED] = "removed",
	[GZ_PATCH_REJECTED] = "rejected",
};

const char *
gz_patch_state_name(enum gz_patch_state s)
{
	return state_names[s];
}

const char *
patch_from_name(int from)
{
	return from >= 0 && from <= GZ_PATCH_REJECTED ? state_names[from] : "none";
}

/* ---- life of the whole ---- */

/** The patches' vulnerabilities point into the pack: look them up in a new one. */
static void
bind_pack(struct gz_patches *p)
{
	for (struct patch *x = p->first; x != NULL; x = x->next)
		x->vuln = pack_find_cve(p->pack, x->cve);
}

struct gz_patches *
gz_patches_open(const struct gz_conf *conf, const char *dir, struct gz_assets *assets,
		struct gz_event_ring *ring, struct gz_errors *errors)
{
	struct gz_patches *p = calloc(1, sizeof(*p));

	if (p == NULL)
		abort();
	p->last = &p->first;
	p->ring = ring;
	p->db = gz_assets_store(assets);
	patch_times_read(&p->times, conf);
	p->pack = pack_read(dir, errors);
	if (p->pack == NULL || patch_store_open(p, errors) != 0) {
		gz_patches_close(p);
		return NULL;
	}
	bind_pack(p);
	return p;
}

void
gz_patches_close(struct gz_patches *p)
{
	if (p == NULL)
		return;
	patch_store_close(p);
	for (struct patch *x = p->first, *next; x != NULL; x = next) {
		next = x->next;
		free(x);
	}
	pack_destroy(p->pack);
	free(p);
}

int
gz_patches_reload(struct gz_patches *p, const struct gz_conf *conf, const char *dir,
		struct gz_errors *errors)
{
	struct pack *pack = pack_read(dir, errors);

	if (pack == NULL)
		return -EINVAL;
	pack_destroy(p->pack);
	p->pack = pack;
	patch_times_read(&p->times, conf);
	bind_pack(p);
	return 0;
}

/* ---- one patch ---- */

struct patch *
patch_find(const struct gz_patches *p, const char *server, const char *cve)
{
	struct patch *x = p->first;

	while (x != NULL && (strcmp(x->server, server) != 0 || strcasecmp(x->cve, cve) != 0))
		x = x->next;
	return x;
}

struct patch *
patch_add(struct gz_patches *p, const char *server, const struct pack_vuln *v)
{
	struct patch *x = calloc(1, sizeof(*x));

	if (x == NULL)
		abort();
	snprintf(x->server, sizeof(x->server), "%s", server);
	strcpy(x->cve, v->cve);
	snprintf(x->product, sizeof(x->product), "%s", v->product->name);
	x->state = GZ_PATCH_REMOVED;
	x->vuln = v;
	*p->last = x;
	p->last = &x->next;
	return x;
}

void
patch_move(struct gz_patches *p, struct patch *x, enum gz_patch_state to, uint64_t now_us,
		const char *fmt, ...)
{
	int from = x->since_us != 0 ? (int)x->state : PATCH_NEW;
	char why[PATCH_WHY];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	if (to == GZ_PATCH_STAGED)
		x->transactions = 0;
	x->state = to;
	x->since_us = now_us;
	x->hits = 0;
	x->held = x->reviewed = false;
	GZ_LOG(NOTICE, "%s on %s: %s, %s", x->cve, x->server, state_names[to], why);
	patch_store_put(p, x);
	patch_store_step(p, x, from, why, now_us);
	patch_tell(p, x, patch_from_name(from), state_names[to], why, now_us);
}

/* ---- facts ---- */

/** Is that enough to act on without its owner? Products without a version only where the hole is
 * known to be exploited, and so with versions that may have the fix in them. */
static bool
calls_for_patch(const struct pack_vuln *v, enum verdict verdict)
{
	return verdict == VERDICT_VULNERABLE || (verdict != VERDICT_FIXED && v->exploited);
}

static bool
seen_vulnerable(struct gz_patches *p, struct patch *x, const struct gz_fact *fact, uint64_t now_us)
{
	x->vulnerable_us = now_us;
	x->fixed_sights = 0;
	if (x->state == GZ_PATCH_STAGED)
		x->transactions += fact->count;
	if (x->state == GZ_PATCH_SHADOW)
		patch_move(p, x, GZ_PATCH_ENFORCED, now_us, "the affected version is back: \"%s\"",
				fact->value);
	else if (x->state == GZ_PATCH_REMOVED)
		patch_move(p, x, GZ_PATCH_RECOMMENDED, now_us, "%s %s is %s: \"%s\"", fact->product,
				x->verdict == VERDICT_UNKNOWN ? "of some version" : fact->version,
				verdict_name(x->verdict), fact->value);
	else
		return false;
	return true;
}

static bool
learn_one(struct gz_patches *p, const struct pack_vuln *v, const struct gz_fact *fact,
		uint64_t now_us)
{
	struct patch *x = patch_find(p, fact->server, v->cve);
	enum verdict verdict = pack_judge(v, fact);

	if (x == NULL) {
		if (!calls_for_patch(v, verdict))
			return false;
		x = patch_add(p, fact->server, v);
	}
	if (verdict == VERDICT_UNKNOWN && x->verdict > VERDICT_UNKNOWN)
		return false; /* knows less than what is known */
	x->verdict = verdict;
	x->confidence = fact->confidence;
	snprintf(x->evidence, sizeof(x->evidence), "%s", fact->value);
	if (calls_for_patch(v, verdict))
		return seen_vulnerable(p, x, fact, now_us);
	if (verdict == VERDICT_FIXED) {
		x->fixed_us = now_us;
		x->fixed_sights++;
	}
	return false;
}

static bool
learn_product(struct gz_patches *p, const char *name, const struct gz_fact *fact, uint64_t now_us)
{
	const struct pack_product *product = pack_find(p->pack, name);
	bool changed = false;

	if (product == NULL)
		return false;
	for (const struct pack_vuln *v = product->vulns; v != NULL; v = v->next)
		changed |= learn_one(p, v, fact, now_us);
	return changed;
}

bool
gz_patches_learn(struct gz_patches *p, const struct gz_fact *fact, uint64_t now_us)
{
	struct gz_fact family = *fact;
	bool changed;

	if (p->times.automatic == AUTO_OFF)
		return false;
	changed = learn_product(p, fact->product, fact, now_us);
	if (fact->family[0] == '\0')
		return changed;
	/* Of what comes along with the product no version is known. */
	strcpy(family.product, fact->family);
	family.version[0] = family.package[0] = '\0';
	family.confidence = GZ_CONFIDENCE_GUESS;
	return learn_product(p, fact->family, &family, now_us) || changed;
}

static bool
has_rule(const struct pack_vuln *v, uint32_t sid)
{
	for (uint32_t i = 0; i < v->nb_sids; i++)
		if (v->sids[i] == sid)
			return true;
	return false;
}

void
gz_patches_hit(struct gz_patches *p, const struct gz_conf *conf, const struct gz_event *alert)
{
	const char *server;

	if (alert->gid != 1 || alert->server == GZ_SERVER_NONE ||
			alert->server >= gz_conf_items(conf, "servers"))
		return;
	server = gz_conf_string(conf, gz_conf_item("servers[].name", alert->server));
	for (struct patch *x = p->first; x != NULL; x = x->next) {
		if (x->vuln == NULL || strcmp(x->server, server) != 0 ||
				!has_rule(x->vuln, alert->sid))
			continue;
		x->hits++;
		x->last_hit_us = alert->time_us;
	}
}

/* ---- the policy's rows ---- */

static enum gz_mode
mode_of(const struct patch *x)
{
	if (x->state == GZ_PATCH_ENFORCED)
		return GZ_MODE_PREVENT;
	return x->state == GZ_PATCH_STAGED || x->state == GZ_PATCH_SHADOW ? GZ_MODE_DETECT
									  : GZ_MODE_OFF;
}

static uint16_t
server_index(const struct gz_conf *conf, const char *name)
{
	for (uint32_t i = 0; i < gz_conf_items(conf, "servers"); i++)
		if (strcmp(gz_conf_string(conf, gz_conf_item("servers[].name", i)), name) == 0)
			return (uint16_t)i;
	return GZ_SERVER_NONE;
}

/** Add a row; a rule that serves two patches of a server does what the stronger one asks. */
static void
add_state(struct gz_rule_state *rows, int *n, uint16_t server, uint32_t sid, enum gz_mode mode)
{
	for (int i = 0; i < *n; i++) {
		if (rows[i].server != server || rows[i].sid != sid)
			continue;
		if (rows[i].mode < mode)
			rows[i].mode = mode;
		return;
	}
	rows[(*n)++] = (struct gz_rule_state){ server, 1, sid, mode };
}

static size_t
most_rows(const struct gz_patches *p)
{
	size_t n = 1;

	for (const struct pack_product *x = p->pack->products; x != NULL; x = x->next)
		for (const struct pack_vuln *v = x->vulns; v != NULL; v = v->next)
			n += v->nb_sids;
	for (const struct patch *x = p->first; x != NULL; x = x->next)
		n += x->vuln != NULL ? x->vuln->nb_sids : 0;
	return n;
}

int
gz_patches_states(const struct gz_patches *p, const struct gz_conf *conf,
		struct gz_rule_state **states)
{
	struct gz_rule_state *rows = calloc(most_rows(p), sizeof(*rows));
	int n = 0;

	if (rows == NULL)
		return -ENOMEM;
	for (const struct pack_product *x = p->pack->products; x != NULL; x = x->next)
		for (const struct pack_vuln *v = x->vulns; v != NULL; v = v->next)
			for (uint32_t i = 0; i < v->nb_sids; i++)
				add_state(rows, &n, GZ_SERVER_NONE, v->sids[i], GZ_MODE_OFF);
	for (const struct patch *x = p->first; x != NULL; x = x->next) {
		uint16_t server = server_index(conf, x->server);

		if (x->vuln == NULL || server == GZ_SERVER_NONE || mode_of(x) == GZ_MODE_OFF)
			continue;
		for (uint32_t i = 0; i < x->vuln->nb_sids; i++)
			add_state(rows, &n, server, x->vuln->sids[i], mode_of(x));
	}
	*states = rows;
	return n;
}
