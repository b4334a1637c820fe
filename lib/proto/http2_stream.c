/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_cursor.h"

#include "http2.h"
#include "proto_internal.h"

/* What the events of HTTP/1 are called here, + 1. */
static const uint8_t http_events[HTTP_NB_EVENTS] = {
	[HTTP_EVENT_GZIP_FAILED] = HTTP2_EVENT_FAILED_DECOMPRESSION + 1,
	[HTTP_EVENT_BOMB] = HTTP2_EVENT_FAILED_DECOMPRESSION + 1,
	[HTTP_EVENT_RANGE] = HTTP2_EVENT_INVALID_RANGE + 1,
	[HTTP_EVENT_REQUEST_MANY_HEADERS] = HTTP2_EVENT_REASSEMBLY_LIMIT_REACHED + 1,
	[HTTP_EVENT_RESPONSE_MANY_HEADERS] = HTTP2_EVENT_REASSEMBLY_LIMIT_REACHED + 1,
};

struct gz_tx *
http2_stream(const struct gz_app *app, uint32_t id)
{
	struct gz_tx *tx;

	TAILQ_FOREACH_REVERSE(tx, &app->txs, gz_tx_list, link)
	{
		if (tx->proto != app->proto)
			continue;
		if (http2_tx_of(tx)->stream == id && !http2_tx_of(tx)->by_frame &&
				!(tx->complete[GZ_C2S] && tx->complete[GZ_S2C]))
			return tx;
	}
	return NULL;
}

static struct gz_tx *
new_tx(struct http2_parse *p, uint32_t id)
{
	struct gz_tx *tx = gz_tx_new(p->app);

	if (tx == NULL) {
		tx = TAILQ_LAST(&p->app->txs, gz_tx_list);
		if (tx != NULL && tx->proto == p->app->proto)
			gz_tx_event(tx, HTTP2_EVENT_TOO_MANY_STREAMS);
		return NULL;
	}
	http2_tx_of(tx)->http.events = http_events;
	http2_tx_of(tx)->http.port = -1;
	http2_tx_of(tx)->stream = id;
	return tx;
}

struct gz_tx *
http2_stream_open(struct http2_parse *p, uint32_t id)
{
	struct http2_dir *d = p->d;
	struct gz_tx *tx = http2_stream(p->app, id);

	if (tx != NULL) {
		if (http2_is_over(tx, p->dir))
			gz_tx_event(tx, HTTP2_EVENT_STREAM_ID_REUSE);
		return tx;
	}
	tx = new_tx(p, id);
	if (tx == NULL)
		return NULL;
	if (id <= d->highest)
		gz_tx_event(tx, HTTP2_EVENT_STREAM_ID_REUSE);
	d->highest = RTE_MAX(d->highest, id);
	/* Nobody saw it being asked for. */
	if (p->dir == GZ_S2C)
		gz_tx_progress(tx, GZ_C2S, HTTP_REQ_DONE);
	return tx;
}

bool
http2_is_closed(const struct http2_parse *p, uint32_t id)
{
	return id != 0 && (id <= p->s->dir[GZ_C2S].highest || id <= p->s->dir[GZ_S2C].highest) &&
			http2_stream(p->app, id) == NULL;
}

struct gz_tx *
http2_frame_tx(struct http2_parse *p, uint32_t id)
{
	struct gz_tx *tx = p->s->frame_tx[p->dir];

	/* Where they come in heaps, one stands for all. */
	if (tx != NULL && p->app->nb_txs > p->app->ctx->max_tx / 2)
		return tx;
	tx = new_tx(p, id);
	if (tx == NULL)
		return NULL;
	http2_tx_of(tx)->by_frame = true;
	gz_tx_one_way(tx, p->dir);
	p->s->frame_tx[p->dir] = tx;
	return tx;
}

