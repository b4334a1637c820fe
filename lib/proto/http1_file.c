/* SPDX-License-Identifier: BSD-3-Clause */
#include "http1_parts.h"
#include "proto_internal.h"

enum {
	HTTP_PARTIAL = 206, /* RFC 9110 section 15.3.7 */
	KEY_MOST = 4096,
};

static struct http_side *
side_of(const struct http_parse *p)
{
	return &http_tx_of(p->d->tx)->side[p->dir];
}

static bool
is_name_at(struct gz_span s, uint32_t at, const char *name, uint32_t len)
{
	if (at + len >= s.len || strncasecmp((const char *)s.p + at, name, len) != 0 ||
			s.p[at + len] != '=')
		return false;
	return at == 0 || s.p[at - 1] == ';' || s.p[at - 1] == ' ' || s.p[at - 1] == '\t' ||
			s.p[at - 1] == ',';
}

static struct gz_span
parameter_value(struct gz_span s)
{
	const uint8_t *end;
	uint32_t n = 0;

	if (s.len > 0 && s.p[0] == '"') {
		s = gz_span(s.p + 1, s.len - 1);
		end = memchr(s.p, '"', s.len);
		return gz_span(s.p, end == NULL ? s.len : (uint32_t)(end - s.p));
	}
	while (n < s.len && s.p[n] != ';' && !http_is_space(s.p[n]))
		n++;
	return gz_span(s.p, n);
}

struct gz_span
http_parameter(struct gz_span value, const char *name)
{
	uint32_t len = (uint32_t)strlen(name), i;
	bool quoted = false;

	for (i = 0; i + len < value.len; i++) {
		if (value.p[i] == '"')
			quoted = !quoted;
		if (!quoted && is_name_at(value, i, name, len))
			return parameter_value(
					gz_span(value.p + i + len + 1, value.len - i - len - 1));
	}
	return gz_span(NULL, 0);
}

/** What the content is called: as the sender says, else as it was asked for. */
static struct gz_span
file_name(const struct http_tx *t, const struct http_side *m)
{
	struct gz_span name = http_parameter(http_known(m, HTTP_CONTENT_DISPOSITION), "filename");

	return name.len > 0 ? name : t->path;
}

/** Ranges of one file tell it by host and target. Of compressed ones only the first could be read. */
static void
join_range(struct http_parse *p, struct gz_file *f, uint64_t size)
{
	const struct http_tx *t = http_tx_of(p->d->tx);
	struct gz_bytes key = { 0 };

	if (t->status == HTTP_PARTIAL && side_of(p)->nb_layers == 0 && t->host.len > 0 &&
			gz_bytes_add(p->app, &key, t->host, KEY_MOST) &&
			gz_bytes_add(p->app, &key, t->uri, KEY_MOST))
		proto_whole_join(p->d->tx, f, gz_bytes_span(&key), size);
	gz_bytes_free(p->app, &key);
}

/** "bytes 0-67/68". */
static void
read_range(struct http_parse *p, struct gz_file *f)
{
	struct gz_span s = http_known(side_of(p), HTTP_CONTENT_RANGE), part;
	uint64_t start, end, size;

	if (s.p == NULL || p->dir == GZ_C2S)
		return;
	if (s.len < 6 || strncasecmp((const char *)s.p, "bytes ", 6) != 0)
		goto odd;
	s = gz_span(s.p + 6, s.len - 6);
	if (!gz_span_cut(&s, '-', &part) || !gz_span_u64(gz_span_trim(part), &start))
		goto odd;
	if (!gz_span_cut(&s, '/', &part) || !gz_span_u64(gz_span_trim(part), &end) || end < start)
		goto odd;
	f->has_range = true;
	f->start = start;
	f->end = end;
	if (gz_span_u64(gz_span_trim(s), &size))
		join_range(p, f, size);
	return;

odd:
	http_note(p, HTTP_EVENT_RANGE);
}

/** Requests carry a file when they say PUT or POST; forms have theirs inside. */
static bool
is_file(const struct http_parse *p)
{
	const struct http_tx *t = http_tx_of(p->d->tx);
	struct gz_span method = http_text(&t->side[GZ_C2S], t->side[GZ_C2S].part[0]);

	if (p->dir == GZ_S2C)
		return true;
	return t->form == NULL &&
			(gz_span_equal(method, GZ_SPAN("POST")) ||
					gz_span_equal(method, GZ_SPAN("PUT")));
}

static void
begin_file(struct http_parse *p, struct http_side *m)
{
	struct gz_span name;

	if (m->file != NULL || m->body.total > 0 || !is_file(p))
		return;
	name = file_name(http_tx_of(p->d->tx), m);
	if (name.len > GZ_FILE_NAME_MOST)
		http_note(p, HTTP_EVENT_FILE_NAME);
	m->file = gz_file_open(p->d->tx, p->dir, name, &m->body);
	if (m->file == NULL)
		return;
	read_range(p, m->file);
	/* clients take what came when the server says it was to be longer, and closes */
	m->file->may_end = p->dir == GZ_S2C && !m->file->has_range;
}

void
http_file_add(struct http_parse *p, struct gz_span s)
{
	const struct gz_proto_ctx *c = p->app->ctx;
	struct http_side *m = side_of(p);

	begin_file(p, m);
	gz_body_add(p->app, &m->body, s, c->http_window, c->http_limit[p->dir]);
	if (m->file != NULL)
		gz_file_add(p->d->tx, m->file, s);
	if (p->dir == GZ_C2S && http_tx_of(p->d->tx)->form != NULL)
		http_form_add(p, s);
}

void
http_file_close(struct http_parse *p, bool whole)
{
	struct http_side *m = side_of(p);

	if (p->dir == GZ_C2S && http_tx_of(p->d->tx)->form != NULL)
		http_form_close(p, whole);
	if (m->file == NULL)
		return;
	gz_file_close(m->file, whole ? GZ_FILE_CLOSED : GZ_FILE_TRUNCATED);
	m->file = NULL;
}
