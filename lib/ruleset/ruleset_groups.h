/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RULESET_GROUPS_H
#define RULESET_GROUPS_H

/*
 * A ruleset from within, for detect alone: which rules may apply where, and the
 * literals that make them candidates. All of it is immutable once built, lies in
 * the ruleset's arena and refers to rules by number.
 */

#include "gz_mpm.h"
#include "gz_proto.h"
#include "gz_ruleset.h"

enum {
	RS_ANY = UINT32_MAX, /* the set of all addresses */

	/* literal sets of one place */
	RS_FAR = 0, /* of 4 bytes and more */
	RS_SHORT = 1, /* of 1 to 3 bytes: kept out of the large sets, which they slow down */
	RS_SETS = 2,

	RS_LITERAL_MOST = 8, /* bytes searched of a long content: Hyperscan's own step */
	RS_BUFFERS = 31, /* buffers of one rule */
	RS_SCANS = 256, /* fields of a protocol and direction that are searched */
	RS_SLOTS = 64, /* of them those that grow or have several values */
	RS_PROBES = 24, /* places of one buffer where contents are looked up */
};

enum rs_l4 {
	RS_TCP,
	RS_UDP,
	RS_SCTP,
	RS_ICMP4,
	RS_ICMP6,
	RS_OTHER, /* any other protocol over IP */
	RS_NO_IP, /* no IP, or headers that do not fit */
	RS_NB_L4,
	RS_NB_PORTED = RS_ICMP4, /* those before have ports */
};

struct rs_list {
	const uint32_t *v; /* rule numbers, rising */
	uint32_t n;
};

/** A rule for which a literal is the fast pattern. */
struct rs_hit {
	uint32_t rule;
	uint32_t from, to; /* where the literal may end, both included, from the start of buffer or stream */
};

/** Literals of one place, and the rules they make candidates. */
struct rs_set {
	struct gz_mpm *mpm;
	const uint32_t *first; /* by literal: its first hit; one more at the end */
	const struct rs_hit *hits;
	uint32_t literal0; /* number of its first literal among those of all sets */
	uint32_t count; /* literals */
	uint32_t longest; /* bytes */
	uint32_t reach; /* no literal matters that ends behind so many bytes */
};

/** A content that can stand in one place only, found by some bytes there. */
struct rs_fixed {
	uint32_t rule;
	const struct gz_literal *literal; /* the whole content */
};

struct rs_slot {
	uint64_t key; /* bytes, letters folded to small where the probe does */
	uint32_t first; /* of its contents */
	uint32_t n; /* how many; 0: the slot is free */
};

/** Contents that stand at one place: the bytes there are looked up, not searched for. */
struct rs_probe {
	bool from_end; /* they end where the buffer ends; else they start at byte `at` */
	bool nocase;
	uint8_t width; /* bytes looked up: 1, 2, 4 or 8, the content's first or, from the end, its last */
	uint32_t at;
	uint32_t mask; /* slots - 1, which is a power of two less one */
	const struct rs_slot *slots; /* open addressing */
	const struct rs_fixed *fixed;
};

/** All that makes rules candidates in one buffer. */
struct rs_finder {
	const struct rs_set *set[RS_SETS]; /* NULL: none */
	const struct rs_probe *probes;
	uint32_t nb_probes;
	uint32_t reach; /* no probe from the start looks behind so many bytes */
};

/** Letters of a key to small ones; what else changes is told apart afterwards. */
static inline uint64_t
rs_fold(uint64_t key, uint8_t width)
{
	return key | (0x2020202020202020ULL >> (64 - 8 * width));
}

/** Slot to begin with for a key. */
static inline uint32_t
rs_probe_slot(const struct rs_probe *p, uint64_t key)
{
	return (uint32_t)((key * 0x9e3779b97f4a7c15ULL) >> 32) & p->mask;
}

/** A field after transforms: one number for all rules that look there. */
struct rs_engine {
	const struct gz_field *field;
	const struct gz_sig_buffer *model; /* one rule's buffer: for its transforms */
};

enum {
	RS_BUFFER_NEEDS_END = 1 << 0, /* its answer may change while the field grows */
	RS_BUFFER_MAY_WAIT = 1 << 1, /* what it still lacks may come with later bytes of a stream */
	RS_BUFFER_SURE = 1 << 2, /* the literal alone is all it asks for */
};

struct rs_buffer {
	const struct gz_sig_buffer *b;
	uint16_t engine; /* unless the payload or of packets */
	uint16_t flags; /* RS_BUFFER_* */
};

/** What a pass or drop that matched does to the rest of its flow. */
enum rs_reach {
	RS_PACKET, /* nothing */
	RS_FLOW, /* holds for the flow */
	RS_FLOW_STREAM, /* holds for the flow when it matched in its stream */
};

/** A rule, with what its quick tests need side by side. */
struct rs_rule {
	const struct gz_sig *sig;
	uint64_t protos; /* ids: the flow must speak one of them; 0: any */
	const struct gz_portset *port[2]; /* source, destination; NULL: any */
	uint32_t addr[2]; /* source, destination: number of a set, or RS_ANY */
	uint32_t flags; /* GZ_SIG_* */
	uint8_t ip_version; /* 4, 6, or 0: both */
	uint8_t reach; /* enum rs_reach */
	uint8_t nb_buffers;
	bool on_packet, on_stream; /* where its payload buffers are looked for */
	bool again; /* its literal may be found more than once in a transaction */
	const struct rs_buffer *buffers;
};

