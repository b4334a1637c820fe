/* SPDX-License-Identifier: BSD-3-Clause */
#include "http2.h"

#include <assert.h>

#include "gz_cursor.h"
#include "gz_frame.h"

static const uint8_t magic[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

enum {
	MAGIC_LEN = sizeof(magic) - 1,
	HEAD_LEN = 9,
	PRIORITY_LEN = 5,
	PROMISE_LEN = 4,
};

enum {
	HTTP2_FRAME_PDU,
	HTTP2_FRAME_HDR,
	HTTP2_FRAME_DATA,
};

static const struct gz_field_row http2_frames[] = {
	[HTTP2_FRAME_PDU] = GZ_FRAME("http2.pdu", "a frame of HTTP/2"),
	[HTTP2_FRAME_HDR] = GZ_FRAME("http2.hdr", "a frame's header of nine bytes"),
	[HTTP2_FRAME_DATA] = GZ_FRAME("http2.data", "what follows a frame's header"),
};

static uint32_t
rest_len(const struct http2_parse *p)
{
	return p->in->len - p->in->eaten;
}

static struct gz_span
rest(const struct http2_parse *p, uint32_t most)
{
	return gz_span(p->in->p + p->in->eaten, RTE_MIN(rest_len(p), most));
}

/** The client's preface. Without it frames are looked for all the same. */
static enum gz_parse
client_magic(struct http2_parse *p)
{
	struct gz_span s = rest(p, MAGIC_LEN);

	if (memcmp(s.p, magic, s.len) == 0 && s.len < MAGIC_LEN)
		return GZ_PARSE_OK;
	if (memcmp(s.p, magic, s.len) == 0)
		p->in->eaten += MAGIC_LEN;
	else
		p->d->bad_magic = true;
	p->d->step = HTTP2_HEAD;
	return GZ_PARSE_OK;
}

/** Whose a frame is that may not begin a stream. NULL: no memory, or too many. */
static struct gz_tx *
owner(struct http2_parse *p)
{
	struct gz_tx *tx = p->d->id == 0 ? NULL : http2_stream(p->app, p->d->id);

	return tx != NULL ? tx : http2_frame_tx(p, p->d->id);
}

/** Bytes before the contents of DATA and of what header blocks are in. */
static uint32_t
prefix_len(const struct http2_dir *d)
{
	uint32_t n = 0;

	if (http2_is_whole(d->type))
		return d->left;
	if (d->flags & HTTP2_PADDED && d->type != HTTP2_CONTINUATION)
		n++;
	if (d->type == HTTP2_HEADERS && d->flags & HTTP2_HAS_PRIORITY)
		n += PRIORITY_LEN;
	if (d->type == HTTP2_PUSH_PROMISE)
		n += PROMISE_LEN;
	return n;
}

/** Who a frame is for. false: no memory, or too many. */
static bool
find_tx(struct http2_parse *p)
{
	struct http2_dir *d = p->d;

	if (d->type == HTTP2_CONTINUATION && d->block_open)
		return true;
	d->tx = d->type == HTTP2_HEADERS ? http2_stream_open(p, d->id) : owner(p);
	return d->tx != NULL;
}

static void
note_head(struct http2_parse *p, uint32_t len)
{
	struct http2_dir *d = p->d;

	if (d->tx == NULL)
		return;
	http2_note(d->tx, p->dir, HTTP2_NOTE_TYPE, 0, d->type);
	if (len > HTTP2_FRAME_LONG)
		gz_tx_event(d->tx, HTTP2_EVENT_LONG_FRAME_DATA);
	if (d->bad_magic)
		gz_tx_event(d->tx, HTTP2_EVENT_INVALID_CLIENT_MAGIC);
	d->bad_magic = false;
	gz_tx_changed(d->tx, p->dir);
}

/** Padding, priority, the promised stream. */
static void
read_prefix(struct http2_parse *p, struct gz_span s)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);
	struct http2_dir *d = p->d;
	uint8_t padding = 0, weight;

	if (d->flags & HTTP2_PADDED && d->type != HTTP2_CONTINUATION)
		gz_cursor_u8(&c, &padding);
	if (d->type == HTTP2_HEADERS && d->flags & HTTP2_HAS_PRIORITY &&
			gz_cursor_skip(&c, PRIORITY_LEN - 1) && gz_cursor_u8(&c, &weight))
		http2_note(d->tx, p->dir, HTTP2_NOTE_PRIORITY, 0, weight);
	d->padding = padding;
	if (d->padding <= d->left)
		return;
	gz_tx_event(d->tx, HTTP2_EVENT_INVALID_FRAME_DATA);
	d->padding = d->left;
}

