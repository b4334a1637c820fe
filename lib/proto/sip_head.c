/* SPDX-License-Identifier: BSD-3-Clause */

/* The first line and the headers of a SIP message (RFC 3261 section 7). */

#include "sip.h"

/** Where the next blank is, from @p at on; the line's length without one. */
static uint32_t
blank(struct gz_span line, uint32_t at)
{
	const uint8_t *p = at < line.len ? memchr(line.p + at, ' ', line.len - at) : NULL;

	return p != NULL ? (uint32_t)(p - line.p) : line.len;
}

static struct sip_line
part(uint32_t from, uint32_t to)
{
	return (struct sip_line){ .at = from, .len = to > from ? to - from : 0 };
}

bool
sip_first_line(struct sip_tx *t, struct gz_span line)
{
	uint32_t a = blank(line, 0), b = blank(line, a + 1);

	t->first_len = line.len;
	t->response = gz_span_starts(line, GZ_SPAN("SIP/"));
	if (t->response) {
		t->version = part(0, a);
		t->code = part(a + 1, b);
		t->reason = part(b + 1, line.len);
		return t->code.len == 3;
	}
	t->method = part(0, a);
	t->uri = part(a + 1, b);
	t->version = part(b + 1, line.len);
	return t->method.len > 0 && t->uri.len > 0 && t->version.len > 4 &&
			memcmp(line.p + t->version.at, "SIP/", 4) == 0;
}

static enum sip_header
kind_of(struct gz_span name)
{
	static const struct {
		const char *name, *compact;
		enum sip_header kind;
	} known[] = {
		{ "from", "f", SIP_FROM },
		{ "to", "t", SIP_TO },
		{ "via", "v", SIP_VIA },
		{ "user-agent", NULL, SIP_USER_AGENT },
		{ "content-type", "c", SIP_CONTENT_TYPE },
		{ "content-length", "l", SIP_CONTENT_LENGTH },
	};

	for (uint32_t i = 0; i < RTE_DIM(known); i++) {
		if (gz_span_equal_nocase(name, gz_span_str(known[i].name)) ||
				(known[i].compact != NULL &&
						gz_span_equal_nocase(name,
								gz_span_str(known[i].compact))))
			return known[i].kind;
	}
	return SIP_OTHER;
}

/** The length of a header with its continuation lines, without the last line end; *@p next: behind it. */
static uint32_t
unfolded(struct gz_span s, uint32_t *next)
{
	const uint8_t *lf = memchr(s.p, '\n', s.len);
	uint32_t end;

	while (lf != NULL && lf + 1 < s.p + s.len && (lf[1] == ' ' || lf[1] == '\t'))
		lf = memchr(lf + 1, '\n', s.len - (uint32_t)(lf + 1 - s.p));
	end = lf != NULL ? (uint32_t)(lf - s.p) : s.len;
	*next = lf != NULL ? end + 1 : s.len;
	return end > 0 && s.p[end - 1] == '\r' ? end - 1 : end;
}

bool
sip_headers(struct gz_app *app, struct sip_tx *t, uint32_t from)
{
	struct gz_span all = gz_bytes_span(&t->message), value;
	struct sip_line line = { 0 };
	const uint8_t *colon;
	uint32_t len, next;
	bool good = true;

	for (; from < all.len; from += next) {
		len = unfolded(gz_span(all.p + from, all.len - from), &next);
		if (len == 0)
			break;
		colon = memchr(all.p + from, ':', len);
		if (colon == NULL) {
			good = false;
			continue;
		}
		value = gz_span_trim(
				gz_span(colon + 1, (uint32_t)(all.p + from + len - colon - 1)));
		line.kind = (uint8_t)kind_of(gz_span_trim(
				gz_span(all.p + from, (uint32_t)(colon - all.p) - from)));
		line.at = value.len > 0 ? (uint32_t)(value.p - all.p) : from;
		line.len = value.len;
		if (!gz_bytes_add(app, &t->headers, gz_span(&line, sizeof(line)),
				    SIP_HEADERS_MOST * sizeof(line)))
			return false;
	}
	return good;
}

const struct sip_line *
sip_header(const struct sip_tx *t, enum sip_header kind, uint32_t index)
{
	const struct sip_line *l = (const void *)t->headers.p;
	uint32_t n = t->headers.len / (uint32_t)sizeof(*l);

	for (; n > 0; n--, l++) {
		if (l->kind == kind && index-- == 0)
			return l;
	}
	return NULL;
}
