/* SPDX-License-Identifier: BSD-3-Clause */
#include "smtp.h"

#include <assert.h>

#include "gz_frame.h"

#include "proto_line.h"

bool
smtp_line(struct gz_app *app, struct gz_input *in, struct gz_span *line, bool *cut)
{
	static const struct proto_line_caps caps = { SMTP_LINE_MOST, SMTP_LINE_MOST };
	struct smtp_state *s = app->state;
	uint32_t kind = in->dir == GZ_C2S ? SMTP_FRAME_COMMAND : SMTP_FRAME_RESPONSE;

	if (!proto_line(in, &s->skip[in->dir], &caps, line, cut))
		return false;
	gz_app_frame(app, in, kind, line->p, (uint64_t)(in->p + in->eaten - line->p));
	return true;
}

struct gz_tx *
smtp_current(struct gz_app *app)
{
	struct smtp_state *s = app->state;
	struct smtp_tx *t;

	if (s->tx != NULL)
		return s->tx;
	s->tx = gz_tx_new(app);
	if (s->tx == NULL)
		return NULL;
	t = smtp_tx_of(s->tx);
	t->last_rcpt = &t->rcpts;
	gz_bytes_add(app, &t->helo, gz_bytes_span(&s->helo), SMTP_ADDRESS_MOST);
	if (!s->welcomed)
		gz_tx_event(s->tx, SMTP_EVENT_NO_WELCOME);
	return s->tx;
}

void
smtp_expect(struct smtp_state *s, enum smtp_command command, struct gz_tx *tx)
{
	if (s->count == SMTP_PENDING_MOST)
		return;
	s->pending[(s->head + s->count++) % SMTP_PENDING_MOST] = (struct smtp_pending){
		(uint8_t)command, tx
	};
}

static const struct {
	enum mime_event from;
	enum smtp_event to;
} mime_events[] = {
	{ MIME_EVENT_INVALID_BASE64, SMTP_EVENT_MIME_BASE64 },
	{ MIME_EVENT_INVALID_QP, SMTP_EVENT_MIME_QP },
	{ MIME_EVENT_LONG_LINE, SMTP_EVENT_MIME_LONG_LINE },
	{ MIME_EVENT_LONG_HEADER_NAME, SMTP_EVENT_MIME_LONG_NAME },
	{ MIME_EVENT_LONG_HEADER_VALUE, SMTP_EVENT_MIME_LONG_VALUE },
	{ MIME_EVENT_LONG_BOUNDARY, SMTP_EVENT_MIME_LONG_BOUNDARY },
	{ MIME_EVENT_LONG_FILENAME, SMTP_EVENT_MIME_LONG_FILENAME },
	{ MIME_EVENT_MALFORMED, SMTP_EVENT_MIME_MALFORMED },
};

void
smtp_mail_over(struct gz_app *app, struct gz_tx *tx, bool whole)
{
	struct smtp_state *s = app->state;
	struct smtp_tx *t = smtp_tx_of(tx);
	uint32_t i;

	t->over = true;
	if (t->mime != NULL) {
		mime_finish(t->mime, whole);
		for (i = 0; i < RTE_DIM(mime_events); i++) {
			if (t->mime->events >> mime_events[i].from & 1)
				gz_tx_event(tx, mime_events[i].to);
		}
	}
	gz_tx_progress(tx, GZ_C2S, SMTP_DONE);
	gz_tx_complete(tx, GZ_C2S);
	if (s->tx == tx)
		s->tx = NULL;
}

static enum gz_parse
smtp_parse(struct gz_app *app, struct gz_input *in)
{
	return in->dir == GZ_C2S ? smtp_client(app, in) : smtp_server(app, in);
}

/** Lost bytes of a message are a gap in its files; elsewhere the thread is lost. */
static enum gz_parse
smtp_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	struct smtp_state *s = app->state;
	struct smtp_tx *t;

	if (dir == GZ_S2C || s->tx == NULL || s->mode != SMTP_MESSAGE)
		return GZ_PARSE_BROKEN;
	t = smtp_tx_of(s->tx);
	s->line_start = false;
	if (t->mime != NULL && t->mime->file != NULL)
		gz_file_gap(t->mime->file, len);
	return GZ_PARSE_OK;
}

static void
smtp_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct smtp_tx *t = smtp_tx_of(tx);
	struct smtp_state *s = tx->state;
	struct smtp_rcpt *r;
	uint32_t i;

	if (s->tx == tx)
		s->tx = NULL;
	for (i = 0; i < s->count; i++) {
		struct smtp_pending *p = &s->pending[(s->head + i) % SMTP_PENDING_MOST];

		if (p->tx == tx)
			p->tx = NULL;
	}
	gz_bytes_free(app, &t->helo);
	gz_bytes_free(app, &t->mail_from);
	while ((r = t->rcpts) != NULL) {
		t->rcpts = r->next;
		gz_app_free(app, r, (uint32_t)sizeof(*r) + r->len);
	}
	mime_destroy(app, t->mime);
}

static void
smtp_free(struct gz_app *app, void *state)
{
	struct smtp_state *s = state;

	gz_bytes_free(app, &s->helo);
}

