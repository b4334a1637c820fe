/* SPDX-License-Identifier: BSD-3-Clause */
#include "http2.h"

enum {
	STATUS_CONTINUE = 100,
	STATUS_OK = 200,
};

static struct http_side *
side_of(const struct http2_parse *p)
{
	return &http2_tx_of(p->d->tx)->http.side[p->dir];
}

/** Over with what an interim response said. */
static void
drop_interim(struct http2_parse *p, struct http_side *m)
{
	http_side_free(p->app, m);
	memset(m, 0, sizeof(*m));
}

void
http2_block_begin(struct http2_parse *p)
{
	struct http2_dir *d = p->d;
	struct http_side *m;

	d->block_open = true;
	d->block_ends_stream = d->type == HTTP2_HEADERS && (d->flags & HTTP2_END_STREAM) != 0;
	/* What a server promises to send is read, as the table needs it, and not kept. */
	if (d->type == HTTP2_PUSH_PROMISE || http2_is_over(d->tx, p->dir)) {
		d->tx = NULL;
		return;
	}
	m = side_of(p);
	if (m->interim)
		drop_interim(p, m);
}

static void
add_header(struct http2_parse *p, const struct gz_hpack_out *o)
{
	struct http_parse hp;
	struct http_dir hd;

	if (p->d->tx == NULL)
		return;
	hp = http2_as_http(p, p->d->tx, &hd);
	if (!http_header_add(&hp, o->name, o->value))
		gz_tx_event(p->d->tx, HTTP2_EVENT_REASSEMBLY_LIMIT_REACHED);
}

/** Where the value of ":path" and its like is; nowhere: of length 0. */
static struct http_at
pseudo(const struct http_side *m, struct gz_span name)
{
	uint32_t i;

	for (i = 0; i < m->nb_headers; i++) {
		if (gz_span_equal(http_name(m, &m->headers[i]), name))
			return m->headers[i].value;
	}
	return (struct http_at){ 0, 0 };
}

/** Add to the text. @return where it is; without memory nowhere. */
static struct http_at
add_text(struct gz_app *app, struct http_side *m, struct gz_span s)
{
	struct http_at at = { m->text.len, s.len };

	if (!gz_bytes_add(app, &m->text, s, 2 * HTTP_TEXT_MOST))
		at = (struct http_at){ 0, 0 };
	return at;
}

/** A first line, as HTTP/1 would have it, behind the headers. */
static void
make_line(struct gz_app *app, struct http_side *m, enum gz_dir dir)
{
	uint32_t from = m->text.len, words = dir == GZ_C2S ? 2 : 1, i;

	if (!gz_bytes_reserve(app, &m->text,
			    m->part[0].len + m->part[1].len + sizeof("  HTTP/2\r\n"),
			    2 * HTTP_TEXT_MOST))
		return;
	if (dir == GZ_S2C)
		m->part[0] = add_text(app, m, GZ_SPAN("HTTP/2"));
	for (i = 0; i < words; i++) {
		struct gz_span word = http_text(m, m->part[dir == GZ_C2S ? i : 1]);

		if (dir == GZ_S2C)
			add_text(app, m, GZ_SPAN(" "));
		add_text(app, m, word);
		if (dir == GZ_C2S)
			add_text(app, m, GZ_SPAN(" "));
	}
	if (dir == GZ_C2S)
		m->part[2] = add_text(app, m, GZ_SPAN("HTTP/2"));
	add_text(app, m, GZ_SPAN("\r\n"));
	m->line = (struct http_at){ from, m->text.len - from };
}

/** The host by ":authority", else by a header; both should say the same. */
static bool
find_host(struct http2_parse *p, struct http_tx *t)
{
	struct http_side *m = &t->side[GZ_C2S];
	struct http_at named = pseudo(m, GZ_SPAN(":authority"));
	struct gz_span authority = http_text(m, named);
	struct gz_span header = http_known(m, HTTP_HOST), value;
	struct http_authority a;
	const uint8_t *at;

	value = authority.len > 0 ? authority : header;
	t->authority = named;
	t->port = -1;
	if (value.len == 0)
		return true;
	if (authority.len > 0 && header.p != NULL && !gz_span_equal_nocase(authority, header))
		gz_tx_event(p->d->tx, HTTP2_EVENT_AUTHORITY_HOST_MISMATCH);
	at = memrchr(value.p, '@', value.len);
	if (at != NULL) {
		gz_tx_event(p->d->tx, HTTP2_EVENT_USERINFO_IN_URI);
		value = gz_span(at + 1, (uint32_t)(value.p + value.len - at - 1));
	}
	a = http_authority(value);
	t->port = a.port;
	return http_set_host(p->app, t, a.host);
}

