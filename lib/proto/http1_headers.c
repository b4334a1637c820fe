/* SPDX-License-Identifier: BSD-3-Clause */
#include "http1_parts.h"

/* clang-format off */
const bool http_is_token[256] = {
	['!'] = true, ['#'] = true, ['$'] = true, ['%'] = true, ['&'] = true, ['\''] = true,
	['*'] = true, ['+'] = true, ['-'] = true, ['.'] = true, ['^'] = true, ['_'] = true,
	['`'] = true, ['|'] = true, ['~'] = true,
	['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true,
};
/* clang-format on */

static const struct {
	const char *name;
	uint32_t len;
} known_names[HTTP_NB_KNOWN] = {
#define KNOWN_NAME(id, text) [HTTP_##id] = { text, sizeof(text) - 1 },
	HTTP_KNOWN(KNOWN_NAME)
#undef KNOWN_NAME
};

static struct http_side *
side_of(const struct http_parse *p)
{
	return &http_tx_of(p->d->tx)->side[p->dir];
}

static void
note(const struct http_parse *p, enum http_event request, enum http_event response)
{
	http_note(p, p->dir == GZ_C2S ? request : response);
}

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/** Of a name in any case, as if NULs were not there. */
static uint32_t
hash_name(struct gz_span s)
{
	uint32_t h = 2166136261u, i;

	for (i = 0; i < s.len; i++) {
		if (s.p[i] != 0)
			h = (h ^ lower(s.p[i])) * 16777619u;
	}
	return h;
}

/** Does @p s begin with @p word, NULs apart? @return where it ends, or NULL. */
static const uint8_t *
match_word(struct gz_span s, const char *word)
{
	const uint8_t *at = s.p, *end = s.p + s.len;

	for (; *word != '\0'; word++) {
		while (at < end && *at == 0)
			at++;
		if (at == end || lower(*at) != (uint8_t)*word)
			return NULL;
		at++;
	}
	return at;
}

bool
http_is_word(struct gz_span s, const char *word)
{
	const uint8_t *end = match_word(s, word);

	while (end != NULL && end < s.p + s.len && *end == 0)
		end++;
	return end != NULL && end == s.p + s.len;
}

bool
http_has_word(struct gz_span s, const char *word)
{
	uint32_t i;

	for (i = 0; i < s.len; i++) {
		if (lower(s.p[i]) == (uint8_t)word[0] &&
				match_word(gz_span(s.p + i, s.len - i), word) != NULL)
			return true;
	}
	return false;
}

struct http_blob *
http_blob(struct gz_app *app, struct http_side *m, uint32_t tag, uint32_t len)
{
	struct http_blob *b = gz_app_alloc(app, (uint32_t)sizeof(*b) + len);

	if (b == NULL)
		return NULL;
	b->tag = tag;
	b->len = len;
	b->next = m->blobs;
	m->blobs = b;
	return b;
}

const struct http_blob *
http_blob_find(const struct http_side *m, uint32_t tag)
{
	const struct http_blob *b = m->blobs;

	while (b != NULL && b->tag != tag)
		b = b->next;
	return b;
}

static struct gz_span
header_at(const struct http_side *m, const struct http_header *h, struct http_at at)
{
	return h->made != NULL ? gz_span(h->made + at.off, at.len) : http_text(m, at);
}

struct gz_span
http_name(const struct http_side *m, const struct http_header *h)
{
	return header_at(m, h, h->name);
}

struct gz_span
http_value(const struct http_side *m, const struct http_header *h)
{
	return header_at(m, h, h->value);
}

struct gz_span
http_known(const struct http_side *m, enum http_known id)
{
	if (m->known[id] == 0)
		return gz_span(NULL, 0);
	return http_value(m, &m->headers[m->known[id] - 1]);
}

static uint32_t
joined_len(const struct http_side *m, const struct http_header *h)
{
	uint32_t len = h->value.len;

	for (; h->next_same != 0; h = &m->headers[h->next_same - 1])
		len += 2 + m->headers[h->next_same - 1].value.len;
	return len;
}

struct gz_span
http_known_joined(struct gz_app *app, struct http_side *m, enum http_known id)
{
	const struct http_header *h;
	const struct http_blob *found;
	struct http_blob *b;
	struct gz_span v;
	uint8_t *to;

	if (m->known[id] == 0)
		return gz_span(NULL, 0);
	h = &m->headers[m->known[id] - 1];
	if (h->next_same == 0)
		return http_value(m, h);
	found = http_blob_find(m, HTTP_BLOB_JOINED + id);
	if (found != NULL)
		return gz_span(found->bytes, found->len);
	b = http_blob(app, m, HTTP_BLOB_JOINED + id, joined_len(m, h));
	if (b == NULL)
		return http_value(m, h);
	for (to = b->bytes;; h = &m->headers[h->next_same - 1]) {
		v = http_value(m, h);
		memcpy(to, v.p, v.len);
		to += v.len;
		if (h->next_same == 0)
			return gz_span(b->bytes, b->len);
		*to++ = ',';
		*to++ = ' ';
	}
}

/** Room for one more header. NULL: too many, or no memory (*@p broken). */
static struct http_header *
new_header(struct http_parse *p, struct http_side *m, bool *broken)
{
	uint32_t size = m->size_headers == 0 ? 16 : 2u * m->size_headers;
	struct http_header *v;

	if (m->nb_headers == HTTP_HEADERS_MOST) {
		note(p, HTTP_EVENT_REQUEST_MANY_HEADERS, HTTP_EVENT_RESPONSE_MANY_HEADERS);
		return NULL;
	}
	/* behind an interim response a head is looked at while it comes */
	http_build_forget(p->app, m);
	if (m->nb_headers == m->size_headers) {
		v = gz_app_alloc(p->app, size * (uint32_t)sizeof(*v));
		*broken = v == NULL;
		if (v == NULL)
			return NULL;
		if (m->headers != NULL)
			memcpy(v, m->headers, m->nb_headers * sizeof(*v));
		gz_app_free(p->app, m->headers, m->size_headers * (uint32_t)sizeof(*v));
		m->headers = v;
		m->size_headers = (uint16_t)size;
	}
	return &m->headers[m->nb_headers++];
}

static bool
same_name(struct gz_span a, struct gz_span b)
{
	uint32_t i = 0, j = 0;

	for (;;) {
		while (i < a.len && a.p[i] == 0)
			i++;
		while (j < b.len && b.p[j] == 0)
			j++;
		if (i == a.len || j == b.len)
			return i == a.len && j == b.len;
		if (lower(a.p[i++]) != lower(b.p[j++]))
			return false;
	}
}

static void
find_known(struct http_side *m, struct gz_span name, uint16_t number)
{
	uint32_t id;

	for (id = 0; id < HTTP_NB_KNOWN; id++) {
		if (name.len >= known_names[id].len &&
				lower(name.p[0]) == known_names[id].name[0] &&
				http_is_word(name, known_names[id].name)) {
			m->known[id] = number;
			return;
		}
	}
}

/** Put a header among those of its name. @p name: where it is now. */
static void
file_header(struct http_parse *p, struct http_side *m, struct http_header *h, struct gz_span name)
{
	uint16_t number = (uint16_t)(h - m->headers + 1);
	uint16_t *bucket, i;

	h->hash = hash_name(name);
	bucket = &m->buckets[h->hash % HTTP_BUCKETS];
	for (i = *bucket; i != 0; i = m->headers[i - 1].next_hash) {
		struct http_header *first = &m->headers[i - 1];
		struct gz_span other;

		if (first->hash != h->hash)
			continue;
		/* What is not in the text yet is still in the input. */
		other = first->made != NULL || first->name.off + first->name.len <= m->text.len
				? http_name(m, first)
				: gz_span(p->in->p + p->text_from + (first->name.off - m->text.len),
						  first->name.len);
		if (!same_name(other, name))
			continue;
		m->headers[first->last_same - 1].next_same = number;
		first->last_same = number;
		h->repeats = true;
		m->not_normal = true;
		/* Several lengths are told by their values. */
		if (!http_is_word(name, "content-length"))
			note(p, HTTP_EVENT_REQUEST_REPETITION, HTTP_EVENT_RESPONSE_REPETITION);
		return;
	}
	h->last_same = number;
	h->next_hash = *bucket;
	*bucket = number;
	find_known(m, name, number);
}

/** A line of the text, as if it had come so. */
static bool
keep_line(struct http_parse *p, struct http_side *m, struct gz_span name, struct gz_span value)
{
	uint32_t before = m->text.len;

	if (gz_bytes_add(p->app, &m->text, name, HTTP_TEXT_MOST) &&
			gz_bytes_add(p->app, &m->text, GZ_SPAN(": "), HTTP_TEXT_MOST) &&
			gz_bytes_add(p->app, &m->text, value, HTTP_TEXT_MOST) &&
			gz_bytes_add(p->app, &m->text, GZ_SPAN("\r\n"), HTTP_TEXT_MOST))
		return true;
	m->text.len = before;
	return false;
}

bool
http_header_add(struct http_parse *p, struct gz_span name, struct gz_span value)
{
	struct http_side *m = side_of(p);
	uint32_t at = m->text.len;
	struct http_header *h;
	bool broken = false;

	if (!keep_line(p, m, name, value))
		return false;
	h = new_header(p, m, &broken);
	if (h == NULL) {
		m->text.len = at;
		return false;
	}
	*h = (struct http_header){ .name = { at, name.len },
		.value = { at + name.len + 2, value.len } };
	file_header(p, m, h, http_name(m, h));
	return true;
}

/** Where name and value are in @p line. */
struct split {
	uint32_t name_len, value_off, value_len;
};

static struct split
split_line(const struct http_parse *p, struct http_side *m, struct gz_span line)
{
	const uint8_t *colon = memchr(line.p, ':', line.len);
	struct split s = { 0, 0, line.len };
	bool odd = false;
	uint32_t i;

	if (colon == NULL) {
		note(p, HTTP_EVENT_REQUEST_COLON, HTTP_EVENT_RESPONSE_COLON);
		m->not_normal = true;
		return s;
	}
	s.name_len = (uint32_t)(colon - line.p);
	s.value_off = s.name_len + 1;
	while (s.name_len > 0 && http_is_space(line.p[s.name_len - 1])) {
		s.name_len--;
		odd = true;
	}
	for (i = 0; i < s.name_len; i++)
		odd |= !http_is_token[line.p[i]];
	if (odd || s.name_len == 0)
		note(p, HTTP_EVENT_REQUEST_HEADER, HTTP_EVENT_RESPONSE_HEADER);
	while (s.value_off < line.len &&
			(line.p[s.value_off] == ' ' || line.p[s.value_off] == '\t'))
		s.value_off++;
	s.value_len = line.len - s.value_off;
	while (s.value_len > 0 &&
			(line.p[s.value_off + s.value_len - 1] == ' ' ||
					line.p[s.value_off + s.value_len - 1] == '\t'))
		s.value_len--;
	if (odd || s.value_off != s.name_len + 2 || line.p[s.name_len + 1] != ' ' ||
			s.value_off + s.value_len != line.len)
		m->not_normal = true;
	return s;
}

/** All lines of the open header, as they came, wherever they lie now. */
static struct gz_span
open_bytes(const struct http_parse *p, const struct http_side *m)
{
	const struct http_at at = p->d->open_at;

	if (at.off < m->text.len)
		return http_text(m, at);
	return gz_span(p->in->p + p->text_from + (at.off - m->text.len), at.len);
}

/** Folded lines without their line ends. NULL: no memory. */
static const struct http_blob *
unfold(struct http_parse *p, struct http_side *m, struct gz_span raw)
{
	struct http_blob *b = http_blob(p->app, m, HTTP_BLOB_PART, raw.len);
	uint32_t i, n = 0;

	if (b == NULL)
		return NULL;
	for (i = 0; i < raw.len; i++) {
		if (raw.p[i] != '\r' && raw.p[i] != '\n')
			b->bytes[n++] = raw.p[i];
	}
	m->not_normal = true;
	return b;
}

/** @return the length of what unfold() left. */
static uint32_t
unfolded_len(struct gz_span raw)
{
	uint32_t i, n = 0;

	for (i = 0; i < raw.len; i++)
		n += raw.p[i] != '\r' && raw.p[i] != '\n';
	return n;
}

bool
http_header_close(struct http_parse *p)
{
	struct http_side *m = side_of(p);
	const struct http_blob *b = NULL;
	struct http_header *h;
	struct gz_span line;
	struct split s;
	bool broken = false;
	uint32_t base;

	if (!p->d->open)
		return true;
	p->d->open = false;
	/* Folded lines must be in one place to be put together. */
	if (p->d->open_folded && !http_keep_text(p))
		return false;
	line = open_bytes(p, m);
	base = p->d->open_at.off;
	if (p->d->open_folded) {
		b = unfold(p, m, line);
		if (b == NULL)
			return false;
		line = gz_span(b->bytes, unfolded_len(line));
		base = 0;
	}
	h = new_header(p, m, &broken);
	if (h == NULL)
		return !broken;
	s = split_line(p, m, line);
	*h = (struct http_header){ .made = b == NULL ? NULL : b->bytes,
		.name = { base, s.name_len },
		.value = { base + s.value_off, s.value_len } };
	file_header(p, m, h, gz_span(line.p, s.name_len));
	return true;
}

static void
open_line(struct http_parse *p, struct gz_span line)
{
	p->d->open = true;
	p->d->open_folded = false;
	p->d->open_colon = memchr(line.p, ':', line.len) != NULL;
	p->d->open_at = http_text_at(p, line);
}

static bool
is_fold(uint8_t c)
{
	return c == ' ' || c == '\t' || c == 0;
}

bool
http_header_line(struct http_parse *p, struct gz_span line)
{
	struct http_side *m = side_of(p);
	struct http_at at;

	if (p->d->ended_by != HTTP_END_CRLF)
		m->not_normal = true;
	if (p->d->ended_by == HTTP_END_CUT)
		note(p, HTTP_EVENT_REQUEST_TOO_LONG, HTTP_EVENT_RESPONSE_TOO_LONG);
	if (!is_fold(line.p[0])) {
		if (!http_header_close(p))
			return false;
		open_line(p, line);
		return true;
	}
	m->not_normal = true;
	if (p->d->open &&
			!(p->d->open_colon && p->dir == GZ_S2C && m->version == 11 &&
					memchr(line.p, ':', line.len) != NULL)) {
		at = http_text_at(p, line);
		p->d->open_at.len = at.off + at.len - p->d->open_at.off;
		p->d->open_folded = true;
		p->d->open_colon |= memchr(line.p, ':', line.len) != NULL;
		return true;
	}
	/* Nothing to be folded to: it stands for itself. */
	note(p, HTTP_EVENT_REQUEST_FOLDING, HTTP_EVENT_RESPONSE_FOLDING);
	if (!http_header_close(p))
		return false;
	while (line.len > 0 && is_fold(line.p[0]))
		line = gz_span(line.p + 1, line.len - 1);
	if (line.len > 0)
		open_line(p, line);
	return true;
}

void
http_side_free(struct gz_app *app, struct http_side *m)
{
	struct http_blob *b;

	while ((b = m->blobs) != NULL) {
		m->blobs = b->next;
		gz_app_free(app, b, (uint32_t)sizeof(*b) + b->len);
	}
	gz_app_free(app, m->headers, m->size_headers * (uint32_t)sizeof(*m->headers));
	gz_bytes_free(app, &m->text);
	gz_body_free(app, &m->body);
}
