/* SPDX-License-Identifier: BSD-3-Clause */

/* A flow's beginning and end, and what makes room when the table is full. */

#include <netinet/in.h>

#include "flow_internal.h"

GZ_MEM_PURPOSE(flow_memory, "flow", 25, "tracked flows, 256 bytes each");

enum {
	RECLAIM_TRIES = 4, /* flows looked at in each list */
	ID_BITS = 53, /* what a double holds exactly: readers of JSON need it */
	ID_WORKER_BITS = 8,
};

static const char *const state_names[GZ_NB_FLOW_STATES] = {
	[GZ_FLOW_NEW] = "new",
	[GZ_FLOW_ESTABLISHED] = "established",
	[GZ_FLOW_CLOSED] = "closed",
	[GZ_FLOW_BYPASSED] = "bypassed",
};

static const char *const end_names[GZ_NB_FLOW_ENDS] = {
	[GZ_FLOW_END_TIMEOUT] = "timeout",
	[GZ_FLOW_END_FORCED] = "forced",
	[GZ_FLOW_END_SHUTDOWN] = "shutdown",
	[GZ_FLOW_END_REUSED] = "tcp_reuse",
};

const char *
gz_flow_state_name(enum gz_flow_state state)
{
	return state_names[state];
}

const char *
gz_flow_end_name(enum gz_flow_end why)
{
	return end_names[why];
}

/** Numbers that do not count up in steps of one, so that they are told apart at a glance. */
static uint64_t
new_id(struct gz_flow_table *t)
{
	static const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15); /* odd: no two alike */
	uint64_t id;

	do {
		id = ++t->next_id << ID_WORKER_BITS | (t->worker & ((1 << ID_WORKER_BITS) - 1));
		id = (id * odd) & ((UINT64_C(1) << ID_BITS) - 1);
	} while (id == 0);
	return id;
}

void
flow_reset(struct gz_flow *f, const struct flow_key *k, const struct gz_pkt *p)
{
	struct gz_flow_table *t = f->table;
	struct gz_flow *hash_next = f->hash_next;

	*f = (struct gz_flow){
		.addr = { k->addr[0], k->addr[1] },
		.port = { k->port[0], k->port[1] },
		.tenant = p->tenant,
		.wire = p->wire,
		.nb_vlan = p->nb_vlan,
		.proto = k->proto,
		.side = k->side & 1,
		.sided = k->side != FLOW_SIDELESS,
		.hash = k->hash,
		.last_us = p->time_us,
		.start_us = p->time_us,
		.server = UINT16_MAX,
		.count = { { .ttl_min = FLOW_TTL_START }, { .ttl_min = FLOW_TTL_START } },
		.table = t,
		.hash_next = hash_next,
		.id = new_id(t),
	};
	for (uint32_t i = 0; i < p->nb_vlan && i < GZ_PKT_VLANS; i++)
		f->vlan[i] = p->vlan[i];
	if (k->proto == IPPROTO_ICMP || k->proto == IPPROTO_ICMPV6)
		f->port[1] = p->icmp_code;
}

void
flow_count_new(const struct gz_flow *f)
{
	FLOW_COUNT(FLOW_STAT_TOTAL, 1);
	if (f->proto == IPPROTO_TCP)
		FLOW_COUNT(FLOW_STAT_TCP, 1);
	else if (f->proto == IPPROTO_UDP)
		FLOW_COUNT(FLOW_STAT_UDP, 1);
	else if (f->proto == IPPROTO_ICMP)
		FLOW_COUNT(FLOW_STAT_ICMP4, 1);
	else if (f->proto == IPPROTO_ICMPV6)
		FLOW_COUNT(FLOW_STAT_ICMP6, 1);
}

bool
flow_source_is_full(const struct gz_flow_table *t, const struct flow_key *k)
{
	return t->per_source != 0 && t->sources[flow_source_of(&k->addr[0])] >= t->per_source;
}