void
http2_stream_end(struct http2_parse *p, struct gz_tx *tx, bool whole)
{
	struct http_side *m = &http2_tx_of(tx)->http.side[p->dir];
	struct http_dir hd;
	struct http_parse hp = http2_as_http(p, tx, &hd);

	if (http2_is_over(tx, p->dir))
		return;
	http_file_close(&hp, whole);
	http_encoding_close(p->app, m);
	m->body.complete = true;
	gz_tx_progress(tx, p->dir, p->dir == GZ_C2S ? HTTP_REQ_DONE : HTTP_RES_DONE);
	if (!http2_is_over(tx, gz_dir_other(p->dir)))
		return;
	/* Until here a side that has said all of its own may send frames about the other's. */
	gz_tx_complete(tx, GZ_C2S);
	gz_tx_complete(tx, GZ_S2C);
}

void
http2_stream_reset(struct http2_parse *p, struct gz_tx *tx)
{
	struct http2_parse other = *p;

	other.dir = gz_dir_other(p->dir);
	http2_stream_end(p, tx, false);
	http2_stream_end(&other, tx, false);
}

void
http2_content(struct http2_parse *p, struct gz_tx *tx, struct gz_span s)
{
	struct http_dir hd;
	struct http_parse hp = http2_as_http(p, tx, &hd);

	if (http2_tx_of(tx)->by_frame || http2_is_over(tx, p->dir))
		return;
	http2_tx_of(tx)->http.side[p->dir].message_len += s.len;
	gz_tx_progress(tx, p->dir, p->dir == GZ_C2S ? HTTP_REQ_BODY : HTTP_RES_BODY);
	http_content(&hp, s);
}

void
http2_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct http2_tx *t = http2_tx_of(tx);
	struct http2_state *s = tx->state;
	int dir;

	for (dir = GZ_C2S; dir <= GZ_S2C; dir++) {
		if (s->dir[dir].tx == tx)
			s->dir[dir].tx = NULL;
		if (s->frame_tx[dir] == tx)
			s->frame_tx[dir] = NULL;
		http_encoding_close(app, &t->http.side[dir]);
		http_side_free(app, &t->http.side[dir]);
		gz_bytes_free(app, &t->notes[dir]);
	}
}

/* ---- an upgrade from HTTP/1 ---- */

/** HTTP2-Settings: settings of six bytes each in base64url without padding (RFC 7540 section 3.2.1). */
static bool
settings_fit(struct gz_span s)
{
	uint32_t i;

	for (i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];

		if (!((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
				    c == '-' || c == '_'))
			return false;
	}
	return s.len % 8 == 0;
}

static void
take_line(struct http2_parse *p, struct gz_tx *tx, struct gz_span name, struct gz_span value)
{
	struct http_dir hd;
	struct http_parse hp = http2_as_http(p, tx, &hd);

	if (gz_span_equal_nocase(name, GZ_SPAN("http2-settings"))) {
		if (!settings_fit(value))
			gz_tx_event(tx, HTTP2_EVENT_INVALID_HTTP1_SETTINGS);
		return;
	}
	if (gz_span_equal_nocase(name, GZ_SPAN("connection")) ||
			gz_span_equal_nocase(name, GZ_SPAN("upgrade")))
		return;
	if (gz_span_equal_nocase(name, GZ_SPAN("host")))
		name = GZ_SPAN(":authority");
	http_header_add(&hp, name, value);
}

bool
http2_take_upgrade(struct http2_parse *p)
{
	struct gz_cursor c = gz_cursor(p->app->handover.p, p->app->handover.len);
	struct http2_dir *d = &p->s->dir[GZ_C2S];
	struct http2_parse as_client = *p;
	struct gz_span name, value;
	uint32_t n, v;
	bool ok;

	if (p->app->handover.len == 0)
		return true;
	as_client.dir = GZ_C2S;
	as_client.d = d;
	d->tx = http2_stream_open(&as_client, 1);
	if (d->tx == NULL)
		return false;
	while (gz_cursor_be32(&c, &n) && gz_cursor_be32(&c, &v) && gz_cursor_take(&c, n, &name) &&
			gz_cursor_take(&c, v, &value))
		take_line(&as_client, d->tx, name, value);
	gz_bytes_free(p->app, &p->app->handover);
	d->block_ends_stream = true;
	ok = http2_block_end(&as_client);
	http2_stream_end(&as_client, d->tx, true);
	d->tx = NULL;
	return ok;
}
