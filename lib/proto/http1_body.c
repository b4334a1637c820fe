/* SPDX-License-Identifier: BSD-3-Clause */
#include "http1_parts.h"

enum {
	CHUNK_LINE_MOST = 1024, /* bytes of a chunk's first line with its extensions */
};

static struct http_side *
side_of(const struct http_parse *p)
{
	return &http_tx_of(p->d->tx)->side[p->dir];
}

static void
note(const struct http_parse *p, enum http_event request, enum http_event response)
{
	gz_tx_event(p->d->tx, p->dir == GZ_C2S ? request : response);
}

/** The next number in @p s from *@p at on. */
static bool
next_number(struct gz_span s, uint32_t *at, uint64_t *v)
{
	uint32_t from;

	while (*at < s.len && (s.p[*at] < '0' || s.p[*at] > '9'))
		(*at)++;
	from = *at;
	while (*at < s.len && s.p[*at] >= '0' && s.p[*at] <= '9')
		(*at)++;
	if (from == *at)
		return false;
	if (!gz_span_u64(gz_span(s.p + from, *at - from), v))
		*v = UINT64_MAX - 1;
	return true;
}

/*
 * Of several numbers a request means the first, as most servers read it. In a
 * response the greatest hides least: what browsers take differs.
 */
uint64_t
http_length(struct http_parse *p, bool *told)
{
	struct http_side *m = side_of(p);
	struct gz_span s = http_known_joined(p->app, m, HTTP_CONTENT_LENGTH);
	uint64_t length = UINT64_MAX, v;
	uint32_t at = 0;

	*told = s.p != NULL;
	if (!*told)
		return UINT64_MAX;
	while (next_number(s, &at, &v)) {
		if (length == UINT64_MAX)
			length = v;
		else if (p->dir == GZ_S2C)
			length = RTE_MAX(length, v);
	}
	if (length == UINT64_MAX)
		note(p, HTTP_EVENT_REQUEST_CL, HTTP_EVENT_RESPONSE_CL);
	return length;
}

/** Several Content-Length headers of different values. */
static void
check_lengths(struct http_parse *p, const struct http_side *m)
{
	const struct http_header *h, *first;

	if (m->known[HTTP_CONTENT_LENGTH] == 0)
		return;
	first = &m->headers[m->known[HTTP_CONTENT_LENGTH] - 1];
	for (h = first; h->next_same != 0;) {
		h = &m->headers[h->next_same - 1];
		if (gz_span_equal(http_value(m, first), http_value(m, h)))
			continue;
		note(p, HTTP_EVENT_REQUEST_CL_TWICE, HTTP_EVENT_RESPONSE_CL_TWICE);
		return;
	}
}

static bool
is_chunked(struct http_parse *p, struct http_side *m)
{
	struct gz_span te = http_known_joined(p->app, m, HTTP_TRANSFER_ENCODING);

	if (te.p == NULL)
		return false;
	if (!http_has_word(te, "chunked")) {
		note(p, HTTP_EVENT_REQUEST_TE, HTTP_EVENT_RESPONSE_TE);
		return false;
	}
	if (p->dir == GZ_C2S)
		return true;
	if (te.len != sizeof("chunked") - 1)
		gz_tx_event(p->d->tx, HTTP_EVENT_ABNORMAL_TE);
	if (m->version != 11)
		gz_tx_event(p->d->tx, HTTP_EVENT_CHUNKED_OLD);
	return true;
}

static void
expect(struct http_parse *p, enum http_coding coding, enum http_step step)
{
	side_of(p)->coding = (uint8_t)coding;
	p->d->step = (uint8_t)step;
}

