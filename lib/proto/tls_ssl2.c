/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Records of SSL 2: the hello of an old client, which may go on in TLS (RFC 5246
 * appendix E.2), the server's where it does not, and what follows those, which
 * is encrypted.
 */

#include "gz_frame.h"

#include "tls.h"

enum {
	SSL2_ERROR = 0,
	SSL2_CLIENT_HELLO = 1,
	SSL2_SERVER_HELLO = 4,
	SSL2_TYPE_MOST = 8,

	SSL2_TWO_BYTES = 0x80, /* in the first byte: the head has two, there is no padding */
	SSL2_CLIENT_HELLO_LEAST = 9, /* bytes: type, version, three lengths */
	SSL2_FRAME_HDR = 3, /* the head and the type */
};

/** The head in front of a record, and how long the record is. */
static uint32_t
read_head(const uint8_t *p, uint32_t *len)
{
	if (p[0] & SSL2_TWO_BYTES) {
		*len = (uint32_t)(p[0] & 0x7f) << 8 | p[1];
		return 2;
	}
	*len = (uint32_t)(p[0] & 0x3f) << 8 | p[1];
	return 3;
}

/** The first record of a direction. @return false: it is none. */
static bool
take_hello(struct gz_tx *tx, enum gz_dir dir, uint8_t type, uint32_t len)
{
	struct tls_tx *x = gz_tx_state(tx);

	if (dir == GZ_C2S ? type != SSL2_CLIENT_HELLO : type > SSL2_TYPE_MOST) {
		gz_tx_event(tx, TLS_EVENT_INVALID_SSLV2_HEADER);
		return false;
	}
	if (dir == GZ_C2S && len < SSL2_CLIENT_HELLO_LEAST) {
		gz_tx_event(tx, TLS_EVENT_INVALID_SSL_RECORD);
		return false;
	}
	if (dir == GZ_S2C)
		x->agreed = TLS_SSL2;
	if (type == SSL2_CLIENT_HELLO)
		x->messages |= TLS_SAW_CLIENT_HELLO;
	else if (type == SSL2_SERVER_HELLO)
		x->messages |= TLS_SAW_SERVER_HELLO;
	gz_tx_progress(tx, dir, TLS_HELLO_DONE);
	return true;
}

enum gz_parse
tls_ssl2(struct gz_tx *tx, struct gz_input *in)
{
	const uint8_t *p = in->p + in->eaten;
	bool first = tx->progress[in->dir] == TLS_HELLO_AWAITED;
	uint32_t len, head = read_head(p, &len);

	if (len == 0) {
		gz_tx_event(tx, TLS_EVENT_INVALID_SSLV2_HEADER);
		return GZ_PARSE_BROKEN;
	}
	gz_app_frame(tx->app, in, TLS_FRAME_SSL2_HDR, p, SSL2_FRAME_HDR);
	gz_app_frame(tx->app, in, TLS_FRAME_SSL2_PDU, p, head + len);
	if (in->len - in->eaten < head + len)
		return GZ_PARSE_OK;
	in->eaten += head + len;
	if (!first)
		tls_encrypted(tx, in->dir);
	else if (!take_hello(tx, in->dir, p[head], len))
		return GZ_PARSE_BROKEN;
	return GZ_PARSE_OK;
}

bool
tls_is_ssl2(const struct gz_tx *tx, const struct gz_input *in)
{
	const struct tls_tx *x = gz_tx_state(tx);

	if (tx->progress[in->dir] == TLS_HELLO_AWAITED)
		return (in->p[in->eaten] & SSL2_TWO_BYTES) != 0;
	return x->agreed == TLS_SSL2;
}
