/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TLS_H
#define TLS_H

/*
 * The parts of the TLS parser among themselves: tls.c reads records and puts
 * handshake messages together, tls_ssl2.c those of SSL 2, tls_hello.c reads hellos, tls_print.c makes their
 * fingerprints (JA3, JA3S, JA4), tls_cert.c reads certificates, tls_field.c and
 * tls_log.c hand on what was found.
 */

#include "gz_cursor.h"
#include "gz_digest.h"
#include "gz_proto.h"

enum {
	TLS_HANDSHAKE_MOST = 256 * 1024, /* bytes of a message that are put together */
	TLS_NAME_MOST = 1024, /* characters of a subject or an issuer */
	TLS_SAN_MOST = 64, /* alternative names kept */
	TLS_CERTS_MOST = 16, /* certificates of a chain kept */
	TLS_CIPHERS_MOST = 512, /* values of a list in a hello that are kept */

	TLS_1_0 = 0x0301,
	TLS_1_1 = 0x0302,
	TLS_1_2 = 0x0303,
	TLS_1_3 = 0x0304,
	TLS_DRAFT = 0x7f00, /* and the draft's number: RFC 8446 before it was one */
	TLS_SSL2 = 0x0200,
	TLS_SSL3 = 0x0300,
};

enum {
	TLS_HELLO_AWAITED,
	TLS_HELLO_DONE,
	TLS_CERT_DONE,
	TLS_FINISHED, /* encrypted from here on */
};

enum {
	TLS_SAW_CLIENT_HELLO = 1 << 0,
	TLS_SAW_SERVER_HELLO = 1 << 1,
	TLS_SAW_CLIENT_KEYS = 1 << 2,
	TLS_SAW_SERVER_KEYS = 1 << 3,
};

enum {
	TLS_EVENT_INVALID_SSLV2_HEADER,
	TLS_EVENT_INVALID_TLS_HEADER,
	TLS_EVENT_INVALID_RECORD_VERSION,
	TLS_EVENT_INVALID_RECORD_TYPE,
	TLS_EVENT_INVALID_RECORD_LENGTH,
	TLS_EVENT_INVALID_HANDSHAKE_MESSAGE,
	TLS_EVENT_HANDSHAKE_INVALID_LENGTH,
	TLS_EVENT_INVALID_CERTIFICATE,
	TLS_EVENT_CERTIFICATE_INVALID_LENGTH,
	TLS_EVENT_CERTIFICATE_INVALID_DER,
	TLS_EVENT_ERROR_MESSAGE_ENCOUNTERED,
	TLS_EVENT_INVALID_SSL_RECORD,
	TLS_EVENT_HEARTBEAT_MESSAGE,
	TLS_EVENT_INVALID_HEARTBEAT_MESSAGE,
	TLS_EVENT_OVERFLOW_HEARTBEAT_MESSAGE,
	TLS_EVENT_DATALEAK_HEARTBEAT_MISMATCH,
	TLS_EVENT_MULTIPLE_SNI_EXTENSIONS,
	TLS_EVENT_INVALID_SNI_TYPE,
	TLS_EVENT_INVALID_SNI_LENGTH,
	TLS_EVENT_TOO_MANY_RECORDS,
	TLS_EVENT_CERTIFICATE_VERSION,
	TLS_EVENT_CERTIFICATE_SERIAL,
	TLS_EVENT_CERTIFICATE_ALGORITHM,
	TLS_EVENT_CERTIFICATE_NAME,
	TLS_EVENT_CERTIFICATE_DATE,
	TLS_EVENT_CERTIFICATE_EXTENSIONS,
	TLS_EVENT_CERTIFICATE_SUBJECT,
	TLS_EVENT_CERTIFICATE_ISSUER,
	TLS_EVENT_CERTIFICATE_VALIDITY,
};

/** A text in tls_tx.store. */
struct tls_text {
	uint32_t at, len;
};

struct tls_cert {
	struct tls_text subject, issuer, serial, fingerprint;
	struct tls_text san[TLS_SAN_MOST];
	uint32_t nb_san;
	char not_before[20], not_after[20]; /* "2017-04-26T00:00:00", or empty */
	bool seen;
	struct tls_text certs[TLS_CERTS_MOST]; /* its chain as it came */
	uint32_t nb_certs;
};

