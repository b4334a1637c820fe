/* SPDX-License-Identifier: BSD-3-Clause */
#include "http1_parts.h"

/*
 * A form with files in it (RFC 7578): parts between delimiters, each with headers
 * of its own. The delimiter is found byte by byte as it comes: of what may be its
 * beginning only the length is remembered, for the bytes are known.
 */

enum {
	BOUNDARY_MOST = 200, /* the RFC says 70 */
	LINE_MOST = 4096, /* bytes of a part's header line */
	DELIMITER_EXTRA = 3, /* line feed and two dashes before the boundary */
};

enum form_step {
	FORM_PREAMBLE, /* before the first delimiter: passed over */
	FORM_DELIMITER, /* the rest of its line */
	FORM_HEADERS,
	FORM_DATA,
	FORM_END,
};

struct http_multipart {
	uint8_t step;
	bool held_cr; /* a carriage return that may belong to a delimiter */
	bool last; /* the delimiter's line begins with two dashes */
	bool virgin; /* the delimiter's line end was no byte of the data */
	uint32_t matched; /* bytes of the delimiter that came */
	uint32_t line_at; /* bytes of the delimiter's line */
	uint32_t delimiter_len;
	uint8_t delimiter[DELIMITER_EXTRA + BOUNDARY_MOST];
	struct gz_bytes line;
	struct gz_file *file; /* of the part; NULL: it is none */
};

void
http_form_open(struct http_parse *p)
{
	struct http_tx *t = http_tx_of(p->d->tx);
	struct gz_span type = http_known(&t->side[GZ_C2S], HTTP_CONTENT_TYPE), boundary;
	struct http_multipart *f;

	if (t->side[GZ_C2S].coding == HTTP_BODY_NONE || type.p == NULL ||
			!http_has_word(type, "multipart/form-data"))
		return;
	boundary = http_parameter(type, "boundary");
	if (boundary.len == 0 || boundary.len > BOUNDARY_MOST) {
		gz_tx_event(p->d->tx, HTTP_EVENT_FORM);
		return;
	}
	f = gz_app_alloc(p->app, sizeof(*f));
	if (f == NULL)
		return;
	memcpy(f->delimiter, "\n--", DELIMITER_EXTRA);
	memcpy(f->delimiter + DELIMITER_EXTRA, boundary.p, boundary.len);
	f->delimiter_len = DELIMITER_EXTRA + boundary.len;
	f->matched = 1; /* the body begins as if a line had ended before it */
	t->form = f;
}

void
http_form_free(struct gz_app *app, struct http_tx *t)
{
	if (t->form == NULL)
		return;
	gz_bytes_free(app, &t->form->line);
	gz_app_free(app, t->form, sizeof(*t->form));
	t->form = NULL;
}

static void
add_data(struct http_parse *p, struct http_multipart *f, struct gz_span s)
{
	if (f->step == FORM_DATA && f->file != NULL && s.len > 0)
		gz_file_add(p->d->tx, f->file, s);
}

static void
close_part(struct http_multipart *f, bool whole)
{
	if (f->file != NULL)
		gz_file_close(f->file, whole ? GZ_FILE_CLOSED : GZ_FILE_TRUNCATED);
	f->file = NULL;
}

/** It was no delimiter: what was held back is data. */
static void
release(struct http_parse *p, struct http_multipart *f)
{
	if (f->held_cr)
		add_data(p, f, GZ_SPAN("\r"));
	if (f->virgin && f->matched > 0)
		add_data(p, f, gz_span(f->delimiter + 1, f->matched - 1));
	else
		add_data(p, f, gz_span(f->delimiter, f->matched));
	f->held_cr = false;
	f->virgin = false;
	f->matched = 0;
}

/** The delimiter is whole. */
static void
begin_delimiter(struct http_parse *p, struct http_multipart *f)
{
	/* the headers' end is the delimiter's beginning */
	if (f->step == FORM_DATA && f->virgin && f->file != NULL)
		gz_tx_event(p->d->tx, HTTP_EVENT_FORM_NO_DATA);
	close_part(f, true);
	f->held_cr = false;
	f->virgin = false;
	f->matched = 0;
	f->line_at = 0;
	f->last = true;
	f->step = FORM_DELIMITER;
}

