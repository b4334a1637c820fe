/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEFRAG_INTERNAL_H
#define DEFRAG_INTERNAL_H

#include <sys/queue.h>

#include "gz_defrag.h"

enum {
	DEFRAG_PIECES = 256, /* fragments of one datagram */
	DEFRAG_SOURCES = 4096, /* counters of datagrams per source, shared by chance */
	DEFRAG_IP_MOST = 65535, /* bytes of a packet by its header's length field */
};

/** What makes fragments belong together (RFC 791 section 2.3, RFC 8200 section 4.5). */
struct defrag_key {
	struct gz_addr src, dst;
	uint32_t id;
	uint32_t tenant;
	uint16_t vlan[GZ_PKT_VLANS];
	uint8_t nb_vlan;
	uint8_t proto; /* IPv4 only */
	uint8_t side; /* enum gz_side, when the wire has two */
};

/** A fragment's place; kept sorted, never overlapping. */
struct piece {
	uint32_t off, len; /* bytes of the datagram's payload */
	struct gz_pkt *p;
};

struct datagram {
	struct gz_timer timer;
	TAILQ_ENTRY(datagram) age;
	struct datagram *hash_next;
	struct gz_defrag *d;
	struct gz_pkt *first, **last; /* fragments in order of arrival */
	struct piece *pieces;
	uint32_t nb_pieces, room;
	uint32_t bytes; /* of all pieces */
	uint32_t total; /* of the whole payload; 0: the last fragment is not here yet */
	uint32_t hash;
	uint16_t source; /* its counter */
	uint8_t why; /* enum gz_why: dead; what still comes of it shares its fate. NONE: alive */
	struct defrag_key key;
};

enum piece_verdict {
	PIECE_HELD,
	PIECE_COPY, /* there already, byte for byte */
	PIECE_OVERLAP, /* there already in part, or with other bytes */
	PIECE_BAD, /* cannot be of this datagram */
	PIECE_FULL, /* no memory, or too many */
};

struct defrag_limits {
	uint32_t datagrams, fragments, per_source;
	uint64_t timeout_ms;
};

struct gz_defrag {
	struct gz_mem *mem;
	struct gz_wheel *wheel;
	const struct gz_exceptions *x;
	gz_defrag_done_fn done;
	void *arg;
	struct defrag_limits limits;
	TAILQ_HEAD(, datagram) by_age; /* oldest first */
	struct datagram **buckets;
	uint32_t mask; /* of buckets */
	uint32_t nb_datagrams, nb_fragments;
	uint64_t secret[2];
	uint16_t sources[DEFRAG_SOURCES];
};

extern const struct gz_mem_purpose *const defrag_purpose;

/* defrag_conf.c */
void defrag_limits_init(struct defrag_limits *l, const struct gz_conf *conf);

/* piece.c */
/** Judge @p p against what is held, and put it in its place if it is PIECE_HELD. */
enum piece_verdict piece_add(struct gz_mem *mem, struct datagram *g, struct gz_pkt *p);
/** Does it end within what a packet can hold? */
bool piece_fits(const struct gz_pkt *p);
void piece_free_all(struct gz_mem *mem, struct datagram *g);

static inline bool
datagram_is_whole(const struct datagram *g)
{
	return g->total > 0 && g->bytes == g->total;
}

/* whole.c */
/** The datagram put together and decoded; NULL: no memory. Its fragments are on ->next. */
struct gz_pkt *
whole_build(struct gz_defrag *d, const struct datagram *g, const struct gz_decode_opts *opts);
/** Is what came out a packet that a receiver takes: no fragment again, no header cut in two? */
bool whole_is_good(const struct gz_pkt *whole);
/** Write payload that was changed back to the fragments it is of. */
void whole_write_back(struct gz_pkt *whole);
void whole_free(struct gz_defrag *d, struct gz_pkt *whole);
/** IPv6: is the fragment header the first in its chain? */
bool whole_has_one_fragment_header(const struct gz_pkt *p);

#endif /* DEFRAG_INTERNAL_H */
