/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * The table's life and the look-up of bursts: all hashes first, then all
 * buckets, then all flows, each prefetched while the others are worked on.
 */

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

#include <rte_branch_prediction.h>
#include <rte_errno.h>
#include <rte_prefetch.h>

#include "flow_internal.h"

enum {
	BURST = 64, /* packets looked up together */
};

struct gz_flow_table *
gz_flow_table_create(const struct gz_conf *conf, struct gz_mem *mem, struct gz_wheel *wheel,
		uint32_t worker, uint32_t nb_workers, const struct gz_exceptions *x,
		gz_flow_end_fn end, void *arg)
{
	struct gz_flow_table *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		rte_errno = ENOMEM;
		return NULL;
	}
	t->max = (uint32_t)((gz_conf_uint(conf, "flow.max") + nb_workers - 1) / nb_workers);
	t->per_source = (uint32_t)gz_conf_uint(conf, "flow.per-source");
	t->sources = calloc(FLOW_SOURCES, sizeof(*t->sources));
	if (t->sources == NULL || flow_buckets_create(t) < 0) {
		free(t->sources);
		free(t);
		rte_errno = ENOMEM;
		return NULL;
	}
	t->mem = mem;
	t->wheel = wheel;
	t->worker = worker;
	t->x = x;
	t->end = end;
	t->arg = arg;
	for (uint32_t i = 0; i < GZ_NB_FLOW_STATES; i++)
		TAILQ_INIT(&t->age[i]);
	flow_timeouts_read(t, conf);
	flow_vlan_tracking = gz_conf_bool(conf, "flow.vlan-tracking");
	flow_wire_tracking = gz_conf_bool(conf, "flow.wire-tracking");
	return t;
}

void
gz_flow_table_destroy(struct gz_flow_table *t)
{
	struct gz_flow *f;

	if (t == NULL)
		return;
	for (uint32_t i = 0; i < GZ_NB_FLOW_STATES; i++)
		while ((f = TAILQ_FIRST(&t->age[i])) != NULL)
			flow_finish(f, GZ_FLOW_END_SHUTDOWN);
	flow_buckets_destroy(t);
	free(t->sources);
	free(t);
}

uint32_t
gz_flow_table_count(const struct gz_flow_table *t)
{
	return t->count;
}

bool
gz_flow_walk(struct gz_flow_table *t, uint32_t *at, uint32_t most, gz_flow_walk_fn fn, void *arg)
{
	const uint32_t nb = (uint32_t)(t->buckets_bytes / sizeof(struct flow_bucket));
	uint32_t lines = 0;

	while (*at < nb && lines < most)
		lines += 1 + FLOW_LINES * flow_bucket_walk(&t->buckets[(*at)++], fn, arg);
	return *at == nb;
}

void
gz_flow_count(struct gz_pkt *p)
{
	struct gz_flow *f = p->flow;
	struct gz_flow_count *c;

	if (unlikely((f->flags & GZ_FLOW_TURNED) != 0))
		p->dir = (uint8_t)gz_flow_dir(f, p);
	if (unlikely(f->wire != p->wire) && (f->flags & GZ_FLOW_CROSSED) == 0) {
		f->flags |= GZ_FLOW_CROSSED;
		FLOW_COUNT(FLOW_STAT_CROSSED, 1);
	}
	c = &f->count[p->dir];
	if (c->pkts == 0) {
		p->flags |= GZ_PKT_FIRST;
		f->answer[0] = p->icmp_type;
		f->answer[1] = p->icmp_code;
	}
	c->pkts++;
	c->bytes += p->len;
	c->ttl_min = RTE_MIN(c->ttl_min, p->ttl);
	c->ttl_max = RTE_MAX(c->ttl_max, p->ttl);
	if (p->flags & GZ_PKT_TCP)
		c->tcp_flags |= p->tcp_flags;
	if (p->time_us > f->last_us)
		f->last_us = p->time_us;
	/* TCP says itself when a connection is established. */
	if (f->state == GZ_FLOW_NEW && f->proto != IPPROTO_TCP && f->count[GZ_C2S].pkts > 0 &&
			f->count[GZ_S2C].pkts > 0)
		gz_flow_set_state(f, GZ_FLOW_ESTABLISHED);
	if (f->state != GZ_FLOW_NEW)
		p->flags |= GZ_PKT_ESTABLISHED;
}

/** Give @p p its flow. */
static void
attach(struct gz_flow *f, struct gz_pkt *p, enum gz_dir dir)
{
	p->flow = f;
	p->dir = (uint8_t)dir;
	f->burst = f->table->burst;
}

static bool
is_timed_out(const struct gz_flow *f, uint64_t now_us)
{
	return now_us > f->last_us && now_us - f->last_us > flow_timeout_us(f);
}

/** The flow of @p p by key @p k, @p guess if that is it. NULL and @p wait set: an earlier packet of
 * the burst must be judged before this one's flow can end. */
