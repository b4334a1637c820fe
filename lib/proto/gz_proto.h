/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_PROTO_H
#define GZ_PROTO_H

/*
 * Which protocol a flow speaks, and what it says. A parser is one file with one
 * registration: bytes in, transactions and fields out; no packet, no clock, no
 * log. The room keeps for it what it could not eat yet.
 *
 * For each chunk: detect the protocol (patterns, then probes, in both
 * directions) until it is sure or given up; then parse. Afterwards the
 * transactions that changed are judged, logged and reaped by the caller.
 */

#include "gz_app.h"
#include "gz_event.h"
#include "gz_proto_stat.h"
#include "gz_registry.h"

struct dcerpc_call;
struct gz_store_desk;

/* As bytes are added only MAYBE may change: what is found out may not depend on how they were cut. */
enum gz_probe {
	GZ_PROBE_NO,
	GZ_PROBE_MAYBE, /* more bytes would tell */
	GZ_PROBE_SURE,
};

enum gz_parse {
	GZ_PARSE_OK, /* in->eaten says how much; the rest comes again, with what follows */
	GZ_PARSE_BROKEN, /* cannot go on: exception.app-error */
	GZ_PARSE_DONE, /* nothing more to see in this flow: stop, keep what is there */
	GZ_PARSE_ENCRYPTED, /* and nobody else will see more: app.encryption-handling */
};

/** What a parser is fed. */
struct gz_input {
	enum gz_dir dir;
	const uint8_t *p; /* what it left of earlier chunks, then this one */
	uint32_t len;
	uint32_t seen; /* bytes at the front that it was shown before: do not search them again */
	uint32_t eaten; /* written by the parser */
	uint64_t offset; /* of p[0] in the stream */
	bool end; /* nothing follows: the stream was closed */
};

/** First bytes that tell a protocol: as content with offset and depth. */
struct gz_proto_pattern {
	struct gz_span bytes;
	uint16_t offset, depth; /* depth counts from the start; 0: right at offset */
	bool nocase;
	enum gz_dir dir;
};

enum {
	GZ_L4_TCP = 1 << 0,
	GZ_L4_UDP = 1 << 1,

	GZ_LOG_C2S = 1 << 0, /* when the request is complete */
	GZ_LOG_S2C = 1 << 1, /* when the response is complete */
	GZ_LOG_BOTH = 1 << 2, /* when both are, or the flow ends */
	GZ_LOG_ALERT = 1 << 3, /* called for an alert about the transaction */
};

struct gz_proto {
	struct gz_reg reg; /* name in rules: "http", "dns", "tls" */
	const char *alias; /* a second name in rules, for it alone: "http1"; NULL: none */
	const char *eve_name; /* app_proto in events; NULL: as the name */
	const char *help;
	const char *carries; /* rules of this protocol are about its flows, too; NULL: none */
	uint8_t l4; /* GZ_L4_* */
	const char *ports; /* "53", "80,8080": goes first there; NULL: none of its own */
	const struct gz_proto_pattern *patterns; /* tried on all ports; one that fits is SURE */
	uint32_t nb_patterns;
	/** Do these first bytes (in one direction) speak it? NULL: patterns only. */
	enum gz_probe (*probe)(enum gz_dir dir, struct gz_span first);
	/** The same for a datagram, which is whole; NULL: as probe. */
	enum gz_probe (*probe_udp)(enum gz_dir dir, struct gz_span datagram);
	bool probe_anywhere; /* the probe is tried on all ports, not only on its own */
	/** Was this flow announced by another (FTP)? Then it goes first. NULL: never. */
	bool (*announced)(const struct gz_flow *f);
	/** A weaker probe, asked when nobody has recognised them; NULL: none. */
	enum gz_probe (*guess)(enum gz_dir dir, struct gz_span first);

	uint32_t state_size; /* bytes for the flow, zeroed */
	uint32_t tx_size; /* bytes for a transaction, zeroed, behind struct gz_tx */
	uint32_t most_pending; /* bytes it may leave uneaten; 0: 65,536. Beyond: BROKEN */
	bool one_tx; /* its transaction lives as long as the flow (TLS, SSH) */
	/** UDP: one datagram, offset 0; what is left uneaten is dropped. */
	enum gz_parse (*parse)(struct gz_app *app, struct gz_input *in);
	/** @p len bytes are lost, those that were not eaten included. NULL: BROKEN. */
	enum gz_parse (*gap)(struct gz_app *app, enum gz_dir dir, uint64_t len);
	void (*free)(struct gz_app *app, void *state); /* what the state holds beyond itself */
	void (*tx_free)(struct gz_app *app, struct gz_tx *tx);
	/** What changed in @p dir has been judged: bodies may let go (gz_body_judged()). */
	void (*judged)(struct gz_tx *tx, enum gz_dir dir);

	const struct dcerpc_call *(*rpc)(const struct gz_tx *tx); /* gz_dcerpc.h; NULL: none */
	const char *const *progress[2]; /* names: a request's, a response's; NULL-terminated */
	const struct gz_field_row *fields;
	uint32_t nb_fields;
	const struct gz_field_row *frames; /* rows of GZ_FRAME(): gz_frame.h */
	uint32_t nb_frames;
	const struct gz_field_row
			*stream; /* all it says over TCP, as a frame; set when registered */
	const char *const *events; /* names in app-layer-event:<proto>.<name>; index = event */
	uint32_t nb_events; /* at most 64 */
	bool events_upper; /* anomaly events tell them in capitals */

