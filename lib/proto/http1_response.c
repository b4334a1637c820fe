/* SPDX-License-Identifier: BSD-3-Clause */
#include "http1_parts.h"

enum {
	STATUS_CONTINUE = 100,
	STATUS_SWITCHING = 101,
	STATUS_OK = 200,
	STATUS_NO_CONTENT = 204,
	STATUS_MULTIPLE = 300,
	STATUS_NOT_MODIFIED = 304,
};

static struct http_side *
side_of(const struct http_parse *p)
{
	return &http_tx_of(p->d->tx)->side[GZ_S2C];
}

static bool
is_blank(uint8_t c)
{
	return http_is_space(c) || c == 0;
}

static uint32_t
skip_blank(struct gz_span s, uint32_t at)
{
	while (at < s.len && is_blank(s.p[at]))
		at++;
	return at;
}

enum gz_probe
http_looks_like_response(struct gz_span s)
{
	uint32_t at = skip_blank(s, 0);
	uint32_t n = RTE_MIN(s.len - at, 4u);

	if (n > 0 && strncasecmp((const char *)s.p + at, "HTTP", n) != 0)
		return GZ_PROBE_NO;
	return n == 4 ? GZ_PROBE_SURE : GZ_PROBE_MAYBE;
}

static struct gz_span
rest_of(const struct http_parse *p)
{
	return gz_span(p->in->p + p->in->eaten, p->in->len - p->in->eaten);
}

/** The transaction that this response belongs to. NULL: no memory. */
static struct gz_tx *
begin(struct http_parse *p)
{
	struct gz_tx *tx = p->s->waiting;

	if (tx != NULL) {
		http_request_settle(p, tx);
		return tx;
	}
	tx = gz_tx_new(p->app);
	if (tx == NULL)
		return NULL;
	p->s->waiting = tx;
	http_tx_of(tx)->side[GZ_C2S].length = UINT64_MAX;
	http_tx_of(tx)->side[GZ_S2C].length = UINT64_MAX;
	gz_tx_complete(tx, GZ_C2S);
	/* the request has begun, but its line has no end */
	gz_tx_event(tx,
			p->app->pending[GZ_C2S].len > 0 ? HTTP_EVENT_LINE_INCOMPLETE
							: HTTP_EVENT_UNMATCHED_RESPONSE);
	return tx;
}

static uint16_t
read_status(struct gz_span s)
{
	uint64_t v;

	if (!gz_span_u64(s, &v) || v < 100 || v > 999)
		return 0;
	return (uint16_t)v;
}

static struct http_at
word_at(struct http_at line, struct gz_span s, uint32_t *at)
{
	uint32_t from = *at;

	while (*at < s.len && !http_is_space(s.p[*at]))
		(*at)++;
	return (struct http_at){ line.off + from, *at - from };
}

/** Protocol, status, message. */
static void
split_line(struct http_parse *p, struct gz_span s)
{
	struct http_tx *t = http_tx_of(p->d->tx);
	struct http_side *m = side_of(p);
	uint32_t at = skip_blank(s, 0);

	m->line = http_text_at(p, s);
	m->part[0] = word_at(m->line, s, &at);
	while (at < s.len && http_is_space(s.p[at]))
		at++;
	m->part[1] = word_at(m->line, s, &at);
	while (at < s.len && http_is_space(s.p[at]))
		at++;
	m->part[2] = (struct http_at){ m->line.off + at, s.len - at };
	m->version = http_version(gz_span(s.p + (m->part[0].off - m->line.off), m->part[0].len));
	t->status = read_status(gz_span(s.p + (m->part[1].off - m->line.off), m->part[1].len));
	if (m->version == 0)
		gz_tx_event(p->d->tx, HTTP_EVENT_RESPONSE_PROTOCOL);
	if (t->status == 0)
		gz_tx_event(p->d->tx, HTTP_EVENT_RESPONSE_STATUS);
}

