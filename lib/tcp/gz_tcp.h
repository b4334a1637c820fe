/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_TCP_H
#define GZ_TCP_H

/*
 * Follow the connection, order its bytes, and see to it that there is one
 * version of each (RFC 9293, 7323, 5961).
 *
 * Gate, don't hold: segments leave in the order they arrive, out-of-order ones
 * too, of which a copy is kept. A receiver cannot read past a gap, so the
 * segment that fills the gap is the gate: everything it makes contiguous is
 * judged before it leaves.
 *
 * One version of each byte: what was forwarded is kept until its receiver has
 * acknowledged it. A retransmission with other bytes is rewritten to the first
 * version or dropped, by setting, and counted.
 *
 * The server's view decides: what the receiver would ignore moves no state here.
 *
 * One worker. Memory is charged to "tcp-connection" and "tcp-stream".
 */

#include "gz_flow.h"
#include "gz_tcp_event.h"

struct gz_tcp;

enum {
	GZ_CHUNK_START = 1 << 0, /* the first byte is the stream's first */
	GZ_CHUNK_END = 1 << 1, /* nothing follows: FIN, RST or the flow's end; len may be 0 */
	GZ_CHUNK_GAP = 1 << 2, /* len bytes are lost for ever (mid-stream, memory): data is NULL */
};

/** Bytes that became contiguous in one direction of a flow; valid during the call. */
struct gz_chunk {
	const uint8_t *data;
	uint32_t len;
	uint32_t flags; /* GZ_CHUNK_* */
	uint64_t offset; /* of data[0] in the stream, from 0 */
	uint32_t before; /* so many bytes before data are still there, contiguous: data[-before] */
	enum gz_dir dir;
};

/**
 * Judge a chunk. @p p is the packet that made it contiguous: a segment of the chunk's direction, one of
 * the other that acknowledges what was never seen, or a pseudo packet at the flow's end.
 *
 * @return GZ_PASS, or GZ_DROP: then p must not leave, and the connection is cut.
 */
typedef enum gz_verdict (*gz_tcp_chunk_fn)(
		void *arg, struct gz_flow *f, struct gz_pkt *p, const struct gz_chunk *chunk);

struct gz_tcp *
gz_tcp_create(const struct gz_conf *conf, struct gz_mem *mem, struct gz_flow_table *flows,
		const struct gz_exceptions *x, gz_tcp_chunk_fn chunk, void *arg);
void gz_tcp_destroy(struct gz_tcp *t);

/**
 * Take a TCP packet of flow p->flow: move the state, rewrite or settle the packet where it must be,
 * and hand on what became contiguous. @p inline_mode: may rewrite and drop; else only notes events.
 * A packet that was stopped before counts for nothing: its receiver will not see it.
 *
 * @return GZ_DROP: a chunk was refused, and whoever refused it settles the packet.
 */
enum gz_verdict gz_tcp_push(struct gz_tcp *t, struct gz_pkt *p, bool inline_mode);

/** @p len bytes from @p off in the payload of @p p, which was pushed, were replaced: they are the one
 * version from now on, and what comes again is made the same, whatever the setting for retransmissions. */
void gz_tcp_replaced(struct gz_pkt *p, uint32_t off, uint32_t len);

/** Soon a packet of @p f will be pushed: fetch what that reads. For whole bursts, before the first. */
void gz_tcp_prefetch(const struct gz_flow *f);
/** Then, when that is here, fetch where its bytes are kept. */
void gz_tcp_prefetch_bytes(const struct gz_flow *f);

/** The flow ends: hand on the last (END) chunks with a pseudo packet, free the connection. */
void gz_tcp_end(struct gz_tcp *t, struct gz_flow *f);

/** Keep no more of @p f's bytes (bypassed, or nobody looks): from now on only the state is followed. */
void gz_tcp_stop_stream(struct gz_tcp *t, struct gz_flow *f);
/** Cut the connection: every later segment with data is dropped as GZ_WHY_TCP_CLOSED. */
void gz_tcp_cut(struct gz_tcp *t, struct gz_flow *f);

/** How many bytes before a chunk are kept for whoever must see a match that spans chunks; the
 * setting stream.window, 0 to 65,536. */
uint32_t gz_tcp_window(const struct gz_tcp *t);
/** Does anybody look back now? If not, no window is kept: what was acknowledged is forgotten. */
void gz_tcp_look_back(struct gz_tcp *t, bool wanted);

/* What others ask about a connection; @p f->tcp may be NULL (then 0, false, "none"). */

/** Bytes from @p dir's sender so far, in order (stream_size). */
uint64_t gz_tcp_bytes(const struct gz_flow *f, enum gz_dir dir);
/** "none", "syn_sent", "syn_recv", "established", "fin_wait1", … as EVE's tcp.state. */
const char *gz_tcp_state_name(const struct gz_flow *f);
bool gz_tcp_is_established(const struct gz_flow *f);
/** Were both streams handed on up to their FINs, cut, or ended by both sides, one of them with a reset?
 * Then no chunk follows. */
bool gz_tcp_is_over(const struct gz_flow *f);
/** The sequence and acknowledgement number the peer of @p dir's sender expects: for a reset that is
 * accepted. @return false when the connection is not known well enough. */
bool gz_tcp_next(const struct gz_flow *f, enum gz_dir dir, uint32_t *seq, uint32_t *ack);
/** Events (enum gz_tcp_event) that the last gz_tcp_push() noted, at most 8. */
uint32_t gz_tcp_events(const struct gz_tcp *t, const uint8_t **events);

const char *gz_tcp_event_name(enum gz_tcp_event e);
/** @return the event of that name (as in stream-event:<name>), or -1. */
int gz_tcp_event_find(const char *name);

#endif /* GZ_TCP_H */