void
flow_source_enter(struct gz_flow *f)
{
	f->source = flow_source_of(&f->addr[0]);
	f->table->sources[f->source]++;
}

void
flow_source_leave(struct gz_flow *f)
{
	f->table->sources[f->source]--;
}

static struct gz_flow *
flow_get(struct gz_flow_table *t, uint64_t now_us)
{
	struct gz_flow *f;

	if (t->count >= t->max && !flow_reclaim(t, now_us))
		return NULL;
	f = gz_mem_get(t->mem, &flow_memory, sizeof(*f));
	if (f == NULL && flow_reclaim(t, now_us))
		f = gz_mem_get(t->mem, &flow_memory, sizeof(*f));
	return f;
}

struct gz_flow *
flow_begin(struct gz_flow_table *t, const struct flow_key *k, const struct gz_pkt *p)
{
	struct gz_flow *f = flow_get(t, p->time_us);

	if (f == NULL)
		return NULL;
	f->table = t;
	f->hash_next = NULL;
	flow_reset(f, k, p);
	flow_bucket_add(flow_bucket_of(t, f->hash), f);
	TAILQ_INSERT_TAIL(&t->age[GZ_FLOW_NEW], f, age);
	flow_source_enter(f);
	flow_timer_start(f);
	t->count++;
	flow_count_new(f);
	FLOW_COUNT(FLOW_STAT_ACTIVE, 1);
	return f;
}

void
flow_finish(struct gz_flow *f, enum gz_flow_end why)
{
	struct gz_flow_table *t = f->table;

	FLOW_COUNT(FLOW_STAT_END_STATE + f->state, 1);
	FLOW_COUNT(FLOW_STAT_END_WHY + why, 1);
	t->end(t->arg, f, why);
	gz_wheel_disarm(&f->timer);
	if (f->state == GZ_FLOW_NEW)
		flow_source_leave(f);
	TAILQ_REMOVE(&t->age[f->state], f, age);
	flow_bucket_remove(flow_bucket_of(t, f->hash), f);
	gz_mem_put(t->mem, &flow_memory, f, sizeof(*f));
	t->count--;
	t->ended++;
	FLOW_COUNT(FLOW_STAT_ACTIVE, -1);
}

static bool
is_under_verdict(const struct gz_flow *f)
{
	enum {
		JUDGED = GZ_FLOW_PASS | GZ_FLOW_DROP | GZ_FLOW_BYPASS | GZ_FLOW_REJECTED,
	};

	return f->action != GZ_PASS || (f->flags & JUDGED) != 0;
}

/**
 * Of the first few of @p list, which all go to its end, the one that has been quiet longest, but
 * for at least @p idle_us.
 */
static struct gz_flow *
quietest(struct gz_flow_table *t, struct flow_list *list, uint64_t now_us, uint64_t idle_us)
{
	struct gz_flow *f, *best = NULL;

	for (uint32_t i = 0; i < RECLAIM_TRIES; i++) {
		f = TAILQ_FIRST(list);
		if (f == NULL)
			break;
		TAILQ_REMOVE(list, f, age);
		TAILQ_INSERT_TAIL(list, f, age);
		if (f->burst == t->burst || is_under_verdict(f) || f->last_us + idle_us > now_us)
			continue;
		if (best == NULL || f->last_us < best->last_us)
			best = f;
	}
	return best;
}

bool
flow_reclaim(struct gz_flow_table *t, uint64_t now_us)
{
	struct gz_flow *f = quietest(t, &t->age[GZ_FLOW_CLOSED], now_us, 0);

	if (f == NULL)
		f = quietest(t, &t->age[GZ_FLOW_NEW], now_us, 0);
	if (f == NULL)
		f = quietest(t, &t->age[GZ_FLOW_ESTABLISHED], now_us, t->emergency_us);
	if (f == NULL)
		return false;
	flow_finish(f, GZ_FLOW_END_FORCED);
	return true;
}