/** One connection is one transaction. */
struct tls_tx {
	uint16_t version[2]; /* of the hellos, as they say it first */
	uint16_t agreed; /* what the server chose; 0: nothing yet */
	uint16_t offered; /* the best that the client would take */
	uint8_t random[2][32];
	bool has_random[2];
	bool offers_resumption, resumed;
	struct tls_text sni, ja3, ja3s, alpn; /* alpn: names joined by commas */
	char ja3_hash[32], ja3s_hash[32], ja4[36];
	uint8_t messages; /* of the handshake that were seen: TLS_SAW_* */
	bool has_ja3, has_ja3s, has_ja4, has_sni;
	bool keep_certs, kept_certs; /* a rule wants the server's on disk; they are */
	struct tls_cert cert[2]; /* of who sent it: the client's is asked for rarely */
	struct gz_bytes store;
	bool quic; /* a hello in QUIC: its events are others */
	struct tls_text extensions; /* in QUIC: the hello's, as they came */
};

struct tls_side {
	struct gz_bytes handshake; /* the beginning of a message that is not whole yet */
	uint32_t skip; /* bytes of a record to pass over */
	uint16_t heartbeat; /* length that a request asked to be sent back; 0: none */
	bool encrypted;
};

struct tls_state {
	struct gz_tx *tx;
	struct tls_side side[2];
};

static inline struct gz_span
tls_span(const struct tls_tx *x, struct tls_text t)
{
	return gz_span(x->store.p + t.at, t.len);
}

/** Something was odd, unless it is in QUIC. */
static inline void
tls_note(struct gz_tx *tx, uint32_t event)
{
	if (!((const struct tls_tx *)gz_tx_state(tx))->quic)
		gz_tx_event(tx, event);
}

enum {
	TLS_FRAME_PDU,
	TLS_FRAME_HDR,
	TLS_FRAME_DATA,
	TLS_FRAME_ALERT,
	TLS_FRAME_HEARTBEAT,
	TLS_FRAME_SSL2_HDR,
	TLS_FRAME_SSL2_PDU,
};

/** What follows in @p dir is encrypted. */
void tls_encrypted(struct gz_tx *tx, enum gz_dir dir);
/** Is what comes next, five bytes of it or more, a record of SSL 2? Then it is read; OK with nothing
 * eaten: it is still to come. */
bool tls_is_ssl2(const struct gz_tx *tx, const struct gz_input *in);
enum gz_parse tls_ssl2(struct gz_tx *tx, struct gz_input *in);

/** Keep @p s; an empty text without memory. */
struct tls_text tls_keep(struct gz_tx *tx, struct gz_span s);

/** A list of 16-bit values out of a hello, without what GREASE (RFC 8701) put in. */
struct tls_list {
	uint16_t v[TLS_CIPHERS_MOST];
	uint32_t n;
};

void tls_list_add(struct tls_list *l, uint16_t value);

/** What the fingerprints of a client's hello are made of. */
struct tls_hello {
	uint16_t version;
	uint16_t best; /* highest of supported_versions; 0: none */
	struct tls_list ciphers, extensions, groups, signatures;
	struct gz_span formats; /* of elliptic curve points */
	struct gz_span first_alpn;
	bool has_sni;
};

/** Body of a ClientHello, a ServerHello (RFC 8446 section 4.1). */
void tls_client_hello(struct gz_tx *tx, struct gz_span body);
void tls_server_hello(struct gz_tx *tx, struct gz_span body);

/** JA3 and JA4 of a client's hello; JA3S of a server's. */
void tls_print_client(struct gz_tx *tx, const struct tls_hello *h);
void tls_print_server(struct gz_tx *tx, uint16_t version, uint16_t cipher,
		const struct tls_list *extensions);

/** Body of a Certificate message, up to TLS 1.2 (RFC 5246 section 7.4.2). */
void tls_certificates(struct gz_tx *tx, enum gz_dir dir, struct gz_span body);

/** The server's certificates are there: put them on disk, if a rule wants them to be. */
void tls_keep_certs(struct gz_tx *tx);

/** "TLS 1.2" … as events say it, into @p buf. */
const char *tls_version_name(uint16_t version, char buf[24]);

enum {
	TLS_NB_FIELDS = 22,
};

extern const struct gz_field_row tls_fields[TLS_NB_FIELDS];

/* Fields of hellos, in QUIC as well. */
bool tls_get_ja3(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v);
bool tls_get_ja3s(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v);
bool tls_get_ja3_hash(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v);
bool tls_get_ja3s_hash(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v);
bool tls_get_ja4(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v);
uint32_t tls_nb_logs(const struct gz_tx *tx, uint8_t when);
void tls_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* TLS_H */