/** No status line: all of it is body (HTTP/0.9). */
static enum gz_parse
begin_old(struct http_parse *p)
{
	p->d->tx = begin(p);
	if (p->d->tx == NULL)
		return GZ_PARSE_BROKEN;
	side_of(p)->old = true;
	side_of(p)->coding = HTTP_BODY_TO_END;
	gz_tx_progress(p->d->tx, GZ_S2C, HTTP_RES_HEADERS);
	p->d->step = HTTP_TO_END;
	return GZ_PARSE_OK;
}

/** Over with what an interim response said, now that the next one begins. */
static void
drop_interim(struct http_parse *p, struct http_side *m)
{
	http_side_free(p->app, m);
	memset(m, 0, sizeof(*m));
	m->length = UINT64_MAX;
}

static enum gz_parse
first_line(struct http_parse *p)
{
	struct gz_span line = rest_of(p);
	struct http_side *m;

	if (line.len == 0)
		return GZ_PARSE_OK;
	if (http_looks_like_response(line) == GZ_PROBE_NO)
		return begin_old(p);
	if (!http_line(p, true, &line)) {
		if (!p->in->end)
			return GZ_PARSE_OK;
		p->in->eaten = p->in->len;
	}
	if (skip_blank(line, 0) == line.len) {
		http_drop_text(p);
		return GZ_PARSE_OK;
	}
	if (http_looks_like_response(line) != GZ_PROBE_SURE) {
		p->in->eaten = (uint32_t)(line.p - p->in->p);
		return begin_old(p);
	}
	p->d->tx = begin(p);
	if (p->d->tx == NULL)
		return GZ_PARSE_BROKEN;
	gz_app_frame(p->app, p->in, HTTP_FRAME_RESPONSE, line.p, GZ_FRAME_OPEN);
	gz_app_frame_tx(p->app, GZ_S2C, HTTP_FRAME_RESPONSE, p->d->tx);
	p->text_from = (uint32_t)(line.p - p->in->p);
	m = side_of(p);
	if (m->interim)
		drop_interim(p, m);
	m->not_normal = p->d->ended_by != HTTP_END_CRLF;
	if (p->d->ended_by == HTTP_END_CUT)
		gz_tx_event(p->d->tx, HTTP_EVENT_RESPONSE_TOO_LONG);
	split_line(p, line);
	if (!http_keep_text(p))
		return GZ_PARSE_BROKEN;
	m->headers_off = m->text.len;
	gz_tx_progress(p->d->tx, GZ_S2C, HTTP_RES_LINE);
	p->d->step = HTTP_HEADERS;
	return GZ_PARSE_OK;
}

/** An interim response: what follows is the one that counts. */
static void
forget_interim(struct http_parse *p)
{
	struct http_tx *t = http_tx_of(p->d->tx);
	struct http_side *m = side_of(p);

	if (t->status == STATUS_CONTINUE) {
		if (t->interim)
			gz_tx_event(p->d->tx, HTTP_EVENT_CONTINUE_TWICE);
		t->interim = true;
	}
	m->interim = true;
	p->d->step = HTTP_START;
}

/** The request that HTTP/2 will answer. */
static void
hand_over(struct http_parse *p, const struct http_side *m)
{
	uint32_t i;

	gz_app_hand_over(p->app, GZ_SPAN(":method"), http_text(m, m->part[0]));
	gz_app_hand_over(p->app, GZ_SPAN(":path"), http_text(m, m->part[1]));
	for (i = 0; i < m->nb_headers; i++)
		gz_app_hand_over(p->app, http_name(m, &m->headers[i]),
				http_value(m, &m->headers[i]));
}

/** Into another protocol, where that can be followed. */
static void
change_protocol(struct http_parse *p, const char *to)
{
	if (!gz_app_may_switch(p->app))
		gz_tx_event(p->d->tx, HTTP_EVENT_PROTOCOL_CHANGE);
	http_response_done(p);
	gz_app_switch(p->app, to);
}

static void
switch_protocol(struct http_parse *p)
{
	struct http_tx *t = http_tx_of(p->d->tx);
	struct gz_span upgrade = http_known(&t->side[GZ_C2S], HTTP_UPGRADE);
	const char *to = NULL;

	if (http_has_word(upgrade, "h2c"))
		to = "http2";
	else if (http_has_word(upgrade, "websocket"))
		to = "websocket";
	if (to != NULL && strcmp(to, "http2") == 0)
		hand_over(p, &t->side[GZ_C2S]);
	change_protocol(p, to);
}

