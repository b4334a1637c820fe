/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HTTP1_PARTS_H
#define HTTP1_PARTS_H

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

#include "http1.h"

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
/** The parser gives up: what points to lines that were taken but not kept is forgotten. */
void http_cut_unkept(struct http_side *m);
/** Lines taken so far are not kept. */
void http_drop_text(struct http_parse *p);

/** Something was odd: as an event of the transaction, if its protocol has one for it. */
void http_note(const struct http_parse *p, enum http_event e);

enum {
	HTTP_FRAME_REQUEST, /* rows of the protocol's frames */
	HTTP_FRAME_RESPONSE,
};

/* ---- http1_headers.c ---- */

/** A header that came otherwise than as a line (HTTP/2). false: one too many, or no memory. */
bool http_header_add(struct http_parse *p, struct gz_span name, struct gz_span value);
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
/** "host:port" in parts. */
struct http_authority {
	struct gz_span host;
	int32_t port; /* -1: none, or none that is one */
	bool bad_host, bad_port;
};
/** Is it the name of a method that is known? */
bool http_is_method(struct gz_span s);
struct http_authority http_authority(struct gz_span s);
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
	HTTP_NB_FIELDS = 33,
};

extern const struct gz_field_row http_fields[];
extern struct gz_event_type http_event_type;
void http_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* HTTP1_PARTS_H */
