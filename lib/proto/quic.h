/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef QUIC_H
#define QUIC_H

/*
 * QUIC until its hellos are through (RFC 9000, 9001, 9369): Initial packets are
 * protected with keys that anybody can derive, so the hellos in them are read.
 *
 *	quic.c         registration; packets of a datagram
 *	quic_keys.c    keys of Initial packets, and their protection
 *	quic_frames.c  CRYPTO frames put together; hellos
 *	quic_google.c  the older hello, in clear text
 *	quic_log.c     what rules and events see
 *
 * Each packet with a long header is a transaction, up to the server's hello.
 */

#include <rte_byteorder.h>

#include "gz_cursor.h"

#include "tls.h"

enum {
	QUIC_VERSION_1 = 0x00000001,
	QUIC_VERSION_2 = 0x6b3343cf,
	QUIC_DRAFT = 0xff000000, /* and the draft's number */
	QUIC_Q046 = 0x51303436,

	QUIC_ID_MOST = 20, /* bytes of a connection's id */
	QUIC_CRYPTO_MOST = 16 * 1024, /* bytes of a hello that are put together */
	QUIC_PARTS_MOST = 64, /* pieces of one that lie apart */
	QUIC_PACKETS_MOST = 8, /* in a datagram that are looked at */
};

enum quic_event {
	QUIC_EVENT_FAILED_DECRYPT,
	QUIC_EVENT_ERROR_ON_DATA,
	QUIC_EVENT_ERROR_ON_HEADER,
	QUIC_EVENT_CRYPTO_FRAG_TOO_LONG,
	QUIC_NB_EVENTS
};

enum quic_type {
	QUIC_INITIAL,
	QUIC_ZERO_RTT,
	QUIC_HANDSHAKE,
	QUIC_RETRY,
};

struct quic_tx {
	struct tls_tx tls; /* first: the hello, as TLS reads it */
	uint32_t version;
	rte_be32_t version_bytes;
	uint8_t dir; /* enum gz_dir: who sent it */
	struct tls_text ua; /* of Google's hello */
	struct tls_text cyu; /* its version and tags */
	char cyu_hash[32];
	bool has_cyu;
};

struct quic_part {
	uint32_t from, to;
};

/** CRYPTO frames of one side. */
struct quic_crypto {
	uint8_t *p; /* QUIC_CRYPTO_MOST bytes; NULL: none yet */
	struct quic_part part[QUIC_PARTS_MOST]; /* in order, apart from each other */
	uint32_t nb_parts;
	bool done; /* its hello was read */
};

/** Keys of one side's Initial packets. */
struct quic_secret {
	uint8_t key[16], iv[12], hp[16];
};

struct quic_state {
	bool has_keys;
	uint32_t version; /* of the keys */
	struct quic_secret secret[2];
	struct quic_crypto crypto[2];
	uint8_t plain[2048]; /* a packet without its protection */
};

/** A packet with a long header. */
struct quic_packet {
	uint8_t first;
	uint8_t type; /* enum quic_type */
	uint32_t version;
	struct gz_span dcid;
	struct gz_span whole; /* header and payload */
	uint32_t pn_at; /* where its number is */
};

/* ---- quic_keys.c ---- */

/** Contexts of the cryptographic library: a worker's, made with it. */
struct quic_cipher;
struct quic_cipher *quic_cipher_create(void);
void quic_cipher_destroy(struct quic_cipher *c);

/** Derive both sides' keys from the id that the client chose. */
void quic_keys(struct quic_state *s, uint32_t version, struct gz_span dcid);
/** Remove the protection. false: it is not protected with these keys. */
bool quic_open(struct quic_cipher *c, struct quic_state *s, enum gz_dir dir,
		const struct quic_packet *p, struct gz_span *frames);

/* ---- quic_frames.c ---- */

/** Frames of an Initial packet. A hello that is whole now is read into @p tx. false: no memory. */
bool quic_frames(struct gz_app *app, struct gz_tx *tx, enum gz_dir dir, struct gz_span s);
/** A number of 1, 2, 4 or 8 bytes: RFC 9000 section 16. */
bool quic_varint(struct gz_cursor *c, uint64_t *v);

/* ---- quic_google.c ---- */

/** What follows the header of version Q046. */
void quic_google(struct gz_tx *tx, struct gz_cursor c);

/* ---- quic_log.c ---- */

enum {
	QUIC_NB_FIELDS = 10,
};

extern const struct gz_field_row quic_fields[QUIC_NB_FIELDS];
void quic_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* QUIC_H */