static bool
is_method(const struct http_tx *t, const char *name)
{
	const struct http_side *m = &t->side[GZ_C2S];

	return gz_span_equal(http_text(m, m->part[0]), gz_span_str(name));
}

/** Statuses and methods whose responses have no body, though headers may tell of one. */
static bool
is_bodiless(const struct http_tx *t)
{
	return t->status == STATUS_NO_CONTENT || t->status == STATUS_NOT_MODIFIED ||
			(t->status >= STATUS_CONTINUE && t->status < STATUS_OK);
}

static void
skip_line_ends(struct gz_input *in)
{
	while (in->eaten < in->len && (in->p[in->eaten] == '\r' || in->p[in->eaten] == '\n'))
		in->eaten++;
}

static enum gz_parse
headers_done(struct http_parse *p)
{
	struct http_tx *t = http_tx_of(p->d->tx);
	struct http_side *m = side_of(p);
	bool told;

	if (!http_header_close(p) || !http_keep_text(p))
		return GZ_PARSE_BROKEN;
	told = m->known[HTTP_CONTENT_LENGTH] != 0 || m->known[HTTP_TRANSFER_ENCODING] != 0;
	m->ended = true;
	m->headers_end = m->text.len;
	t->nb_headers[p->dir] = m->nb_headers;
	gz_tx_progress(p->d->tx, GZ_S2C, HTTP_RES_HEADERS);
	if (t->connect && t->status >= STATUS_OK && t->status < STATUS_MULTIPLE) {
		skip_line_ends(p->in);
		change_protocol(p, NULL);
		return GZ_PARSE_OK;
	}
	if (t->status == STATUS_SWITCHING && !told) {
		switch_protocol(p);
		return GZ_PARSE_OK;
	}
	if (t->status >= STATUS_CONTINUE && t->status < STATUS_OK && !told) {
		forget_interim(p);
		return GZ_PARSE_OK;
	}
	if (is_method(t, "HEAD") || (is_bodiless(t) && !told)) {
		http_response_done(p);
		return GZ_PARSE_OK;
	}
	/* a 304 may tell the length of what it stands for */
	if (is_bodiless(t) && t->status != STATUS_NOT_MODIFIED)
		gz_tx_event(p->d->tx, HTTP_EVENT_RESPONSE_BODY);
	http_frame(p);
	if (m->coding == HTTP_BODY_NONE)
		http_response_done(p);
	else if (is_bodiless(t))
		p->d->step = HTTP_PEEK;
	return GZ_PARSE_OK;
}

/** Browsers end the headers at a line of one blank, too, unless another line feed follows. */
static enum gz_probe
ends_headers(struct http_parse *p, struct gz_span line)
{
	const struct gz_input *in = p->in;

	if (p->d->ended_by == HTTP_END_CUT)
		return GZ_PROBE_NO;
	if (line.len == 0)
		return GZ_PROBE_SURE;
	if (line.len != 1 || (line.p[0] != ' ' && line.p[0] != '\t') ||
			p->d->ended_by != HTTP_END_LF)
		return GZ_PROBE_NO;
	if (in->eaten == in->len)
		return in->end ? GZ_PROBE_SURE : GZ_PROBE_MAYBE;
	return in->p[in->eaten] == '\n' || in->p[in->eaten] == '\r' ? GZ_PROBE_NO : GZ_PROBE_SURE;
}

