/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_frame.h"

#include "smtp.h"

enum {
	READY = 220,
	GO_AHEAD = 354,
};

/** Note something about the mail that replies are about. */
static void
note(struct gz_app *app, enum smtp_event e)
{
	struct smtp_state *s = app->state;
	struct gz_tx *tx = s->count > 0 ? s->pending[s->head].tx : s->tx;

	if (tx == NULL)
		tx = TAILQ_LAST(&app->txs, gz_tx_list);
	if (tx != NULL)
		gz_tx_event(tx, e);
}

/* Codes that servers use (RFC 5321, 4954, 7504, and what came before them). */
static const uint16_t codes[] = { 211, 214, 220, 221, 235, 250, 251, 252, 334, 354, 401, 402, 421,
	432, 435, 450, 451, 452, 454, 455, 458, 459, 500, 501, 502, 503, 504, 511, 521, 522, 523,
	524, 525, 530, 533, 534, 535, 538, 541, 543, 550, 551, 552, 553, 554, 555, 556, 571 };

static bool
is_code(uint32_t code)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(codes); i++) {
		if (codes[i] == code)
			return true;
	}
	return false;
}

/** A reply's code; 0: it has none. */
static uint32_t
read_code(struct gz_span line, bool *more)
{
	uint32_t code = 0, i;

	if (line.len < 3)
		return 0;
	for (i = 0; i < 3; i++) {
		if (line.p[i] < '0' || line.p[i] > '9')
			return 0;
		code = code * 10 + (uint32_t)(line.p[i] - '0');
	}
	if (line.len > 3 && line.p[3] != ' ' && line.p[3] != '-')
		return 0;
	*more = line.len > 3 && line.p[3] == '-';
	return is_code(code) ? code : 0;
}

static void
reply_to_data(struct gz_app *app, struct gz_tx *tx, uint32_t code)
{
	struct smtp_state *s = app->state;

	s->asking = false;
	if (code == GO_AHEAD)
		return;
	/* Refused: what follows are commands again. */
	gz_tx_event(tx, SMTP_EVENT_DATA_REJECTED);
	if (s->mode == SMTP_MESSAGE && s->tx == tx)
		s->mode = SMTP_COMMANDS;
}

static void
reply_to_starttls(struct gz_app *app, uint32_t code)
{
	struct smtp_state *s = app->state;

	if (code == READY) {
		gz_app_switch(app, "tls");
		return;
	}
	note(app, SMTP_EVENT_TLS_REJECTED);
	if (s->mode == SMTP_HOLD)
		s->mode = SMTP_COMMANDS;
	gz_app_again(app, GZ_C2S);
}

static void
mail_done(struct gz_tx *tx)
{
	gz_tx_complete(tx, GZ_S2C);
}

/** The last line of a reply. */
static void
reply(struct gz_app *app, uint32_t code)
{
	struct smtp_state *s = app->state;
	struct smtp_pending p;

	if (!s->welcomed) {
		s->welcomed = true;
		if (s->count == 0 || code == READY)
			return;
	}
	if (s->count == 0) {
		note(app, SMTP_EVENT_UNMATCHED_REPLY);
		return;
	}
	p = s->pending[s->head];
	s->head = (s->head + 1) % SMTP_PENDING_MOST;
	s->count--;
	if (p.command == SMTP_STARTTLS)
		reply_to_starttls(app, code);
	if (p.tx == NULL)
		return;
	if (p.command == SMTP_DATA)
		reply_to_data(app, p.tx, code);
	else if (p.command == SMTP_DATA_END || p.command == SMTP_BDAT_LAST)
		mail_done(p.tx);
}

static void
one_reply(struct gz_app *app, struct gz_span line)
{
	bool more = false;
	uint32_t code = read_code(line, &more);

	if (code == 0) {
		note(app, SMTP_EVENT_INVALID_REPLY);
		return;
	}
	if (!more)
		reply(app, code);
}

enum gz_parse
smtp_server(struct gz_app *app, struct gz_input *in)
{
	struct smtp_state *s = app->state;
	struct gz_span line;
	bool cut;

	while (!app->switching && !app->again[GZ_C2S] && smtp_line(app, in, &line, &cut)) {
		gz_app_frame_tx(app, in->dir, SMTP_FRAME_RESPONSE,
				s->count > 0 ? s->pending[s->head].tx : NULL);
		if (cut)
			note(app, SMTP_EVENT_LONG_REPLY);
		if (line.len > 0)
			one_reply(app, line);
	}
	s->waiting = app->again[GZ_C2S];
	return GZ_PARSE_OK;
}
