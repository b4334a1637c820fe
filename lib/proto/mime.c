/* SPDX-License-Identifier: BSD-3-Clause */
#include "mime.h"

struct mime *
mime_create(struct gz_tx *tx, enum gz_dir dir)
{
	struct mime *m = gz_app_alloc(tx->app, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->tx = tx;
	m->dir = dir;
	m->top = true;
	m->is_text = true;
	m->last_url = &m->urls;
	return m;
}

void
mime_destroy(struct gz_app *app, struct mime *m)
{
	struct mime_url *u;

	if (m == NULL)
		return;
	while ((u = m->urls) != NULL) {
		m->urls = u->next;
		gz_app_free(app, u, (uint32_t)sizeof(*u) + u->len);
	}
	gz_app_free(app, m->fields, m->size_fields * (uint32_t)sizeof(*m->fields));
	gz_bytes_free(app, &m->head);
	gz_bytes_free(app, &m->line);
	gz_bytes_free(app, &m->part_line);
	gz_bytes_free(app, &m->text);
	gz_app_free(app, m, sizeof(*m));
}

/** A line without its end: which open boundary is it? @return its depth from 1, 0: none. */
static uint32_t
find_boundary(const struct mime *m, struct gz_span s, bool *last)
{
	uint32_t i, len;

	if (s.len < 3 || s.p[0] != '-' || s.p[1] != '-')
		return 0;
	for (i = m->depth; i > 0; i--) {
		len = m->boundary[i - 1].len;
		if (s.len < 2 + len || memcmp(s.p + 2, m->boundary[i - 1].bytes, len) != 0)
			continue;
		*last = s.len >= 4 + len && s.p[2 + len] == '-' && s.p[3 + len] == '-';
		return i;
	}
	return 0;
}

/** A boundary's line ends the part before it and, unless it is the last, begins another. */
static void
turn_part(struct mime *m, uint32_t depth, bool last)
{
	mime_body_end(m, true);
	m->held_end = false;
	m->top = false;
	m->depth = (uint8_t)(last ? depth - 1 : depth);
	m->state = last ? MIME_BODY : MIME_HEADERS;
	m->is_text = !last;
	m->encoding = MIME_PLAIN;
	m->named = false;
	m->name_len = 0;
}

/** The field that has been gathered is whole. */
static void
close_field(struct mime *m)
{
	if (m->line.len > 0)
		mime_head_field(m, gz_bytes_span(&m->line));
	m->line.len = 0;
}

static bool
is_fold(struct gz_span s)
{
	return s.len > 0 && (s.p[0] == ' ' || s.p[0] == '\t');
}

/** A line among headers, without its end. */
static void
header_line(struct mime *m, struct gz_span s)
{
	bool last;
	uint32_t depth = find_boundary(m, s, &last);

	if (depth > 0) {
		close_field(m);
		turn_part(m, depth, last);
		return;
	}
	if (s.len == 0) {
		close_field(m);
		mime_head_end(m);
		return;
	}
	if (!is_fold(s))
		close_field(m);
	if (!gz_bytes_add(m->tx->app, &m->line, s, MIME_FIELD_MOST))
		mime_note(m, MIME_EVENT_LONG_HEADER_VALUE);
}

static struct gz_span
chomp(struct gz_span s)
{
	while (s.len > 0 && (s.p[s.len - 1] == '\n' || s.p[s.len - 1] == '\r'))
		s.len--;
	return s;
}

/** Data of the part, with the line end that was held back before it. */
static void
pass(struct mime *m, struct gz_span s)
{
	if (m->held_end)
		mime_body_add(m, m->held_len == 2 ? GZ_SPAN("\r\n") : GZ_SPAN("\n"));
	m->held_end = false;
	mime_body_add(m, s);
}

/** A whole line of the body, with its end. */
static void
body_line(struct mime *m, struct gz_span s, bool may_be_boundary)
{
	struct gz_span text = chomp(s);
	bool last;
	uint32_t depth = may_be_boundary ? find_boundary(m, text, &last) : 0;

	if (depth > 0) {
		turn_part(m, depth, last);
		return;
	}
	pass(m, text);
	m->held_end = true;
	m->held_len = s.len - text.len >= 2 ? 2 : 1;
}

/** Can the beginning of a line be a boundary's? */
static bool
may_be_boundary(const struct mime *m, struct gz_span s)
{
	if (m->depth == 0)
		return false;
	return (s.len < 1 || s.p[0] == '-') && (s.len < 2 || s.p[1] == '-') &&
			s.len < MIME_BOUNDARY_MOST + 8;
}

/** The rest of a line whose beginning was kept or has gone through. @p whole: its end is there. */
static void
continue_line(struct mime *m, struct gz_span s, bool whole)
{
	if (m->line_passed) {
		if (whole)
			body_line(m, s, false);
		else
			pass(m, s);
		m->line_passed = !whole;
		return;
	}
	if (!gz_bytes_add(m->tx->app, &m->line, s, MIME_FIELD_MOST)) {
		m->line.len = 0;
		return;
	}
	s = gz_bytes_span(&m->line);
	if (whole) {
		m->line.len = 0;
		body_line(m, s, true);
	} else if (!may_be_boundary(m, s)) {
		m->line.len = 0;
		m->line_passed = true;
		pass(m, s);
	}
}

/** A carriage return at the very end may be half of a line end. */
static struct gz_span
without_cr(struct mime *m, struct gz_span s)
{
	if (s.len > 0 && s.p[s.len - 1] == '\r') {
		m->held_cr = true;
		s.len--;
	}
	return s;
}

static void
add_to_body(struct mime *m, struct gz_span s, bool whole)
{
	if (m->held_cr) {
		m->held_cr = false;
		if (s.p[0] == '\n')
			s = GZ_SPAN("\r\n");
		else
			continue_line(m, GZ_SPAN("\r"), false);
	}
	if (!whole)
		s = without_cr(m, s);
	if (m->line.len > 0 || m->line_passed)
		continue_line(m, s, whole);
	else if (whole)
		body_line(m, s, true);
	else if (s.len > 0)
		continue_line(m, s, false);
}

/** Header lines are gathered until they end; folded ones follow them into the same place. */
static void
add_to_headers(struct mime *m, struct gz_span s, bool whole)
{
	struct gz_span line;

	if (m->part_line.len == 0 && whole) {
		header_line(m, chomp(s));
		return;
	}
	if (!gz_bytes_add(m->tx->app, &m->part_line, s, MIME_FIELD_MOST))
		mime_note(m, MIME_EVENT_LONG_HEADER_VALUE);
	if (!whole)
		return;
	line = chomp(gz_bytes_span(&m->part_line));
	m->part_line.len = 0;
	header_line(m, line);
}

void
mime_add(struct mime *m, struct gz_span s)
{
	const uint8_t *lf;
	struct gz_span part;

	while (s.len > 0 && m->state != MIME_DONE) {
		lf = memchr(s.p, '\n', s.len);
		part = gz_span(s.p, lf == NULL ? s.len : (uint32_t)(lf + 1 - s.p));
		s = gz_span(s.p + part.len, s.len - part.len);
		m->line_len += part.len;
		if (m->line_len > MIME_LINE_MOST)
			mime_note(m, MIME_EVENT_LONG_LINE);
		if (lf != NULL)
			m->line_len = 0;
		if (m->state == MIME_HEADERS)
			add_to_headers(m, part, lf != NULL);
		else
			add_to_body(m, part, lf != NULL);
	}
}

void
mime_finish(struct mime *m, bool whole)
{
	if (m->state == MIME_DONE)
		return;
	if (m->state == MIME_HEADERS) {
		if (m->part_line.len > 0)
			header_line(m, chomp(gz_bytes_span(&m->part_line)));
		close_field(m);
	} else if (m->line.len > 0) {
		body_line(m, gz_bytes_span(&m->line), true);
	}
	mime_body_end(m, whole);
	m->broken_off = !whole;
	m->state = MIME_DONE;
}

const char *
mime_status(const struct mime *m)
{
	if (m->state == MIME_HEADERS)
		return m->nb_fields > 0 ? "HEADER_READY" : "HEADER_STARTED";
	if (m->state == MIME_BODY || m->broken_off)
		return "BODY_STARTED";
	return "PARSE_DONE";
}
