/* SPDX-License-Identifier: BSD-3-Clause */
#include <assert.h>

#include "http1_parts.h"
#include "proto_internal.h"

static struct gz_setting http_settings[] = {
	{ "http.request-body-limit", GZ_SETTING_UINT, "0", .unit = "bytes",
			.help = "first bytes of a request's body that are judged; 0: all of it" },
	{ "http.response-body-limit", GZ_SETTING_UINT, "100K", .unit = "bytes",
			.help = "first bytes of a response's body that are judged; 0: all of it" },
	{ "http.body-window", GZ_SETTING_UINT, "32K", .min = 1024, .max = 256 * 1024,
			.unit = "bytes",
			.help = "judged bytes of a body that stay in view before what is new" },
};
GZ_CONF_REGISTER(http_settings)

void
proto_http_configure(struct gz_proto_ctx *c, const struct gz_conf *conf)
{
	c->http_limit[GZ_C2S] = gz_conf_uint(conf, "http.request-body-limit");
	c->http_limit[GZ_S2C] = gz_conf_uint(conf, "http.response-body-limit");
	c->http_window = (uint32_t)gz_conf_uint(conf, "http.body-window");
}

enum {
	PROBE_MOST = 8 * 1024, /* bytes of a first line with an unknown method */
	METHOD_MOST = 32,
	BLANKS_MOST = 64,
};

static const char *const methods[] = { "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE",
	"CONNECT", "PATCH", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK",
	"SEARCH", "REPORT", "CHECKOUT", "CHECKIN", "UNCHECKOUT", "UPDATE", "LABEL", "MERGE",
	"MKWORKSPACE", "MKACTIVITY", "VERSION-CONTROL", "BASELINE-CONTROL", "INVALID", "DEBUG",
	"TRACK", "PURGE", "RPC_IN_DATA", "RPC_OUT_DATA", "BITS_POST", "SUBSCRIBE", "NOTIFY", "POLL",
	"BPROPFIND", "BPROPPATCH", "ACL" };

/** The method at the front: known and whole, perhaps, or none that is known. */
static enum gz_probe
known_method(struct gz_span s)
{
	enum gz_probe answer = GZ_PROBE_NO;
	uint32_t i;

	for (i = 0; i < RTE_DIM(methods); i++) {
		uint32_t len = (uint32_t)strlen(methods[i]);
		uint32_t n = RTE_MIN(len, s.len);

		if (memcmp(s.p, methods[i], n) != 0)
			continue;
		if (s.len > len && (s.p[len] == ' ' || s.p[len] == '\t'))
			return GZ_PROBE_SURE;
		if (s.len <= len)
			answer = GZ_PROBE_MAYBE;
	}
	return answer;
}

bool
http_is_method(struct gz_span s)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(methods); i++)
		if (gz_span_equal(s, gz_span_str(methods[i])))
			return true;
	return false;
}

/** A line that ends in " HTTP/1.x" is a request, whatever its method. */
static enum gz_probe
any_method(struct gz_span s)
{
	const uint8_t *lf = memchr(s.p, '\n', s.len), *end, *at;
	uint32_t i = 0;

	while (i < s.len && i < METHOD_MOST && s.p[i] >= 'A' && s.p[i] <= 'Z')
		i++;
	if (i == s.len && i < METHOD_MOST)
		return GZ_PROBE_MAYBE;
	if (i == 0 || s.p[i] != ' ')
		return GZ_PROBE_NO;
	end = lf == NULL ? s.p + s.len : lf;
	for (at = s.p + i; (at = memchr(at, ' ', (size_t)(end - at))) != NULL; at++) {
		if (end - at > 8 && memcmp(at + 1, "HTTP/1.", 7) == 0)
			return GZ_PROBE_SURE;
	}
	return lf != NULL || s.len > PROBE_MOST ? GZ_PROBE_NO : GZ_PROBE_MAYBE;
}

static enum gz_probe
probe_response(struct gz_span s)
{
	uint32_t n = RTE_MIN(s.len, 5u);

	if (strncasecmp((const char *)s.p, "HTTP/", n) != 0)
		return GZ_PROBE_NO;
	return n == 5 ? GZ_PROBE_SURE : GZ_PROBE_MAYBE;
}

/** Without what browsers and servers pass over before a first line. */
static struct gz_span
skip_blanks(struct gz_span s)
{
	uint32_t i = 0;

	while (i < s.len && i < BLANKS_MOST && (http_is_space(s.p[i]) || s.p[i] == 0))
		i++;
	return gz_span(s.p + i, s.len - i);
}

static enum gz_probe
http_probe(enum gz_dir dir, struct gz_span s)
{
	s = skip_blanks(s);
	if (s.len == 0)
		return GZ_PROBE_MAYBE;
	return dir == GZ_C2S ? known_method(s) : probe_response(s);
}

