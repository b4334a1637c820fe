/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_FLOW_H
#define GZ_FLOW_H

/*
 * Find, create and end conversations. A table belongs to one worker; nothing
 * locks. Look-ups go in bursts: hash all, prefetch all, then compare.
 *
 * The key is symmetric: both directions find the same flow. It holds the
 * tenant and the VLANs from the first day. Its hash is keyed with a secret of
 * the process, so that nobody can choose colliding flows.
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_conf.h"
#include "gz_mem.h"
#include "gz_pkt.h"
#include "gz_wheel.h"

struct gz_tcp_conn;
struct gz_app;
struct gz_flow_vars;
struct gz_flow_table;
struct gz_out;

enum gz_flow_state {
	GZ_FLOW_NEW,         /* one side has spoken */
	GZ_FLOW_ESTABLISHED, /* both have (TCP: handshake done) */
	GZ_FLOW_CLOSED,      /* TCP: ended; UDP never */
	GZ_FLOW_BYPASSED,
};

enum gz_flow_end {
	GZ_FLOW_END_TIMEOUT,
	GZ_FLOW_END_FORCED, /* room was needed */
	GZ_FLOW_END_SHUTDOWN,
	GZ_FLOW_END_REUSED, /* TCP: the same tuple began anew */
};

enum {
	GZ_FLOW_PASS = 1 << 0,      /* a pass rule: no more detection */
	GZ_FLOW_DROP = 1 << 1,      /* every further packet is dropped */
	GZ_FLOW_BYPASS = 1 << 2,    /* forward without a look */
	GZ_FLOW_NO_PAYLOAD = 1 << 3, /* bypassed for payload only (encrypted) */
	GZ_FLOW_ALERTED = 1 << 4,
	GZ_FLOW_MIDSTREAM = 1 << 5,  /* picked up without its handshake */
	GZ_FLOW_SWAPPED = 1 << 6,    /* the first packet seen came from the server */
	GZ_FLOW_APP_DONE = 1 << 7,   /* protocol found, or given up on, in both directions */
	GZ_FLOW_RECORDED = 1 << 8,   /* has had a reason to be told of beyond its counters */
	GZ_FLOW_REJECTED = 1 << 9,
};

/** Per direction: what EVE's flow event tells. */
struct gz_flow_count {
	uint64_t bytes; /* whole frames */
	uint32_t pkts;
	uint8_t tcp_flags; /* seen, or-ed */
	uint8_t ttl_min, ttl_max;
};

struct gz_flow {
	/* looked at by every packet */
	struct gz_addr addr[2]; /* client, server */
	uint16_t port[2];       /* client, server; ICMP: type and code of the first */
	uint8_t proto;
	uint8_t state; /* enum gz_flow_state */
	uint16_t wire;
	uint32_t tenant;
	uint16_t vlan[GZ_PKT_VLANS];
	uint8_t nb_vlan;
	uint8_t action; /* enum gz_verdict that a rule put on the flow */
	uint32_t hash;
	uint32_t flags; /* GZ_FLOW_* */
	uint64_t last_us;
	struct gz_flow *hash_next;

	struct gz_tcp_conn *tcp; /* owned by tcp; NULL: not TCP, or not followed */
	struct gz_app *app;      /* owned by proto; NULL: nothing known yet */
	struct gz_flow_vars *vars; /* owned by keyword: flowbits and flowints; NULL: none */
	void *detect;            /* owned by detect: what it remembers of this flow; NULL: nothing */

	struct gz_flow_count count[2]; /* by enum gz_dir */
	uint64_t start_us;
	uint64_t id; /* unique in the process; EVE's flow_id */
	struct gz_timer timer;

	/* detect's and policy's memory of what applies; looked up again when a generation is old */
	uint32_t ruleset_gen, policy_gen;
	uint32_t addr_class[2]; /* client's and server's class in the ruleset's address sets */
	uint16_t server;        /* index of the protected server in the policy; UINT16_MAX: none */
	uint8_t server_side;    /* enum gz_dir whose receiver is that server */
	uint8_t mode;           /* enum gz_mode of the policy */
};

/** A flow ends: told before it is gone, so that its owner of state frees it and posts events. */
typedef void (*gz_flow_end_fn)(void *arg, struct gz_flow *f, enum gz_flow_end why);

/** Room for flow.max flows, all workers together; budget "flow". NULL with rte_errno. */
struct gz_flow_table *gz_flow_table_create(const struct gz_conf *conf, struct gz_mem *mem,
		struct gz_wheel *wheel, uint32_t worker, uint32_t nb_workers,
		const struct gz_exceptions *x, gz_flow_end_fn end, void *arg);
/** Ends all flows as SHUTDOWN. */
void gz_flow_table_destroy(struct gz_flow_table *t);

/** The symmetric hash of a decoded packet's key; also what steering goes by. */
uint32_t gz_flow_hash(const struct gz_pkt *p);

/**
 * Find or create the flow of each packet, set ->flow, ->dir, ->flags (FIRST, ESTABLISHED), count it.
 * A packet without a flow (not IP, malformed, fragment) keeps NULL. A full table does what
 * exception.flow-full says, after it has tried to end an old flow (never one under a verdict).
 */
void gz_flow_find_burst(struct gz_flow_table *t, struct gz_pkt *burst[], uint32_t n);
/** One packet, as above: for datagrams made whole and for inner packets. */
void gz_flow_find(struct gz_flow_table *t, struct gz_pkt *p);

/** TCP tells: it found the state to be @p state; time-outs follow. */
void gz_flow_set_state(struct gz_flow_table *t, struct gz_flow *f, enum gz_flow_state state);
/** The tuple begins a new connection: end @p p's flow as REUSED and give it a fresh one. */
void gz_flow_renew(struct gz_flow_table *t, struct gz_pkt *p);
/** Client and server were the wrong way round (first packet seen came from the server). */
void gz_flow_swap(struct gz_flow_table *t, struct gz_flow *f);

/** Expect a flow from @p src (any port) to @p dst:@p dport within a minute, speaking @p app_name
 * (FTP data): flows that match are created with ->expected set to it. Bounded; oldest goes. */
void gz_flow_expect(struct gz_flow_table *t, const struct gz_addr *src, const struct gz_addr *dst,
		uint16_t dport, uint64_t parent_id, const char *app_name);
/** The expectation that @p f was created by, or NULL. */
const char *gz_flow_expected(const struct gz_flow *f);

uint32_t gz_flow_table_count(const struct gz_flow_table *t);
/** Walk all flows; @p fn false stops. The worker itself only. */
typedef bool (*gz_flow_each_fn)(void *arg, struct gz_flow *f);
void gz_flow_each(struct gz_flow_table *t, gz_flow_each_fn fn, void *arg);

static inline enum gz_dir
gz_dir_other(enum gz_dir d)
{
	return d == GZ_C2S ? GZ_S2C : GZ_C2S;
}

#endif /* GZ_FLOW_H */
