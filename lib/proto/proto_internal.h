/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PROTO_INTERNAL_H
#define PROTO_INTERNAL_H

#include <netinet/in.h>

#include "gz_magic.h"
#include "gz_proto.h"
#include "gz_store.h"

enum {
	PROTO_MOST = 64, /* protocols: a bit each */
	PENDING_MOST = 64 * 1024,
	PROTO_PORTS = 65536,
};

/** In which order protocols are asked whether they are it. */
enum proto_group {
	PROTO_ON_PORT, /* those with a port of the flow, everything */
	PROTO_ANYWHERE, /* the others, what they know anywhere */
	PROTO_GUESSES, /* the others, for a guess */
	PROTO_NB_GROUPS
};

/** Whom detection asks over one layer 4: drawn up once, as it is done for every flow. */
struct proto_asked {
	const struct gz_proto *v[PROTO_NB_GROUPS][PROTO_MOST]; /* each by name */
	uint32_t n[PROTO_NB_GROUPS];
	uint64_t ports[PROTO_PORTS / 64]; /* bits: somebody has it */
};

TAILQ_HEAD(proto_wholes, proto_whole);

struct gz_proto_ctx {
	struct gz_mem *mem;
	struct quic_cipher *quic; /* NULL: its hellos stay closed */
	struct gz_flow_table *flows;
	uint32_t max_tx;
	bool forgot; /* no memory for what a parser collects */
	uint32_t detect_bytes;
	uint64_t off; /* bits: protocols that the configuration disables */
	struct proto_asked asked[2]; /* TCP, UDP */
	uint64_t http_limit[2]; /* bytes of bodies that are judged, by direction; 0: all */
	uint32_t http_window;
	uint8_t dns_version; /* of EVE's layout */
	uint32_t on_encryption; /* GZ_FLOW_* that a flow gets when it is encrypted; 0: none */
	uint64_t file_limit; /* bytes of a file that are looked at; 0: all */
	bool hash_by_rules; /* app.file-hash = auto */
	bool bodies; /* somebody looks into what flows through */
	bool frames; /* somebody looks into frames */
	bool streams; /* and into what a protocol says over TCP as one */
	struct gz_magic *magic;
	struct gz_store_desk *desk; /* NULL: no files are kept */
	struct gz_store_desk *certs; /* NULL: no certificates are kept */
	bool store_wanted; /* files wait for a rule that asks */
	bool magic_wanted; /* the first bytes of files are kept for it */
	uint32_t hashes; /* GZ_HASH_* for files that begin now */
	uint32_t hashes_always; /* of them, those that rules want */
	uint32_t hashes_told; /* those that fileinfo events tell */
	gz_tx_end_fn tx_end;
	void *tx_end_arg;
	struct proto_wholes wholes; /* files in ranges that are put together, the oldest first */
	uint32_t nb_wholes, wholes_waiting, wholes_room; /* waiting bytes of them, and their most */
};

/** Charge of parsers' states, transactions and pending bytes. */
extern struct gz_mem_purpose proto_mem;

/* ---- detection: proto_detect.c ---- */

/** In the flags of a flow of datagrams without a gz_app: nothing was recognised in one of @p dir. */
#define PROTO_FAILED_IN(dir) ((uint32_t)GZ_FLOW_APP_FAILED_TS << (dir))
#define PROTO_FAILED (PROTO_FAILED_IN(GZ_C2S) | PROTO_FAILED_IN(GZ_S2C))
/** Such a flow, when its datagram was judged: within the first bytes a protocol is found, or none. */
void proto_weigh_datagrams(const struct gz_proto_ctx *c, struct gz_flow *f);

/** What the first bytes of one direction say. */
struct proto_look {
	const struct gz_proto_ctx *ctx;
	const struct gz_flow *flow;
	const struct gz_proto *expected; /* asked first; NULL: none */
	enum gz_dir dir;
	struct gz_span first;
	bool datagram;
	bool final; /* no more bytes will come to tell: MAYBE is NO */
};

/** Draw up whom to ask; @p c->off is set. */
void proto_detect_init(struct gz_proto_ctx *c);
/** @return FOUND with *@p found, LOOKING (more bytes would tell) or FAILED. */
enum gz_app_detect proto_detect(const struct proto_look *look, const struct gz_proto **found);
/** Does a protocol have a port of the flow, so that it may be tried again? */
bool proto_has_ports_for(const struct gz_proto_ctx *c, const struct gz_flow *f);
/** What @p proto alone says. */
enum gz_probe proto_ask(const struct gz_proto *proto, const struct proto_look *look);

