/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_FLOW_H
#define GZ_FLOW_H

/*
 * Find, create and end conversations. A table belongs to one worker; nothing
 * locks. Look-ups go in bursts: hash all, prefetch all, then compare.
 *
 * The key is symmetric: both directions find the same flow. It holds the
 * tenant and the VLANs from the first day, and the wire unless the owner says
 * that the directions of a flow may take different ones. Its hash is keyed with a secret of
 * the process, so that nobody can choose colliding flows.
 */

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "gz_conf.h"
#include "gz_mem.h"
#include "gz_pkt.h"
#include "gz_wheel.h"

struct gz_tcp_conn;
struct gz_app;
struct gz_flow_vars;
struct gz_flow_table;

enum gz_flow_state {
	GZ_FLOW_NEW, /* one side has spoken */
	GZ_FLOW_ESTABLISHED, /* both have (TCP: handshake done) */
	GZ_FLOW_CLOSED, /* TCP: ended; UDP never */
	GZ_FLOW_BYPASSED,
	GZ_NB_FLOW_STATES
};

enum gz_flow_end {
	GZ_FLOW_END_TIMEOUT,
	GZ_FLOW_END_FORCED, /* room was needed */
	GZ_FLOW_END_SHUTDOWN,
	GZ_FLOW_END_REUSED, /* TCP: the same tuple began anew */
	GZ_NB_FLOW_ENDS
};

enum {
	GZ_FLOW_PASS = 1 << 0, /* a pass rule: no more detection */
	GZ_FLOW_DROP = 1 << 1, /* every further packet is dropped */
	GZ_FLOW_BYPASS = 1 << 2, /* forward without a look */
	GZ_FLOW_NO_PAYLOAD = 1 << 3, /* encrypted: nobody looks for contents in it */
	GZ_FLOW_ALERTED = 1 << 4,
	GZ_FLOW_MIDSTREAM = 1 << 5, /* picked up without its handshake */
	GZ_FLOW_SWAPPED = 1 << 6, /* the first packet seen came from the server */
	GZ_FLOW_APP_DONE = 1 << 7, /* protocol found, or given up on, in both directions */
	GZ_FLOW_RECORDED = 1 << 8, /* has had a reason to be told of beyond its counters */
	GZ_FLOW_REJECTED = 1 << 9,
	GZ_FLOW_TURNED = 1 << 10, /* its ends changed roles: a packet's ->dir may be from before */
	GZ_FLOW_CROSSED = 1 << 11, /* came over more than one wire (flow.wire-tracking) */
	GZ_FLOW_APP_FAILED_TS = 1 << 12, /* while ->app is NULL: no datagram to the server */
	GZ_FLOW_APP_FAILED_TC = 1 << 13, /* or to the client was recognised */
	GZ_FLOW_APP_TOLD_TS = 1 << 14, /* rules about its protocol were judged to the server, */
	GZ_FLOW_APP_TOLD_TC = 1 << 15, /* or to the client */
	GZ_FLOW_ANEW = 3 << 16, /* by direction: no packet yet since rules, or its mode, are new */
};

/** Per direction: what EVE's flow event tells. */
struct gz_flow_count {
	uint64_t bytes; /* whole frames */
	uint32_t pkts;
	uint8_t tcp_flags; /* seen, or-ed */
	uint8_t ttl_min, ttl_max;
};

struct gz_flow {
	/* a line that every look-up compares */
	struct gz_addr addr[2]; /* client, server */
	uint16_t port[2]; /* client, server; ICMP: type and code of the first */
	uint32_t tenant;
	uint16_t wire;
	uint16_t vlan[GZ_PKT_VLANS];
	uint8_t nb_vlan;
	uint8_t proto;
	uint8_t state; /* enum gz_flow_state */
	uint8_t side; /* enum gz_side of the client, when the wire has two (GZ_PKT_SIDED) */
	uint32_t flags; /* GZ_FLOW_* */
	uint32_t hash;
	uint8_t action; /* enum gz_verdict that a rule put on the flow */
	uint8_t mode; /* enum gz_mode of the policy */
	uint8_t server_side; /* enum gz_dir whose receiver is the protected server */
	bool sided;

	/* a line that every packet writes or follows */
	uint64_t last_us;
	struct gz_flow_count count[2]; /* by enum gz_dir */
	struct gz_tcp_conn *tcp; /* owned by tcp; NULL: not TCP, or not followed */
	struct gz_app *app; /* owned by proto; NULL: nothing known yet */
	void *detect; /* owned by detect: what it remembers of this flow; NULL: nothing */

