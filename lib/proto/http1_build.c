/* SPDX-License-Identifier: BSD-3-Clause */
#include "http1_parts.h"

/*
 * The normal form of a head: the first line, "Name: value" lines with
 * repetitions joined into the first of their name, an empty line. Where the text
 * came so, it is its own normal form and nothing is copied.
 */

static uint32_t
line_len(const struct http_side *m, const struct http_header *h)
{
	uint32_t len = h->name.len + 4 + h->value.len;

	for (; h->next_same != 0; h = &m->headers[h->next_same - 1])
		len += 2 + m->headers[h->next_same - 1].value.len;
	return len;
}

static uint8_t *
put(uint8_t *to, struct gz_span s)
{
	if (s.len > 0)
		memcpy(to, s.p, s.len);
	return to + s.len;
}

static uint8_t *
put_line(uint8_t *to, const struct http_side *m, const struct http_header *h)
{
	to = put(to, http_name(m, h));
	to = put(to, GZ_SPAN(": "));
	to = put(to, http_value(m, h));
	while (h->next_same != 0) {
		h = &m->headers[h->next_same - 1];
		to = put(to, GZ_SPAN(", "));
		to = put(to, http_value(m, h));
	}
	return put(to, GZ_SPAN("\r\n"));
}

static struct gz_span
build_start(struct gz_app *app, struct http_side *m)
{
	uint32_t len = m->line.len + 4, i;
	struct http_blob *b;
	uint8_t *to;

	for (i = 0; i < m->nb_headers; i++) {
		if (!m->headers[i].repeats)
			len += line_len(m, &m->headers[i]);
	}
	b = http_blob(app, m, HTTP_BLOB_START, len);
	if (b == NULL)
		return gz_span(NULL, 0);
	to = put(b->bytes, http_text(m, m->line));
	to = put(to, GZ_SPAN("\r\n"));
	for (i = 0; i < m->nb_headers; i++) {
		struct http_header *h = &m->headers[i];

		if (h->repeats)
			continue;
		h->built.off = (uint32_t)(to - b->bytes);
		to = put_line(to, m, h);
		h->built.len = (uint32_t)(to - b->bytes) - h->built.off;
	}
	if (m->nb_headers > 0)
		to = put(to, GZ_SPAN("\r\n"));
	return gz_span(b->bytes, (uint32_t)(to - b->bytes));
}

static bool
is_own_normal(const struct http_side *m)
{
	return !m->not_normal && m->nb_headers > 0 && m->headers_end > 0;
}

struct gz_span
http_build_start(struct gz_app *app, struct http_side *m)
{
	const struct http_blob *b;

	if (is_own_normal(m))
		return gz_span(m->text.p, m->headers_end);
	b = http_blob_find(m, HTTP_BLOB_START);
	if (b == NULL)
		return build_start(app, m);
	return gz_span(b->bytes, b->len - (m->nb_headers > 0 ? 0 : 2));
}

/** Where the line of @p h is in the normal form @p start. */
static struct gz_span
built_line(const struct http_side *m, const struct http_header *h, struct gz_span start)
{
	uint32_t off = is_own_normal(m) ? h->name.off : h->built.off;
	uint32_t len = is_own_normal(m) ? h->name.len + 4 + h->value.len : h->built.len;

	return gz_span(start.p + off, len);
}

/** The headers but the cookies of @p dir. */
static struct gz_span
build_header(struct gz_app *app, struct http_side *m, struct gz_span start, uint16_t cookie)
{
	struct http_blob *b = http_blob(app, m, HTTP_BLOB_HEADER, start.len);
	uint32_t i;
	uint8_t *to;

	if (b == NULL)
		return gz_span(NULL, 0);
	to = b->bytes;
	for (i = 0; i < m->nb_headers; i++) {
		if (!m->headers[i].repeats && i + 1 != cookie)
			to = put(to, built_line(m, &m->headers[i], start));
	}
	memset(to, 0, (size_t)(b->bytes + start.len - to));
	m->header_len = (uint32_t)(to - b->bytes);
	return gz_span(b->bytes, m->header_len);
}

struct gz_span
http_build_header(struct gz_app *app, struct http_side *m, enum gz_dir dir)
{
	uint16_t cookie = m->known[dir == GZ_C2S ? HTTP_COOKIE : HTTP_SET_COOKIE];
	const struct http_blob *b = http_blob_find(m, HTTP_BLOB_HEADER);
	struct gz_span start;
	uint32_t from;

	if (b != NULL)
		return gz_span(b->bytes, m->header_len);
	start = http_build_start(app, m);
	if (start.p == NULL || m->nb_headers == 0)
		return gz_span(NULL, 0);
	if (cookie != 0)
		return build_header(app, m, start, cookie);
	from = m->line.len + 2;
	return gz_span(start.p + from, start.len - from - 2);
}

struct gz_span
http_build_one(struct gz_app *app, struct http_side *m, uint32_t index)
{
	struct gz_span start, line;
	uint32_t i;

	/* They are asked for in order: go on from where the last was. */
	if (index < m->one_index)
		m->one_index = m->one_at = 0;
	for (i = m->one_at; i < m->nb_headers; i++) {
		if (!m->headers[i].repeats && m->one_index++ == index)
			break;
	}
	m->one_at = (uint16_t)i;
	if (i == m->nb_headers) {
		m->one_index = m->one_at = 0;
		return gz_span(NULL, 0);
	}
	m->one_index = (uint16_t)index;
	start = http_build_start(app, m);
	if (start.p == NULL)
		return start;
	line = built_line(m, &m->headers[i], start);
	return gz_span(line.p, line.len - 2);
}

struct gz_span
http_build_names(struct gz_app *app, struct http_side *m)
{
	const struct http_blob *found = http_blob_find(m, HTTP_BLOB_NAMES);
	struct http_blob *b;
	uint32_t len = 4, i;
	uint8_t *to;

	if (found != NULL)
		return gz_span(found->bytes, found->len);
	if (m->nb_headers == 0)
		return gz_span(NULL, 0);
	for (i = 0; i < m->nb_headers; i++) {
		if (!m->headers[i].repeats)
			len += m->headers[i].name.len + 2;
	}
	b = http_blob(app, m, HTTP_BLOB_NAMES, len);
	if (b == NULL)
		return gz_span(NULL, 0);
	to = put(b->bytes, GZ_SPAN("\r\n"));
	for (i = 0; i < m->nb_headers; i++) {
		if (m->headers[i].repeats)
			continue;
		to = put(to, http_name(m, &m->headers[i]));
		to = put(to, GZ_SPAN("\r\n"));
	}
	put(to, GZ_SPAN("\r\n"));
	return gz_span(b->bytes, b->len);
}

void
http_build_forget(struct gz_app *app, struct http_side *m)
{
	struct http_blob **at = &m->blobs, *b;

	while ((b = *at) != NULL) {
		if (b->tag == HTTP_BLOB_PART) {
			at = &b->next;
			continue;
		}
		*at = b->next;
		gz_app_free(app, b, (uint32_t)sizeof(*b) + b->len);
	}
}
