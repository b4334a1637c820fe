/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DETECT_INTERNAL_H
#define DETECT_INTERNAL_H

#include <assert.h>

#include <rte_branch_prediction.h>

#include "gz_detect.h"
#include "gz_keyword.h"
#include "gz_stat.h"

#include "ruleset_groups.h"

enum {
	DETECT_MATCHES = 64, /* of one packet */
	DETECT_WAITING = 16, /* candidates of a stream's direction that lack later bytes */
	DETECT_TX_WAITING = 32, /* of a transaction's direction */
	DETECT_DEFERRED = 32, /* candidates of a packet's stream to ask of the packet itself */
	DETECT_VALUES = 256, /* values of one field that are looked at */
	DETECT_ROOM = 512 << 10, /* bytes for transformed values, of one transaction at a time */
	DETECT_TEXT = 64
			<< 10, /* bytes of what transactions and streams say in events, of one packet */
	DETECT_REPLACES = 32, /* of one packet */
	DETECT_STREAM = 4 << 10, /* bytes of a stream that an alert carries */
};

enum detect_stat {
	DETECT_CANDIDATES,
	DETECT_CONFIRMED,
	DETECT_MATCHES_LOST,
	DETECT_ALERTS,
	DETECT_ALERTS_LOST,
	DETECT_WAITING_FULL,
	DETECT_NO_MEMORY,
	DETECT_NO_ROOM,
	DETECT_NB_STATS,
};
void detect_count(enum detect_stat row, uint32_t n);
/** What rules wait for cannot be remembered: count @p row, and say so to who asks. */
void detect_forgot(struct gz_detect *d, enum detect_stat row);

/** Who speaks to whom, as rule headers ask: of a packet, or of a flow's direction. */
struct detect_who {
	uint32_t class[2]; /* source, destination */
	uint16_t port[2];
	uint8_t ip_version;
	bool established;
	enum gz_dir dir;
	const struct gz_proto *proto; /* what the flow speaks; NULL: nothing known */
};

enum detect_how {
	DETECT_BY_PACKET,
	DETECT_BY_STREAM,
	DETECT_BY_TX,
	DETECT_BY_FRAME,
};

struct detect_match {
	uint32_t rule;
	uint8_t how; /* enum detect_how */
	uint8_t dir;
	bool quiet; /* acts, but is not told */
	uint8_t mode; /* enum gz_mode */
	uint8_t action; /* enum gz_action */
	const struct gz_tx *tx; /* that it is told with; NULL: none, or gone */
	uint64_t tx_id; /* UINT64_MAX: none */
	struct gz_span tx_text; /* what a transaction said that is gone */
	struct gz_span frame; /* what alerts say of the frame, or empty */
	struct gz_span stream; /* what of it was there, for alerts that carry it; or empty */
};

/** A candidate of a stream whose later bytes may come. */
struct detect_waiting {
	uint32_t rule;
	uint64_t end; /* of its literal in the stream */
};

/** What is remembered of a flow; NULL: nothing. */
struct detect_flow {
	uint32_t generation;
	uint8_t nb[2];
	struct detect_waiting v[2][DETECT_WAITING];
};

/** How far a growing or repeated field was searched. */
struct detect_slot {
	uint64_t judged; /* bytes of its present value */
	uint32_t index; /* of that */
};

struct detect_tx_waiting {
	uint32_t rule;
	uint32_t mask; /* DETECT_HEADER, and a bit for each buffer that matched */
};

/** What is remembered of a transaction in one direction. */
struct gz_tx_detect {
	uint32_t generation;
	uint32_t size; /* bytes, with its slots */
	uint32_t next_late;
	uint32_t nb_waiting;
	uint64_t done[RS_SCANS / 64]; /* fields that need no further search */
	struct detect_tx_waiting waiting[DETECT_TX_WAITING];
	struct detect_slot slot[]; /* of rs_app.nb_slots */
};

struct gz_detect {
	const struct gz_ruleset *rs; /* of this turn; NULL: none */
	const struct gz_policy *policy;
	struct rs_worker *work;
	struct gz_eval eval;

	/* of the packet */
	struct detect_match match[DETECT_MATCHES];
	uint32_t nb_matches;
	bool tagged; /* an earlier match wants it told */
	bool passed; /* a pass rule matched */
	bool drops; /* a rule that will drop has */
	bool no_payload; /* its flow was encrypted before it came */
	bool forgot; /* no memory for what rules wait for */
	const struct gz_chunk *chunk; /* being judged, or NULL */
	const struct gz_frame *frame; /* being judged, when a rule about frames matches */
	struct gz_value frame_value;
	uint32_t text_len;
	bool more_replaces; /* than are noted */
	uint32_t nb_replaces;
	struct gz_replace replace[DETECT_REPLACES];
	uint32_t nb_deferred; /* candidates of its stream that look at packets too: more: all do */
	uint32_t deferred[DETECT_DEFERRED];

	/* of the round: a search for candidates and their confirmation */
	uint32_t nb_candidates;

	uint32_t worker;
	uint32_t alert_max;
	bool payload, packet; /* alerts carry them */
	bool tells_tagged; /* by setting: events `packet` */
	struct gz_mem *mem;
	struct gz_event_ring *ring;
	struct gz_keyword_ctx *keywords;
	struct gz_tx_detect *fresh; /* of a transaction that is not remembered yet */
	uint32_t room_used;
	uint8_t *room;
	char *text;
};

