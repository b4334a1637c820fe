/* SPDX-License-Identifier: BSD-3-Clause */
#include <arpa/inet.h>
#include <ctype.h>

#include "http1_parts.h"

enum {
	HOST_MOST = 255,
	LABEL_MOST = 63,
};

static int
hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/** The next byte with %XX decoded. */
static uint8_t
next_byte(struct gz_span *s)
{
	uint8_t c = s->p[0];
	int hi, lo;

	if (c == '%' && s->len >= 3 && (hi = hex_digit(s->p[1])) >= 0 &&
			(lo = hex_digit(s->p[2])) >= 0) {
		*s = gz_span(s->p + 3, s->len - 3);
		return (uint8_t)(hi << 4 | lo);
	}
	*s = gz_span(s->p + 1, s->len - 1);
	return c;
}

static uint32_t
decode(struct gz_span s, uint8_t *to)
{
	uint32_t n = 0;

	while (s.len > 0)
		to[n++] = next_byte(&s);
	return n;
}

/** Decoded, backslashes turned, runs of slashes made one. */
static uint32_t
decode_path(struct gz_span s, uint8_t *to)
{
	uint32_t n = 0;
	uint8_t c;

	while (s.len > 0) {
		c = next_byte(&s);
		if (c == '\\')
			c = '/';
		if (c == '/' && n > 0 && to[n - 1] == '/')
			continue;
		to[n++] = c;
	}
	return n;
}

/** Is there a segment of @p dots dots at @p at, ended by a slash or the end? */
static bool
is_dots(const uint8_t *p, uint32_t len, uint32_t at, uint32_t dots)
{
	uint32_t i;

	for (i = 0; i < dots; i++) {
		if (at + i >= len || p[at + i] != '.')
			return false;
	}
	return at + dots == len || p[at + dots] == '/';
}

/** Resolve "." and ".." in place (RFC 3986 section 5.2.4). */
static uint32_t
resolve_dots(uint8_t *p, uint32_t len)
{
	uint32_t from = 0, to = 0;

	while (from < len) {
		/* Here a segment begins; to is 0 or behind a slash, or the path is relative. */
		if (is_dots(p, len, from, 1)) {
			from += from + 1 < len ? 2 : 1;
			continue;
		}
		if (is_dots(p, len, from, 2)) {
			from += from + 2 < len ? 3 : 2;
			if (to > 1) {
				to--;
				while (to > 0 && p[to - 1] != '/')
					to--;
			}
			continue;
		}
		while (from < len && p[from] != '/')
			p[to++] = p[from++];
		if (from < len)
			p[to++] = p[from++];
	}
	return to;
}

/** The target's parts, as they are. */
struct target {
	struct gz_span authority, path, query, fragment; /* p NULL: not there */
};

static uint32_t
until(struct gz_span s, const char *stops)
{
	uint32_t n = 0;

	while (n < s.len && (s.p[n] == 0 || strchr(stops, s.p[n]) == NULL))
		n++;
	return n;
}

static struct gz_span
take(struct gz_span *s, uint32_t n)
{
	struct gz_span part = gz_span(s->p, n);

	*s = gz_span(s->p + n, s->len - n);
	return part;
}

static struct target
split(struct gz_span s)
{
	struct target t = { .authority = { NULL, 0 } };
	const uint8_t *colon;

	if (s.len > 0 && s.p[0] != '/' && (colon = memchr(s.p, ':', s.len)) != NULL) {
		take(&s, (uint32_t)(colon + 1 - s.p));
		if (s.len > 2 && s.p[0] == '/' && s.p[1] == '/' && s.p[2] != '/') {
			take(&s, 2);
			t.authority = take(&s, until(s, "/?#"));
		}
	}
	if (s.len > 0 && s.p[0] != '?' && s.p[0] != '#')
		t.path = take(&s, until(s, "?#"));
	if (s.len > 0 && s.p[0] == '?') {
		take(&s, 1);
		t.query = take(&s, until(s, "#"));
	}
	if (s.len > 0)
		t.fragment = gz_span(s.p + 1, s.len - 1);
	return t;
}

static bool
read_port(struct gz_span s, int32_t *port)
{
	uint64_t v;

	if (!gz_span_u64(gz_span_trim(s), &v) || v == 0 || v > UINT16_MAX)
		return false;
	*port = (int32_t)v;
	return true;
}

static bool
is_ipv6(struct gz_span s)
{
	char text[INET6_ADDRSTRLEN + 2];
	struct in6_addr a;

	if (s.len < 2 || s.len >= sizeof(text) || s.p[s.len - 1] != ']')
		return false;
	memcpy(text, s.p + 1, s.len - 2);
	text[s.len - 2] = 0;
	return inet_pton(AF_INET6, text, &a) == 1;
}