static enum gz_probe
http_guess(enum gz_dir dir, struct gz_span s)
{
	s = skip_blanks(s);
	if (dir == GZ_S2C)
		return GZ_PROBE_NO;
	return s.len == 0 ? GZ_PROBE_MAYBE : any_method(s);
}

void
http_note(const struct http_parse *p, enum http_event e)
{
	const struct http_tx *t = http_tx_of(p->d->tx);

	if (t->events == NULL)
		gz_tx_event(p->d->tx, e);
	else if (t->events[e] != 0)
		gz_tx_event(p->d->tx, t->events[e] - 1u);
}

static enum gz_parse
http_parse(struct gz_app *app, struct gz_input *in)
{
	struct http_state *s = app->state;
	struct http_parse p = { app, s, &s->dir[in->dir], in, in->dir, 0 };

	enum gz_parse r = in->dir == GZ_C2S ? http_request(&p) : http_response(&p);

	if (r == GZ_PARSE_BROKEN && p.d->tx != NULL)
		http_cut_unkept(&http_tx_of(p.d->tx)->side[p.dir]);
	return r;
}

/** Bytes are lost: within a body that can be borne, elsewhere not. */
static enum gz_parse
http_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	struct http_state *s = app->state;
	struct http_dir *d = &s->dir[dir];
	struct http_side *m;

	if (d->tx == NULL)
		return GZ_PARSE_BROKEN;
	m = &http_tx_of(d->tx)->side[dir];
	if (d->step == HTTP_COUNTED || d->step == HTTP_CHUNK_DATA) {
		if (len > d->left)
			return GZ_PARSE_BROKEN;
		d->left -= len;
	} else if (d->step != HTTP_TO_END) {
		return GZ_PARSE_BROKEN;
	}
	/* Nothing compressed can be read from here on. */
	if (m->nb_layers > 0) {
		http_encoding_close(app, m);
		m->body.truncated = true;
	}
	m->message_len += len;
	gz_body_gap(&m->body, len);
	if (m->file != NULL)
		gz_file_gap(m->file, len);
	return GZ_PARSE_OK;
}

static void
http_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct http_tx *t = http_tx_of(tx);
	struct http_state *s = tx->state;
	int dir;

	if (s->asked == tx)
		s->asked = NULL;
	http_form_free(app, t);
	for (dir = GZ_C2S; dir <= GZ_S2C; dir++) {
		http_encoding_close(app, &t->side[dir]);
		http_side_free(app, &t->side[dir]);
	}
}

static void
http_judged(struct gz_tx *tx, enum gz_dir dir)
{
	gz_body_judged(&http_tx_of(tx)->side[dir].body);
}

static const char *const request_progress[] = { "request_started", "request_line",
	"request_headers", "request_body", "request_complete", NULL };
static const char *const response_progress[] = { "response_started", "response_line",
	"response_headers", "response_body", "response_complete", NULL };
static const char *const events[] = {
#define EVENT_NAME(id, name) [HTTP_EVENT_##id] = name,
	HTTP_EVENTS(EVENT_NAME)
#undef EVENT_NAME
};
static_assert(HTTP_NB_EVENTS <= 64, "an event is a bit");

struct gz_event_type http_event_type = {
	.reg = { .name = "http" },
	.help = "an HTTP request and its response",
};
GZ_REGISTER(gz_event_types, http_event_type)

static const struct gz_field_row http_frames[] = {
	[HTTP_FRAME_REQUEST] = GZ_FRAME(
			"http1.request", "a request, from its first line to its end"),
	[HTTP_FRAME_RESPONSE] = GZ_FRAME("http1.response", "a response, in the same way"),
};

static struct gz_proto http = {
	.reg = { .name = "http" },
	.alias = "http1",
	.help = "HTTP/0.9 to 1.1",
	.l4 = GZ_L4_TCP,
	.ports = "80,8080",
	.probe = http_probe,
	.probe_anywhere = true,
	.guess = http_guess,
	.state_size = sizeof(struct http_state),
	.tx_size = sizeof(struct http_tx),
	.parse = http_parse,
	.gap = http_gap,
	.tx_free = http_tx_free,
	.judged = http_judged,
	.progress = { request_progress, response_progress },
	.frames = http_frames,
	.nb_frames = RTE_DIM(http_frames),
	.fields = http_fields,
	.nb_fields = HTTP_NB_FIELDS,
	.events = events,
	.nb_events = HTTP_NB_EVENTS,
	.events_upper = true,
	.event = &http_event_type,
	.log_when = GZ_LOG_BOTH,
	.log = http_log,
};
GZ_PROTO_REGISTER(http)