static enum gz_parse
headers(struct http_parse *p)
{
	uint8_t before = p->d->ended_by;
	uint32_t eaten = p->in->eaten;
	struct gz_span line;

	while (http_line(p, true, &line)) {
		enum gz_probe end = ends_headers(p, line);

		if (end == GZ_PROBE_MAYBE) {
			p->in->eaten = eaten;
			p->d->ended_by = before;
			break;
		}
		if (end == GZ_PROBE_SURE) {
			if (p->d->ended_by != HTTP_END_CRLF || line.len > 0)
				side_of(p)->not_normal = true;
			if (p->d->lfcr && p->d->ended_by == HTTP_END_CRLF)
				p->d->skip = 2;
			return headers_done(p);
		}
		if (!http_header_line(p, line))
			return GZ_PARSE_BROKEN;
		before = p->d->ended_by;
		eaten = p->in->eaten;
	}
	return http_keep_text(p) ? GZ_PARSE_OK : GZ_PARSE_BROKEN;
}

/** A body that should not be there: is it? */
static enum gz_parse
peek(struct http_parse *p)
{
	struct gz_span s = rest_of(p);
	enum gz_probe http = http_looks_like_response(s);

	if (http == GZ_PROBE_MAYBE && !p->in->end)
		return GZ_PARSE_OK;
	if (http == GZ_PROBE_NO)
		p->d->step = side_of(p)->coding == HTTP_BODY_CHUNKED      ? HTTP_CHUNK_LINE
				: side_of(p)->coding == HTTP_BODY_COUNTED ? HTTP_COUNTED
									  : HTTP_TO_END;
	else
		http_response_done(p);
	return GZ_PARSE_OK;
}

/** The refusal of a CONNECT lets the client's requests go on. */
static void
wake_client(struct http_parse *p, const struct gz_tx *tx)
{
	struct http_dir *d = &p->s->dir[GZ_C2S];

	if (d->step != HTTP_WAIT || d->tx != tx)
		return;
	d->step = HTTP_START;
	d->tx = NULL;
	gz_app_again(p->app, GZ_C2S);
}

/** What came along with a counted body and is no response belongs to it, too. */
static void
take_surplus(struct http_parse *p)
{
	struct gz_span s = rest_of(p);
	const uint8_t *lf;

	while (s.len > 0 && http_looks_like_response(s) != GZ_PROBE_SURE) {
		lf = memchr(s.p, '\n', s.len);
		/* It may be the first bytes of a response, unless a line ends in them. */
		if (lf == NULL && http_looks_like_response(s) == GZ_PROBE_MAYBE)
			break;
		http_body_eat(p, lf == NULL ? s.len : (uint32_t)(lf + 1 - s.p));
		s = rest_of(p);
	}
}

void
http_response_done(struct http_parse *p)
{
	struct gz_tx *tx = p->d->tx;
	struct http_side *m = side_of(p);

	if (p->d->step == HTTP_COUNTED)
		take_surplus(p);
	gz_app_frame_end(p->app, GZ_S2C, HTTP_FRAME_RESPONSE, p->in->offset + p->in->eaten);
	http_file_close(p, true);
	http_encoding_close(p->app, m);
	m->body.complete = true;
	gz_tx_progress(tx, GZ_S2C, HTTP_RES_DONE);
	gz_tx_complete(tx, GZ_S2C);
	wake_client(p, tx);
	if (p->s->waiting == tx)
		p->s->waiting = TAILQ_NEXT(tx, link);
	p->d->tx = NULL;
	p->d->step = HTTP_START;
}

void
http_response_settle(struct http_parse *p)
{
	struct http_parse other = *p;

	other.dir = GZ_S2C;
	other.d = &p->s->dir[GZ_S2C];
	if (other.d->step == HTTP_PEEK)
		http_response_done(&other);
}

static enum gz_parse
step(struct http_parse *p)
{
	switch (p->d->step) {
	case HTTP_START:
		return first_line(p);
	case HTTP_HEADERS:
		return headers(p);
	case HTTP_PEEK:
		return peek(p);
	default:
		return http_body(p);
	}
}

enum gz_parse
http_response(struct http_parse *p)
{
	enum gz_parse r;
	uint32_t eaten;
	uint8_t before;

	do {
		eaten = p->in->eaten;
		before = p->d->step;
		r = step(p);
		/* A refused CONNECT: the next request comes first. */
		if (p->app->again[GZ_C2S])
			break;
	} while (r == GZ_PARSE_OK && !p->app->switching &&
			(p->in->eaten != eaten || p->d->step != before));
	return r;
}