void
http_frame(struct http_parse *p)
{
	struct http_side *m = side_of(p);
	bool told;

	check_lengths(p, m);
	m->length = http_length(p, &told);
	if (is_chunked(p, m)) {
		expect(p, HTTP_BODY_CHUNKED, HTTP_CHUNK_LINE);
	} else if (m->length != UINT64_MAX) {
		p->d->left = m->length;
		expect(p, m->length == 0 ? HTTP_BODY_NONE : HTTP_BODY_COUNTED, HTTP_COUNTED);
	} else if (p->dir == GZ_S2C) {
		if (http_has_word(http_known(m, HTTP_CONTENT_TYPE), "multipart/byteranges"))
			gz_tx_event(p->d->tx, HTTP_EVENT_BYTERANGES);
		expect(p, HTTP_BODY_TO_END, HTTP_TO_END);
	} else {
		expect(p, HTTP_BODY_NONE, HTTP_START);
	}
	if (m->coding != HTTP_BODY_NONE)
		http_encoding_open(p);
}

void
http_body_eat(struct http_parse *p, uint32_t n)
{
	struct gz_span s = gz_span(p->in->p + p->in->eaten, n);

	p->in->eaten += n;
	if (n == 0)
		return;
	side_of(p)->message_len += n;
	gz_tx_progress(p->d->tx, p->dir, p->dir == GZ_C2S ? HTTP_REQ_BODY : HTTP_RES_BODY);
	http_content(p, s);
}

static uint32_t
rest_len(const struct http_parse *p)
{
	return p->in->len - p->in->eaten;
}

/** What is left of odd line ends before the body. */
static void
skip_line_end(struct http_parse *p)
{
	while (p->d->skip > 0 && rest_len(p) > 0) {
		uint8_t c = p->in->p[p->in->eaten];

		if (c != (p->d->skip == 2 ? '\r' : '\n')) {
			p->d->skip = 0;
			return;
		}
		p->d->skip--;
		p->in->eaten++;
	}
}

static enum gz_parse
counted(struct http_parse *p)
{
	uint32_t n = (uint32_t)RTE_MIN(p->d->left, (uint64_t)rest_len(p));

	p->d->left -= n;
	http_body_eat(p, n);
	if (p->d->left == 0)
		http_done(p);
	return GZ_PARSE_OK;
}

static enum gz_parse
to_end(struct http_parse *p)
{
	http_body_eat(p, rest_len(p));
	if (p->in->end)
		http_done(p);
	return GZ_PARSE_OK;
}

static int
hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/** A chunk's size; what follows the digits does not matter. @return false: there are none. */
static bool
read_size(struct gz_span line, uint64_t *size)
{
	uint32_t at = 0, digits = 0;

	while (at < line.len && http_is_space(line.p[at]))
		at++;
	*size = 0;
	for (; at < line.len && hex_digit(line.p[at]) >= 0; at++) {
		*size = *size << 4 | (uint64_t)hex_digit(line.p[at]);
		if (*size > 0)
			digits++;
		else
			digits = 1;
		if (digits > 15)
			return false;
	}
	return digits > 0;
}

static bool
is_empty(struct gz_span line)
{
	uint32_t i;

	for (i = 0; i < line.len && http_is_space(line.p[i]); i++)
		;
	return i == line.len;
}

/** It was never chunked, or is no longer: all that follows is content. */
static enum gz_parse
not_chunked(struct http_parse *p, const uint8_t *from)
{
	note(p, HTTP_EVENT_REQUEST_CHUNK_LEN, HTTP_EVENT_RESPONSE_CHUNK_LEN);
	p->in->eaten = (uint32_t)(from - p->in->p);
	p->d->step = HTTP_TO_END;
	side_of(p)->coding = HTTP_BODY_TO_END;
	return GZ_PARSE_OK;
}

/** The line is not all there: can it become a size? */
static bool
may_be_size(const struct http_parse *p)
{
	struct gz_span s = gz_span(p->in->p + p->in->eaten, rest_len(p));
	uint64_t size;

	return is_empty(s) || (s.len <= CHUNK_LINE_MOST && read_size(s, &size));
}

