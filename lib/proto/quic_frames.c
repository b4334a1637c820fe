/* SPDX-License-Identifier: BSD-3-Clause */
#include "quic.h"

enum {
	FRAME_PADDING = 0,
	FRAME_PING = 1,
	FRAME_ACK = 2,
	FRAME_ACK_ECN = 3,
	FRAME_CRYPTO = 6,
	FRAME_CLOSE = 0x1c,

	ACK_RANGES_MOST = 256,
	MSG_HEADER = 4,
	MSG_CLIENT_HELLO = 1,
	MSG_SERVER_HELLO = 2,
};

bool
quic_varint(struct gz_cursor *c, uint64_t *v)
{
	uint8_t b, n;

	if (!gz_cursor_u8(c, &b))
		return false;
	n = (uint8_t)((1 << (b >> 6)) - 1);
	*v = b & 0x3f;
	while (n-- > 0) {
		if (!gz_cursor_u8(c, &b))
			return false;
		*v = *v << 8 | b;
	}
	return true;
}

/** Take in that bytes from @p from to @p to are there. false: too many pieces. */
static bool
add_part(struct quic_crypto *q, uint32_t from, uint32_t to)
{
	uint32_t i = 0, k;

	while (i < q->nb_parts && q->part[i].to < from)
		i++;
	for (k = i; k < q->nb_parts && q->part[k].from <= to; k++) {
		from = RTE_MIN(from, q->part[k].from);
		to = RTE_MAX(to, q->part[k].to);
	}
	if (k == i && q->nb_parts == QUIC_PARTS_MOST)
		return false;
	memmove(&q->part[i + 1], &q->part[k],
			RTE_MIN(q->nb_parts - k, (uint32_t)QUIC_PARTS_MOST - i - 1) *
					sizeof(q->part[0]));
	q->nb_parts += 1 + i - k;
	q->part[i] = (struct quic_part){ from, to };
	return true;
}

/** What came first of a byte stays. */
static void
copy_new(struct quic_crypto *q, uint32_t at, struct gz_span s)
{
	uint32_t i, k = 0;

	for (i = 0; i < s.len; i++) {
		while (k < q->nb_parts && q->part[k].to <= at + i)
			k++;
		if (k == q->nb_parts || q->part[k].from > at + i)
			q->p[at + i] = s.p[i];
	}
}

static bool
crypto(struct gz_app *app, struct gz_tx *tx, enum gz_dir dir, struct gz_cursor *c)
{
	struct quic_crypto *q = &((struct quic_state *)app->state)->crypto[dir];
	struct gz_span s = { NULL, 0 };
	uint64_t at, len;

	if (!quic_varint(c, &at) || !quic_varint(c, &len) || len > gz_cursor_left(c) ||
			!gz_cursor_take(c, (uint32_t)len, &s)) {
		gz_tx_event(tx, QUIC_EVENT_ERROR_ON_DATA);
		c->p = c->end;
		return true;
	}
	if (at + len > QUIC_CRYPTO_MOST) {
		gz_tx_event(tx, QUIC_EVENT_CRYPTO_FRAG_TOO_LONG);
		return true;
	}
	if (q->p == NULL)
		q->p = gz_app_alloc(app, QUIC_CRYPTO_MOST);
	if (q->p == NULL)
		return false;
	copy_new(q, (uint32_t)at, s);
	if (len > 0 && !add_part(q, (uint32_t)at, (uint32_t)(at + len)))
		gz_tx_event(tx, QUIC_EVENT_CRYPTO_FRAG_TOO_LONG);
	return true;
}

/** Pass over an ACK frame. */
static bool
ack(struct gz_cursor *c, bool ecn)
{
	uint64_t v, ranges;
	uint32_t i, n;

	if (!quic_varint(c, &v) || !quic_varint(c, &v) || !quic_varint(c, &ranges) ||
			!quic_varint(c, &v) || ranges > ACK_RANGES_MOST)
		return false;
	n = (uint32_t)ranges * 2 + (ecn ? 3 : 0);
	for (i = 0; i < n; i++) {
		if (!quic_varint(c, &v))
			return false;
	}
	return true;
}

static bool
connection_close(struct gz_cursor *c)
{
	uint64_t v, len;

	return quic_varint(c, &v) && quic_varint(c, &v) && quic_varint(c, &len) &&
			len <= gz_cursor_left(c) && gz_cursor_skip(c, (uint32_t)len);
}

/** The hello, if it is whole by now. */
static void
read_hello(struct gz_tx *tx, enum gz_dir dir, struct quic_crypto *q)
{
	uint8_t wanted = dir == GZ_C2S ? MSG_CLIENT_HELLO : MSG_SERVER_HELLO;
	uint32_t there, len;

	there = q->nb_parts > 0 && q->part[0].from == 0 ? q->part[0].to : 0;
	if (q->done || there < MSG_HEADER || q->p[0] != wanted)
		return;
	len = (uint32_t)q->p[1] << 16 | (uint32_t)q->p[2] << 8 | q->p[3];
	if (there - MSG_HEADER < len)
		return;
	if (dir == GZ_C2S)
		tls_client_hello(tx, gz_span(q->p + MSG_HEADER, len));
	else
		tls_server_hello(tx, gz_span(q->p + MSG_HEADER, len));
	q->done = true;
}

bool
quic_frames(struct gz_app *app, struct gz_tx *tx, enum gz_dir dir, struct gz_span s)
{
	struct quic_state *state = app->state;
	struct gz_cursor c = gz_cursor(s.p, s.len);
	bool ok = true;
	uint8_t type;

	while (ok && gz_cursor_u8(&c, &type)) {
		switch (type) {
		case FRAME_PADDING:
		case FRAME_PING:
			break;
		case FRAME_ACK:
		case FRAME_ACK_ECN:
			ok = ack(&c, type == FRAME_ACK_ECN);
			break;
		case FRAME_CRYPTO:
			if (!crypto(app, tx, dir, &c))
				return false;
			break;
		case FRAME_CLOSE:
			ok = connection_close(&c);
			break;
		default:
			ok = false;
			break;
		}
	}
	if (!ok)
		gz_tx_event(tx, QUIC_EVENT_ERROR_ON_DATA);
	read_hello(tx, dir, &state->crypto[dir]);
	return true;
}
