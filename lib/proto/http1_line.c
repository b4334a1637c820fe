/* SPDX-License-Identifier: BSD-3-Clause */
#include "http1_parts.h"

/*
 * Requests end their lines with a line feed. Browsers also take a carriage return
 * alone for the end of a line in a response, unless another one follows, or it
 * stands at the beginning of the line.
 */

enum search {
	SEARCH_FOUND,
	SEARCH_NONE,
	SEARCH_WAIT, /* the next byte decides */
};

/** A carriage return that ends the line by itself, before @p end. */
static enum search
find_cr(const uint8_t *start, const uint8_t *from, const uint8_t *end, bool last,
		const uint8_t **at)
{
	const uint8_t *cr = from;

	while ((cr = memchr(cr, '\r', (size_t)(end - cr))) != NULL) {
		if (cr + 1 == end && !last)
			return SEARCH_WAIT;
		if (cr > start && cr + 1 < end && cr[1] != '\r' && cr[1] != '\n') {
			*at = cr;
			return SEARCH_FOUND;
		}
		cr++;
	}
	return SEARCH_NONE;
}

/** Take what lies before @p at, and @p n bytes of line end. */
static bool
take(struct http_parse *p, const uint8_t *at, uint32_t n, enum http_end by, struct gz_span *line)
{
	const uint8_t *start = p->in->p + p->in->eaten;

	*line = gz_span(start, (uint32_t)(at - start));
	p->in->eaten += line->len + n;
	p->d->lfcr = p->d->ended_by == HTTP_END_LFCR;
	p->d->ended_by = (uint8_t)by;
	return true;
}

/** It is not all there: what was searched is not searched again. */
static bool
wait(struct http_parse *p)
{
	p->d->searched = p->in->offset + p->in->len - (p->in->len > 0);
	return false;
}

/** Where to search for the end of the line at @p start. */
static const uint8_t *
search_from(const struct http_parse *p, const uint8_t *start)
{
	uint64_t at = p->in->offset + (uint64_t)(start - p->in->p);

	return p->d->searched > at ? start + (p->d->searched - at) : start;
}

/** Pass over the rest of a line that was cut. @return false: its end did not come yet. */
static bool
skip_long(struct http_parse *p)
{
	const uint8_t *start = p->in->p + p->in->eaten;
	const uint8_t *lf = memchr(start, '\n', p->in->len - p->in->eaten);

	if (!http_keep_text(p))
		return false;
	p->in->eaten = lf == NULL ? p->in->len : (uint32_t)(lf + 1 - p->in->p);
	http_drop_text(p);
	p->d->long_line = lf == NULL;
	return lf != NULL;
}

static bool
cut(struct http_parse *p, struct gz_span *line)
{
	p->d->long_line = true;
	return take(p, p->in->p + p->in->eaten + HTTP_LINE_MOST, 0, HTTP_END_CUT, line);
}

bool
http_line(struct http_parse *p, bool cr, struct gz_span *line)
{
	struct gz_input *in = p->in;
	const uint8_t *start, *from, *end = in->p + in->len, *lf, *at;
	enum search found = SEARCH_NONE;

	if (p->d->long_line && !skip_long(p))
		return false;
	if (cr && p->d->ended_by == HTTP_END_LF && in->eaten < in->len &&
			in->p[in->eaten] == '\r') {
		in->eaten++;
		p->d->ended_by = HTTP_END_LFCR;
	}
	start = in->p + in->eaten;
	from = search_from(p, start);
	lf = memchr(from, '\n', (size_t)(end - from));
	if (cr)
		found = find_cr(start, from, lf == NULL ? end : lf + 1, in->end || lf != NULL, &at);
	if (found == SEARCH_FOUND && at - start < HTTP_LINE_MOST)
		return take(p, at, 1, HTTP_END_CR, line);
	if ((lf == NULL ? end : lf) - start >= HTTP_LINE_MOST)
		return cut(p, line);
	if (lf == NULL || found == SEARCH_WAIT)
		return wait(p);
	if (lf > start && lf[-1] == '\r')
		return take(p, lf - 1, 2, HTTP_END_CRLF, line);
	return take(p, lf, 1, HTTP_END_LF, line);
}

struct http_at
http_text_at(const struct http_parse *p, struct gz_span at)
{
	const struct http_side *m = &http_tx_of(p->d->tx)->side[p->dir];
	uint32_t off = (uint32_t)(at.p - p->in->p) - p->text_from;

	return (struct http_at){ m->text.len + off, at.len };
}

bool
http_keep_text(struct http_parse *p)
{
	struct http_side *m = &http_tx_of(p->d->tx)->side[p->dir];
	struct gz_span lines = gz_span(p->in->p + p->text_from, p->in->eaten - p->text_from);

	if (!gz_bytes_add(p->app, &m->text, lines, HTTP_TEXT_MOST))
		return false;
	p->text_from = p->in->eaten;
	return true;
}

static bool
is_kept(const struct http_side *m, struct http_at at)
{
	return at.off + at.len <= m->text.len;
}

void
http_cut_unkept(struct http_side *m)
{
	static const struct http_at nothing;
	uint32_t i;

	for (i = m->nb_headers; i > 0 && m->headers[i - 1].made == NULL; i--) {
		if (is_kept(m, m->headers[i - 1].name) && is_kept(m, m->headers[i - 1].value))
			break;
	}
	m->nb_headers = (uint16_t)i;
	for (i = 0; i < m->nb_headers; i++) {
		if (m->headers[i].next_same > m->nb_headers)
			m->headers[i].next_same = 0;
	}
	for (i = 0; i < HTTP_NB_KNOWN; i++) {
		if (m->known[i] > m->nb_headers)
			m->known[i] = 0;
	}
	if (is_kept(m, m->line))
		return;
	m->line = nothing;
	for (i = 0; i < RTE_DIM(m->part); i++)
		m->part[i] = nothing;
}

void
http_drop_text(struct http_parse *p)
{
	p->text_from = p->in->eaten;
}