/** Bytes that can be no part of a delimiter, at the front of @p s. */
static uint32_t
plain_len(struct gz_span s)
{
	const uint8_t *lf = memchr(s.p, '\n', s.len);
	uint32_t n = lf == NULL ? s.len : (uint32_t)(lf - s.p);

	if (n > 0 && s.p[n - 1] == '\r')
		n--;
	return n;
}

/** Look for the delimiter. @return bytes eaten. */
static uint32_t
find_delimiter(struct http_parse *p, struct http_multipart *f, struct gz_span s)
{
	uint32_t at = 0, n;

	while (at < s.len) {
		uint8_t c = s.p[at];

		if (f->matched > 0 || f->held_cr) {
			if (c == f->delimiter[f->matched]) {
				at++;
				if (++f->matched < f->delimiter_len)
					continue;
				begin_delimiter(p, f);
				return at;
			}
			release(p, f);
			continue;
		}
		n = plain_len(gz_span(s.p + at, s.len - at));
		add_data(p, f, gz_span(s.p + at, n));
		at += n;
		if (at == s.len)
			break;
		f->held_cr = s.p[at] == '\r';
		f->matched = !f->held_cr;
		at++;
	}
	return at;
}

/** The rest of a delimiter's line: two dashes say that it was the last. */
static uint32_t
delimiter_line(struct http_multipart *f, struct gz_span s)
{
	uint32_t at;

	for (at = 0; at < s.len; at++) {
		if (s.p[at] == '\n') {
			f->step = FORM_HEADERS;
			f->line.len = 0;
			return at + 1;
		}
		if (f->line_at < 2 && s.p[at] != '-')
			f->last = false;
		if (++f->line_at == 2 && f->last) {
			f->step = FORM_END;
			return s.len;
		}
	}
	return at;
}

/** A header of a part: is it a file, and how is it called? */
static void
part_header(struct http_parse *p, struct http_multipart *f)
{
	static const char name[] = "content-disposition:";
	struct gz_span s = gz_bytes_span(&f->line), file;

	if (memchr(s.p, ':', s.len) == NULL)
		gz_tx_event(p->d->tx, HTTP_EVENT_FORM_HEADER);
	if (s.len < sizeof(name) - 1 || strncasecmp((const char *)s.p, name, sizeof(name) - 1) != 0)
		return;
	file = http_parameter(s, "filename");
	if (file.len == 0 || f->file != NULL)
		return;
	f->file = gz_file_open(p->d->tx, GZ_C2S, file, NULL);
}

static uint32_t
part_headers(struct http_parse *p, struct http_multipart *f, struct gz_span s)
{
	const uint8_t *lf = memchr(s.p, '\n', s.len);
	uint32_t n = lf == NULL ? s.len : (uint32_t)(lf - s.p);

	if (!gz_bytes_add(p->app, &f->line, gz_span(s.p, n), LINE_MOST))
		gz_tx_event(p->d->tx, HTTP_EVENT_FORM_HEADER);
	if (lf == NULL)
		return n;
	if (f->line.len > 0 && f->line.p[f->line.len - 1] == '\r')
		f->line.len--;
	if (f->line.len > 0) {
		part_header(p, f);
	} else {
		f->step = FORM_DATA;
		f->matched = 1; /* the part may be empty: this line end is the delimiter's */
		f->virgin = true;
	}
	f->line.len = 0;
	return n + 1;
}

void
http_form_add(struct http_parse *p, struct gz_span s)
{
	struct http_multipart *f = http_tx_of(p->d->tx)->form;
	uint32_t n;

	while (s.len > 0) {
		if (f->step == FORM_DELIMITER)
			n = delimiter_line(f, s);
		else if (f->step == FORM_HEADERS)
			n = part_headers(p, f, s);
		else if (f->step == FORM_END)
			n = s.len;
		else
			n = find_delimiter(p, f, s);
		s = gz_span(s.p + n, s.len - n);
	}
}

void
http_form_close(struct http_parse *p, bool whole)
{
	struct http_multipart *f = http_tx_of(p->d->tx)->form;

	if (f->step == FORM_DATA)
		release(p, f);
	if (f->step != FORM_END)
		gz_tx_event(p->d->tx, HTTP_EVENT_FORM);
	close_part(f, whole && f->step == FORM_END);
	http_form_free(p->app, http_tx_of(p->d->tx));
}
