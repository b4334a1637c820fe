/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_frame.h"

#include "smtp.h"

void
smtp_message_begin(struct gz_app *app, struct gz_tx *tx)
{
	struct smtp_tx *t = smtp_tx_of(tx);

	if (t->mime == NULL)
		t->mime = mime_create(tx, GZ_C2S);
	gz_tx_progress(tx, GZ_C2S, SMTP_TO);
}

static void
add(struct gz_tx *tx, struct gz_span s)
{
	struct smtp_tx *t = smtp_tx_of(tx);

	if (s.len == 0)
		return;
	gz_tx_changed(tx, GZ_C2S);
	if (t->mime == NULL)
		return;
	mime_add(t->mime, s);
	if (!t->mime->top)
		gz_tx_progress(tx, GZ_C2S, SMTP_HEAD);
}

/** Of the message, or the chunk of it, that begins here. */
static void
note_frame(struct gz_app *app, const struct gz_input *in, uint64_t len)
{
	struct smtp_state *s = app->state;

	if (s->framed)
		return;
	s->framed = true;
	gz_app_frame(app, in, SMTP_FRAME_DATA, in->p + in->eaten, len);
	gz_app_frame_tx(app, in->dir, SMTP_FRAME_DATA, s->tx);
}

/** The dot that ends it has just been eaten, with its line. */
static void
end_message(struct gz_app *app, const struct gz_input *in)
{
	struct smtp_state *s = app->state;
	struct gz_tx *tx = s->tx;

	gz_app_frame_end(app, in->dir, SMTP_FRAME_DATA,
			in->offset + in->eaten - (s->dot_cr ? 3 : 2));
	s->mode = SMTP_COMMANDS;
	smtp_expect(s, SMTP_DATA_END, tx);
	smtp_mail_over(app, tx, true);
}

/** A line that began with a dot: its end, a second dot, or something else. */
static void
after_dot(struct gz_app *app, struct gz_input *in)
{
	struct smtp_state *s = app->state;
	uint8_t c = in->p[in->eaten];

	if (c == '\n') {
		in->eaten++;
		end_message(app, in);
		return;
	}
	if (c == '\r' && !s->dot_cr) {
		in->eaten++;
		s->dot_cr = true;
		return;
	}
	/* The dot was there to hide one that follows it (RFC 5321 section 4.5.2); or to be seen. */
	s->dot = false;
	s->line_start = false;
	if (c != '.' || s->dot_cr)
		add(s->tx, GZ_SPAN("."));
	if (s->dot_cr)
		add(s->tx, GZ_SPAN("\r"));
	s->dot_cr = false;
}

void
smtp_message(struct gz_app *app, struct gz_input *in)
{
	struct smtp_state *s = app->state;
	const uint8_t *start, *lf;
	uint32_t n;

	if (s->asking && in->eaten < in->len)
		gz_tx_event(s->tx, SMTP_EVENT_PIPELINED);
	if (in->eaten < in->len)
		note_frame(app, in, GZ_FRAME_OPEN);
	while (in->eaten < in->len && s->mode == SMTP_MESSAGE) {
		start = in->p + in->eaten;
		if (s->dot) {
			after_dot(app, in);
			continue;
		}
		if (s->line_start && *start == '.') {
			in->eaten++;
			s->dot = true;
			continue;
		}
		lf = memchr(start, '\n', in->len - in->eaten);
		n = lf == NULL ? in->len - in->eaten : (uint32_t)(lf + 1 - start);
		in->eaten += n;
		s->line_start = lf != NULL;
		add(s->tx, gz_span(start, n));
	}
}

void
smtp_chunk(struct gz_app *app, struct gz_input *in)
{
	struct smtp_state *s = app->state;
	uint32_t n = (uint32_t)RTE_MIN(s->bdat_left, (uint64_t)(in->len - in->eaten));

	note_frame(app, in, s->bdat_left);
	add(s->tx, gz_span(in->p + in->eaten, n));
	in->eaten += n;
	s->bdat_left -= n;
	if (s->bdat_left > 0)
		return;
	s->mode = SMTP_COMMANDS;
	if (s->bdat_last)
		smtp_mail_over(app, s->tx, true);
}
