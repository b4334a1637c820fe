/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_APP_H
#define GZ_APP_H

/*
 * What is known of a flow's application: its protocol, its parser's state, its
 * transactions. Parsers use the upper part, detection reads, the room owns.
 */

#include <sys/queue.h>

#include "gz_body.h"
#include "gz_field.h"
#include "gz_flow.h"
#include "gz_mem.h"
#include "gz_span.h"
#include "gz_tcp.h"

struct gz_app;
struct gz_file;
struct gz_frames;
struct gz_proto;
struct gz_proto_ctx;
struct gz_tx_detect;

enum {
	GZ_TX_HALVES = 4, /* rules about both sides that have matched on one of them */
};

/** Such a rule: detect's own. */
struct gz_tx_half {
	uint32_t rule, generation;
	uint8_t dir;
};

/** A transaction: a request and its response, or whatever a protocol counts by. */
struct gz_tx {
	TAILQ_ENTRY(gz_tx) link;
	struct gz_app *app;
	const struct gz_proto *proto; /* whose it is: not app->proto any more after a switch */
	void *state; /* its parser's, as gz_app.state was */
	uint64_t id; /* from 0 within the flow */
	uint8_t progress[2]; /* by direction; the parser only ever raises it */
	bool complete[2]; /* nothing more will come in that direction */
	bool changed[2]; /* since it was last judged in that direction: gz_proto_reap() clears it */
	uint8_t logged; /* GZ_LOG_* already written */
	bool observed; /* asset's: its server's software was looked at */
	uint64_t events; /* bits: names in gz_proto.events */
	uint64_t events_told; /* of them already told as anomaly */
	struct gz_tx_detect *detect[2]; /* detect's memory of it; NULL: none */
	struct gz_tx_half halves[GZ_TX_HALVES];
	uint8_t nb_halves;
	struct gz_file *files[2]; /* files it carries, by direction, oldest first; NULL: none */
	uint8_t keeps; /* 1 << direction: whose files a rule wants kept, those to come too */
	uint64_t start_us;
};

TAILQ_HEAD(gz_tx_list, gz_tx);

enum gz_app_detect {
	GZ_APP_LOOKING,
	GZ_APP_FOUND,
	GZ_APP_FAILED, /* no protocol known here: EVE says "failed" */
};

/** What can be odd about which protocol it is: app-layer-event:<name>. */
enum gz_app_oddity {
	GZ_APP_MISMATCH, /* the directions look like different protocols */
	GZ_APP_WRONG_DIRECTION, /* the wrong side spoke first */
	GZ_APP_ONE_DIRECTION, /* only one direction was recognised */
	GZ_APP_SKIPPED, /* nothing was recognised within the limit */
	GZ_APP_NO_TLS, /* no TLS after STARTTLS */
	GZ_APP_UNEXPECTED, /* after a switch another protocol than the one agreed on */
	GZ_NB_APP_ODDITIES
};

/** Bytes of one direction that nobody could eat yet. */
struct gz_pending {
	uint8_t *p;
	uint32_t len, size;
	uint32_t seen; /* of them shown to the parser before */
	uint64_t offset; /* of p[0] in the stream, or of what comes next */
};

enum {
	GZ_APP_PASTS = 3, /* switches of protocol in a flow whose transactions are still there */
};

/** A protocol that the flow spoke before a switch, until its transactions are gone. */
struct gz_app_past {
	const struct gz_proto *proto;
	void *state;
};

struct gz_app {
	const struct gz_proto *proto; /* being parsed; NULL: none yet or none at all */
	const struct gz_proto *by_dir[2]; /* what each direction looked like (app_proto_ts, _tc) */
	const struct gz_proto *orig; /* before a switch (HTTP to HTTP/2): app_proto_orig */
	const struct gz_proto *expected; /* what the switch, or the parent flow, asked for */
	uint8_t detect[2]; /* enum gz_app_detect by direction */
	uint8_t first_dir; /* who spoke first */
	bool spoke[2];
	bool ended[2]; /* nothing follows in that direction */
	bool switching; /* gz_app_switch() was called in this feed */
	bool again[2]; /* gz_app_again() was called in this feed */
	bool broken; /* the parser gave up */
	bool spent; /* a transaction could not be had: what it was for would not be judged */
	bool gap; /* it is being told of lost bytes */
	bool done; /* the parser wants no more, or none was found */
	bool closed; /* by gz_proto_close() */
	uint8_t oddities, oddities_told; /* bits of enum gz_app_oddity */
	uint8_t keeps; /* as gz_tx.keeps, of all transactions to come */
	uint32_t nb_txs; /* in the list now */
	struct gz_flow *flow;
	struct gz_proto_ctx *ctx;
	struct gz_tx_list txs; /* oldest first */
	uint64_t next_tx_id;
	struct gz_pending pending[2];
	void *state; /* gz_proto.state_size bytes */
	struct gz_frames *frames[2]; /* not judged yet; NULL: none so far (gz_frame.h) */
	struct gz_bytes handover; /* by gz_app_hand_over(): the next protocol frees it, or the room */
	struct gz_app_past past[GZ_APP_PASTS];
};

