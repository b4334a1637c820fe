/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HTTP1_H
#define HTTP1_H

/*
 * HTTP/1 (RFC 9110, 9112), read as servers and browsers do and not only as the
 * RFC says. What only the parts of the parser see of each other:
 *
 *	http1.c           registration; both directions, transactions
 *	http1_line.c      where a line ends
 *	http1_request.c   http1_response.c   first lines, what follows from headers
 *	http1_headers.c   header fields: names, folding, repetition
 *	http1_body.c      counted, chunked, until the end
 *	http1_encoding.c  content encodings
 *	http1_uri.c       parts and normal form of the request target
 *	http1_file.c      http1_multipart.c  files that bodies are
 *	http1_build.c     buffers made of the headers when they are asked for
 *	http1_fields.c    http1_log.c        what rules and events see
 */

#include "gz_file.h"
#include "gz_inflate.h"
#include "gz_proto.h"

#include "http1_event.h"

enum {
	HTTP_LINE_MOST = 32 * 1024, /* bytes of a line that are kept */
	HTTP_HEADERS_MOST = 1024, /* header lines that are kept */
	HTTP_TEXT_MOST = 512 * 1024, /* bytes of a message's head that are kept */
	HTTP_LAYERS_MOST = 3, /* content encodings on top of each other */
	HTTP_BUCKETS = 32,
};

/* Headers that somebody asks for by name. */
#define HTTP_KNOWN(X)                                 \
	X(ACCEPT, "accept")                           \
	X(ACCEPT_ENCODING, "accept-encoding")         \
	X(ACCEPT_LANGUAGE, "accept-language")         \
	X(AUTHORIZATION, "authorization")             \
	X(CONNECTION, "connection")                   \
	X(CONTENT_DISPOSITION, "content-disposition") \
	X(CONTENT_ENCODING, "content-encoding")       \
	X(CONTENT_LENGTH, "content-length")           \
	X(CONTENT_RANGE, "content-range")             \
	X(CONTENT_TYPE, "content-type")               \
	X(COOKIE, "cookie")                           \
	X(HOST, "host")                               \
	X(LOCATION, "location")                       \
	X(REFERER, "referer")                         \
	X(SERVER, "server")                           \
	X(SET_COOKIE, "set-cookie")                   \
	X(TRANSFER_ENCODING, "transfer-encoding")     \
	X(UPGRADE, "upgrade")                         \
	X(USER_AGENT, "user-agent")                   \
	X(X_FORWARDED_FOR, "x-forwarded-for")         \
	X(X_POWERED_BY, "x-powered-by")

enum http_known {
#define HTTP_KNOWN_ENUM(id, name) HTTP_##id,
	HTTP_KNOWN(HTTP_KNOWN_ENUM)
#undef HTTP_KNOWN_ENUM
	HTTP_NB_KNOWN,
};

/** Where bytes lie in a side's text. */
struct http_at {
	uint32_t off, len;
};

/** A header field. Repetitions of a name hang on the first. */
struct http_header {
	const uint8_t *made; /* what the offsets are into, when lines were folded; NULL: the text */
	struct http_at name, value;
	struct http_at built; /* its line in the side's normal form */
	uint32_t hash; /* of the name */
	uint16_t next_hash; /* index + 1 in the bucket's list */
	uint16_t next_same; /* index + 1 of the next of the same name */
	uint16_t last_same; /* of the first of a name: index + 1 of its last */
	bool repeats; /* not the first of its name */
};

/* What is made of a side's headers when it is asked for. */
enum {
	HTTP_BLOB_PART, /* found by nobody: a header holds it */
	HTTP_BLOB_START, /* first line and headers in normal form */
	HTTP_BLOB_HEADER, /* of them the headers but cookies */
	HTTP_BLOB_NAMES,
	HTTP_BLOB_JOINED, /* + enum http_known: the values of all repetitions */
};

/** A piece of memory that lives as long as the transaction. */
struct http_blob {
	struct http_blob *next;
	uint32_t tag;
	uint32_t len;
	uint8_t bytes[];
};

enum http_coding {
	HTTP_BODY_NONE,
	HTTP_BODY_COUNTED,
	HTTP_BODY_CHUNKED,
	HTTP_BODY_TO_END,
};

struct http_layer {
	struct gz_inflate *z; /* NULL: passes bytes through */
	uint64_t in, out; /* bytes */
	uint8_t head[128]; /* its first bytes, in case they are not compressed at all */
};

