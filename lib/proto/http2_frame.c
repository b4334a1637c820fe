/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_cursor.h"

#include "http2.h"

enum {
	PRIORITY_LEN = 5,
	SETTING_LEN = 6,
};

bool
http2_is_whole(uint8_t type)
{
	switch (type) {
	case HTTP2_PRIORITY:
	case HTTP2_RST_STREAM:
	case HTTP2_SETTINGS:
	case HTTP2_PING:
	case HTTP2_GOAWAY:
	case HTTP2_WINDOW_UPDATE:
		return true;
	default:
		return false;
	}
}

void
http2_note(struct gz_tx *tx, enum gz_dir dir, enum http2_kind kind, uint16_t id, uint32_t value)
{
	const struct http2_note n = { .kind = (uint8_t)kind, .id = id, .value = value };
	struct gz_bytes *b = &http2_tx_of(tx)->notes[dir];
	const struct http2_note *last = NULL;

	if (b->len > 0)
		last = (const struct http2_note *)(const void *)(b->p + b->len - sizeof(n));
	/* A long content is one of many DATA frames: they say nothing new. */
	if (last != NULL && kind == HTTP2_NOTE_TYPE && value == HTTP2_DATA && last->kind == kind &&
			last->value == value)
		return;
	gz_bytes_add(tx->app, b, gz_span(&n, sizeof(n)), HTTP2_NOTES_MOST * sizeof(n));
}

static void
settings(struct http2_parse *p, struct gz_cursor c)
{
	uint32_t value;
	uint16_t id;

	while (gz_cursor_be16(&c, &id) && gz_cursor_be32(&c, &value))
		http2_note(p->d->tx, p->dir, HTTP2_NOTE_SETTING, id, value);
}

/** Is the length one that this type of frame has? */
static bool
length_fits(const struct http2_dir *d, uint32_t len)
{
	switch (d->type) {
	case HTTP2_PRIORITY:
		return len == PRIORITY_LEN;
	case HTTP2_RST_STREAM:
	case HTTP2_WINDOW_UPDATE:
		return len == 4;
	case HTTP2_SETTINGS:
		return len % SETTING_LEN == 0;
	case HTTP2_PING:
		return len == 8;
	default:
		return len >= 8;
	}
}

void
http2_frame(struct http2_parse *p, struct gz_span s)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);
	struct gz_tx *tx = p->d->tx;
	uint32_t value = 0;
	uint8_t weight;

	if (!length_fits(p->d, s.len)) {
		gz_tx_event(tx, HTTP2_EVENT_INVALID_FRAME_LENGTH);
		return;
	}
	switch (p->d->type) {
	case HTTP2_SETTINGS:
		settings(p, c);
		break;
	case HTTP2_PRIORITY:
		if (gz_cursor_skip(&c, PRIORITY_LEN - 1) && gz_cursor_u8(&c, &weight))
			http2_note(tx, p->dir, HTTP2_NOTE_PRIORITY, 0, weight);
		break;
	case HTTP2_WINDOW_UPDATE:
		gz_cursor_be32(&c, &value);
		http2_note(tx, p->dir, HTTP2_NOTE_WINDOW, 0, value & INT32_MAX);
		break;
	case HTTP2_GOAWAY:
		if (gz_cursor_skip(&c, 4) && gz_cursor_be32(&c, &value))
			http2_note(tx, p->dir, HTTP2_NOTE_ERROR, 0, value);
		break;
	case HTTP2_RST_STREAM:
		gz_cursor_be32(&c, &value);
		http2_note(tx, p->dir, HTTP2_NOTE_ERROR, 0, value);
		if (!http2_tx_of(tx)->by_frame)
			http2_stream_reset(p, tx);
		break;
	default:
		break;
	}
}