static bool
request(struct http2_parse *p)
{
	struct http_tx *t = &http2_tx_of(p->d->tx)->http;
	struct http_side *m = &t->side[GZ_C2S];

	m->part[0] = pseudo(m, GZ_SPAN(":method"));
	m->part[1] = pseudo(m, GZ_SPAN(":path"));
	make_line(p->app, m, GZ_C2S);
	if (m->part[1].len > 0 && !http_uri(p->app, t))
		return false;
	return find_host(p, t);
}

/** @return false: an interim response: the one that counts is to come. */
static bool
response(struct http2_parse *p)
{
	struct http_tx *t = &http2_tx_of(p->d->tx)->http;
	struct http_side *m = &t->side[GZ_S2C];
	uint64_t status = 0;

	m->part[1] = pseudo(m, GZ_SPAN(":status"));
	if (!gz_span_u64(http_text(m, m->part[1]), &status) || status > 999)
		gz_tx_event(p->d->tx, HTTP2_EVENT_INVALID_HEADER);
	else
		t->status = (uint16_t)status;
	m->interim = status >= STATUS_CONTINUE && status < STATUS_OK;
	make_line(p->app, m, GZ_S2C);
	return !m->interim;
}

bool
http2_block_end(struct http2_parse *p)
{
	struct gz_tx *tx = p->d->tx;
	struct http_side *m = side_of(p);
	struct http_parse hp;
	struct http_dir hd;

	if (m->ended) /* trailers: they are among the headers from now on */
		return true;
	m->headers_end = m->text.len;
	http2_tx_of(tx)->http.nb_headers[p->dir] = m->nb_headers;
	if (p->dir == GZ_C2S) {
		if (!request(p))
			return false;
	} else if (!response(p)) {
		gz_tx_progress(tx, p->dir, HTTP_RES_LINE);
		return true;
	}
	m->ended = true;
	hp = http2_as_http(p, tx, &hd);
	if (!p->d->block_ends_stream)
		http_encoding_open(&hp);
	gz_tx_progress(tx, p->dir, p->dir == GZ_C2S ? HTTP_REQ_HEADERS : HTTP_RES_HEADERS);
	return true;
}

static void
tell_broken(struct http2_parse *p, const struct gz_hpack_out *o)
{
	if (p->d->tx != NULL)
		gz_tx_event(p->d->tx,
				o->size > GZ_HPACK_TABLE_MOST ? HTTP2_EVENT_HEADER_INTEGER_OVERFLOW
							      : HTTP2_EVENT_INVALID_HEADER);
}

bool
http2_block_add(struct http2_parse *p, struct gz_span s, bool last)
{
	struct gz_hpack_out o = { .size = 0 };
	enum gz_hpack_got got;

	if (p->d->tx != NULL)
		http_build_forget(p->app, side_of(p));
	do {
		got = gz_hpack_feed(p->d->hpack, &s, last, &o);
		if (got == GZ_HPACK_HEADER)
			add_header(p, &o);
		else if (got == GZ_HPACK_SIZE && p->d->tx != NULL)
			http2_note(p->d->tx, p->dir, HTTP2_NOTE_TABLE_SIZE, 0, o.size);
	} while (got == GZ_HPACK_HEADER || got == GZ_HPACK_SIZE);
	if (got == GZ_HPACK_BROKEN) {
		tell_broken(p, &o);
		return false;
	}
	if (got == GZ_HPACK_MORE)
		return true;
	p->d->block_open = false;
	if (p->d->tx == NULL)
		return true;
	if (!http2_block_end(p))
		return false;
	if (p->d->block_ends_stream)
		http2_stream_end(p, p->d->tx, true);
	return true;
}
