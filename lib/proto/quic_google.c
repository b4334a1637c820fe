/* SPDX-License-Identifier: BSD-3-Clause */
#include "quic.h"

/* The hello of Google's QUIC before TLS was in it: a STREAM frame with a list of tagged values. */

enum {
	HASH_LEN = 12, /* over a packet in clear text */
	STREAM = 0x80,
	TAGS_MOST = 128,
	CYU_MOST = 1024,
};

/** A STREAM frame's data. */
static bool
stream_data(struct gz_cursor *c, uint8_t type, struct gz_span *s)
{
	uint32_t offset_len = (type >> 2) & 7;
	uint16_t len;

	if (!gz_cursor_skip(c, (type & 3u) + 1 + (offset_len == 0 ? 0 : offset_len + 1)))
		return false;
	if ((type & 0x20) == 0)
		return gz_cursor_take(c, gz_cursor_left(c), s);
	return gz_cursor_be16(c, &len) && gz_cursor_take(c, len, s);
}

/** A tag without what fills it up to four bytes. */
static struct gz_span
tag_name(struct gz_span tag)
{
	while (tag.len > 0 && (tag.p[tag.len - 1] == 0 || tag.p[tag.len - 1] == ' '))
		tag.len--;
	return tag;
}

static uint32_t
add(char *text, uint32_t at, struct gz_span s)
{
	uint32_t n = RTE_MIN(s.len, CYU_MOST - at);

	memcpy(text + at, s.p, n);
	return at + n;
}

/** "CHLO", the number of tags, tags with the ends of their values, the values. */
static void
client_hello(struct gz_tx *tx, struct gz_span hello)
{
	struct gz_cursor c = gz_cursor(hello.p, hello.len), values;
	struct quic_tx *x = gz_tx_state(tx);
	uint32_t i, end, before = 0, n = 3;
	char cyu[CYU_MOST] = "46,";
	struct gz_span tag, value;
	uint16_t count;

	if (!gz_cursor_take(&c, 4, &tag) || !gz_span_equal(tag, GZ_SPAN("CHLO")) ||
			!gz_cursor_le16(&c, &count) || !gz_cursor_skip(&c, 2) || count > TAGS_MOST)
		return;
	values = c;
	if (!gz_cursor_skip(&values, 8u * count))
		return;
	for (i = 0; i < count; i++) {
		if (!gz_cursor_take(&c, 4, &tag) || !gz_cursor_le32(&c, &end) || end < before ||
				!gz_cursor_take(&values, end - before, &value)) {
			gz_tx_event(tx, QUIC_EVENT_ERROR_ON_DATA);
			break;
		}
		before = end;
		tag = tag_name(tag);
		n = add(cyu, n, i > 0 ? GZ_SPAN("-") : GZ_SPAN(""));
		n = add(cyu, n, tag);
		if (gz_span_equal(tag, GZ_SPAN("SNI")))
			x->tls.sni = tls_keep(tx, value);
		else if (gz_span_equal(tag, GZ_SPAN("UAID")))
			x->ua = tls_keep(tx, value);
	}
	x->cyu = tls_keep(tx, gz_span(cyu, n));
	gz_digest_hex(GZ_DIGEST_MD5, gz_span(cyu, n), x->cyu_hash);
	x->has_cyu = x->cyu.len > 0;
}

void
quic_google(struct gz_tx *tx, struct gz_cursor c)
{
	struct gz_span s;
	uint8_t type;

	if (!gz_cursor_skip(&c, HASH_LEN))
		return;
	while (gz_cursor_u8(&c, &type)) {
		if (type == 0)
			continue; /* padding */
		if ((type & STREAM) == 0 || !stream_data(&c, type, &s))
			return;
		client_hello(tx, s);
		return;
	}
}
