/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>

#include "http1_parts.h"

static struct http_side *
side_of(const struct http_parse *p)
{
	return &http_tx_of(p->d->tx)->side[GZ_C2S];
}

uint8_t
http_version(struct gz_span protocol)
{
	if (gz_span_equal(protocol, GZ_SPAN("HTTP/1.1")))
		return 11;
	if (gz_span_equal(protocol, GZ_SPAN("HTTP/1.0")))
		return 10;
	return gz_span_equal(protocol, GZ_SPAN("HTTP/0.9")) ? 9 : 0;
}

static uint32_t
skip_space(struct gz_span s, uint32_t at)
{
	while (at < s.len && http_is_space(s.p[at]))
		at++;
	return at;
}

static uint32_t
skip_word(struct gz_span s, uint32_t at)
{
	while (at < s.len && !http_is_space(s.p[at]))
		at++;
	return at;
}

/** A target ends with the first blank; where there is none, with any space. */
static uint32_t
skip_target(struct http_parse *p, struct gz_span s, uint32_t at)
{
	const uint8_t *blank = memchr(s.p + at, ' ', s.len - at);
	uint32_t end = blank == NULL ? s.len : (uint32_t)(blank - s.p);
	uint32_t first = skip_word(s, at);

	if (first == end)
		return end;
	gz_tx_event(p->d->tx, HTTP_EVENT_URI_DELIM);
	return blank == NULL ? first : end;
}

static struct http_at
part(struct http_at line, uint32_t from, uint32_t to)
{
	return (struct http_at){ line.off + from, to - from };
}

/** Method, target, protocol. */
static void
split_line(struct http_parse *p, struct http_side *m, struct gz_span s)
{
	uint32_t from, to;

	m->line = http_text_at(p, s);
	from = skip_space(s, 0);
	if (from > 0)
		gz_tx_event(p->d->tx, HTTP_EVENT_LEADING_SPACE);
	to = skip_word(s, from);
	m->part[0] = part(m->line, from, to);
	from = skip_space(s, to);
	if (from < s.len && (from != to + 1 || s.p[to] != ' '))
		gz_tx_event(p->d->tx, HTTP_EVENT_METHOD_DELIM);
	to = skip_target(p, s, from);
	m->part[1] = part(m->line, from, to);
	from = skip_space(s, to);
	to = s.len;
	while (to > from && http_is_space(s.p[to - 1]))
		to--;
	m->part[2] = part(m->line, from, to);
	m->old = m->part[2].len == 0;
	m->version = http_version(gz_span(s.p + from, to - from));
}

static bool
is_blank(struct gz_span s)
{
	return skip_space(s, 0) == s.len;
}

enum {
	METHOD_MOST = 64,
};

