/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TCP_CONN_H
#define TCP_CONN_H

/* What is remembered of a connection. */

#include "tcp_words.h"

/** A SYN or SYN/ACK that was seen: which one the other side took is not known yet. */
struct tcp_syn {
	uint32_t isn, ack;
	uint32_t tsval, tsecr;
	uint16_t win;
	uint8_t wscale;
	uint8_t ttl;
	uint8_t flags; /* SYN_* */
};

enum {
	SYN_HAS_ACK = 1 << 0,
	SYN_HAS_TS = 1 << 1,
	SYN_HAS_WSCALE = 1 << 2,
	SYN_SIGNED = 1 << 3,
	SYN_FAST_OPEN = 1 << 4,
};

struct tcp_syns {
	struct tcp_syn v[2][TCP_SYNS_MORE];
};

/** By half: the variants seen. Lives until one pair of them is agreed upon. */
struct tcp_handshake {
	struct tcp_syn first[2];
	struct tcp_syns *more;
	uint8_t nb[2];
};

/** Stretch of a stream that was forwarded and is kept. */
struct tcp_block {
	struct tcp_block *next;
	uint64_t off; /* of data[0] in the stream */
	uint32_t len, cap;
	uint8_t data[];
};

/** Stretch of a stream that lies beyond a gap. */
struct tcp_run {
	uint64_t off;
	uint32_t len, cap;
	uint8_t *data;
};

/** By offset, not overlapping; v[first] is the nearest to the gap. */
struct tcp_ooo {
	uint32_t first, nb, cap;
	uint32_t bytes;
	struct tcp_run v[];
};

struct tcp_urgent {
	uint32_t seq[TCP_URGENTS]; /* of bytes that are not part of the stream, ascending */
	uint8_t nb;
	uint8_t total; /* ever */
};

enum {
	HALF_EDGE_UNKNOWN = 1 << 0, /* nobody has told its window's scale */
	HALF_SIGNED = 1 << 1, /* its segments carry MD5 or AO */
	HALF_FIN_SEEN = 1 << 2,
	HALF_FIN_DONE = 1 << 3, /* everything before it was judged */
	HALF_FIN_ACKED = 1 << 4,
	HALF_STARTED = 1 << 5, /* a chunk was handed over */
	HALF_RST = 1 << 6, /* has sent a reset that its receiver may have taken */
	HALF_DEPTH = 1 << 7, /* as much was judged as the setting wants */
	HALF_UNSURE = 1 << 8, /* picked up: next is a guess until data comes */
	HALF_RST_SURE = 1 << 10, /* it was where the receiver stands: if it arrives, it is taken */
	HALF_REPLACED = 1 << 9, /* other bytes left than it sends, and will send again */
};

/** What is known of one sender. */
struct tcp_half {
	uint32_t isn;
	uint32_t next; /* first sequence number not judged yet */
	uint32_t acked; /* the receiver has all before it */
	uint32_t seen; /* end of the furthest segment */
	uint32_t edge; /* furthest that the receiver ever allowed */
	uint32_t most_win; /* largest window the receiver offered */
	uint32_t fin; /* its FIN's sequence number */
	uint32_t ts_recent;
	uint64_t off; /* of next in the stream */
	struct tcp_block *first, *last;
	struct tcp_ooo *ooo;
	struct tcp_urgent *urgent;
	uint32_t kept; /* bytes of blocks */
	uint16_t flags;
	uint8_t wscale; /* of the windows that it offers */
	uint8_t ttl; /* that is known to reach the receiver */
};

enum {
	CONN_RESOLVED = 1 << 0, /* both halves know their numbers */
	CONN_TS = 1 << 1,
	CONN_CUT = 1 << 2,
	CONN_STOPPED = 1 << 3, /* nobody looks at its bytes */
	CONN_ASYNC = 1 << 4, /* one side is not seen */
	CONN_MIDSTREAM = 1 << 5,
	CONN_FAST_OPEN = 1 << 6,
	CONN_INLINE = 1 << 7,
	CONN_FLIP = 1 << 8, /* the flow was swapped when half[0] was its client */
};

struct gz_tcp_conn {
	struct tcp_half half[2];
	struct tcp_handshake *hs; /* also a later SYN that would begin anew */
	uint16_t flags;
	uint8_t state; /* enum tcp_state */
};

#endif /* TCP_CONN_H */
