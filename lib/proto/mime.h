/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIME_H
#define MIME_H

/*
 * A mail message (RFC 5322) and its parts (RFC 2045 to 2049) as its bytes come:
 * the fields of its head, the files that its parts are, the addresses in its
 * texts. Whatever is malformed is read as far as it goes.
 */

#include "gz_file.h"

enum mime_event {
	MIME_EVENT_INVALID_BASE64,
	MIME_EVENT_INVALID_QP,
	MIME_EVENT_LONG_LINE,
	MIME_EVENT_LONG_HEADER_NAME,
	MIME_EVENT_LONG_HEADER_VALUE,
	MIME_EVENT_LONG_BOUNDARY,
	MIME_EVENT_LONG_FILENAME,
	MIME_EVENT_MALFORMED,
};

enum {
	MIME_DEPTH = 10, /* multiparts within each other */
	MIME_BOUNDARY_MOST = 255,
	MIME_NAME_MOST = 255, /* bytes of a file's name */
	MIME_LINE_MOST = 2000, /* bytes of a line before it is odd */
	MIME_FIELD_MOST = 16384, /* bytes of a header field, folded lines included */
	MIME_FIELDS_MOST = 256, /* header fields that are kept */
	MIME_HEAD_MOST = 65536, /* bytes of them together */
	MIME_URLS_MOST = 64,
	MIME_URL_MOST = 1024,
};

struct mime_field {
	uint32_t name_off, name_len, value_off, value_len; /* in the head */
};

enum mime_state {
	MIME_HEADERS,
	MIME_BODY,
	MIME_DONE,
};

struct mime_url {
	struct mime_url *next;
	uint32_t len;
	uint8_t bytes[];
};

struct mime {
	struct gz_tx *tx;
	enum gz_dir dir;
	uint64_t events; /* bits of enum mime_event */

	/* the message's own head */
	struct gz_bytes head;
	struct mime_field *fields;
	uint16_t nb_fields, size_fields;
	struct mime_url *urls, **last_url;
	uint16_t nb_urls;

	/* where it stands */
	uint8_t state; /* enum mime_state, of the part */
	bool top; /* in the message's own headers */
	uint8_t depth; /* multiparts open */
	struct {
		uint8_t bytes[MIME_BOUNDARY_MOST];
		uint8_t len;
	} boundary[MIME_DEPTH];
	struct gz_bytes line; /* of the body, begun; or a header field with its folded lines */
	struct gz_bytes part_line; /* a header line, begun */
	bool held_cr; /* a carriage return that may be half of a line end */
	bool broken_off; /* the message's end did not come */
	bool line_passed; /* its beginning went through already: it is no boundary */
	bool held_end; /* the line end before this line is not data until something follows */
	uint8_t held_len; /* of that line end */
	uint32_t line_len;

	/* the part */
	uint8_t encoding; /* enum mime_encoding */
	bool is_text;
	bool is_message; /* a message within the message */
	struct gz_file *file; /* NULL: it is none */
	uint8_t name_len;
	uint8_t name[MIME_NAME_MOST];
	bool named;
	uint32_t b64_bits;
	uint8_t b64_n;
	uint8_t qp[2];
	uint8_t qp_n;
	struct gz_bytes text; /* of the line of text being searched for addresses */
};

/** For a message that @p tx carries in @p dir. NULL: no memory. */
struct mime *mime_create(struct gz_tx *tx, enum gz_dir dir);
void mime_destroy(struct gz_app *app, struct mime *m);
/** Bytes of the message; lines end with a line feed. */
void mime_add(struct mime *m, struct gz_span s);
/** The message is over; @p whole: as it should be. */
void mime_finish(struct mime *m, bool whole);

/** The @p index-th value of a field of the head, by its name in lower case; p NULL: none. */
struct gz_span mime_field(const struct mime *m, const char *name, uint32_t index);
/** "PARSE_DONE" and the like. */
const char *mime_status(const struct mime *m);

/* ---- among its parts: mime_body.c ---- */

enum mime_encoding {
	MIME_PLAIN,
	MIME_BASE64,
	MIME_QP,
};

/** Bytes of the part's body, decoding what is encoded. */
void mime_body_add(struct mime *m, struct gz_span s);
/** The part's body ends. */
void mime_body_end(struct mime *m, bool whole);

/* ---- among its parts: mime_head.c ---- */

/** A header field, unfolded. */
void mime_head_field(struct mime *m, struct gz_span line);
/** The part's headers are through. */
void mime_head_end(struct mime *m);
static inline void
mime_note(struct mime *m, enum mime_event e)
{
	m->events |= UINT64_C(1) << e;
}

#endif /* MIME_H */