/** The frame is through but for its padding. */
static void
frame_end(struct http2_parse *p)
{
	struct http2_dir *d = p->d;

	if (d->type == HTTP2_DATA && d->tx != NULL && d->flags & HTTP2_END_STREAM &&
			!http2_tx_of(d->tx)->by_frame)
		http2_stream_end(p, d->tx, true);
	if (!d->block_open)
		d->tx = NULL;
	d->step = HTTP2_SKIP;
}

/** What follows the head that is not content. */
static enum gz_parse
prefix(struct http2_parse *p, uint32_t len)
{
	struct http2_dir *d = p->d;
	struct gz_span s = rest(p, len);

	p->in->eaten += len;
	d->left -= len;
	if (http2_is_whole(d->type)) {
		http2_frame(p, s);
		frame_end(p);
		return GZ_PARSE_OK;
	}
	read_prefix(p, s);
	d->step = d->type == HTTP2_DATA ? HTTP2_CONTENT : HTTP2_BLOCK;
	if (d->type == HTTP2_CONTINUATION && !d->block_open) {
		gz_tx_event(d->tx, HTTP2_EVENT_INVALID_FRAME_HEADER);
		d->step = HTTP2_SKIP;
	} else if (d->step == HTTP2_BLOCK && d->type != HTTP2_CONTINUATION) {
		http2_block_begin(p);
	}
	return GZ_PARSE_OK;
}

/** Too short for what it says it holds, or too long to be read whole. */
static bool
is_odd(const struct http2_dir *d, uint32_t prefix)
{
	return prefix > d->left || (http2_is_whole(d->type) && d->left > HTTP2_WHOLE_MOST);
}

/** An acknowledged SETTINGS, and whatever is still said about a closed stream. */
static bool
says_nothing(const struct http2_parse *p)
{
	const struct http2_dir *d = p->d;

	if (d->type == HTTP2_SETTINGS && d->flags & HTTP2_ACK && d->left == 0)
		return true;
	return d->type != HTTP2_HEADERS && d->type != HTTP2_CONTINUATION &&
			d->type != HTTP2_PUSH_PROMISE && http2_is_closed(p, d->id);
}

static enum gz_parse
begin_frame(struct http2_parse *p, uint32_t len)
{
	struct http2_dir *d = p->d;

	/* Between the parts of a header block nothing may come: RFC 9113 section 6.10. */
	if (d->block_open && d->type != HTTP2_CONTINUATION) {
		if (d->tx != NULL)
			gz_tx_event(d->tx, HTTP2_EVENT_INVALID_FRAME_HEADER);
		return GZ_PARSE_BROKEN;
	}
	if (says_nothing(p)) {
		d->step = HTTP2_SKIP;
		return GZ_PARSE_OK;
	}
	if (!find_tx(p))
		return GZ_PARSE_BROKEN;
	note_head(p, d->left);
	if (d->type > HTTP2_CONTINUATION)
		d->step = HTTP2_SKIP;
	else if (!is_odd(d, len))
		return prefix(p, len);
	else
		gz_tx_event(d->tx, HTTP2_EVENT_INVALID_FRAME_LENGTH);
	d->step = HTTP2_SKIP;
	return GZ_PARSE_OK;
}

static void
note_frames(struct http2_parse *p)
{
	const uint8_t *at = p->in->p + p->in->eaten;

	gz_app_frame(p->app, p->in, HTTP2_FRAME_PDU, at, (uint64_t)HEAD_LEN + p->d->left);
	gz_app_frame(p->app, p->in, HTTP2_FRAME_HDR, at, HEAD_LEN);
	if (p->d->left > 0)
		gz_app_frame(p->app, p->in, HTTP2_FRAME_DATA, at + HEAD_LEN, p->d->left);
}