/** A request, or its response. */
struct http_side {
	struct gz_bytes text; /* first line and header lines as they came */
	struct http_at line; /* the first line, without its end */
	struct http_at part[3]; /* method, target, protocol; or protocol, status, message */
	uint32_t headers_off; /* in text: where the header lines begin */
	uint32_t headers_end; /* and end, with the empty line; behind it come trailers */
	uint32_t header_len; /* of what HTTP_BLOB_HEADER holds */
	uint16_t one_index, one_at; /* where http_build_one() was last */
	uint16_t nb_headers, size_headers;
	struct http_header *headers;
	uint16_t buckets[HTTP_BUCKETS]; /* index + 1 */
	uint16_t known[HTTP_NB_KNOWN]; /* index + 1 of the first of that name */
	bool not_normal; /* text is not its own normal form */
	bool old; /* HTTP/0.9: no headers */
	bool ended; /* the headers are complete */
	bool interim; /* 1xx: the next status line takes its place */
	uint8_t version; /* 9, 10, 11; 0: none that is known */
	uint8_t coding; /* enum http_coding */
	uint8_t nb_layers;
	uint64_t length; /* by Content-Length; UINT64_MAX: none */
	uint64_t message_len; /* body bytes on the wire, chunk lines included */
	struct http_layer *layers;
	struct gz_body body;
	struct gz_file *file; /* being filled; NULL: none */
	struct http_blob *blobs;
};

struct http_multipart;

struct http_tx {
	struct http_side side[2];
	struct gz_span uri, path, host; /* normal forms; made with the request's headers */
	struct gz_span uri_host; /* as it was in the target or the header */
	bool absolute; /* the target itself named the host */
	int32_t port; /* -1: none told */
	uint16_t status; /* 0: none valid */
	uint16_t nb_headers[2]; /* without trailers */
	bool connect;
	bool interim; /* 100-continue was seen */
	struct http_multipart *form;
};

/** Where a direction stands. */
enum http_step {
	HTTP_START, /* before a first line */
	HTTP_HEADERS,
	HTTP_PEEK, /* a body that should not be there, if it is */
	HTTP_COUNTED,
	HTTP_CHUNK_LINE,
	HTTP_CHUNK_DATA,
	HTTP_CHUNK_END,
	HTTP_TRAILERS,
	HTTP_TO_END,
	HTTP_WAIT, /* CONNECT: the response decides */
	HTTP_NOTHING, /* no more is understood in this direction */
};

struct http_dir {
	uint8_t step; /* enum http_step */
	struct gz_tx *tx;
	uint64_t left; /* of a counted body or a chunk */
	uint32_t long_line; /* bytes dropped of a line that is too long */
	uint8_t ended_by; /* enum http_end of the line before */
	bool lfcr; /* the line before began after an odd carriage return */
	uint8_t skip; /* an odd mixture of line ends: so many more bytes of one belong to it */
	uint64_t searched; /* before this offset in the stream there is no line end */
	bool open; /* a header line that the next may continue */
	bool open_folded, open_colon;
	struct http_at open_at; /* all of its lines in the text */
};

/** How a line ended. */
enum http_end {
	HTTP_END_CRLF,
	HTTP_END_LF,
	HTTP_END_LFCR, /* then came a carriage return of no use */
	HTTP_END_CR,
	HTTP_END_CUT, /* it was too long */
};

struct http_state {
	struct http_dir dir[2];
	struct gz_tx *waiting; /* the oldest transaction whose response is not complete */
	struct gz_tx *asked; /* the newest request, while it is there */
};

/** What the parts hand around. */
struct http_parse {
	struct gz_app *app;
	struct http_state *s;
	struct http_dir *d;
	struct gz_input *in;
	enum gz_dir dir;
	uint32_t text_from; /* in in: from here on lines were not copied into the text yet */
};

static inline struct http_tx *
http_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

/* Progress. */
enum {
	HTTP_REQ_LINE = 1,
	HTTP_REQ_HEADERS,
	HTTP_REQ_BODY,
	HTTP_REQ_DONE,
	HTTP_RES_LINE = 1,
	HTTP_RES_HEADERS,
	HTTP_RES_BODY,
	HTTP_RES_DONE,
};

/** isspace() of the C locale. */
static inline bool
http_is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/** May be part of a name (RFC 9110 section 5.6.2). */
extern const bool http_is_token[256];

/* ---- http1_line.c ---- */

/**
 * Take the next line off the front of the input: @p line without its end.
 *
 * @param cr  A carriage return alone ends a line, too (responses).
 * @return false: it is not all there.
 */
bool http_line(struct http_parse *p, bool cr, struct gz_span *line);
/** Where @p at, within the input, will lie in the text. */
struct http_at http_text_at(const struct http_parse *p, struct gz_span at);
/** Copy the lines taken since the last call into the side's text. false: too much. */
bool http_keep_text(struct http_parse *p);
/** Lines taken so far are not kept. */
void http_drop_text(struct http_parse *p);

/* ---- http1_headers.c ---- */

