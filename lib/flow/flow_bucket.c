/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * The hash table: buckets of one cache line. A bucket holds seven flows by
 * address and 16 bits of hash; with 3.5 flows to a bucket when the table is
 * full, few need the list behind it.
 */

#include <errno.h>
#include <netinet/in.h>
#include <sys/mman.h>

#include <rte_branch_prediction.h>
#include <rte_common.h>

#include "flow_internal.h"

enum {
	TAG_SHIFT = 48, /* addresses of user space stay below */
	FLOWS_PER_BUCKET_X2 = 7,
};

/** Spreads hashes whose low bits are alike because steering went by them. */
static const uint32_t bucket_mix = 0x9e3779b1;

int
flow_buckets_create(struct gz_flow_table *t)
{
	uint32_t nb = rte_align32pow2((uint32_t)((uint64_t)t->max * 2 / FLOWS_PER_BUCKET_X2 + 2));
	void *p;

	t->buckets_bytes = (size_t)nb * sizeof(struct flow_bucket);
	p = mmap(NULL, t->buckets_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			0);
	if (p == MAP_FAILED)
		return -ENOMEM;
	/* A few flows spread over all of it already, so it is touched here and not by packets. */
	(void)madvise(p, t->buckets_bytes, MADV_HUGEPAGE);
	(void)madvise(p, t->buckets_bytes, MADV_POPULATE_WRITE);
	t->buckets = p;
	t->shift = 32 - rte_log2_u32(nb);
	return 0;
}

void
flow_buckets_destroy(struct gz_flow_table *t)
{
	if (t->buckets != NULL)
		munmap(t->buckets, t->buckets_bytes);
}

struct flow_bucket *
flow_bucket_of(const struct gz_flow_table *t, uint32_t hash)
{
	return &t->buckets[(hash * bucket_mix) >> t->shift];
}

static inline uint64_t
tag_of(uint32_t hash)
{
	return (uint64_t)(hash & 0xffff) << TAG_SHIFT;
}

static inline struct gz_flow *
slot_flow(uint64_t slot)
{
	return (struct gz_flow *)(uintptr_t)(slot & ((UINT64_C(1) << TAG_SHIFT) - 1));
}

static inline bool
slot_may_be(uint64_t slot, uint64_t tag)
{
	return slot != 0 && (slot ^ tag) >> TAG_SHIFT == 0;
}

struct gz_flow *
flow_bucket_guess(const struct flow_bucket *b, uint32_t hash)
{
	uint64_t tag = tag_of(hash);

	for (uint32_t i = 0; i < FLOW_SLOTS; i++)
		if (slot_may_be(b->slot[i], tag))
			return slot_flow(b->slot[i]);
	return b->more;
}

void
flow_bucket_add(struct flow_bucket *b, struct gz_flow *f)
{
	f->hash_next = NULL;
	for (uint32_t i = 0; i < FLOW_SLOTS; i++) {
		if (b->slot[i] != 0)
			continue;
		b->slot[i] = (uint64_t)(uintptr_t)f | tag_of(f->hash);
		return;
	}
	f->hash_next = b->more;
	b->more = f;
}

void
flow_bucket_remove(struct flow_bucket *b, struct gz_flow *f)
{
	struct gz_flow **at;

	for (uint32_t i = 0; i < FLOW_SLOTS; i++) {
		if (b->slot[i] == 0 || slot_flow(b->slot[i]) != f)
			continue;
		b->slot[i] = 0;
		return;
	}
	for (at = &b->more; *at != NULL; at = &(*at)->hash_next) {
		if (*at != f)
			continue;
		*at = f->hash_next;
		return;
	}
}

uint32_t
flow_bucket_walk(const struct flow_bucket *b, gz_flow_walk_fn fn, void *arg)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < FLOW_SLOTS; i++) {
		if (b->slot[i] == 0)
			continue;
		fn(arg, slot_flow(b->slot[i]));
		n++;
	}
	for (struct gz_flow *f = b->more; f != NULL; f = f->hash_next, n++)
		fn(arg, f);
	return n;
}

/** Are @p k's sender and receiver the flow's ends @p from and the other one? */
static inline bool
ends_match(const struct gz_flow *f, const struct flow_key *k, const uint16_t port[2], uint32_t from)
{
	uint32_t to = from ^ 1;

	if (port[from] != k->port[0] || port[to] != k->port[1])
		return false;
	if (k->side != FLOW_SIDELESS && (k->side ^ from) != f->side)
		return false;
	return gz_addr_equal(&f->addr[from], &k->addr[0]) &&
			gz_addr_equal(&f->addr[to], &k->addr[1]);
}

static inline bool
vlans_match(const struct gz_flow *f, const struct gz_pkt *p)
{
	if (!flow_vlan_tracking)
		return true;
	if (f->nb_vlan != p->nb_vlan)
		return false;
	for (uint32_t i = 0; i < p->nb_vlan; i++)
		if (f->vlan[i] != p->vlan[i])
			return false;
	return true;
}

bool
flow_matches(const struct gz_flow *f, const struct flow_key *k, const struct gz_pkt *p,
		enum gz_dir *dir)
{
	uint16_t port[2] = { f->port[0], f->port[1] };
	int answer;

	if (f->hash != k->hash || f->proto != k->proto ||
			(f->wire != p->wire && flow_wire_tracking) || f->tenant != p->tenant ||
			f->sided != (k->side != FLOW_SIDELESS) || !vlans_match(f, p))
		return false;
	if (unlikely(f->proto == IPPROTO_ICMP || f->proto == IPPROTO_ICMPV6)) {
		answer = flow_icmp_answer(f->proto, (uint8_t)f->port[0]);
		port[1] = answer < 0 ? UINT16_MAX : (uint16_t)answer;
	}
	*dir = ends_match(f, k, port, 0) ? GZ_C2S : GZ_S2C;
	return *dir == GZ_C2S || ends_match(f, k, port, 1);
}

struct gz_flow *
flow_bucket_find(const struct flow_bucket *b, const struct flow_key *k, const struct gz_pkt *p,
		enum gz_dir *dir)
{
	uint64_t tag = tag_of(k->hash);
	struct gz_flow *f;

	for (uint32_t i = 0; i < FLOW_SLOTS; i++)
		if (slot_may_be(b->slot[i], tag) && flow_matches(slot_flow(b->slot[i]), k, p, dir))
			return slot_flow(b->slot[i]);
	for (f = b->more; f != NULL; f = f->hash_next)
		if (flow_matches(f, k, p, dir))
			return f;
	return NULL;
}