/** Could a method begin here? */
static enum gz_probe
looks_like_method(struct gz_span s)
{
	uint32_t from = skip_space(s, 0), at = from;

	while (at < s.len && at - from < METHOD_MOST &&
			((s.p[at] | 0x20) >= 'a' || s.p[at] == '-') && (s.p[at] | 0x20) <= 'z')
		at++;
	if (at == s.len)
		return GZ_PROBE_MAYBE;
	return at > from && http_is_space(s.p[at]) ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

/** A line that cannot be a request belongs to the one before, as long as it has no response. */
static bool
take_unexpected(struct http_parse *p, struct gz_span s)
{
	const uint8_t *lf;

	if (p->s->asked == NULL || p->s->asked->progress[GZ_S2C] > 0 ||
			looks_like_method(s) != GZ_PROBE_NO)
		return false;
	p->d->tx = p->s->asked;
	gz_tx_event(p->d->tx, HTTP_EVENT_BODY_UNEXPECTED);
	lf = memchr(s.p, '\n', s.len);
	http_body_eat(p, lf == NULL ? s.len : (uint32_t)(lf + 1 - s.p));
	p->d->tx = NULL;
	return true;
}

/** Is something in the decoded path still encoded? */
static bool
is_encoded(struct gz_span s)
{
	uint32_t i;

	for (i = 0; i + 2 < s.len; i++) {
		if (s.p[i] == '%' && isxdigit(s.p[i + 1]) && isxdigit(s.p[i + 2]))
			return true;
	}
	return false;
}

/** Neither method nor protocol is one. */
static void
check_line(struct http_parse *p, const struct http_side *m)
{
	if ((m->part[2].len == 0 || m->version == 0) && !http_is_method(http_text(m, m->part[0])))
		gz_tx_event(p->d->tx, HTTP_EVENT_LINE_INVALID);
}

static enum gz_parse
first_line(struct http_parse *p)
{
	struct http_side *m;
	struct http_tx *t;
	struct gz_span line;

	line = gz_span(p->in->p + p->in->eaten, p->in->len - p->in->eaten);
	if (line.len == 0 || take_unexpected(p, line) || !http_line(p, false, &line))
		return GZ_PARSE_OK;
	if (is_blank(line)) {
		http_drop_text(p);
		return GZ_PARSE_OK;
	}
	http_response_settle(p);
	p->text_from = (uint32_t)(line.p - p->in->p);
	p->d->tx = gz_tx_new(p->app);
	if (p->d->tx == NULL)
		return GZ_PARSE_BROKEN;
	p->s->asked = p->d->tx;
	if (p->s->waiting == NULL)
		p->s->waiting = p->d->tx;
	gz_app_frame(p->app, p->in, HTTP_FRAME_REQUEST, line.p, GZ_FRAME_OPEN);
	gz_app_frame_tx(p->app, GZ_C2S, HTTP_FRAME_REQUEST, p->d->tx);
	t = http_tx_of(p->d->tx);
	t->side[GZ_C2S].length = t->side[GZ_S2C].length = UINT64_MAX;
	m = side_of(p);
	m->not_normal = p->d->ended_by != HTTP_END_CRLF;
	if (p->d->ended_by == HTTP_END_CUT)
		gz_tx_event(p->d->tx, HTTP_EVENT_REQUEST_TOO_LONG);
	split_line(p, m, line);
	/* The line must lie still for what is made of it. */
	if (!http_keep_text(p) || !http_uri(p->app, t))
		return GZ_PARSE_BROKEN;
	if (is_encoded(t->path))
		gz_tx_event(p->d->tx, HTTP_EVENT_DOUBLE_ENCODED);
	check_line(p, m);
	m->headers_off = m->text.len;
	gz_tx_progress(p->d->tx, GZ_C2S, HTTP_REQ_LINE);
	p->d->step = m->old ? HTTP_PEEK : HTTP_HEADERS;
	return GZ_PARSE_OK;
}

/** No protocol was told: if anything follows before the response, it is headers. */
static enum gz_parse
peek(struct http_parse *p)
{
	struct gz_input *in = p->in;

	if (skip_space(gz_span(in->p, in->len), in->eaten) == in->len)
		return GZ_PARSE_OK;
	side_of(p)->old = false;
	gz_tx_event(p->d->tx, HTTP_EVENT_NO_PROTOCOL);
	p->d->step = HTTP_HEADERS;
	return GZ_PARSE_OK;
}

static bool
is_connect(const struct http_side *m)
{
	return gz_span_equal(http_text(m, m->part[0]), GZ_SPAN("CONNECT"));
}

/** The host, from the target or from the header. */
static bool
find_host(struct http_parse *p, struct http_tx *t)
{
	struct http_side *m = &t->side[GZ_C2S];
	struct gz_span value = http_known_joined(p->app, m, HTTP_HOST);
	struct http_authority a;

	if (value.p == NULL) {
		if (m->version == 11)
			gz_tx_event(p->d->tx, HTTP_EVENT_NO_HOST);
		if (t->host.p == NULL)
			t->port = -1;
		return true;
	}
	a = http_authority(value);
	if (a.bad_host || a.bad_port)
		gz_tx_event(p->d->tx, HTTP_EVENT_HEADER_HOST);
	if (a.bad_port)
		gz_tx_event(p->d->tx, HTTP_EVENT_SERVER_PORT);
	if (t->host.p != NULL) {
		if (!gz_span_equal_nocase(t->host, a.host) || (a.port >= 0 && a.port != t->port))
			gz_tx_event(p->d->tx, HTTP_EVENT_HOST_AMBIGUOUS);
		return true;
	}
	t->port = a.port;
	if (a.port >= 0 && a.port != p->app->flow->port[GZ_S2C])
		gz_tx_event(p->d->tx, HTTP_EVENT_PORT_MISMATCH);
	return http_set_host(p->app, t, a.host);
}

/** What the target says of host and port; a proxy is asked for another server's. */
static void
check_target(struct http_parse *p, const struct http_tx *t)
{
	if (!t->bad_host)
		return;
	gz_tx_event(p->d->tx, HTTP_EVENT_URI_HOST);
	if (t->bad_port)
		gz_tx_event(p->d->tx,
				is_connect(&t->side[GZ_C2S]) ? HTTP_EVENT_AUTHORITY_PORT
							     : HTTP_EVENT_SERVER_PORT);
}

/** Credentials of a scheme that nobody knows. */
static void
check_auth(struct http_parse *p, const struct http_side *m)
{
	static const char *const schemes[] = { "basic", "digest", "bearer", "negotiate", "ntlm" };
	struct gz_span s = http_known(m, HTTP_AUTHORIZATION), scheme;
	uint32_t i;

	if (s.p == NULL)
		return;
	scheme = gz_span(s.p, skip_word(s, 0));
	for (i = 0; i < RTE_DIM(schemes); i++) {
		if (http_is_word(scheme, schemes[i]))
			return;
	}
	gz_tx_event(p->d->tx, HTTP_EVENT_AUTH);
}

static enum gz_parse
headers_done(struct http_parse *p)
{
	struct http_side *m = side_of(p);
	struct http_tx *t = http_tx_of(p->d->tx);

	if (!http_header_close(p) || !http_keep_text(p))
		return GZ_PARSE_BROKEN;
	m->ended = true;
	m->headers_end = m->text.len;
	t->nb_headers[p->dir] = m->nb_headers;
	if (!find_host(p, t))
		return GZ_PARSE_BROKEN;
	check_target(p, t);
	check_auth(p, m);
	gz_tx_progress(p->d->tx, GZ_C2S, HTTP_REQ_HEADERS);
	if (is_connect(m)) {
		t->connect = true;
		gz_tx_progress(p->d->tx, GZ_C2S, HTTP_REQ_DONE);
		gz_tx_complete(p->d->tx, GZ_C2S);
		p->d->step = HTTP_WAIT;
		return GZ_PARSE_OK;
	}
	http_frame(p);
	http_form_open(p);
	if (m->coding == HTTP_BODY_NONE)
		http_request_done(p);
	return GZ_PARSE_OK;
}

static enum gz_parse
headers(struct http_parse *p)
{
	struct gz_span line;

	while (http_line(p, false, &line)) {
		if (line.len == 0 && p->d->ended_by != HTTP_END_CUT) {
			if (p->d->ended_by != HTTP_END_CRLF)
				side_of(p)->not_normal = true;
			return headers_done(p);
		}
		if (!http_header_line(p, line))
			return GZ_PARSE_BROKEN;
	}
	return http_keep_text(p) ? GZ_PARSE_OK : GZ_PARSE_BROKEN;
}

void
http_request_settle(struct http_parse *p, struct gz_tx *tx)
{
	struct http_dir *d = &p->s->dir[GZ_C2S];

	if (d->tx != tx || d->step != HTTP_PEEK)
		return;
	gz_tx_progress(tx, GZ_C2S, HTTP_REQ_DONE);
	gz_tx_complete(tx, GZ_C2S);
	d->tx = NULL;
	d->step = HTTP_START;
}

void
http_request_done(struct http_parse *p)
{
	struct http_side *m = side_of(p);

	gz_app_frame_end(p->app, GZ_C2S, HTTP_FRAME_REQUEST, p->in->offset + p->in->eaten);
	http_file_close(p, true);
	http_encoding_close(p->app, m);
	m->body.complete = true;
	gz_tx_progress(p->d->tx, GZ_C2S, HTTP_REQ_DONE);
	gz_tx_complete(p->d->tx, GZ_C2S);
	p->d->tx = NULL;
	p->d->step = HTTP_START;
}

static void
skip_line_ends(struct gz_input *in)
{
	while (in->eaten < in->len && (in->p[in->eaten] == '\r' || in->p[in->eaten] == '\n'))
		in->eaten++;
}

static enum gz_parse
step(struct http_parse *p)
{
	switch (p->d->step) {
	case HTTP_START:
		return first_line(p);
	case HTTP_PEEK:
		return peek(p);
	case HTTP_HEADERS:
		return headers(p);
	case HTTP_WAIT:
		skip_line_ends(p->in);
		return GZ_PARSE_OK;
	default:
		return http_body(p);
	}
}

enum gz_parse
http_request(struct http_parse *p)
{
	enum gz_parse r = GZ_PARSE_OK;
	uint32_t eaten;
	uint8_t before;

	do {
		eaten = p->in->eaten;
		before = p->d->step;
		r = step(p);
	} while (r == GZ_PARSE_OK && !p->app->switching &&
			(p->in->eaten != eaten || p->d->step != before));
	return r;
}
