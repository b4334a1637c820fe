/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_EVAL_H
#define GZ_EVAL_H

/*
 * What a keyword's eval() sees, and the walk along a buffer's chain of matches.
 *
 * A chain is searched with backtracking: when a later match that is relative
 * fails, the one before it is asked for its next place (e->resume). All of it is
 * bounded by e->steps; a chain that would take more counts as no match (counter
 * detect.steps-exceeded).
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_flow.h"
#include "gz_pkt.h"
#include "gz_regex.h"
#include "gz_span.h"

struct gz_conf;
struct gz_keyword_ctx;
struct gz_match;
struct gz_json;
struct gz_mem;
struct gz_names;
struct gz_sig;
struct gz_tx;

enum {
	GZ_EVAL_VARS = 16,
	GZ_EVAL_STEPS = 3000, /* evaluations of one chain */
	GZ_EVAL_B64 = 64 * 1024,
	GZ_EVAL_REPLACES = 8, /* contents of a rule that are replaced */
	GZ_EVAL_CAPTURES = 8, /* parts of matches that a rule keeps in variables */
};

enum gz_answer {
	GZ_NO,
	GZ_YES,
	GZ_QUIET, /* of post: the action holds, but is not told (limit) */
};

struct gz_eval {
	/* of the packet */
	struct gz_pkt *pkt;
	struct gz_flow *flow; /* NULL: none */
	struct gz_tx *tx; /* NULL: not about a transaction */
	enum gz_dir dir;
	const struct gz_sig *sig;
	int8_t new_action; /* of post: enum gz_action instead of the rule's own; -1: none */
	const uint8_t *tcp_events; /* enum gz_tcp_event of the packet */
	uint32_t nb_tcp_events;

	/*
	 * The buffer: GZ_SCOPE_BUFFER. A datagram's payload is its own start and end. A chunk of a
	 * stream ends where it ends as far as rules are concerned (buf_end is true), since endswith
	 * and isdataat are about what is there; a body that grows ends when it is complete.
	 */
	struct gz_span buf;
	uint64_t buf_offset; /* of buf.p[0] in its stream or body: contents with offset count from the true start */
	bool buf_end; /* nothing will follow */
	uint32_t at; /* end of the match before: what relative counts from */
	uint32_t resume; /* 0: first try; else where the next try of this keyword may start. Written
				by a keyword that says yes and may say it again; 0: no other place */

	uint64_t vars[GZ_EVAL_VARS]; /* of byte_extract and byte_math: last from buffer to buffer */
	uint32_t places[GZ_EVAL_REPLACES]; /* where contents with `replace` start in the payload */
	uint32_t steps;

	/* what expressions captured for variables: it is kept once all of the rule matches */
	const struct gz_sig *capturing; /* whose captures these are */
	uint8_t captured; /* 1 << index */
	uint16_t capture_len[GZ_EVAL_CAPTURES]; /* the bytes are with ctx */

	/* of the worker */
	bool tags; /* a `tag` has matched: gz_keyword_tagged() may say yes from now on */
	uint64_t now_us;
	struct gz_regex_work *regex;
	struct gz_keyword_ctx *ctx;
};

/** Does the chain match in e->buf? */
bool gz_eval_chain(struct gz_eval *e, const struct gz_match *first);
/** Do all of a list without places (packet, tx) say yes? In order, to the first no. */
bool gz_eval_all(struct gz_eval *e, const struct gz_match *first);
/** Everything matched: set its bits, count its thresholds. @return GZ_YES, GZ_QUIET or GZ_NO. */
enum gz_answer gz_eval_post(struct gz_eval *e, const struct gz_sig *sig);

/** What keywords remember on a worker (flowbits, thresholds …). Charged to "keyword". */
struct gz_keyword_ctx *
gz_keyword_ctx_create(const struct gz_conf *conf, struct gz_mem *mem, uint32_t nb_workers);
void gz_keyword_ctx_destroy(struct gz_keyword_ctx *c);
/** Fill what of @p e belongs to the worker. */
void gz_keyword_ctx_use(struct gz_keyword_ctx *c, struct gz_eval *e);
/** Is this packet one that a `tag` of an earlier match wants told? Counts it: ask once, before its own
 * rules are judged. */
bool gz_keyword_tagged(struct gz_keyword_ctx *c, const struct gz_pkt *p);
/** Variables are told by these names; NULL: not at all. */
void gz_keyword_ctx_names(struct gz_keyword_ctx *c, const struct gz_names *names);
/** EVE's members `traffic` and `metadata`: what rules keep of the flow (NULL: none) and of the packet in
 * hand. */
void
gz_keyword_tell_vars(const struct gz_keyword_ctx *c, const struct gz_flow *f, struct gz_json *j);
/** Do rules keep anything of the packet in hand? */
bool gz_keyword_has_packet_vars(const struct gz_keyword_ctx *c);
/** The packet is done with. */
void gz_keyword_forget_packet(struct gz_keyword_ctx *c);
/** Was there no room, since the last call, for a bit, number or count of a rule? Others that build on it
 * may not match then. (The longest unused of what is kept of addresses goes first, and is not missed.) */
bool gz_keyword_forgot(struct gz_keyword_ctx *c);
/** A flow ends: free its vars. */
void gz_keyword_flow_end(struct gz_keyword_ctx *c, struct gz_flow *f);

#endif /* GZ_EVAL_H */
