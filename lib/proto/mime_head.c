/* SPDX-License-Identifier: BSD-3-Clause */
#include "mime.h"

static bool
is_name(struct gz_span name, const char *want)
{
	return gz_span_equal_nocase(name, gz_span_str(want));
}

/** Keep a field of the message's own head. */
static void
keep_field(struct mime *m, struct gz_span name, struct gz_span value)
{
	struct gz_app *app = m->tx->app;
	uint32_t size = m->size_fields == 0 ? 16 : 2u * m->size_fields;
	struct mime_field *v;
	uint32_t off = m->head.len;

	if (m->nb_fields == MIME_FIELDS_MOST)
		return;
	if (m->nb_fields == m->size_fields) {
		v = gz_app_alloc(app, size * (uint32_t)sizeof(*v));
		if (v == NULL)
			return;
		if (m->fields != NULL)
			memcpy(v, m->fields, m->nb_fields * sizeof(*v));
		gz_app_free(app, m->fields, m->size_fields * (uint32_t)sizeof(*v));
		m->fields = v;
		m->size_fields = (uint16_t)size;
	}
	if (!gz_bytes_reserve(app, &m->head, name.len + value.len, MIME_HEAD_MOST))
		return;
	gz_bytes_add(app, &m->head, name, MIME_HEAD_MOST);
	gz_bytes_add(app, &m->head, value, MIME_HEAD_MOST);
	m->fields[m->nb_fields++] = (struct mime_field){ off, name.len, off + name.len, value.len };
}

struct gz_span
mime_field(const struct mime *m, const char *name, uint32_t index)
{
	uint32_t i;

	for (i = 0; i < m->nb_fields; i++) {
		const struct mime_field *f = &m->fields[i];

		if (is_name(gz_span(m->head.p + f->name_off, f->name_len), name) && index-- == 0)
			return gz_span(m->head.p + f->value_off, f->value_len);
	}
	return gz_span(NULL, 0);
}

/** A parameter as it stands among others: "; name=value". */
struct param {
	struct gz_span name, value;
	bool quoted;
};

static struct gz_span
skip(struct gz_span s, const char *set)
{
	while (s.len > 0 && strchr(set, s.p[0]) != NULL && s.p[0] != 0)
		s = gz_span(s.p + 1, s.len - 1);
	return s;
}

static uint32_t
until(struct gz_span s, const char *stops)
{
	uint32_t n = 0;

	while (n < s.len && (s.p[n] == 0 || strchr(stops, s.p[n]) == NULL))
		n++;
	return n;
}

/** Take the next parameter off @p rest. */
static bool
next_param(struct gz_span *rest, struct param *p)
{
	struct gz_span s = skip(*rest, "; \t");
	uint32_t n;

	if (s.len == 0)
		return false;
	n = until(s, "=;");
	p->name = gz_span_trim(gz_span(s.p, n));
	p->value = gz_span(NULL, 0);
	s = gz_span(s.p + n, s.len - n);
	if (s.len > 0 && s.p[0] == '=') {
		s = skip(gz_span(s.p + 1, s.len - 1), " \t");
		p->quoted = s.len > 0 && s.p[0] == '"';
		if (p->quoted)
			s = gz_span(s.p + 1, s.len - 1);
		n = until(s, p->quoted ? "\"" : "; \t");
		p->value = gz_span(s.p, n);
		s = gz_span(s.p + n, s.len - n);
		n = until(s, ";");
		s = gz_span(s.p + n, s.len - n);
	}
	*rest = s;
	return true;
}

static void
add_name(struct mime *m, struct gz_span s)
{
	uint32_t n = RTE_MIN(s.len, (uint32_t)(MIME_NAME_MOST - m->name_len));

	if (n < s.len)
		mime_note(m, MIME_EVENT_LONG_FILENAME);
	memcpy(m->name + m->name_len, s.p, n);
	m->name_len = (uint8_t)(m->name_len + n);
	m->named = true;
}

/** "charset'language'value" of RFC 2231: without what stands before the value. */
static struct gz_span
extended(struct gz_span s)
{
	const uint8_t *a = memchr(s.p, '\'', s.len), *b;

	if (a == NULL)
		return s;
	b = memchr(a + 1, '\'', (size_t)(s.p + s.len - a - 1));
	return b == NULL ? s : gz_span(b + 1, (uint32_t)(s.p + s.len - b - 1));
}