/* ---- settings of parsers ---- */

void proto_http_configure(struct gz_proto_ctx *c, const struct gz_conf *conf);

/* ---- counters: proto_stats.c ---- */

void proto_count(const struct gz_app *app, const struct gz_proto *p, enum gz_proto_stat what);

/* ---- life: proto_app.c ---- */

/** What another flow has said that @p f will be; NULL: nothing. */
const struct gz_proto *proto_expected(const struct gz_flow *f);
struct gz_app *
proto_app_create(struct gz_proto_ctx *c, struct gz_flow *f, const struct gz_proto *expected);
void proto_app_destroy(struct gz_app *app);
/** Free all that it holds. */
void proto_app_empty(struct gz_app *app);
/** Begin to parse @p proto. false: no memory. */
bool proto_app_start(struct gz_app *app, const struct gz_proto *proto);
/** After gz_app_switch(): put the parser aside. false: too many switches. */
bool proto_app_switch(struct gz_app *app);
/** Free parsers whose transactions are all gone. */
void proto_app_reap_pasts(struct gz_app *app);
void proto_app_note(struct gz_app *app, enum gz_app_oddity o);
void proto_tx_destroy(struct gz_tx *tx);
/** All transactions are complete by what came. */
void proto_tx_complete_all(struct gz_app *app);

/* ---- pending bytes: proto_pending.c ---- */

/** Keep @p s behind what is there. false: more than @p most, or no memory. */
bool proto_pending_add(struct gz_app *app, enum gz_dir dir, struct gz_span s, uint32_t most);
/** Let go of the first @p n bytes. */
void proto_pending_eat(struct gz_app *app, enum gz_dir dir, uint32_t n);
void proto_pending_drop(struct gz_app *app, enum gz_dir dir);

/* ---- frames: proto_frame.c ---- */

/** A row for all that @p p says over TCP. */
void proto_register_stream(struct gz_proto *p);
/** The protocol's parser is given @p in: that is where its stream begins, unless it has. */
void proto_frame_stream(struct gz_app *app, const struct gz_input *in);
/** @p chunk comes next: let go of those that end before it. */
void proto_frames_judged(struct gz_app *app, const struct gz_chunk *chunk);
void proto_frames_destroy(struct gz_app *app);

/* ---- events: proto_reap.c, proto_fileinfo.c ---- */

/** Who writes, about what. */
struct proto_teller {
	struct gz_app *app;
	const struct gz_pkt *pkt;
	struct gz_event_ring *ring;
};

/** From server to client instead of the other way. */
void proto_event_turn(struct gz_event *e, const struct gz_flow *f);
/** Files that are through and not told yet. */
void proto_tell_files(const struct proto_teller *t, struct gz_tx *tx);
/* ---- files kept on disk: proto_file_keep.c ---- */

/** A file begins: does it wait, or is it kept at once? */
void proto_keep_begin(struct gz_tx *tx, struct gz_file *f);
/** It is through, and was judged: if a rule has asked, it is stored. */
void proto_keep_settle(struct gz_tx *tx, struct gz_file *f);
/** It ends with its transaction. */
void proto_keep_end(struct gz_app *app, struct gz_file *f);

/** Nothing more comes: files that are still open were cut off. */
void proto_close_files(struct gz_tx *tx);
void proto_want_hashes(struct gz_proto_ctx *c, const struct gz_event_ring *ring);

/* ---- files in ranges: proto_whole.c ---- */

/** @p f is a part, from f->start to f->end, of the file of @p size bytes that @p key tells from others. */
void proto_whole_join(struct gz_tx *tx, struct gz_file *f, struct gz_span key, uint64_t size);
/** The part @p f brings bytes of the whole at @p at. */
void proto_whole_add(struct gz_tx *tx, struct gz_file *f, uint64_t at, struct gz_span s);
/** The part @p f is through. */
void proto_whole_leave(struct gz_app *app, struct gz_file *f);
/** The transaction that has @p f ends. false: it is no whole that may go on. */
bool proto_whole_take_back(struct gz_file *f);
void proto_file_free(struct gz_app *app, struct gz_file *f);

#endif /* PROTO_INTERNAL_H */