	/* detect's and policy's memory of what applies; looked up again when a generation is old */
	uint32_t ruleset_gen, policy_gen;
	uint32_t addr_class[2]; /* client's and server's class in the ruleset's address sets */
	struct gz_flow_vars *vars; /* owned by keyword: flowbits and flowints; NULL: none */
	uint16_t server; /* index of the protected server in the policy; UINT16_MAX: none */
	uint32_t burst; /* the table's: of its last packet, it may still be in hand */
	uint64_t id; /* unique in the process, below 2^53; EVE's flow_id */
	uint64_t start_us;

	/* the table's own */
	struct gz_flow_table *table;
	struct gz_flow *hash_next;
	TAILQ_ENTRY(gz_flow) age; /* in the table's list of its state */
	uint64_t parent_id; /* the flow that has announced this one (FTP data); 0: none */
	struct gz_timer timer;
	uint8_t answer[2]; /* ICMP: type and code of the server's first packet */
	uint16_t source; /* its client's counter, while it is GZ_FLOW_NEW */
};

static_assert(sizeof(struct gz_flow) <= 256, "a tracked flow takes at most 256 bytes");

/** A flow ends: told before it is gone, so that its owner of state frees it and posts events. */
typedef void (*gz_flow_end_fn)(void *arg, struct gz_flow *f, enum gz_flow_end why);

/** Room for flow.max flows, all workers together; budget "flow". NULL with rte_errno. */
struct gz_flow_table *gz_flow_table_create(const struct gz_conf *conf, struct gz_mem *mem,
		struct gz_wheel *wheel, uint32_t worker, uint32_t nb_workers,
		const struct gz_exceptions *x, gz_flow_end_fn end, void *arg);
/** Ends all flows as SHUTDOWN. */
void gz_flow_table_destroy(struct gz_flow_table *t);

/** The symmetric hash of a decoded packet's key, never 0; also what steering goes by. Of one that carries
 * another: of the tunnel's ends alone, for steering only. */
uint32_t gz_flow_hash(const struct gz_pkt *p);

/**
 * Find or create the flow of each packet, set ->hash, ->flow, ->dir. ICMP errors belong to the flow
 * that they quote. A packet without a flow (not IP, bad
 * headers or checksum, fragment) keeps NULL. A full table does what exception.flow-full says, after
 * it has tried to end an old flow (never one under a verdict); a source with more unanswered flows
 * than flow.per-source allows gets what exception.flow-source says.
 *
 * @return how many packets were found: fewer than @p n when the next one would end a flow that an
 *         earlier one belongs to. Judge those first, then call again for the rest.
 */
uint32_t gz_flow_find_burst(struct gz_flow_table *t, struct gz_pkt *burst[], uint32_t n);
/** One packet, as above, with nothing else in hand: datagrams made whole. */
void gz_flow_find(struct gz_flow_table *t, struct gz_pkt *p);
/** A packet when its turn comes, while a burst is in hand: that of a tunnel (->root), which bursts leave
 * alone, or a carrier that was held. No flow that another packet in hand belongs to is ended. */
void gz_flow_find_now(struct gz_flow_table *t, struct gz_pkt *p);

/** The packet's turn has come: count it to its flow, set ->flags (FIRST, ESTABLISHED). So what is told
 * of a flow is as of this packet, whatever else the burst holds. */
void gz_flow_count(struct gz_pkt *p);

/** TCP tells: it found the state to be @p state; time-outs follow. */
void gz_flow_set_state(struct gz_flow *f, enum gz_flow_state state);
/** The tuple begins a new connection with TCP packet @p p: end its flow as REUSED and begin a fresh
 * one in the same place, whose client is who sent the SYN or was sent the SYN/ACK. */
void gz_flow_renew(struct gz_pkt *p);
/** Client and server were the wrong way round (first packet seen came from the server). */
void gz_flow_swap(struct gz_flow *f);

/** The direction of @p p in its flow, as things stand now. */
enum gz_dir gz_flow_dir(const struct gz_flow *f, const struct gz_pkt *p);

uint32_t gz_flow_table_count(const struct gz_flow_table *t);
/** May not end flows. */
typedef void (*gz_flow_walk_fn)(void *arg, struct gz_flow *f);
/**
 * Walk the flows from place @p at on (0 at first), as far as @p most cache lines of the table and
 * its flows. Who comes or goes between two calls may be missed. The worker itself only.
 *
 * @return true: that were all; false: there are more, from @p at on.
 */
bool
gz_flow_walk(struct gz_flow_table *t, uint32_t *at, uint32_t most, gz_flow_walk_fn fn, void *arg);

const char *gz_flow_state_name(enum gz_flow_state state);
/** "timeout", "forced", "shutdown", "tcp_reuse": EVE's flow.reason. */
const char *gz_flow_end_name(enum gz_flow_end why);

static inline enum gz_dir
gz_dir_other(enum gz_dir d)
{
	return d == GZ_C2S ? GZ_S2C : GZ_C2S;
}

#endif /* GZ_FLOW_H */