/** A transaction's own bytes (gz_proto.tx_size). */
static inline void *
gz_tx_state(const struct gz_tx *tx)
{
	return (void *)(uintptr_t)(tx + 1);
}

/* ---- for parsers ---- */

/** The worker's memory. */
struct gz_mem *gz_app_mem(const struct gz_app *app);
void gz_app_forgot(struct gz_app *app); /* it goes on without memory that it asked for */
/** A new transaction at the end of the list. NULL: too many (setting app.max-tx) or no memory; then
 * the parser is done for, whatever it returns. */
struct gz_tx *gz_tx_new(struct gz_app *app);
/** Raise the progress in @p dir and mark it changed. */
void gz_tx_progress(struct gz_tx *tx, enum gz_dir dir, uint8_t progress);
/** The oldest transaction whose answer has not come, when @p most or more wait for theirs; else NULL. */
struct gz_tx *gz_tx_waits_longest(const struct gz_app *app, uint32_t most);
/** A new transaction, for which that one gives up waiting, with @p event. */
struct gz_tx *gz_tx_new_among(struct gz_app *app, uint32_t most, uint32_t event);
/** Nothing more comes in @p dir. */
void gz_tx_complete(struct gz_tx *tx, enum gz_dir dir);
static inline void
gz_tx_changed(struct gz_tx *tx, enum gz_dir dir)
{
	tx->changed[dir] = true;
}
/** All of it is there, in @p dir; the other direction has no part in it and is not judged. */
static inline void
gz_tx_one_way(struct gz_tx *tx, enum gz_dir dir)
{
	tx->complete[GZ_C2S] = true;
	tx->complete[GZ_S2C] = true;
	tx->changed[dir] = true;
}
/** Note that something was odd, by its index in gz_proto.events. */
void gz_tx_event(struct gz_tx *tx, uint32_t event);
/**
 * What the parser did not eat, in both directions, and all that follows is another protocol's
 * (STARTTLS, CONNECT, h2c). Its transactions are complete by that. @p name NULL: whichever.
 */
void gz_app_switch(struct gz_app *app, const char *name);
/** May it switch? Not when another switch has not come to what was agreed, or too many went before. */
bool gz_app_may_switch(const struct gz_app *app);
/** At a switch: tell the protocol that comes next something. Each is kept as two lengths of 32 bits in
 * network order, name and value. */
void gz_app_hand_over(struct gz_app *app, struct gz_span name, struct gz_span value);
/** The parser can now eat of what it left in @p dir: let it have that again, as if not seen. */
static inline void
gz_app_again(struct gz_app *app, enum gz_dir dir)
{
	app->again[dir] = true;
}

/** Memory of the parser, zeroed, charged to "app". NULL: budget spent. */
void *gz_app_alloc(struct gz_app *app, uint32_t size);
void gz_app_free(struct gz_app *app, void *p, uint32_t size);

/* ---- for detection and for events ---- */

/** "http", "tls", "failed" or "unknown", as EVE's app_proto. */
const char *gz_app_name(const struct gz_flow *f);
/** As app_proto_ts and app_proto_tc; NULL where it is no other than gz_app_name(). */
const char *gz_app_dir_name(const struct gz_flow *f, enum gz_dir dir);
/** As app_proto_orig and app_proto_expected; NULL: none, or the same. */
const char *gz_app_orig_name(const struct gz_flow *f);
const char *gz_app_expected_name(const struct gz_flow *f);
/** The transaction that an alert about the stream in @p dir belongs to: the oldest that is not
 * complete there, else the newest; or NULL. */
struct gz_tx *gz_app_current_tx(const struct gz_flow *f, enum gz_dir dir);
/** "applayer_mismatch_protocol_both_directions" …; and its number, or -1. */
const char *gz_app_oddity_name(enum gz_app_oddity o);
int gz_app_oddity_find(const char *name);

#endif /* GZ_APP_H */