/** A line among the headers, not empty. false: no memory. */
bool http_header_line(struct http_parse *p, struct gz_span line);
/** The last line is through: no more can be folded to it. false: no memory. */
bool http_header_close(struct http_parse *p);
struct gz_span http_name(const struct http_side *m, const struct http_header *h);
struct gz_span http_value(const struct http_side *m, const struct http_header *h);
static inline struct gz_span
http_text(const struct http_side *m, struct http_at at)
{
	return gz_span(m->text.p + at.off, at.len);
}
/** The first value of a known header; len 0 and p NULL: none. */
struct gz_span http_known(const struct http_side *m, enum http_known id);
/** All values of it, joined by ", ". */
struct gz_span http_known_joined(struct gz_app *app, struct http_side *m, enum http_known id);
/** @p word in any case within @p s, over NULs that may stand between. */
bool http_has_word(struct gz_span s, const char *word);
bool http_is_word(struct gz_span s, const char *word);
struct http_blob *http_blob(struct gz_app *app, struct http_side *m, uint32_t tag, uint32_t len);
const struct http_blob *http_blob_find(const struct http_side *m, uint32_t tag);
void http_side_free(struct gz_app *app, struct http_side *m);

/* ---- http1_uri.c ---- */

/** Take the target apart and make its normal form. false: no memory. */
bool http_uri(struct gz_app *app, struct http_tx *t);
/** "host:port" in parts; *@p port is -1 without one. @return false: it is odd. */
bool http_authority(struct gz_span s, struct gz_span *host, int32_t *port);
/** Copies of @p host, as it is and in lower case, as the transaction's. */
bool http_set_host(struct gz_app *app, struct http_tx *t, struct gz_span host);

/* ---- http1_request.c, http1_response.c ---- */

enum gz_parse http_request(struct http_parse *p);
enum gz_parse http_response(struct http_parse *p);
/** A response has begun: a request without headers is complete as it is. */
void http_request_settle(struct http_parse *p, struct gz_tx *tx);
/** Another request has begun: a response that might have had a body has none. */
void http_response_settle(struct http_parse *p);
/** Does a response begin here, as browsers see it? */
enum gz_probe http_looks_like_response(struct gz_span s);
/** The body is through. */
void http_request_done(struct http_parse *p);
void http_response_done(struct http_parse *p);
static inline void
http_done(struct http_parse *p)
{
	if (p->dir == GZ_C2S)
		http_request_done(p);
	else
		http_response_done(p);
}
/** How a first line tells its version: 9, 10, 11, or 0. */
uint8_t http_version(struct gz_span protocol);

/* ---- http1_body.c ---- */

/** By transfer coding, length and content encoding: where the body will be. */
void http_frame(struct http_parse *p);
/** Eat of a body. @return BROKEN, or OK: more when the step is no body's any more, or nothing is left. */
enum gz_parse http_body(struct http_parse *p);
/** Eat @p n bytes of content. */
void http_body_eat(struct http_parse *p, uint32_t n);
/** How far Content-Length says; UINT64_MAX: nothing to be understood. */
uint64_t http_length(struct http_parse *p, bool *told);

/* ---- http1_encoding.c ---- */

/** Layers of decoding as Content-Encoding says. */
void http_encoding_open(struct http_parse *p);
void http_encoding_close(struct gz_app *app, struct http_side *m);
/** Body bytes without transfer coding: decode, keep, add to files. */
void http_content(struct http_parse *p, struct gz_span s);

/* ---- http1_file.c, http1_multipart.c ---- */

/** Decoded bytes of the body. */
void http_file_add(struct http_parse *p, struct gz_span s);
void http_file_close(struct http_parse *p, bool whole);
/** Is the request's body a form? */
void http_form_open(struct http_parse *p);
void http_form_add(struct http_parse *p, struct gz_span s);
void http_form_close(struct http_parse *p, bool whole);
void http_form_free(struct gz_app *app, struct http_tx *t);
/** The value of "name=" among a header value's parameters; p NULL: none. */
struct gz_span http_parameter(struct gz_span value, const char *name);

/* ---- http1_build.c ---- */

/** First line and headers in normal form; with .p NULL: no memory. */
struct gz_span http_build_start(struct gz_app *app, struct http_side *m);
struct gz_span http_build_header(struct gz_app *app, struct http_side *m, enum gz_dir dir);
struct gz_span http_build_names(struct gz_app *app, struct http_side *m);
/** The @p index-th header as "Name: value". p NULL: no such. */
struct gz_span http_build_one(struct gz_app *app, struct http_side *m, uint32_t index);
/** Headers were added: forget what was made. */
void http_build_forget(struct gz_app *app, struct http_side *m);

/* ---- http1_fields.c, http1_log.c ---- */

enum {
	HTTP_NB_FIELDS = 32,
};

extern const struct gz_field_row http_fields[];
void http_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* HTTP1_H */