/* ---- candidates: detect_scan.c ---- */

/** A new round: nothing is a candidate. */
void detect_round(struct gz_detect *d);
void detect_candidate(struct gz_detect *d, uint32_t rule, uint64_t end);
void detect_candidates(struct gz_detect *d, const struct rs_list *list);

/** A buffer, or what is there of one. */
struct detect_data {
	struct gz_span bytes;
	uint64_t start; /* of the first of them in the buffer or stream */
	uint64_t old; /* what ends here or before was told before */
	bool whole; /* nothing will follow */
	bool segments; /* a stream's: what stands elsewhere in it may be in its place in a packet */
};

/** Search, and look up what can stand in one place only. */
void detect_find(struct gz_detect *d, const struct rs_finder *f, const struct detect_data *data);
/** Only the look-ups. */
void
detect_find_fixed(struct gz_detect *d, const struct rs_finder *f, const struct detect_data *data);
/** Bring the candidates into the order of judging. */
void detect_sort(struct gz_detect *d);

/* ---- headers: detect_header.c ---- */

void detect_who_packet(const struct gz_detect *d, const struct gz_pkt *p, struct detect_who *w);
void detect_who_flow(const struct gz_pkt *p, enum gz_dir dir, struct detect_who *w);
bool detect_header(const struct gz_detect *d, const struct rs_rule *r, const struct detect_who *w);
/** Fill the evaluation for @p p in @p dir. */
void detect_eval(struct gz_detect *d, struct gz_pkt *p, enum gz_dir dir, struct gz_tx *tx);

/* ---- values: detect_value.c ---- */

/** @p v after the buffer's transforms. @return false: no room for the result. */
bool detect_transform(struct gz_detect *d, const struct gz_sig_buffer *b, struct gz_span *v);
/** Does a payload buffer, or one of a field of packets, match? */
bool detect_packet_buffer(struct gz_detect *d, const struct rs_buffer *b, struct gz_pkt *p);
bool detect_chunk_buffer(struct gz_detect *d, const struct rs_buffer *b, const struct gz_chunk *c);

enum detect_answer {
	DETECT_NO,
	DETECT_YES,
	DETECT_LATER, /* what is missing may still come */
};
/** One value of a field that grows: what is there of a frame. */
enum detect_answer
detect_frame_buffer(struct gz_detect *d, const struct rs_buffer *b, const struct gz_value *v);
enum detect_answer detect_tx_buffer(struct gz_detect *d, const struct rs_buffer *b,
		const struct gz_field_row *row, struct gz_tx *tx, enum gz_dir dir);

/* ---- matches: detect_match.c, detect_alert.c ---- */

/** All of @p rule has matched: ask the policy, do what comes after a match, note it. */
void detect_matched(struct gz_detect *d, uint32_t rule, enum detect_how how);
/** Do rules that pass packets by their headers let @p p pass after all? */
bool detect_is_passed(struct gz_detect *d, struct gz_pkt *p);
/** Whom an action (enum gz_action) tells: GZ_REJECT_*. */
uint8_t detect_rejects(uint8_t action);
enum gz_verdict detect_verdict(struct gz_detect *d, struct gz_pkt *p);
void detect_alert(struct gz_detect *d, const struct gz_pkt *p, const struct detect_match *m,
		bool blocked);
/** Whose packet, when and where; and its bytes. */
void detect_fill_event(struct gz_event *e, const struct gz_pkt *p);
void detect_tell_packet(struct gz_json *j, const struct gz_pkt *p);
/** The `packet` event of one that a tag wants told: detect_tag.c. */
void detect_tagged(struct gz_detect *d, const struct gz_pkt *p);
/** What alerts will say of the frame being judged: it is gone by then. */
struct gz_span detect_keep_frame(struct gz_detect *d);
extern struct gz_event_type detect_alert_event;
/** Members of SCTP and IGMP: detect_alert_headers.c. */
void detect_tell_headers(struct gz_json *j, const struct gz_pkt *p);

/** Note what a match of @p s on the packet replaces: its places are those of the evaluation. */
void detect_note_replaces(struct gz_detect *d, const struct gz_sig *s);

/* ---- detect_tx.c ---- */

/** Bytes that the largest memory of a transaction takes. */
enum {
	DETECT_TX_MOST = sizeof(struct gz_tx_detect) + RS_SLOTS * sizeof(struct detect_slot),
};
void detect_tx_forget(struct gz_detect *d, struct gz_tx *tx, enum gz_dir dir);

/* ---- detect_packet.c ---- */

/** Is @p p of the IP protocol that the header names? Rules about addresses, transactions and frames are
 * listed for all protocols together. */
bool detect_is_of_l4(const struct gz_sig *s, const struct gz_pkt *p);
/** Judge one rule on the packet as it is. */
bool detect_packet_rule(struct gz_detect *d, const struct rs_rule *r, struct gz_pkt *p,
		const struct detect_who *w);
const struct rs_group *
detect_group(const struct gz_detect *d, const struct gz_pkt *p, enum gz_dir dir);

#endif /* DETECT_INTERNAL_H */