/* ---- detection ---- */

static const struct gz_proto_pattern patterns[] = {
	{ .bytes = { (const uint8_t *)"EHLO", 4 }, .nocase = true, .dir = GZ_C2S },
	{ .bytes = { (const uint8_t *)"HELO", 4 }, .nocase = true, .dir = GZ_C2S },
	{ .bytes = { (const uint8_t *)"LHLO", 4 }, .nocase = true, .dir = GZ_C2S },
	{ .bytes = { (const uint8_t *)"MAIL FROM:", 10 }, .nocase = true, .dir = GZ_C2S },
};

/** A banner or its beginning: "220 name ESMTP …". On other ports it must say so. */
static enum gz_probe
probe_server(struct gz_span s, bool on_port)
{
	const uint8_t *lf = memchr(s.p, '\n', s.len);
	uint32_t i, n = RTE_MIN(s.len, 3u);

	if (memcmp(s.p, "220", n) != 0 && memcmp(s.p, "554", n) != 0)
		return GZ_PROBE_NO;
	if (s.len < 4)
		return GZ_PROBE_MAYBE;
	if (s.p[3] != ' ' && s.p[3] != '-' && s.p[3] != '\r' && s.p[3] != '\n')
		return GZ_PROBE_NO;
	if (lf != NULL)
		s.len = (uint32_t)(lf - s.p);
	for (i = 4; i + 4 <= s.len; i++) {
		if (strncasecmp((const char *)s.p + i, "SMTP", 4) == 0)
			return GZ_PROBE_SURE;
	}
	if (lf == NULL && s.len < 1024)
		return GZ_PROBE_MAYBE;
	return on_port ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

/** On its ports: commands that only come later, too. */
static enum gz_probe
probe_client(struct gz_span s)
{
	static const char *const first[] = { "QUIT", "RSET", "STARTTLS", "AUTH ", "NOOP",
		"XCLIENT" };
	enum gz_probe answer = GZ_PROBE_NO;
	uint32_t i, len, n;

	for (i = 0; i < RTE_DIM(first); i++) {
		len = (uint32_t)strlen(first[i]);
		n = RTE_MIN(len, s.len);
		if (strncasecmp((const char *)s.p, first[i], n) != 0)
			continue;
		if (n == len)
			return GZ_PROBE_SURE;
		answer = GZ_PROBE_MAYBE;
	}
	return answer;
}

static enum gz_probe
smtp_probe(enum gz_dir dir, struct gz_span s)
{
	if (s.len == 0)
		return GZ_PROBE_MAYBE;
	return dir == GZ_C2S ? probe_client(s) : probe_server(s, true);
}

static enum gz_probe
smtp_guess(enum gz_dir dir, struct gz_span s)
{
	if (dir == GZ_C2S)
		return GZ_PROBE_NO;
	return s.len == 0 ? GZ_PROBE_MAYBE : probe_server(s, false);
}

static const struct gz_field_row smtp_frames[SMTP_NB_FRAMES] = {
	[SMTP_FRAME_COMMAND] = GZ_FRAME("smtp.command_line", "a command, with its line's end"),
	[SMTP_FRAME_DATA] = GZ_FRAME(
			"smtp.data", "a message, without the dot that ends it, or a chunk of one"),
	[SMTP_FRAME_RESPONSE] = GZ_FRAME("smtp.response_line", "a line of a reply, with its end"),
};

static const char *const request_progress[] = { "request_started", "request_helo",
	"request_mail_from", "request_rcpt_to", "request_head", "request_complete", NULL };
static const char *const response_progress[] = { "response_started", "response_complete", NULL };
static const char *const events[] = {
#define EVENT_NAME(id, name) [SMTP_EVENT_##id] = name,
	SMTP_EVENTS(EVENT_NAME)
#undef EVENT_NAME
};
static_assert(SMTP_NB_EVENTS <= 64, "an event is a bit");

GZ_EVENT_TYPE(smtp_event_type, "smtp", "a mail handed over")

static struct gz_proto smtp = {
	.reg = { .name = "smtp" },
	.help = "SMTP and the mails in it",
	.l4 = GZ_L4_TCP,
	.ports = "25,465,587",
	.patterns = patterns,
	.nb_patterns = RTE_DIM(patterns),
	.probe = smtp_probe,
	.guess = smtp_guess,
	.state_size = sizeof(struct smtp_state),
	.tx_size = sizeof(struct smtp_tx),
	.parse = smtp_parse,
	.gap = smtp_gap,
	.free = smtp_free,
	.tx_free = smtp_tx_free,
	.progress = { request_progress, response_progress },
	.fields = smtp_fields,
	.nb_fields = SMTP_NB_FIELDS,
	.frames = smtp_frames,
	.nb_frames = SMTP_NB_FRAMES,
	.events = events,
	.nb_events = SMTP_NB_EVENTS,
	.events_upper = true,
	.event = &smtp_event_type,
	.log_when = GZ_LOG_BOTH,
	.log = smtp_log,
};
GZ_PROTO_REGISTER(smtp)