/** Labels of letters, digits, '-' and '_' between single dots (RFC 1123 section 2.1, and what is in use). */
static bool
is_host(struct gz_span s)
{
	uint32_t label = 0, i;

	if (s.len == 0 || s.len > HOST_MOST)
		return false;
	if (s.p[0] == '[')
		return is_ipv6(s);
	for (i = 0; i < s.len; i++) {
		if (s.p[i] == '.' ? label == 0 : !isalnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
		label = s.p[i] == '.' ? 0 : label + 1;
		if (label > LABEL_MOST)
			return false;
	}
	return true;
}

struct http_authority
http_authority(struct gz_span s)
{
	struct http_authority a = { .port = -1 };
	const uint8_t *end;

	s = gz_span_trim(s);
	if (s.len > 0 && s.p[0] == '[') {
		end = memchr(s.p, ']', s.len);
		end = end != NULL ? end + 1 : s.p + s.len;
	} else {
		end = memchr(s.p, ':', s.len);
		if (end == NULL)
			end = s.p + s.len;
	}
	a.host = gz_span(s.p, (uint32_t)(end - s.p));
	a.bad_host = !is_host(a.host) || (end < s.p + s.len && *end != ':');
	if (end < s.p + s.len && *end == ':')
		a.bad_port = !read_port(
				gz_span(end + 1, (uint32_t)(s.p + s.len - end - 1)), &a.port);
	return a;
}

bool
http_set_host(struct gz_app *app, struct http_tx *t, struct gz_span host)
{
	struct http_blob *b = http_blob(app, &t->side[GZ_C2S], HTTP_BLOB_PART, 2 * host.len);
	uint32_t i;

	if (b == NULL)
		return false;
	for (i = 0; i < host.len; i++) {
		uint8_t c = host.p[i];

		b->bytes[i] = c;
		b->bytes[host.len + i] = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
	}
	t->uri_host = gz_span(b->bytes, host.len);
	t->host = gz_span(b->bytes + host.len, host.len);
	return true;
}

/** The authority of an absolute target names the host. */
static bool
take_authority(struct gz_app *app, struct http_tx *t, struct gz_span authority)
{
	const uint8_t *at = memrchr(authority.p, '@', authority.len);
	struct http_authority a;

	if (at != NULL)
		authority = gz_span(at + 1, (uint32_t)(authority.p + authority.len - at - 1));
	a = http_authority(authority);
	t->port = a.port;
	t->bad_host = a.bad_host || a.bad_port;
	t->bad_port = a.bad_port;
	if (!http_set_host(app, t, a.host))
		return false;
	t->uri_host = t->host;
	t->absolute = true;
	return true;
}

/** Is the normal form what is there already? */
static bool
is_normal(struct gz_span s)
{
	uint32_t i;

	if (s.len == 0 || s.p[0] != '/')
		return false;
	for (i = 0; i < s.len; i++) {
		if (s.p[i] == '%' || s.p[i] == '\\')
			return false;
		if (s.p[i] == '?')
			return memchr(s.p + i, '%', s.len - i) == NULL;
		if (s.p[i] == '/' && i + 1 < s.len && (s.p[i + 1] == '.' || s.p[i + 1] == '/'))
			return false;
	}
	return true;
}

/** A part behind @p mark, decoded. */
static uint32_t
add_part(uint8_t *to, char mark, struct gz_span s)
{
	if (s.p == NULL)
		return 0;
	to[0] = (uint8_t)mark;
	return 1 + decode(s, to + 1);
}

bool
http_uri(struct gz_app *app, struct http_tx *t)
{
	struct http_side *m = &t->side[GZ_C2S];
	struct gz_span raw = http_text(m, m->part[1]);
	struct http_blob *b;
	struct target parts;
	uint32_t n;

	b = http_blob(app, m, HTTP_BLOB_PART, raw.len + 1);
	if (b == NULL)
		return false;
	if (is_normal(raw)) {
		memcpy(b->bytes, raw.p, raw.len);
		t->uri = gz_span(b->bytes, raw.len);
		t->path = gz_span(b->bytes, until(raw, "?#"));
		return true;
	}
	if (gz_span_equal(http_text(m, m->part[0]), GZ_SPAN("CONNECT")))
		return take_authority(app, t, raw);
	parts = split(raw);
	if (parts.authority.p != NULL && !take_authority(app, t, parts.authority))
		return false;
	n = resolve_dots(b->bytes, decode_path(parts.path, b->bytes));
	t->path = gz_span(b->bytes, n);
	n += add_part(b->bytes + n, '?', parts.query);
	n += add_part(b->bytes + n, '#', parts.fragment);
	t->uri = gz_span(b->bytes, n);
	return true;
}
