/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_DETECT_H
#define GZ_DETECT_H

/*
 * Judge a packet, a chunk of a stream, a transaction, under a ruleset and a
 * policy. One worker; the caller says when, in the order of the packet's path:
 *
 *	gz_detect_turn(d)                        once per turn of the worker
 *	gz_detect_flow(d, p)                     what may apply to this packet's flow
 *	gz_detect_chunk(d, p, chunk)             each contiguous chunk of a stream, once
 *	                                         the parser was fed: rules ask for its protocol
 *	gz_detect_tx(d, p, dir)                  after that
 *	gz_detect_packet(d, p)                   headers, packet rules, payload of packets
 *	gz_detect_finish(d, p)                   settle the packet, post its alerts
 *
 * Matches of one packet are gathered and settled together, in the rules' order:
 * pass, drop, reject, alert. What a rule looks for is a candidate when its
 * fast pattern is found, and then confirmed; what still lacks bytes that may come
 * is remembered, within bounds, with its flow or transaction.
 *
 * Memory is charged to "detect"; nothing is allocated but that.
 */

#include "gz_event.h"
#include "gz_policy.h"
#include "gz_ruleset.h"

struct gz_detect;

/** NULL with rte_errno ENOMEM. @p conf NULL: defaults. */
struct gz_detect *gz_detect_create(const struct gz_conf *conf, struct gz_mem *mem,
		struct gz_event_ring *ring, uint32_t worker, uint32_t nb_workers);
void gz_detect_destroy(struct gz_detect *d);

/** Take the ruleset and the policy in force for the packets to come. */
void gz_detect_turn(struct gz_detect *d);

/** First of all for a packet: find its flow's server and mode; a new ruleset or policy makes the flow
 * look anew. @return false: nothing can apply to this packet (mode off, no rules, flow passed). */
bool gz_detect_flow(struct gz_detect *d, struct gz_pkt *p);
/** What was odd about the stream in the packets to come (gz_tcp_events()), until told otherwise. */
void gz_detect_stream_events(struct gz_detect *d, const uint8_t *events, uint32_t n);
void gz_detect_packet(struct gz_detect *d, struct gz_pkt *p);
/** @return GZ_DROP when what matched so far will drop the packet. */
enum gz_verdict gz_detect_chunk(struct gz_detect *d, struct gz_pkt *p, const struct gz_chunk *c);
/** Transactions that changed; also those of the other direction. Return as above. */
enum gz_verdict gz_detect_tx(struct gz_detect *d, struct gz_pkt *p, enum gz_dir dir);
/** The frames (gz_frame.h) that the parser noted in what @p c brings or before: once it was fed. Return as
 * above. */
enum gz_verdict gz_detect_frames(struct gz_detect *d, struct gz_pkt *p, const struct gz_chunk *c);
/** Was there no memory, since the last call, for what rules wait for? They may miss it then. */
bool gz_detect_forgot(struct gz_detect *d);
/** And for the bits, numbers and counts that rules keep? Then others may miss what builds on them. */
bool gz_detect_lost(struct gz_detect *d);
/** Settle and post. After it the packet's verdict is final as far as rules go. */
void gz_detect_finish(struct gz_detect *d, struct gz_pkt *p);
/** Bytes of a packet's payload that a rule replaces. */
struct gz_replace {
	uint32_t off, len;
	const uint8_t *bytes; /* the rule's */
};
/** What is to be replaced in the packet just finished, in the rules' order: that is the caller's part.
 * @return false: there is more than can be noted. */
bool gz_detect_replaces(const struct gz_detect *d, const struct gz_replace **v, uint32_t *n);
/** EVE's members about what rules keep of @p f, or NULL, and of the packet in hand. */
void gz_detect_tell_vars(const struct gz_detect *d, const struct gz_flow *f, struct gz_json *j);
/** Do rules keep anything of the packet in hand? */
bool gz_detect_has_packet_vars(const struct gz_detect *d);
/** All is told of the packet in hand. */
void gz_detect_done(struct gz_detect *d);
/** The flow ends: free what was remembered of it. */
void gz_detect_flow_end(struct gz_detect *d, struct gz_flow *f);
/** A transaction ends (gz_tx_end_fn): the same, and keep what alerts not posted yet will tell of it. */
void gz_detect_tx_end(void *detect, struct gz_tx *tx);

#endif /* GZ_DETECT_H */
