/* SPDX-License-Identifier: BSD-3-Clause */
#include "http1_parts.h"

static void
write_known(struct gz_json *j, const char *key, const struct http_side *m, enum http_known id)
{
	struct gz_span s = http_known(m, id);

	if (s.p != NULL)
		gz_json_bytes(j, key, s);
}

static void
write_text(struct gz_json *j, const char *key, struct gz_span s)
{
	if (s.len > 0)
		gz_json_bytes(j, key, s);
}

static void
write_host(struct gz_json *j, const struct http_tx *t)
{
	write_text(j, "hostname", t->uri_host);
	if (t->port >= 0)
		gz_json_i64(j, "http_port", t->port);
}

/** The media type without its parameters. */
static void
write_type(struct gz_json *j, const struct http_side *m)
{
	struct gz_span s = http_known(m, HTTP_CONTENT_TYPE);
	const uint8_t *end = s.p == NULL ? NULL : memchr(s.p, ';', s.len);

	if (end != NULL)
		s.len = (uint32_t)(end - s.p);
	if (s.p != NULL)
		gz_json_bytes(j, "http_content_type", s);
}

static void
write_range(struct gz_json *j, const struct http_tx *t)
{
	const struct http_side *m = &t->side[GZ_S2C];
	struct gz_span s = http_known(m, HTTP_CONTENT_RANGE), part;
	uint64_t v;

	if (s.p == NULL)
		return;
	gz_json_object(j, "content_range");
	gz_json_bytes(j, "raw", s);
	if (s.len > 6 && strncasecmp((const char *)s.p, "bytes ", 6) == 0) {
		s = gz_span(s.p + 6, s.len - 6);
		if (gz_span_cut(&s, '-', &part) && gz_span_u64(part, &v))
			gz_json_u64(j, "start", v);
		if (gz_span_cut(&s, '/', &part) && gz_span_u64(part, &v))
			gz_json_u64(j, "end", v);
		if (gz_span_u64(s, &v))
			gz_json_u64(j, "size", v);
	}
	gz_json_object_end(j);
}

/** The digits that a status begins with. */
static uint64_t
status_number(struct gz_span s)
{
	uint64_t v = 0;
	uint32_t i;

	for (i = 0; i < s.len && i < 9 && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	return v;
}

static void
write_response(struct gz_json *j, const struct http_tx *t)
{
	const struct http_side *m = &t->side[GZ_S2C];
	struct gz_span status = http_text(m, m->part[1]);

	if (status.len > 0)
		gz_json_u64(j, "status", status_number(status));
	write_known(j, "redirect", m, HTTP_LOCATION);
	gz_json_u64(j, "length", m->message_len);
}

void
http_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct http_tx *t = http_tx_of(tx);
	const struct http_side *q = &t->side[GZ_C2S];
	struct gz_span target = http_text(q, q->part[1]);

	gz_json_object(j, "http");
	write_host(j, t);
	if (q->line.len == 0)
		gz_json_str(j, "url", "/libhtp::request_uri_not_seen");
	else
		write_text(j, "url", target);
	write_known(j, "http_user_agent", q, HTTP_USER_AGENT);
	write_known(j, "xff", q, HTTP_X_FORWARDED_FOR);
	write_type(j, &t->side[GZ_S2C]);
	write_range(j, t);
	write_known(j, "http_refer", q, HTTP_REFERER);
	write_text(j, "http_method", http_text(q, q->part[0]));
	write_text(j, "protocol", http_text(q, q->part[2]));
	write_response(j, t);
	gz_json_object_end(j);
}