/** A frame's head, with what is read together with it: all of it is there or none is eaten. */
static enum gz_parse
head(struct http2_parse *p)
{
	struct gz_cursor c = gz_cursor(p->in->p + p->in->eaten, rest_len(p));
	struct http2_dir *d = p->d;
	uint32_t id = 0, len;

	if (gz_cursor_left(&c) < HEAD_LEN)
		return GZ_PARSE_OK;
	gz_cursor_be24(&c, &d->left);
	gz_cursor_u8(&c, &d->type);
	gz_cursor_u8(&c, &d->flags);
	gz_cursor_be32(&c, &id);
	d->id = id & INT32_MAX;
	d->padding = 0;
	len = prefix_len(d);
	if (d->type <= HTTP2_CONTINUATION && !is_odd(d, len) && gz_cursor_left(&c) < len)
		return GZ_PARSE_OK;
	note_frames(p);
	p->in->eaten += HEAD_LEN;
	return begin_frame(p, len);
}

static struct gz_span
take(struct http2_parse *p)
{
	struct gz_span s = rest(p, p->d->left - p->d->padding);

	p->in->eaten += s.len;
	p->d->left -= s.len;
	return s;
}

static enum gz_parse
content(struct http2_parse *p)
{
	struct gz_span s = take(p);

	if (p->d->tx != NULL && s.len > 0)
		http2_content(p, p->d->tx, s);
	if (p->d->left == p->d->padding)
		frame_end(p);
	return GZ_PARSE_OK;
}

static enum gz_parse
block(struct http2_parse *p)
{
	struct gz_span s = take(p);
	bool whole = p->d->left == p->d->padding;

	if (!http2_block_add(p, s, whole && p->d->flags & HTTP2_END_HEADERS))
		return GZ_PARSE_BROKEN;
	if (whole)
		frame_end(p);
	return GZ_PARSE_OK;
}

static enum gz_parse
skip(struct http2_parse *p)
{
	struct gz_span s = rest(p, p->d->left);

	p->in->eaten += s.len;
	p->d->left -= s.len;
	if (p->d->left == 0)
		p->d->step = HTTP2_HEAD;
	return GZ_PARSE_OK;
}

static enum gz_parse
step(struct http2_parse *p)
{
	switch (p->d->step) {
	case HTTP2_MAGIC:
		return p->dir == GZ_C2S ? client_magic(p) : head(p);
	case HTTP2_HEAD:
		return head(p);
	case HTTP2_CONTENT:
		return content(p);
	case HTTP2_BLOCK:
		return block(p);
	default:
		return skip(p);
	}
}

static enum gz_parse
http2_parse(struct gz_app *app, struct gz_input *in)
{
	struct http2_state *s = app->state;
	struct http2_parse p = { app, s, &s->dir[in->dir], in, in->dir };
	enum gz_parse r = GZ_PARSE_OK;
	uint32_t eaten;
	uint8_t before;

	if (p.d->hpack == NULL)
		p.d->hpack = gz_hpack_create(gz_app_mem(app));
	if (p.d->hpack == NULL || !http2_take_upgrade(&p))
		return GZ_PARSE_BROKEN;
	do {
		eaten = in->eaten;
		before = p.d->step;
		if (in->eaten < in->len || p.d->step != HTTP2_HEAD)
			r = step(&p);
	} while (r == GZ_PARSE_OK && (in->eaten != eaten || p.d->step != before));
	return r;
}

/** Bytes are lost: within contents that can be borne, elsewhere not. */
static enum gz_parse
http2_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	struct http2_state *s = app->state;
	struct http2_dir *d = &s->dir[dir];
	struct http_side *m;

	if (d->step != HTTP2_CONTENT && d->step != HTTP2_SKIP)
		return GZ_PARSE_BROKEN;
	if (len > d->left - (d->step == HTTP2_CONTENT ? d->padding : 0))
		return GZ_PARSE_BROKEN;
	d->left -= (uint32_t)len;
	if (d->step == HTTP2_SKIP || d->tx == NULL || http2_tx_of(d->tx)->by_frame)
		return GZ_PARSE_OK;
	m = &http2_tx_of(d->tx)->http.side[dir];
	/* Nothing compressed can be read from here on. */
	if (m->nb_layers > 0) {
		http_encoding_close(app, m);
		m->body.truncated = true;
	}
	m->message_len += len;
	gz_body_gap(&m->body, len);
	if (m->file != NULL)
		gz_file_gap(m->file, len);
	return GZ_PARSE_OK;
}

static void
http2_free(struct gz_app *app, void *state)
{
	struct http2_state *s = state;

	gz_hpack_destroy(s->dir[GZ_C2S].hpack);
	gz_hpack_destroy(s->dir[GZ_S2C].hpack);
}