static enum gz_parse
chunk_line(struct http_parse *p)
{
	const uint8_t *from = p->in->p + p->in->eaten;
	struct gz_span line;

	if (!http_line(p, false, &line)) {
		if (!may_be_size(p))
			return not_chunked(p, from);
		if (!p->in->end || rest_len(p) == 0)
			return GZ_PARSE_OK;
		line = gz_span(from, rest_len(p));
		p->in->eaten = p->in->len;
	}
	if (is_empty(line)) {
		side_of(p)->message_len += (uint64_t)(p->in->p + p->in->eaten - from);
		return GZ_PARSE_OK;
	}
	if (line.len > CHUNK_LINE_MOST || !read_size(line, &p->d->left))
		return not_chunked(p, from);
	if (memchr(line.p, ';', line.len) != NULL)
		gz_tx_event(p->d->tx, HTTP_EVENT_CHUNK_EXTENSION);
	side_of(p)->message_len += (uint64_t)(p->in->p + p->in->eaten - from);
	p->d->step = p->d->left > 0 ? HTTP_CHUNK_DATA : HTTP_TRAILERS;
	http_drop_text(p);
	return GZ_PARSE_OK;
}

static enum gz_parse
chunk_data(struct http_parse *p)
{
	uint32_t n = (uint32_t)RTE_MIN(p->d->left, (uint64_t)rest_len(p));

	p->d->left -= n;
	http_body_eat(p, n);
	if (p->d->left == 0)
		p->d->step = HTTP_CHUNK_END;
	return GZ_PARSE_OK;
}

/** The line end behind a chunk, if there is one. */
static enum gz_parse
chunk_end(struct http_parse *p)
{
	struct http_side *m = side_of(p);

	while (rest_len(p) > 0) {
		uint8_t c = p->in->p[p->in->eaten];

		if (c != '\r' && c != '\n') {
			p->d->step = HTTP_CHUNK_LINE;
			return GZ_PARSE_OK;
		}
		p->in->eaten++;
		m->message_len++;
		if (c == '\n') {
			p->d->step = HTTP_CHUNK_LINE;
			return GZ_PARSE_OK;
		}
	}
	return GZ_PARSE_OK;
}

/** What they added to the @p before headers is seen with them, though more may follow. */
static bool
show_trailers(struct http_parse *p, struct http_side *m, uint32_t before)
{
	if (m->nb_headers == before)
		return false;
	m->not_normal = true;
	http_build_forget(p->app, m);
	return true;
}

static enum gz_parse
trailers(struct http_parse *p)
{
	struct http_side *m = side_of(p);
	uint32_t before = m->nb_headers;
	struct gz_span line;

	while (http_line(p, p->dir == GZ_S2C, &line)) {
		if (line.len == 0 && p->d->ended_by != HTTP_END_CUT) {
			if (!http_header_close(p) ||
					(show_trailers(p, m, before) && !http_keep_text(p)))
				return GZ_PARSE_BROKEN;
			http_done(p);
			return GZ_PARSE_OK;
		}
		if (!http_header_line(p, line))
			return GZ_PARSE_BROKEN;
	}
	show_trailers(p, m, before);
	return http_keep_text(p) ? GZ_PARSE_OK : GZ_PARSE_BROKEN;
}

enum gz_parse
http_body(struct http_parse *p)
{
	skip_line_end(p);
	switch (p->d->step) {
	case HTTP_COUNTED:
		return counted(p);
	case HTTP_CHUNK_LINE:
		return chunk_line(p);
	case HTTP_CHUNK_DATA:
		return chunk_data(p);
	case HTTP_CHUNK_END:
		return chunk_end(p);
	case HTTP_TRAILERS:
		return trailers(p);
	case HTTP_TO_END:
		return to_end(p);
	default:
		p->in->eaten = p->in->len;
		return GZ_PARSE_OK;
	}
}
