/* SPDX-License-Identifier: BSD-3-Clause */
#include "mime.h"

enum {
	ROOM = 1024,
};

/* ---- addresses in texts ---- */

static const char scheme[] = "http://";

enum {
	SCHEME_LEN = sizeof(scheme) - 1,
	SCHEME_COLON = sizeof("http:") - 1,
};

static bool
is_url_byte(uint8_t c)
{
	return c > ' ' && c < 0x7f && strchr("\"'<>()[]{}`|\\^", c) == NULL;
}

static bool
is_known(const struct mime *m, struct gz_span s)
{
	const struct mime_url *u;

	for (u = m->urls; u != NULL; u = u->next) {
		if (gz_span_equal(gz_span(u->bytes, u->len), s))
			return true;
	}
	return false;
}

static void
keep_url(struct mime *m, struct gz_span s)
{
	struct mime_url *u;

	s.len = RTE_MIN(s.len, (uint32_t)MIME_URL_MOST);
	if (s.len == 0 || m->nb_urls == MIME_URLS_MOST || is_known(m, s))
		return;
	u = gz_app_alloc(m->tx->app, (uint32_t)sizeof(*u) + s.len);
	if (u == NULL)
		return;
	u->len = s.len;
	memcpy(u->bytes, s.p, s.len);
	*m->last_url = u;
	m->last_url = &u->next;
	m->nb_urls++;
}

/** A line of text: "http://" and what follows, without the scheme. */
static void
find_urls(struct mime *m, struct gz_span s)
{
	const uint8_t *colon;
	uint32_t at, n;

	/* Colons are rarer than any letter. */
	while (s.len > 0 && (colon = memchr(s.p, ':', s.len)) != NULL) {
		at = (uint32_t)(colon - s.p) + 1;
		if (at >= SCHEME_COLON && s.len - at > SCHEME_LEN - SCHEME_COLON &&
				strncasecmp((const char *)colon + 1 - SCHEME_COLON, scheme,
						SCHEME_LEN) == 0) {
			at += SCHEME_LEN - SCHEME_COLON;
			for (n = 0; at + n < s.len && is_url_byte(s.p[at + n]); n++)
				;
			keep_url(m, gz_span(s.p + at, n));
			at += n;
		}
		s = gz_span(s.p + at, s.len - at);
	}
}

/** Text, in lines as long as they need be to hold an address. */
static void
search_text(struct mime *m, struct gz_span s)
{
	const uint8_t *lf;
	uint32_t n;

	while (s.len > 0) {
		lf = memchr(s.p, '\n', s.len);
		n = lf == NULL ? s.len : (uint32_t)(lf + 1 - s.p);
		if (!gz_bytes_add(m->tx->app, &m->text, gz_span(s.p, n), 2 * MIME_URL_MOST)) {
			find_urls(m, gz_bytes_span(&m->text));
			m->text.len = 0;
			if (n <= 2 * MIME_URL_MOST)
				gz_bytes_add(m->tx->app, &m->text, gz_span(s.p, n),
						2 * MIME_URL_MOST);
			else
				find_urls(m, gz_span(s.p, n));
		}
		if (lf != NULL) {
			find_urls(m, gz_bytes_span(&m->text));
			m->text.len = 0;
		}
		s = gz_span(s.p + n, s.len - n);
	}
}

/* ---- decoding ---- */

static void
emit(struct mime *m, struct gz_span s)
{
	if (s.len == 0)
		return;
	if (m->file != NULL)
		gz_file_add(m->tx, m->file, s);
	if (m->is_text && m->nb_urls < MIME_URLS_MOST)
		search_text(m, s);
}

static int
base64_value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/** What other bytes than the alphabet's mean: nothing (RFC 2045 section 6.8), but it is odd. */
static void
skip_base64(struct mime *m, uint8_t c)
{
	if (c == '=') {
		m->b64_n = 0;
		m->b64_bits = 0;
	} else if (c != '\r' && c != '\n' && c != ' ' && c != '\t') {
		mime_note(m, MIME_EVENT_INVALID_BASE64);
	}
}

static void
add_base64(struct mime *m, struct gz_span s)
{
	uint8_t room[ROOM];
	uint32_t n = 0, i;
	int v;

	for (i = 0; i < s.len; i++) {
		v = base64_value(s.p[i]);
		if (v < 0) {
			skip_base64(m, s.p[i]);
			continue;
		}
		m->b64_bits = m->b64_bits << 6 | (uint32_t)v;
		/* A byte is whole as soon as its bits are there: nothing is owed at the end. */
		if (m->b64_n > 0)
			room[n++] = (uint8_t)(m->b64_bits >> (6 - 2 * m->b64_n));
		m->b64_n = (m->b64_n + 1) & 3;
		if (n == ROOM) {
			emit(m, gz_span(room, n));
			n = 0;
		}
	}
	emit(m, gz_span(room, n));
}

static int
hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/** Two bytes after an equals sign. @return how many bytes they are, in @p to. */
static uint32_t
decode_escape(struct mime *m, uint8_t *to)
{
	int hi = hex_digit(m->qp[0]), lo = hex_digit(m->qp[1]);

	m->qp_n = 0;
	if (hi >= 0 && lo >= 0) {
		to[0] = (uint8_t)(hi << 4 | lo);
		return 1;
	}
	if (m->qp[0] == '\r' && m->qp[1] == '\n')
		return 0;
	mime_note(m, MIME_EVENT_INVALID_QP);
	to[0] = '=';
	to[1] = m->qp[0];
	to[2] = m->qp[1];
	return 3;
}

static void
add_qp(struct mime *m, struct gz_span s)
{
	uint8_t room[ROOM + 4];
	uint32_t n = 0, i;

	for (i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];

		if (m->qp_n == 0 && c != '=') {
			room[n++] = c;
		} else if (m->qp_n == 0) {
			m->qp_n = 1;
		} else if (m->qp_n == 1 && c == '\n') {
			m->qp_n = 0; /* a soft end of a line */
		} else {
			m->qp[m->qp_n++ - 1] = c;
			if (m->qp_n == 3)
				n += decode_escape(m, room + n);
		}
		if (n >= ROOM) {
			emit(m, gz_span(room, n));
			n = 0;
		}
	}
	emit(m, gz_span(room, n));
}

void
mime_body_add(struct mime *m, struct gz_span s)
{
	if (m->file == NULL && !m->is_text)
		return;
	if (m->encoding == MIME_BASE64)
		add_base64(m, s);
	else if (m->encoding == MIME_QP)
		add_qp(m, s);
	else
		emit(m, s);
}

void
mime_body_end(struct mime *m, bool whole)
{
	if (m->text.len > 0)
		find_urls(m, gz_bytes_span(&m->text));
	m->text.len = 0;
	if (m->file != NULL)
		gz_file_close(m->file, whole ? GZ_FILE_CLOSED : GZ_FILE_TRUNCATED);
	m->file = NULL;
	m->b64_n = 0;
	m->b64_bits = 0;
	m->qp_n = 0;
}