static void
http2_judged(struct gz_tx *tx, enum gz_dir dir)
{
	gz_body_judged(&http2_tx_of(tx)->http.side[dir].body);
}

/** A server begins with SETTINGS: some of six bytes each, on stream 0. */
static enum gz_probe
http2_probe(enum gz_dir dir, struct gz_span s)
{
	static const uint8_t after[] = { HTTP2_SETTINGS, 0, 0, 0, 0, 0 };
	uint32_t n;

	if (dir == GZ_C2S)
		return GZ_PROBE_NO; /* it has a pattern */
	n = s.len > 3 ? RTE_MIN(s.len - 3, (uint32_t)sizeof(after)) : 0;
	if ((s.len > 0 && s.p[0] != 0) || (s.len > 1 && s.p[1] != 0) ||
			(s.len > 2 && s.p[2] % 6 != 0) || memcmp(s.p + 3, after, n) != 0)
		return GZ_PROBE_NO;
	return n == sizeof(after) ? GZ_PROBE_SURE : GZ_PROBE_MAYBE;
}

static const struct gz_proto_pattern patterns[] = {
	{ .bytes = { magic, MAGIC_LEN }, .dir = GZ_C2S },
};

static const char *const request_progress[] = { "request_started", "request_line",
	"request_headers", "request_body", "request_complete", NULL };
static const char *const response_progress[] = { "response_started", "response_line",
	"response_headers", "response_body", "response_complete", NULL };

static const char *const events[] = {
	[HTTP2_EVENT_INVALID_FRAME_HEADER] = "invalid_frame_header",
	[HTTP2_EVENT_INVALID_CLIENT_MAGIC] = "invalid_client_magic",
	[HTTP2_EVENT_INVALID_FRAME_DATA] = "invalid_frame_data",
	[HTTP2_EVENT_INVALID_HEADER] = "invalid_header",
	[HTTP2_EVENT_INVALID_FRAME_LENGTH] = "invalid_frame_length",
	[HTTP2_EVENT_EXTRA_HEADER_DATA] = "extra_header_data",
	[HTTP2_EVENT_LONG_FRAME_DATA] = "long_frame_data",
	[HTTP2_EVENT_STREAM_ID_REUSE] = "stream_id_reuse",
	[HTTP2_EVENT_INVALID_HTTP1_SETTINGS] = "invalid_http1_settings",
	[HTTP2_EVENT_FAILED_DECOMPRESSION] = "failed_decompression",
	[HTTP2_EVENT_INVALID_RANGE] = "invalid_range",
	[HTTP2_EVENT_HEADER_INTEGER_OVERFLOW] = "header_integer_overflow",
	[HTTP2_EVENT_TOO_MANY_STREAMS] = "too_many_streams",
	[HTTP2_EVENT_AUTHORITY_HOST_MISMATCH] = "authority_host_mismatch",
	[HTTP2_EVENT_USERINFO_IN_URI] = "userinfo_in_uri",
	[HTTP2_EVENT_REASSEMBLY_LIMIT_REACHED] = "reassembly_limit_reached",
};
static_assert(RTE_DIM(events) == HTTP2_NB_EVENTS, "a name for each");

static struct gz_proto http2 = {
	.reg = { .name = "http2" },
	.carries = "http",
	.help = "HTTP/2 in clear text, from its preface or an upgrade (RFC 9113)",
	.l4 = GZ_L4_TCP,
	.patterns = patterns,
	.nb_patterns = RTE_DIM(patterns),
	.probe = http2_probe,
	.probe_anywhere = true,
	.state_size = sizeof(struct http2_state),
	.tx_size = sizeof(struct http2_tx),
	.parse = http2_parse,
	.gap = http2_gap,
	.free = http2_free,
	.tx_free = http2_tx_free,
	.judged = http2_judged,
	.progress = { request_progress, response_progress },
	.fields = http2_fields,
	.nb_fields = HTTP2_NB_FIELDS,
	.frames = http2_frames,
	.nb_frames = RTE_DIM(http2_frames),
	.events = events,
	.nb_events = RTE_DIM(events),
	.event = &http_event_type,
	.log_when = GZ_LOG_BOTH,
	.nb_logs = http2_nb_logs,
	.log = http2_log,
};
GZ_PROTO_REGISTER(http2)
