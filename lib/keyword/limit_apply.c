/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "limit_internal.h"

enum {
	US = 1000000,
};

#define RATE_KEY (UINT64_C(1) << 62) /* beside thresholds and their ports */

static bool
addrset_has(const struct gz_addrset *set, const struct gz_addr *a)
{
	uint32_t low = 0, high = set->count, at;

	if (set->any)
		return true;
	while (low < high) {
		at = low + (high - low) / 2;
		if (gz_addr_compare(a, &set->v[at].first) < 0)
			high = at;
		else if (gz_addr_compare(a, &set->v[at].last) > 0)
			low = at + 1;
		else
			return true;
	}
	return false;
}

/* ---- suppress ---- */

struct suppress {
	enum limit_side side;
	struct gz_addrset addr;
};

static enum gz_answer
suppress_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct suppress *s = m->arg;
	bool src = s->side == LIMIT_BY_SRC || s->side == LIMIT_BY_EITHER;
	bool dst = s->side == LIMIT_BY_DST || s->side == LIMIT_BY_EITHER;

	if (s->side == LIMIT_ALWAYS || (src && addrset_has(&s->addr, &e->pkt->src)) ||
			(dst && addrset_has(&s->addr, &e->pkt->dst)))
		return GZ_QUIET;
	return GZ_YES;
}

static void
suppress_free(void *arg)
{
	struct suppress *s = arg;

	gz_addrset_clear(&s->addr);
	free(s);
}

/* ---- rate_filter ---- */

struct rate {
	struct threshold count;
	enum gz_action action;
	uint32_t timeout;
};

static enum gz_answer
rate_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct rate *r = m->arg;
	uint64_t now_s = e->now_us / US;
	struct table_record *record;
	struct table_key key = threshold_key(&r->count, e);
	bool is_new;

	key.what |= RATE_KEY;
	record = table_get(e->ctx->counts, &key, &is_new);
	if (record == NULL)
		return GZ_YES;
	if (record->more > now_s) {
		e->new_action = (int8_t)r->action;
		return GZ_YES;
	}
	if (is_new || e->now_us > record->time_us + (uint64_t)r->count.seconds * US)
		*record = (struct table_record){ .time_us = e->now_us };
	if (++record->count <= r->count.count)
		return GZ_YES;
	record->more = (uint32_t)(now_s + r->timeout);
	record->count = 0;
	e->new_action = (int8_t)r->action;
	return GZ_YES;
}

/* Not words of the rule language: what a threshold file's lines come to. */
static const struct gz_keyword limit_suppress = {
	.reg.name = "suppress",
	.scope = GZ_SCOPE_POST,
	.free = suppress_free,
	.eval = suppress_eval,
};
static const struct gz_keyword limit_threshold = {
	.reg.name = "event_filter",
	.scope = GZ_SCOPE_POST,
	.free = free,
	.eval = threshold_eval,
};
static const struct gz_keyword limit_rate = {
	.reg.name = "rate_filter",
	.scope = GZ_SCOPE_POST,
	.free = free,
	.eval = rate_eval,
};

/* ---- to a signature ---- */

static struct gz_match **
first_judge(struct gz_sig *s)
{
	struct gz_match **at = &s->post;

	while (*at != NULL && !((*at)->flags & GZ_MATCH_JUDGES))
		at = &(*at)->next;
	return at;
}

static void
insert(struct gz_match **at, const struct gz_keyword *kw, void *arg)
{
	struct gz_match *m = gz_sig_alloc(sizeof(*m));

	*m = (struct gz_match){ kw, *at, arg, GZ_MATCH_JUDGES };
	*at = m;
}

static void
apply_suppress(struct gz_sig *s, const struct limit *l)
{
	struct suppress *arg = gz_sig_alloc(sizeof(*arg));

	*arg = (struct suppress){ l->side, l->addr };
	if (l->addr.count > 0) {
		arg->addr.v = calloc(l->addr.count, sizeof(*arg->addr.v));
		RTE_VERIFY(arg->addr.v != NULL);
		memcpy(arg->addr.v, l->addr.v, l->addr.count * sizeof(*arg->addr.v));
	}
	/* Before anything is counted: what is suppressed does not count. */
	insert(first_judge(s), &limit_suppress, arg);
}

/** The rule's own threshold, or an earlier line's: not a detection_filter. */
static struct gz_match **
own_threshold(struct gz_sig *s)
{
	struct gz_match **at = &s->post;

	while (*at != NULL &&
			!((*at)->kw->eval == threshold_eval &&
					((struct threshold *)(*at)->arg)->type != THRESHOLD_FILTER))
		at = &(*at)->next;
	return at;
}

static void
apply_threshold(struct gz_sig *s, const struct limit *l)
{
	struct gz_match **at = own_threshold(s), *was = *at;
	struct threshold *arg;

	/* One that is for all rules leaves those alone that have their own. */
	if (was != NULL && l->sid == 0)
		return;
	if (was != NULL) {
		*at = was->next;
		was->next = NULL;
		matches_destroy(was);
	}
	arg = gz_sig_alloc(sizeof(*arg));
	*arg = l->threshold;
	arg->of_file = true;
	insert(at, &limit_threshold, arg);
}

static void
apply_rate(struct gz_sig *s, const struct limit *l)
{
	struct gz_match **at = first_judge(s);
	struct rate *arg = gz_sig_alloc(sizeof(*arg));

	*arg = (struct rate){ l->threshold, l->action, l->timeout };
	while (*at != NULL)
		at = &(*at)->next;
	insert(at, &limit_rate, arg);
}

void
limits_apply(const struct gz_limits *limits, struct gz_sig *s)
{
	const struct limit *l;

	for (l = limits->v; l < limits->v + limits->n; l++) {
		if ((l->gid != 0 && l->gid != s->gid) || (l->sid != 0 && l->sid != s->sid))
			continue;
		if (l->kind == LIMIT_SUPPRESS)
			apply_suppress(s, l);
		else if (l->kind == LIMIT_THRESHOLD)
			apply_threshold(s, l);
		else
			apply_rate(s, l);
	}
}
