/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HTTP2_H
#define HTTP2_H

/*
 * HTTP/2 (RFC 9113) in clear text: what its parts keep and do for each other.
 *
 *	http2.c          registration, detection; frames of one direction
 *	http2_frame.c    frames that are read whole
 *	http2_headers.c  header blocks, and what follows from them
 *	http2_stream.c   streams and their transactions, contents
 *	http2_fields.c   http2_log.c   what rules and events see
 *
 * A stream is a transaction, and each frame of the connection itself is one. A
 * request and its response are kept as HTTP/1 keeps them, so fields, content
 * encodings and files are the same.
 */

#include "gz_hpack.h"
#include "gz_http2.h"

#include "http1_parts.h"

enum http2_type {
	HTTP2_DATA,
	HTTP2_HEADERS,
	HTTP2_PRIORITY,
	HTTP2_RST_STREAM,
	HTTP2_SETTINGS,
	HTTP2_PUSH_PROMISE,
	HTTP2_PING,
	HTTP2_GOAWAY,
	HTTP2_WINDOW_UPDATE,
	HTTP2_CONTINUATION,
};

enum {
	HTTP2_END_STREAM = 0x01,
	HTTP2_ACK = 0x01, /* of SETTINGS */
	HTTP2_END_HEADERS = 0x04,
	HTTP2_PADDED = 0x08,
	HTTP2_HAS_PRIORITY = 0x20,

	HTTP2_NOTES_MOST = 256, /* of a transaction and direction that are kept */
	HTTP2_FRAME_LONG = 64 * 1024, /* bytes that deserve an event */
	HTTP2_WHOLE_MOST = 16 * 1024, /* bytes of a frame that is read whole */
};

enum http2_event {
	HTTP2_EVENT_INVALID_FRAME_HEADER,
	HTTP2_EVENT_INVALID_CLIENT_MAGIC,
	HTTP2_EVENT_INVALID_FRAME_DATA,
	HTTP2_EVENT_INVALID_HEADER,
	HTTP2_EVENT_INVALID_FRAME_LENGTH,
	HTTP2_EVENT_EXTRA_HEADER_DATA,
	HTTP2_EVENT_LONG_FRAME_DATA,
	HTTP2_EVENT_STREAM_ID_REUSE,
	HTTP2_EVENT_INVALID_HTTP1_SETTINGS,
	HTTP2_EVENT_FAILED_DECOMPRESSION,
	HTTP2_EVENT_INVALID_RANGE,
	HTTP2_EVENT_HEADER_INTEGER_OVERFLOW,
	HTTP2_EVENT_TOO_MANY_STREAMS,
	HTTP2_EVENT_AUTHORITY_HOST_MISMATCH,
	HTTP2_EVENT_USERINFO_IN_URI,
	HTTP2_EVENT_REASSEMBLY_LIMIT_REACHED,
	HTTP2_NB_EVENTS
};

/** Numbers that frames bring. */
enum http2_kind {
	HTTP2_NOTE_TYPE, /* of the frame itself */
	HTTP2_NOTE_ERROR,
	HTTP2_NOTE_PRIORITY,
	HTTP2_NOTE_WINDOW,
	HTTP2_NOTE_TABLE_SIZE,
	HTTP2_NOTE_SETTING,
};

struct http2_note {
	uint8_t kind; /* enum http2_kind */
	uint16_t id; /* of a setting */
	uint32_t value;
};

struct http2_tx {
	struct http_tx http; /* first: what is shared with HTTP/1 sees only this */
	uint32_t stream; /* 0: the connection's own */
	bool by_frame; /* one frame, and no request */
	struct gz_bytes notes[2]; /* struct http2_note, by direction */
};

/** What is being read in a direction. */
enum http2_step {
	HTTP2_MAGIC, /* the client's preface */
	HTTP2_HEAD, /* a frame's first 9 bytes, and what is read with them */
	HTTP2_CONTENT, /* of DATA */
	HTTP2_BLOCK, /* a part of a header block */
	HTTP2_SKIP,
};

