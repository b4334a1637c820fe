/* SPDX-License-Identifier: BSD-3-Clause */
#include <assert.h>

#include "http1_parts.h"
#include "http1_rows.h"

static struct http_side *
side(struct gz_tx *tx, int dir)
{
	return &http_tx_of(tx)->side[dir];
}

/** A span as the only value of a field; none where it is empty. */
static bool
only(struct gz_value *v, uint32_t index, struct gz_span s)
{
	if (index > 0 || s.len == 0)
		return false;
	*v = (struct gz_value){ s.p, s.len, 0, true };
	return true;
}

static bool
get_known(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v, enum http_known id)
{
	return only(v, index, http_known_joined(tx->app, side(tx, dir), id));
}

#define KNOWN_GETTER(name, id)                                                   \
	bool name(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v) \
	{                                                                        \
		return get_known(tx, dir, index, v, id);                         \
	}

KNOWN_GETTER(http_get_accept, HTTP_ACCEPT)
KNOWN_GETTER(http_get_accept_enc, HTTP_ACCEPT_ENCODING)
KNOWN_GETTER(http_get_accept_lang, HTTP_ACCEPT_LANGUAGE)
KNOWN_GETTER(http_get_connection, HTTP_CONNECTION)
KNOWN_GETTER(http_get_content_len, HTTP_CONTENT_LENGTH)
KNOWN_GETTER(http_get_content_type, HTTP_CONTENT_TYPE)
KNOWN_GETTER(http_get_location, HTTP_LOCATION)
KNOWN_GETTER(http_get_referer, HTTP_REFERER)
KNOWN_GETTER(http_get_server, HTTP_SERVER)
KNOWN_GETTER(http_get_user_agent, HTTP_USER_AGENT)
KNOWN_GETTER(http_get_powered_by, HTTP_X_POWERED_BY)

bool
http_get_cookie(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return get_known(tx, dir, index, v, dir == GZ_C2S ? HTTP_COOKIE : HTTP_SET_COOKIE);
}

static bool
get_part(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v, uint32_t part)
{
	const struct http_side *m = side(tx, dir);

	return only(v, index, http_text(m, m->part[part]));
}

bool
http_get_method(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return get_part(tx, dir, index, v, 0);
}

bool
http_get_uri_raw(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return get_part(tx, dir, index, v, 1);
}

bool
http_get_protocol(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return get_part(tx, dir, index, v, dir == GZ_C2S ? 2 : 0);
}

bool
http_get_stat_code(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return get_part(tx, dir, index, v, 1);
}

static bool
get_stat_msg(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return get_part(tx, dir, index, v, 2);
}

bool
http_get_line(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct http_side *m = side(tx, dir);

	return only(v, index, http_text(m, m->line));
}

bool
http_get_uri(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return only(v, index, http_tx_of(tx)->uri);
}

bool
http_get_host(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return only(v, index, http_tx_of(tx)->host);
}

bool
http_get_host_raw(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	struct http_tx *t = http_tx_of(tx);

	if (t->authority.len > 0)
		return only(v, index, http_text(side(tx, dir), t->authority));
	/* An absolute target goes before the header. */
	if (t->absolute)
		return only(v, index, t->host);
	return get_known(tx, dir, index, v, HTTP_HOST);
}

static bool
get_header_raw(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct http_side *m = side(tx, dir);

	if (m->headers_end <= m->headers_off)
		return false;
	return only(v, index, gz_span(m->text.p + m->headers_off, m->headers_end - m->headers_off));
}

static bool
get_header(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return only(v, index, http_build_header(tx->app, side(tx, dir), dir));
}

static bool
get_header_names(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return only(v, index, http_build_names(tx->app, side(tx, dir)));
}

static bool
get_start(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	if (side(tx, dir)->line.len == 0)
		return false;
	return only(v, index, http_build_start(tx->app, side(tx, dir)));
}

static bool
get_one_header(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return only(v, 0, http_build_one(tx->app, side(tx, dir), index));
}

bool
http_get_body(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return index == 0 && gz_body_value(&side(tx, dir)->body, v);
}

/* clang-format off */
const struct gz_field_row http_fields[] = {
	HTTP_SHARED_ROWS,
	{ "http.stat_msg", "http_stat_msg", NULL, "what the response says of its status",
		S2C, 0, LINE, get_stat_msg },
	{ "http.header", "http_header", NULL, "header fields but cookies, in one form",
		BOTH, 2, HEADERS, get_header },
	{ "http.header.raw", "http_raw_header", NULL, "header lines as they came",
		BOTH, 2, HEADERS, get_header_raw },
	{ "http.header_names", NULL, "http_header_names", "names of the header fields in order",
		BOTH, 1, HEADERS, get_header_names },
	{ "http.request_header", NULL, "http_request_header", "each header field of the request",
		C2S | GZ_FIELD_MULTI, 1, HEADERS, get_one_header },
	{ "http.response_header", NULL, "http_response_header", "each header field of the response",
		S2C | GZ_FIELD_MULTI, 1, HEADERS, get_one_header },
	{ "http.start", NULL, "http_start", "first line and header fields in one form",
		BOTH, 1, HEADERS, get_start },
};
/* clang-format on */
static_assert(RTE_DIM(http_fields) == HTTP_NB_FIELDS, "http1.h tells how many");