/** The file's name: "filename=", "filename*=", "filename*0=" and on (RFC 2231). */
static void
read_file_name(struct mime *m, struct gz_span params, const char *what)
{
	uint32_t len = (uint32_t)strlen(what);
	struct param p;

	while (next_param(&params, &p)) {
		if (p.name.len < len || strncasecmp((const char *)p.name.p, what, len) != 0 ||
				p.value.len == 0)
			continue;
		if (p.name.len == len) {
			m->name_len = 0;
			add_name(m, p.value);
			return;
		}
		if (p.name.p[len] != '*')
			continue;
		add_name(m, p.name.p[p.name.len - 1] == '*' ? extended(p.value) : p.value);
	}
}

static void
open_boundary(struct mime *m, struct gz_span params)
{
	struct param p;

	while (next_param(&params, &p)) {
		if (!is_name(p.name, "boundary") || p.value.len == 0)
			continue;
		if (p.value.len > MIME_BOUNDARY_MOST) {
			mime_note(m, MIME_EVENT_LONG_BOUNDARY);
			return;
		}
		if (m->depth == MIME_DEPTH) {
			mime_note(m, MIME_EVENT_MALFORMED);
			return;
		}
		memcpy(m->boundary[m->depth].bytes, p.value.p, p.value.len);
		m->boundary[m->depth++].len = (uint8_t)p.value.len;
		return;
	}
}

static bool
starts_nocase(struct gz_span s, const char *prefix)
{
	size_t len = strlen(prefix);

	return s.len >= len && strncasecmp((const char *)s.p, prefix, len) == 0;
}

static void
content_type(struct mime *m, struct gz_span value)
{
	uint32_t n = until(value, ";");
	struct gz_span params = gz_span(value.p + n, value.len - n);

	m->is_text = starts_nocase(value, "text/");
	m->is_message = starts_nocase(value, "message/rfc822");
	if (starts_nocase(value, "multipart/"))
		open_boundary(m, params);
	else if (!m->named)
		read_file_name(m, params, "name");
}

static void
content_encoding(struct mime *m, struct gz_span value)
{
	if (starts_nocase(value, "base64"))
		m->encoding = MIME_BASE64;
	else if (starts_nocase(value, "quoted-printable"))
		m->encoding = MIME_QP;
}

static void
content_disposition(struct mime *m, struct gz_span value)
{
	uint32_t n = until(value, ";");
	bool named = m->named;
	uint8_t len = m->name_len;

	m->name_len = 0;
	read_file_name(m, gz_span(value.p + n, value.len - n), "filename");
	if (m->name_len == 0) {
		m->named = named;
		m->name_len = len;
	}
}

void
mime_head_field(struct mime *m, struct gz_span line)
{
	const uint8_t *colon = memchr(line.p, ':', line.len);
	struct gz_span name, value;

	if (colon == NULL) {
		mime_note(m, MIME_EVENT_MALFORMED);
		return;
	}
	name = gz_span_trim(gz_span(line.p, (uint32_t)(colon - line.p)));
	value = gz_span_trim(gz_span(colon + 1, (uint32_t)(line.p + line.len - colon - 1)));
	if (name.len > 256)
		mime_note(m, MIME_EVENT_LONG_HEADER_NAME);
	if (value.len > MIME_LINE_MOST)
		mime_note(m, MIME_EVENT_LONG_HEADER_VALUE);
	if (m->top)
		keep_field(m, name, value);
	if (is_name(name, "content-type"))
		content_type(m, value);
	else if (is_name(name, "content-transfer-encoding"))
		content_encoding(m, value);
	else if (is_name(name, "content-disposition"))
		content_disposition(m, value);
}

void
mime_head_end(struct mime *m)
{
	m->top = false;
	if (m->is_message) {
		/* A message in a message: its headers are a part's like any other's. */
		m->is_message = false;
		m->named = false;
		m->name_len = 0;
		return;
	}
	m->state = MIME_BODY;
	if (m->named)
		m->file = gz_file_open(m->tx, m->dir, gz_span(m->name, m->name_len), NULL);
}