struct http2_dir {
	uint8_t step; /* enum http2_step */
	uint8_t type, flags;
	uint32_t id; /* the frame's stream */
	uint32_t left; /* bytes of its payload that are still to come */
	uint32_t padding; /* of them at the end */
	struct gz_hpack *hpack;
	struct gz_tx *tx; /* whose DATA or header block it is; NULL: nobody's */
	bool block_open; /* CONTINUATION is to come */
	bool block_ends_stream;
	bool bad_magic; /* still to be told */
	uint32_t highest; /* stream that this side began */
};

struct http2_state {
	struct http2_dir dir[2];
	struct gz_tx *frame_tx[2]; /* the newest transaction of a single frame */
};

/** What the parts hand around. */
struct http2_parse {
	struct gz_app *app;
	struct http2_state *s;
	struct http2_dir *d;
	struct gz_input *in;
	enum gz_dir dir;
};

static inline struct http2_tx *
http2_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

/** Has this side ended the stream? */
static inline bool
http2_is_over(const struct gz_tx *tx, enum gz_dir dir)
{
	return tx->progress[dir] >= (dir == GZ_C2S ? (int)HTTP_REQ_DONE : (int)HTTP_RES_DONE);
}

/** As the parts of HTTP/1 want it, about @p tx. @p d is the caller's. */
static inline struct http_parse
http2_as_http(const struct http2_parse *p, struct gz_tx *tx, struct http_dir *d)
{
	*d = (struct http_dir){ .tx = tx };
	return (struct http_parse){ .app = p->app, .d = d, .dir = p->dir };
}

/* ---- http2_frame.c ---- */

/** Is this type of frame read whole? */
bool http2_is_whole(uint8_t type);
/** All of a frame. */
void http2_frame(struct http2_parse *p, struct gz_span payload);
/** Remember a number with the transaction. */
void
http2_note(struct gz_tx *tx, enum gz_dir dir, enum http2_kind kind, uint16_t id, uint32_t value);

/* ---- http2_headers.c ---- */

/** A block begins for d->tx, as a request or a response in the direction. */
void http2_block_begin(struct http2_parse *p);
/** All headers of a block are there. false: no memory. */
bool http2_block_end(struct http2_parse *p);
/** @return false: the rest of the direction cannot be read. */
bool http2_block_add(struct http2_parse *p, struct gz_span s, bool last);

/* ---- http2_stream.c ---- */

/** The transaction of a stream that is open; NULL: none. */
struct gz_tx *http2_stream(const struct gz_app *app, uint32_t id);
/** That for a HEADERS frame, made where there is none. NULL: no memory, or too many. */
struct gz_tx *http2_stream_open(struct http2_parse *p, uint32_t id);
/** Was there such a stream, and is it closed? */
bool http2_is_closed(const struct http2_parse *p, uint32_t id);
/** One for a frame that belongs to no request. NULL as above. */
struct gz_tx *http2_frame_tx(struct http2_parse *p, uint32_t id);
/** Nothing more comes in the direction. */
void http2_stream_end(struct http2_parse *p, struct gz_tx *tx, bool whole);
/** A stream is reset: both ways. */
void http2_stream_reset(struct http2_parse *p, struct gz_tx *tx);
void http2_content(struct http2_parse *p, struct gz_tx *tx, struct gz_span s);
void http2_tx_free(struct gz_app *app, struct gz_tx *tx);
/** What HTTP/1 left at the upgrade is the request of stream 1. false: no memory. */
bool http2_take_upgrade(struct http2_parse *p);

/* ---- http2_fields.c, http2_log.c ---- */

enum {
	HTTP2_NB_FIELDS = 38,
};

extern const struct gz_field_row http2_fields[];
extern const struct gz_field_word http2_error_words[];

const char *http2_error_name(uint32_t code);
void http2_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);
uint32_t http2_nb_logs(const struct gz_tx *tx, uint8_t when);

#endif /* HTTP2_H */
