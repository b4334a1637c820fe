/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FLOW_INTERNAL_H
#define FLOW_INTERNAL_H

/* What the files of this room share. */

#include "gz_flow.h"
#include "gz_stat.h"

/** Time-outs go by these. */
enum flow_class {
	FLOW_TCP,
	FLOW_UDP,
	FLOW_ICMP,
	FLOW_OTHER,
	NB_FLOW_CLASSES
};

enum {
	FLOW_TTL_START = 255,
	FLOW_SLOTS = 7, /* flows that a bucket holds in one cache line */
	FLOW_LINES = 4, /* cache lines of a flow */
	FLOW_SOURCES = 16384, /* counters of unanswered flows per source, shared by chance */
};

/** A slot is a flow's address with 16 bits of its hash above it: a wrong flow is rarely touched. */
struct flow_bucket {
	uint64_t slot[FLOW_SLOTS];
	struct gz_flow *more; /* by hash_next: what found no slot */
} __attribute__((aligned(64)));

TAILQ_HEAD(flow_list, gz_flow);

struct gz_flow_table {
	struct flow_bucket *buckets;
	size_t buckets_bytes;
	uint32_t shift; /* of the mixed hash, for the bucket */
	uint32_t count, max;
	uint32_t per_source; /* unanswered flows of one source; 0: as many as there is room for */
	uint32_t *sources; /* FLOW_SOURCES of them */
	uint32_t burst; /* number of the look-up in hand */
	uint32_t ended; /* flows that left: what was found before may be gone */
	uint64_t next_id;
	uint64_t timeout_us[NB_FLOW_CLASSES][GZ_NB_FLOW_STATES];
	uint64_t emergency_us; /* idle for so long, an established flow may be ended for room */
	struct flow_list age[GZ_NB_FLOW_STATES]; /* the head has waited longest */
	struct gz_mem *mem;
	struct gz_wheel *wheel;
	const struct gz_exceptions *x;
	gz_flow_end_fn end;
	void *arg;
	uint32_t worker;
};

/** What a packet is looked up by: its ends as the sender sees them. */
struct flow_key {
	struct gz_addr addr[2]; /* sender, receiver */
	uint16_t port[2]; /* ICMP: type, and the type that answers it */
	uint32_t hash;
	uint8_t proto;
	uint8_t side; /* the sender's; SIDELESS: nobody knows */
	bool quoted; /* of the packet that an ICMP error quotes, seen from its receiver */
};

enum {
	FLOW_SIDELESS = 2,
};

enum {
	FLOW_STAT_TOTAL,
	FLOW_STAT_ACTIVE,
	FLOW_STAT_TCP,
	FLOW_STAT_UDP,
	FLOW_STAT_ICMP4,
	FLOW_STAT_ICMP6,
	FLOW_STAT_FULL,
	FLOW_STAT_CROSSED,
	FLOW_STAT_SOURCE,
	FLOW_STAT_END_STATE,
	FLOW_STAT_END_WHY = FLOW_STAT_END_STATE + GZ_NB_FLOW_STATES,
	NB_FLOW_STATS = FLOW_STAT_END_WHY + GZ_NB_FLOW_ENDS,
};

/* flow_hash.c */
extern bool flow_vlan_tracking, flow_wire_tracking;
/** @return false: this kind of packet has no flow. */
bool flow_key_of(const struct gz_pkt *p, struct flow_key *k);
/** The key of an ICMPv6 error itself, where what it quotes is unknown. */
void flow_key_own(const struct gz_pkt *p, struct flow_key *k);

/** The counter of an address, drawn by chance; of IPv6 its network of 64 bits counts. */
uint16_t flow_source_of(const struct gz_addr *a);

/* flow_icmp.c */
/** The type that answers @p type, or -1. */
int flow_icmp_answer(uint8_t proto, uint8_t type);
bool flow_icmp_is_error(uint8_t proto, uint8_t type);
/** Ends of the packet that the ICMP error @p p quotes. @return false: not enough is quoted. */
bool flow_icmp_quoted(const struct gz_pkt *p, struct flow_key *k);

/* flow_bucket.c */
int flow_buckets_create(struct gz_flow_table *t);
void flow_buckets_destroy(struct gz_flow_table *t);
struct flow_bucket *flow_bucket_of(const struct gz_flow_table *t, uint32_t hash);
/** The first flow of @p b whose slot might be @p hash's, not yet looked at. */
struct gz_flow *flow_bucket_guess(const struct flow_bucket *b, uint32_t hash);
void flow_bucket_add(struct flow_bucket *b, struct gz_flow *f);
void flow_bucket_remove(struct flow_bucket *b, struct gz_flow *f);
/** Hand each flow of @p b to @p fn. @return how many. */
uint32_t flow_bucket_walk(const struct flow_bucket *b, gz_flow_walk_fn fn, void *arg);
/** Is @p f the flow of @p p's key? Sets @p dir. */
bool flow_matches(const struct gz_flow *f, const struct flow_key *k, const struct gz_pkt *p,
		enum gz_dir *dir);
struct gz_flow *flow_bucket_find(const struct flow_bucket *b, const struct flow_key *k,
		const struct gz_pkt *p, enum gz_dir *dir);

/* flow_life.c */
/** A fresh flow for @p p, or NULL when there is no room. */
struct gz_flow *
flow_begin(struct gz_flow_table *t, const struct flow_key *k, const struct gz_pkt *p);
void flow_finish(struct gz_flow *f, enum gz_flow_end why);
/** End an old flow that nobody will miss much. @return false: none could be found quickly. */
bool flow_reclaim(struct gz_flow_table *t, uint64_t now_us);
/** Write what a flow is at its beginning, the key included; not the table's own. */
void flow_reset(struct gz_flow *f, const struct flow_key *k, const struct gz_pkt *p);
void flow_count_new(const struct gz_flow *f);

/** Has the sender of a first packet as many unanswered flows as it may have? */
bool flow_source_is_full(const struct gz_flow_table *t, const struct flow_key *k);
/** @p f is unanswered from now on, or not any more. */
void flow_source_enter(struct gz_flow *f);
void flow_source_leave(struct gz_flow *f);

/* flow_timeout.c */
void flow_timeouts_read(struct gz_flow_table *t, const struct gz_conf *conf);
uint64_t flow_timeout_us(const struct gz_flow *f);
void flow_timer_start(struct gz_flow *f);

extern struct gz_stat_set flow_stats;
#define FLOW_COUNT(row, n) (gz_stat_self[flow_stats.base + (row)] += (n))

#endif /* FLOW_INTERNAL_H */
