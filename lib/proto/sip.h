/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SIP_H
#define SIP_H

/*
 * SIP (RFC 3261) over UDP and TCP, and the session descriptions (SDP, RFC 8866)
 * in it. A message is a transaction of its own: either side may ask.
 */

#include "gz_proto.h"

enum {
	SIP_HEAD_MOST = 32 * 1024, /* bytes of a first line and its headers */
	SIP_BODY_MOST = 16 * 1024, /* of a body that are kept; the rest is passed over */
	SIP_HEADERS_MOST = 128, /* headers of a message that are looked at */
	SIP_SDP_MOST = 256, /* lines of a description that are looked at */
};

enum sip_event {
	SIP_EVENT_INCOMPLETE_DATA,
	SIP_EVENT_INVALID_DATA,
	SIP_NB_EVENTS
};

/** Headers that rules may ask for. */
enum sip_header {
	SIP_OTHER,
	SIP_FROM,
	SIP_TO,
	SIP_VIA,
	SIP_USER_AGENT,
	SIP_CONTENT_TYPE,
	SIP_CONTENT_LENGTH,
	SIP_NB_HEADERS
};

/** A line of a message: where its value lies in it. */
struct sip_line {
	uint8_t kind; /* enum sip_header; of SDP: its letter */
	bool in_media; /* of SDP: behind the first "m=" */
	uint32_t at, len;
};

struct sip_tx {
	struct gz_bytes message; /* head and kept body */
	struct gz_bytes headers; /* struct sip_line */
	struct gz_bytes sdp; /* struct sip_line */
	uint8_t dir;
	bool response;
	uint32_t first_len; /* of the first line */
	struct sip_line method, uri, version, code, reason;
};

struct sip_state {
	uint64_t skip[2]; /* bytes of a body to pass over */
	uint32_t head_len[2]; /* of the message that is being waited for; 0: not known yet */
	uint64_t body_len[2];
};

static inline struct sip_tx *
sip_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

static inline struct gz_span
sip_span(const struct sip_tx *t, const struct sip_line *l)
{
	return gz_span(t->message.p + l->at, l->len);
}

/** Read the first line. @return false: it is none of SIP's. */
bool sip_first_line(struct sip_tx *t, struct gz_span line);
/** Read the headers at @p from of what is kept. @return false: one is malformed, or no memory. */
bool sip_headers(struct gz_app *app, struct sip_tx *t, uint32_t from);
/** The @p index-th header of a kind, or NULL. */
const struct sip_line *sip_header(const struct sip_tx *t, enum sip_header kind, uint32_t index);
/** Note the lines of the description at @p from of what is kept, if it is one. */
void sdp_read(struct gz_app *app, struct sip_tx *t, uint32_t from);
/** The @p index-th line with @p letter, of the session or of its media; or NULL. */
const struct sip_line *
sdp_line(const struct sip_tx *t, uint8_t letter, bool in_media, uint32_t index);
void sdp_log(const struct sip_tx *t, struct gz_json *j);

extern const struct gz_field_row sip_fields[];
enum {
	SIP_NB_FIELDS = 30,
};
void sip_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* SIP_H */