static struct gz_flow *
look_up(struct gz_flow_table *t, const struct flow_key *k, struct gz_pkt *p, struct gz_flow *guess,
		bool *wait)
{
	struct gz_flow *f = guess;
	enum gz_dir dir;

	if (f == NULL || !flow_matches(f, k, p, &dir))
		f = flow_bucket_find(flow_bucket_of(t, k->hash), k, p, &dir);
	if (f == NULL)
		return NULL;
	if (unlikely(is_timed_out(f, p->time_us))) {
		/* what came out of tunnels before was judged at once */
		*wait = f->burst == t->burst && p->root == NULL;
		if (!*wait)
			flow_finish(f, GZ_FLOW_END_TIMEOUT);
		return NULL;
	}
	p->dir = (uint8_t)dir;
	return f;
}

static void
begin(struct gz_flow_table *t, const struct flow_key *k, struct gz_pkt *p)
{
	struct gz_flow *f;

	if ((p->flags & (GZ_PKT_BAD_IP_SUM | GZ_PKT_BAD_L4_SUM | GZ_PKT_REFUSED)) != 0 || k->quoted)
		return;
	if (unlikely(flow_source_is_full(t, k))) {
		FLOW_COUNT(FLOW_STAT_SOURCE, 1);
		gz_pkt_except(p, t->x, GZ_WHY_FLOW_SOURCE);
		return;
	}
	f = flow_begin(t, k, p);
	if (likely(f != NULL)) {
		attach(f, p, GZ_C2S);
		return;
	}
	FLOW_COUNT(FLOW_STAT_FULL, 1);
	gz_pkt_except(p, t->x, GZ_WHY_FLOW_FULL);
}

/** @return false: an earlier packet of the burst must be judged first. */
static bool
find_one(struct gz_flow_table *t, struct flow_key *k, struct gz_pkt *p, struct gz_flow *guess)
{
	bool wait = false;
	struct gz_flow *f = look_up(t, k, p, guess, &wait);

	if (f == NULL && !wait && unlikely(k->quoted && (p->flags & GZ_PKT_ICMP6))) {
		/* an ICMPv6 error about nothing known is a conversation of its own */
		flow_key_own(p, k);
		f = look_up(t, k, p, NULL, &wait);
	}
	if (unlikely(wait))
		return false;
	p->hash = k->hash;
	if (likely(f != NULL))
		attach(f, p, p->dir);
	else
		begin(t, k, p);
	return true;
}

/** What a burst's look-up remembers of each packet between its passes. */
struct find {
	struct flow_key key;
	struct flow_bucket *bucket; /* NULL: no flow */
	struct gz_flow *guess;
};

static void
prefetch_buckets(struct gz_flow_table *t, struct gz_pkt *burst[], struct find *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		burst[i]->flow = NULL;
		v[i].bucket = NULL;
		if (unlikely(burst[i]->root != NULL) || !flow_key_of(burst[i], &v[i].key))
			continue;
		v[i].bucket = flow_bucket_of(t, v[i].key.hash);
		rte_prefetch0(v[i].bucket);
	}
}

static void
prefetch_flows(struct find *v, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (v[i].bucket == NULL)
			continue;
		v[i].guess = flow_bucket_guess(v[i].bucket, v[i].key.hash);
		if (v[i].guess == NULL)
			continue;
		rte_prefetch0(v[i].guess);
		rte_prefetch0_write(&v[i].guess->last_us);
		rte_prefetch0_write(&v[i].guess->burst);
	}
}

static uint32_t
find_some(struct gz_flow_table *t, struct gz_pkt *burst[], uint32_t n)
{
	struct find v[BURST];
	uint32_t ended = t->ended;
	uint32_t i;

	prefetch_buckets(t, burst, v, n);
	prefetch_flows(v, n);
	for (i = 0; i < n; i++) {
		if (v[i].bucket == NULL)
			continue;
		/* a flow that ended meanwhile may be what was guessed */
		if (!find_one(t, &v[i].key, burst[i], ended == t->ended ? v[i].guess : NULL))
			break;
	}
	return i;
}

uint32_t
gz_flow_find_burst(struct gz_flow_table *t, struct gz_pkt *burst[], uint32_t n)
{
	uint32_t done = 0, some, found;

	t->burst++;
	while (done < n) {
		some = RTE_MIN(n - done, (uint32_t)BURST);
		found = find_some(t, burst + done, some);
		done += found;
		if (found < some)
			break;
	}
	return done;
}

void
gz_flow_find(struct gz_flow_table *t, struct gz_pkt *p)
{
	gz_flow_find_burst(t, &p, 1);
}

void
gz_flow_find_now(struct gz_flow_table *t, struct gz_pkt *p)
{
	struct flow_key k;

	p->flow = NULL;
	if (flow_key_of(p, &k))
		find_one(t, &k, p, NULL);
}
