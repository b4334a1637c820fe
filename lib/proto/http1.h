/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HTTP1_H
#define HTTP1_H

/*
 * HTTP/1 (RFC 9110, 9112): what its parts keep of a flow and its transactions.
 * What they do for each other is in http1_parts.h.
 */

#include "gz_file.h"
#include "gz_frame.h"
#include "gz_inflate.h"
#include "gz_proto.h"

#include "http1_event.h"
#include "http1_known.h"

enum {
	HTTP_LINE_MOST = 32 * 1024, /* bytes of a line that are kept */
	HTTP_HEADERS_MOST = 1024, /* header lines that are kept */
	HTTP_TEXT_MOST = 512 * 1024, /* bytes of a message's head that are kept */
	HTTP_LAYERS_MOST = 3, /* content encodings on top of each other */
	HTTP_BUCKETS = 32,
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
	const uint8_t *events; /* of another protocol with such transactions: by enum http_event its event's
				  number + 1; NULL: they are HTTP/1's own */
	struct gz_span uri, path, host; /* normal forms; made with the request's headers */
	struct gz_span uri_host; /* as it was in the target or the header */
	struct http_at authority; /* HTTP/2: of the request, in its text; len 0: none */
	bool absolute; /* the target itself named the host */
	bool bad_host, bad_port; /* and they can be none */
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

#endif /* HTTP1_H */
