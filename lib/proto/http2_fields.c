/* SPDX-License-Identifier: BSD-3-Clause */
#include <assert.h>

#include "http1_rows.h"
#include "http2.h"

static const struct http_side *
side(const struct gz_tx *tx, int dir)
{
	return &http2_tx_of(tx)->http.side[dir];
}

static bool
give(struct gz_value *v, struct gz_span s)
{
	*v = (struct gz_value){ s.p, s.len, 0, true };
	return s.len > 0;
}

/** "name: value" with its line end. */
static struct gz_span
line_of(const struct http_side *m, uint32_t i)
{
	const struct http_header *h = &m->headers[i];

	return gz_span(m->text.p + h->name.off, h->name.len + 2 + h->value.len + 2);
}

/** With trailers: they do not stand behind the others in the text. */
static struct gz_span
build_headers(struct gz_app *app, struct http_side *m)
{
	const struct http_blob *found = http_blob_find(m, HTTP_BLOB_HEADER);
	struct http_blob *b;
	uint32_t len = 0, i;

	if (found != NULL)
		return gz_span(found->bytes, found->len);
	for (i = 0; i < m->nb_headers; i++)
		len += line_of(m, i).len;
	b = http_blob(app, m, HTTP_BLOB_HEADER, len);
	if (b == NULL)
		return gz_span(NULL, 0);
	for (i = 0, len = 0; i < m->nb_headers; i++) {
		struct gz_span line = line_of(m, i);

		memcpy(b->bytes + len, line.p, line.len);
		len += line.len;
	}
	return gz_span(b->bytes, len);
}

static bool
get_headers(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	struct http2_tx *t = http2_tx_of(tx);
	struct http_side *m = &t->http.side[dir];

	if (index > 0)
		return false;
	if (m->nb_headers == t->http.nb_headers[dir])
		return give(v, gz_span(m->text.p, m->headers_end));
	return give(v, build_headers(tx->app, m));
}

static bool
get_header_names(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return index == 0 && give(v, http_build_names(tx->app, &http2_tx_of(tx)->http.side[dir]));
}

static bool
get_one_header(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct http_side *m = side(tx, dir);
	struct gz_span line;

	if (index >= m->nb_headers)
		return false;
	line = line_of(m, index);
	return give(v, gz_span(line.p, line.len - 2));
}

static bool
get_one_name(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct http_side *m = side(tx, dir);

	if (index >= m->nb_headers)
		return false;
	give(v, http_name(m, &m->headers[index]));
	return true;
}

/* ---- numbers ---- */

/** The @p index-th of a kind. */
static const struct http2_note *
note_at(const struct gz_tx *tx, int dir, uint32_t index, enum http2_kind kind)
{
	const struct gz_bytes *b = &http2_tx_of(tx)->notes[dir];
	const struct http2_note *n = (const void *)b->p;
	uint32_t i, count = b->len / (uint32_t)sizeof(*n);

	for (i = 0; i < count; i++) {
		if (n[i].kind == kind && index-- == 0)
			return &n[i];
	}
	return NULL;
}

#define NUMBER_GETTER(name, kind)                                                \
	static bool name(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v) \
	{                                                                        \
		const struct http2_note *n = note_at(tx, dir, index, kind);      \
                                                                                 \
		*v = n == NULL ? 0 : n->value;                                   \
		return n != NULL;                                                \
	}

NUMBER_GETTER(get_type, HTTP2_NOTE_TYPE)
NUMBER_GETTER(get_error, HTTP2_NOTE_ERROR)
NUMBER_GETTER(get_priority, HTTP2_NOTE_PRIORITY)
NUMBER_GETTER(get_window, HTTP2_NOTE_WINDOW)
NUMBER_GETTER(get_size, HTTP2_NOTE_TABLE_SIZE)

bool
gz_http2_setting(
		const struct gz_tx *tx, enum gz_dir dir, uint32_t index, struct gz_http2_setting *s)
{
	const struct http2_note *n = note_at(tx, dir, index, HTTP2_NOTE_SETTING);

	if (n != NULL)
		*s = (struct gz_http2_setting){ n->id, n->value };
	return n != NULL;
}

static const struct gz_field_word type_words[] = {
	{ "DATA", HTTP2_DATA },
	{ "HEADERS", HTTP2_HEADERS },
	{ "PRIORITY", HTTP2_PRIORITY },
	{ "RSTSTREAM", HTTP2_RST_STREAM },
	{ "RST_STREAM", HTTP2_RST_STREAM },
	{ "SETTINGS", HTTP2_SETTINGS },
	{ "PUSHPROMISE", HTTP2_PUSH_PROMISE },
	{ "PUSH_PROMISE", HTTP2_PUSH_PROMISE },
	{ "PING", HTTP2_PING },
	{ "GOAWAY", HTTP2_GOAWAY },
	{ "WINDOWUPDATE", HTTP2_WINDOW_UPDATE },
	{ "WINDOW_UPDATE", HTTP2_WINDOW_UPDATE },
	{ "CONTINUATION", HTTP2_CONTINUATION },
	{ NULL, 0 },
};

/* clang-format off */
const struct gz_field_row http2_fields[] = {
	HTTP_SHARED_ROWS,
	{ "http.header", "http_header", NULL, "header fields, in one form",
		BOTH, 2, HEADERS, get_headers },
	{ "http.header.raw", "http_raw_header", NULL, "header fields as lines",
		BOTH, 2, HEADERS, get_headers },
	{ "http.header_names", NULL, "http_header_names", "names of the header fields in order",
		BOTH, 1, HEADERS, get_header_names },
	{ "http.request_header", NULL, "http_request_header", "each header field of the request",
		C2S | GZ_FIELD_MULTI, 1, HEADERS, get_one_header },
	{ "http.response_header", NULL, "http_response_header", "each header field of the response",
		S2C | GZ_FIELD_MULTI, 1, HEADERS, get_one_header },
	{ "http2.header_name", NULL, NULL, "each name among the headers",
		BOTH | GZ_FIELD_MULTI, 1, HEADERS, get_one_name },
	{ "http2.header", NULL, NULL, "each header field",
		BOTH | GZ_FIELD_MULTI, 1, HEADERS, get_one_header },
	{ .name = "http2.frametype", .flags = BOTH | GZ_FIELD_MULTI, .get_number = get_type,
		.words = type_words, .help = "type of a frame" },
	{ .name = "http2.errorcode", .flags = BOTH | GZ_FIELD_MULTI, .get_number = get_error,
		.words = http2_error_words, .help = "code of a GOAWAY or RST_STREAM frame" },
	{ .name = "http2.priority", .flags = BOTH | GZ_FIELD_MULTI, .get_number = get_priority,
		.help = "weight that a frame gives its stream" },
	{ .name = "http2.window", .flags = BOTH | GZ_FIELD_MULTI, .get_number = get_window,
		.help = "increment of a WINDOW_UPDATE frame" },
	{ .name = "http2.size_update", .flags = BOTH | GZ_FIELD_MULTI, .get_number = get_size,
		.help = "size that a header block gives its table" },
};
/* clang-format on */
static_assert(RTE_DIM(http2_fields) == HTTP2_NB_FIELDS, "http2.h tells how many");
