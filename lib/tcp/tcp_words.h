/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TCP_WORDS_H
#define TCP_WORDS_H

/* What the owner can set, what is counted, and the room's own structure. */

#include "gz_stat.h"
#include "gz_tcp.h"

enum {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
};

/** In the order of EVE's names; as a server would name them. */
enum tcp_state {
	TCP_NONE,
	TCP_SYN_SENT,
	TCP_SYN_RECV,
	TCP_ESTABLISHED,
	TCP_FIN_WAIT1,
	TCP_FIN_WAIT2,
	TCP_TIME_WAIT,
	TCP_LAST_ACK,
	TCP_CLOSE_WAIT,
	TCP_CLOSING,
	TCP_CLOSED,
	NB_TCP_STATES
};

/** Checks of what a receiver would ignore; each is a setting tcp.<name> = off | observe | enforce. */
#define TCP_NORMS(X)                                                                              \
	X(FLAGS, "flags", "enforce", "flags that no stack sends or accepts (SYN+FIN, no ACK)")    \
	X(HANDSHAKE, "handshake", "enforce",                                                      \
			"what does not fit the handshake, data before its end")                   \
	X(WINDOW, "window", "enforce", "data beyond the window that the receiver offered")        \
	X(ACK, "ack", "enforce", "data that acknowledges what was never sent, or is too old")     \
	X(TIMESTAMP, "timestamp", "enforce", "data with a timestamp from the past (PAWS)")        \
	X(SIGNATURE, "signature", "enforce", "MD5 or AO options that the handshake did not have") \
	X(TTL, "ttl", "enforce", "a TTL that does not reach where the handshake's did")           \
	X(CLOSE, "close", "enforce", "data after a FIN, a second FIN elsewhere")                  \
	X(RESET, "reset", "observe", "resets that the receiver would ignore (RFC 5961)")

enum tcp_norm {
#define TCP_NORM_ENUM(id, name, value, help) NORM_##id,
	TCP_NORMS(TCP_NORM_ENUM)
#undef TCP_NORM_ENUM
	NB_NORMS
};

enum tcp_mode {
	MODE_OFF,
	MODE_OBSERVE,
	MODE_ENFORCE,
};

enum tcp_overlap {
	OVERLAP_REWRITE,
	OVERLAP_DROP,
	OVERLAP_OBSERVE,
	OVERLAP_OFF,
};

enum tcp_urgent_policy {
	URGENT_OOB,
	URGENT_INLINE,
	URGENT_DROP,
	URGENT_OBSERVE,
};

enum {
	TCP_SYNS_MORE = 10, /* variants of a SYN beyond the first, each side */
	TCP_URGENTS = 8, /* urgent bytes remembered, each direction */
	TCP_EVENTS_MOST = 8, /* noted for a packet */
};

struct tcp_after;

struct gz_tcp {
	struct gz_mem *mem;
	struct gz_flow_table *flows;
	const struct gz_exceptions *x;
	gz_tcp_chunk_fn chunk;
	void *arg;
	struct gz_tcp_conn *busy; /* in hand: its memory stays until the push ends */
	bool refused; /* a chunk of the packet in hand was */
	uint8_t nb_events;
	uint8_t events[TCP_EVENTS_MOST];

	uint32_t window; /* kept for who looks back, at the moment */
	uint32_t window_most; /* the setting */
	uint64_t depth; /* 0: none */
	uint32_t keep_most, ooo_most;
	uint32_t urgent_most;
	uint8_t norm[NB_NORMS]; /* enum tcp_mode */
	uint8_t overlap;
	uint8_t urgent;
	bool pick_up, async;
	struct tcp_after *after; /* forgotten before they were over; NULL: none */
	uint32_t after_shift;
};

enum tcp_stat {
	TCP_STAT_SESSIONS,
	TCP_STAT_ACTIVE,
	TCP_STAT_SYN,
	TCP_STAT_SYNACK,
	TCP_STAT_RST,
	TCP_STAT_MIDSTREAM,
	TCP_STAT_ASYNC,
	TCP_STAT_BAD_SUM,
	TCP_STAT_NO_MEMORY,
	TCP_STAT_RETRANSMITS,
	TCP_STAT_DIFFERENT,
	TCP_STAT_REWRITTEN,
	TCP_STAT_FORGOTTEN,
	TCP_STAT_OOO,
	TCP_STAT_GAPS,
	TCP_STAT_DEPTH,
	TCP_STAT_URGENT,
	TCP_STAT_URGENT_REWRITTEN,
	TCP_STAT_CUT,
	TCP_STAT_RESUMED,
	TCP_STAT_UNREMEMBERED,
	TCP_STAT_NORM,
	NB_TCP_STATS = TCP_STAT_NORM + NB_NORMS,
};

extern struct gz_stat_set tcp_stats;
#define TCP_COUNT(row, n) (gz_stat_self[tcp_stats.base + (row)] += (n))

extern struct gz_mem_purpose *const tcp_connections, *const tcp_streams;

#endif /* TCP_WORDS_H */