	struct gz_event_type *event; /* that its transactions are logged as; NULL: none */
	uint8_t log_when; /* GZ_LOG_* */
	bool log_by_sender; /* at GZ_LOG_S2C the server is the event's source */
	/** How many events @p tx is worth at @p when; NULL: one. */
	uint32_t (*nb_logs)(const struct gz_tx *tx, uint8_t when);
	/** Write the members of the @p index-th ("http": {…}); for alerts that of index 0. */
	void (*log)(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

	uint16_t port_list[16]; /* set by the seal, from ports */
	uint8_t nb_ports;
	struct gz_proto_stats stats[2]; /* over TCP, over UDP; set when it is registered */
};

extern struct gz_registry gz_protos;

/** Registers the protocol, its fields and frames, its counters. */
#define GZ_PROTO_REGISTER(var)                                      \
	GZ_REGISTER(gz_protos, var)                                 \
	static struct gz_field_set var##_fields_and_frames[2];      \
	RTE_INIT(gz_proto_fields_##var)                             \
	{                                                           \
		gz_proto_register(&(var), var##_fields_and_frames); \
	}
void gz_proto_register(struct gz_proto *p, struct gz_field_set sets[2]);

/** Seal protocols, fields and kinds of events. Idempotent; before rules and workers. */
void gz_protos_seal(void);
const struct gz_proto *gz_proto_find(const char *name);
/** What a rule means by @p name: a protocol and its kin, or by an alias it alone. 0: unknown. */
uint64_t gz_protos_named(const char *name);
const char *gz_proto_eve_name(const struct gz_proto *p);
uint64_t gz_proto_kin(const struct gz_proto *p); /* bits: itself and those that carry it */
/** The number of the event that app-layer-event:<proto>.<name> means, in any case, or -1. */
int gz_proto_event_find(const struct gz_proto *p, const char *name);
/** The number of a progress by name in @p dir ("request_body"), or -1. */
int gz_proto_progress_find(const struct gz_proto *p, enum gz_dir dir, const char *name);

/** What was odd, about headers, streams and protocols. */
extern struct gz_event_type gz_anomaly_event;

/** Fill what all events about a packet's flow have in common; addresses as client and server. */
void gz_flow_event(struct gz_event *e, const struct gz_flow *f, const struct gz_pkt *p);

/* ---- for the worker ---- */

/** NULL with rte_errno ENOMEM. @p conf NULL: defaults. */
struct gz_proto_ctx *
gz_proto_ctx_create(const struct gz_conf *conf, struct gz_mem *mem, struct gz_flow_table *flows);
void gz_proto_ctx_destroy(struct gz_proto_ctx *c);
enum {
	GZ_FEED_MOST = 16 * 1024, /* bytes in one feed: the caller cuts longer chunks */
};

/** Detect and parse. UDP: the datagram is the chunk, with no flags. @return false when there is no
 * room for a parser or it broke off: exception.app-error says what becomes of that. */
bool gz_proto_feed(struct gz_proto_ctx *c, struct gz_flow *f, const struct gz_chunk *chunk);
bool gz_proto_forgot(struct gz_proto_ctx *c); /* since the last call: gz_app_forgot() */
/** Soon something is fed: fetch the parser. Then, when it is here, fetch its state. */
void gz_proto_prefetch(const struct gz_flow *f);
void gz_proto_prefetch_state(const struct gz_flow *f);
/** After judging, in each direction that changed: log what is due into @p ring, free what is done.
 * @p p may be NULL at a flow's end: then the flow's last time counts. */
void gz_proto_reap(struct gz_proto_ctx *c, struct gz_flow *f, const struct gz_pkt *p,
		struct gz_event_ring *ring);
/** The flow ends: all its transactions are complete as far as they came. Then judge, reap, end. */
void gz_proto_finish(struct gz_proto_ctx *c, struct gz_flow *f);
void gz_proto_end(struct gz_proto_ctx *c, struct gz_flow *f);
/** Finished, judged and reaped, its flow goes on a while: only names and counts are kept of it. */
void gz_proto_close(struct gz_proto_ctx *c, struct gz_flow *f);
enum { /* what rules ask for, so that nothing is kept or computed that nobody looks at */
	GZ_NEEDS_BODIES = 1 << 0, /* what flows through is kept to be judged, not only counted */
	GZ_NEEDS_DIGESTS = 1 << 1, /* of files: told where the setting leaves it to the rules */
	GZ_NEEDS_MD5 = 1 << 2, /* of files: rules compare them */
	GZ_NEEDS_SHA1 = 1 << 3,
	GZ_NEEDS_SHA256 = 1 << 4,
	GZ_NEEDS_MAGIC = 1 << 5, /* what kind of file it is */
	GZ_NEEDS_STORE = 1 << 6, /* files wait for a rule that wants them kept */
	GZ_NEEDS_FRAMES = 1 << 7, /* frames are noted */
	GZ_NEEDS_STREAMS = 1 << 8, /* and among them what a protocol says over TCP, as one */
};
/** Where files are kept; NULL: nowhere. */
void gz_proto_keeps_files(struct gz_proto_ctx *c, struct gz_store_desk *desk);
/** What rules ask for: GZ_NEEDS_*, added up. From the next byte, and the next file, on. */
void gz_proto_needs(struct gz_proto_ctx *c, uint32_t needs);

/** Detect frees what it remembers of a transaction; called before one is freed. Set once. */
typedef void (*gz_tx_end_fn)(void *arg, struct gz_tx *tx);
void gz_proto_on_tx_end(struct gz_proto_ctx *c, gz_tx_end_fn fn, void *arg);

#endif /* GZ_PROTO_H */