/** Rules for packets and streams of one protocol, direction and server port. */
struct rs_group {
	struct rs_list packet; /* asked of every packet */
	struct rs_list payload; /* of every packet with payload: no literal to go by */
	struct rs_list stream; /* of every chunk of TCP: no literal to go by */
	/* literals of the others, in payloads and in streams alike; may be shared with other groups */
	const struct rs_finder *find;
	uint32_t nb_ports;
};

/** A field of a protocol in one direction whose values are searched for literals. */
struct rs_scan {
	const struct gz_field_row *row;
	struct rs_finder find;
	uint16_t engine;
	uint16_t slot; /* of the transaction's memory: GZ_FIELD_STREAM and GZ_FIELD_MULTI */
	uint8_t progress;
	bool grows; /* GZ_FIELD_STREAM */
	bool multi; /* GZ_FIELD_MULTI */
};

/** A rule without a literal: asked when the transaction has come so far. */
struct rs_late {
	uint32_t rule;
	uint8_t progress;
};

/** Rules for transactions of one protocol and direction. */
struct rs_app {
	const struct rs_scan *scans; /* by progress, rising */
	uint32_t nb_scans;
	const struct rs_late *late; /* by progress, rising */
	uint32_t nb_late;
	const struct gz_field_row **rows; /* by engine; NULL: no such field here */
	uint32_t nb_slots;
};

/** All address sets of the rules' headers as one table: an address has a class, a class is in sets. */
struct rs_addrs {
	const uint32_t *v4; /* first address of each range, host order; the first is 0 */
	const uint32_t *v4_class;
	uint32_t nb_v4;
	const struct gz_addr *v6; /* the same for all addresses */
	const uint32_t *v6_class;
	uint32_t nb_v6;
	const uint64_t *member; /* by class: words of bits, one a set */
	uint32_t words;
	uint32_t nb_classes, nb_sets;
	/* rules about addresses only, by the class of the narrower side; then those that name neither */
	const struct rs_list *only[2];
	struct rs_list only_any;
};

/** A rule that may match here. */
struct rs_candidate {
	uint32_t rule;
	uint32_t mask; /* detect's: what of it has matched already */
	uint64_t end; /* where its literal ended */
};

/** A transformed value, good while its stamp is. */
struct rs_value {
	uint32_t stamp;
	struct gz_span bytes;
};

/** What one worker writes while it judges: made with the set, so that the packet's path allocates nothing. */
struct rs_worker {
	struct gz_mpm_scratch *scratch; /* NULL: no literals at all */
	uint32_t stamp; /* of the present round; what bears another is not of it */
	uint32_t *rule_seen; /* by rule: the stamp of the round that it is a candidate of */
	uint32_t *literal_seen; /* by literal: all its rules are */
	struct rs_candidate *candidates; /* room for each rule */
	struct rs_value *values; /* by engine */
};

struct gz_ruleset {
	uint32_t generation;
	uint32_t nb_rules;
	struct rs_rule *rules;
	struct rs_addrs addrs;
	const struct gz_names *names; /* of flowbits and the like; live as long as the process */
	const struct rs_engine *engines;
	uint32_t nb_engines;
	const struct rs_group
			*group[RS_NB_L4][2]; /* by protocol and direction: an array of groups */
	uint32_t nb_groups[RS_NB_L4][2];
	const uint16_t *port_group[RS_NB_PORTED][2]; /* by server port: index of its group */
	struct rs_app **app; /* by protocol's id * 2 + direction; NULL: no rules */
	struct rs_app **frames; /* the same for rules about frames; NULL: no such rules at all */
	uint32_t nb_protos;
	uint32_t nb_literals; /* of all sets */
	struct rs_worker *workers;
	uint32_t nb_workers;

	/* the builder's, to free and to share */
	struct rs_arena *arena;
	struct gz_sig **sigs; /* by number */
	struct rs_set **sets;
	uint32_t nb_sets;
	uint64_t database_bytes;
	uint32_t databases;
	const uint32_t *by_id; /* rule numbers by (gid, sid) */
};

static inline bool
rs_class_in(const struct rs_addrs *a, uint32_t class, uint32_t set)
{
	return set == RS_ANY ||
			(a->member[(uint64_t) class * a->words + set / 64] >> (set % 64) & 1);
}

/** The class of an address: all that the rules' headers can tell apart. */
uint32_t rs_addr_class(const struct rs_addrs *a, const struct gz_addr *addr);

/** May the rule be about what @p proto says? NULL: nothing is known of it. */
static inline bool
rs_rule_speaks(const struct rs_rule *r, const struct gz_proto *proto)
{
	return r->protos == 0 || (proto != NULL && (r->protos >> proto->reg.id & 1));
}

static inline const struct rs_group *
rs_group_of(const struct gz_ruleset *rs, enum rs_l4 l4, enum gz_dir dir, uint16_t server_port)
{
	uint32_t i = l4 < RS_NB_PORTED ? rs->port_group[l4][dir][server_port] : 0;

	return &rs->group[l4][dir][i];
}

static inline enum rs_l4
rs_l4_of(uint8_t ip_proto)
{
	switch (ip_proto) {
	case 6:
		return RS_TCP;
	case 17:
		return RS_UDP;
	case 132:
		return RS_SCTP;
	case 1:
		return RS_ICMP4;
	case 58:
		return RS_ICMP6;
	default:
		return RS_OTHER;
	}
}

#endif /* RULESET_GROUPS_H */
