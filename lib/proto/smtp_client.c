/* SPDX-License-Identifier: BSD-3-Clause */
#include "smtp.h"

static const struct {
	const char *word;
	enum smtp_command command;
} commands[] = {
	{ "HELO", SMTP_HELO },
	{ "EHLO", SMTP_HELO },
	{ "LHLO", SMTP_HELO },
	{ "MAIL FROM", SMTP_MAIL },
	{ "RCPT TO", SMTP_RCPT },
	{ "DATA", SMTP_DATA },
	{ "BDAT", SMTP_BDAT },
	{ "RSET", SMTP_RSET },
	{ "STARTTLS", SMTP_STARTTLS },
	{ "QUIT", SMTP_QUIT },
	{ "NOOP", SMTP_QUIET },
	{ "VRFY", SMTP_QUIET },
	{ "EXPN", SMTP_QUIET },
	{ "HELP", SMTP_QUIET },
};

/** Which command begins the line; what follows it in @p arg. */
static enum smtp_command
read_command(struct gz_span line, struct gz_span *arg)
{
	uint32_t i, len;

	for (i = 0; i < RTE_DIM(commands); i++) {
		len = (uint32_t)strlen(commands[i].word);
		if (line.len < len || strncasecmp((const char *)line.p, commands[i].word, len) != 0)
			continue;
		if (line.len > len && line.p[len] != ' ' && line.p[len] != ':' &&
				line.p[len] != '\t')
			continue;
		*arg = gz_span_trim(gz_span(line.p + len, line.len - len));
		return commands[i].command;
	}
	*arg = line;
	return SMTP_OTHER;
}

/** The path behind "FROM:" or "TO:", without what may follow it. */
static struct gz_span
read_path(struct gz_span arg)
{
	const uint8_t *end;

	while (arg.len > 0 && (arg.p[0] == ':' || arg.p[0] == ' ' || arg.p[0] == '\t'))
		arg = gz_span(arg.p + 1, arg.len - 1);
	end = arg.len > 0 && arg.p[0] == '<' ? memchr(arg.p, '>', arg.len) : NULL;
	if (end != NULL)
		return gz_span(arg.p, (uint32_t)(end + 1 - arg.p));
	end = memchr(arg.p, ' ', arg.len);
	return end == NULL ? arg : gz_span(arg.p, (uint32_t)(end - arg.p));
}

static void
greet(struct gz_app *app, struct gz_span arg)
{
	struct smtp_state *s = app->state;
	struct gz_tx *tx = smtp_current(app);
	struct smtp_tx *t;

	if (tx == NULL || arg.len == 0)
		return;
	t = smtp_tx_of(tx);
	if (t->helo.len > 0 && t->mail_from.len > 0)
		gz_tx_event(tx, SMTP_EVENT_DUPLICATE);
	s->helo.len = 0;
	t->helo.len = 0;
	gz_bytes_add(app, &s->helo, arg, SMTP_ADDRESS_MOST);
	gz_bytes_add(app, &t->helo, arg, SMTP_ADDRESS_MOST);
	gz_tx_progress(tx, GZ_C2S, SMTP_GREETED);
}

static void
mail_from(struct gz_app *app, struct gz_span path)
{
	struct gz_tx *tx = smtp_current(app);
	struct smtp_tx *t;

	if (tx == NULL)
		return;
	t = smtp_tx_of(tx);
	if (t->mail_from.len > 0) {
		gz_tx_event(tx, SMTP_EVENT_DUPLICATE);
		return;
	}
	gz_bytes_add(app, &t->mail_from, path, SMTP_ADDRESS_MOST);
	gz_tx_progress(tx, GZ_C2S, SMTP_FROM);
}

static void
rcpt_to(struct gz_app *app, struct gz_span path)
{
	struct gz_tx *tx = smtp_current(app);
	struct smtp_rcpt *r;
	struct smtp_tx *t;

	if (tx == NULL)
		return;
	t = smtp_tx_of(tx);
	path.len = RTE_MIN(path.len, (uint32_t)SMTP_ADDRESS_MOST);
	if (t->nb_rcpts == SMTP_RCPTS_MOST || path.len == 0)
		return;
	r = gz_app_alloc(app, (uint32_t)sizeof(*r) + path.len);
	if (r == NULL)
		return;
	r->len = path.len;
	memcpy(r->bytes, path.p, path.len);
	*t->last_rcpt = r;
	t->last_rcpt = &r->next;
	t->nb_rcpts++;
	gz_tx_progress(tx, GZ_C2S, SMTP_TO);
}

static bool
begin_data(struct gz_app *app)
{
	struct smtp_state *s = app->state;
	struct gz_tx *tx = smtp_current(app);

	if (tx == NULL)
		return false;
	smtp_message_begin(app, tx);
	smtp_expect(s, SMTP_DATA, tx);
	s->mode = SMTP_MESSAGE;
	s->framed = false;
	s->line_start = true;
	s->dot = s->dot_cr = false;
	s->asking = true;
	return true;
}

/** "BDAT 123 LAST". */
static bool
begin_chunk(struct gz_app *app, struct gz_span arg)
{
	struct smtp_state *s = app->state;
	struct gz_tx *tx = smtp_current(app);
	struct gz_span size;
	bool good;

	if (tx == NULL)
		return false;
	good = gz_span_cut(&arg, ' ', &size) && gz_span_u64(size, &s->bdat_left);
	arg = gz_span_trim(arg);
	s->bdat_last = gz_span_equal_nocase(arg, GZ_SPAN("LAST"));
	if (!good || (arg.len > 0 && !s->bdat_last)) {
		gz_tx_event(tx, SMTP_EVENT_INVALID_BDAT);
		smtp_expect(s, SMTP_OTHER, tx);
		return true;
	}
	smtp_message_begin(app, tx);
	smtp_expect(s, s->bdat_last ? SMTP_BDAT_LAST : SMTP_BDAT, tx);
	s->framed = false;
	if (s->bdat_left > 0)
		s->mode = SMTP_CHUNK;
	else if (s->bdat_last)
		smtp_mail_over(app, tx, true);
	return true;
}

/** A mail that was begun and is given up. */
static void
reset(struct gz_app *app)
{
	struct smtp_state *s = app->state;
	struct gz_tx *tx = s->tx;
	struct smtp_tx *t;

	smtp_expect(s, SMTP_RSET, NULL);
	if (tx == NULL)
		return;
	t = smtp_tx_of(tx);
	if (t->mail_from.len == 0 && t->nb_rcpts == 0)
		return;
	smtp_mail_over(app, tx, false);
	gz_tx_complete(tx, GZ_S2C);
}

static enum gz_parse
obey(struct gz_app *app, struct gz_span line)
{
	struct smtp_state *s = app->state;
	struct gz_span arg;
	enum smtp_command command = read_command(line, &arg);

	switch (command) {
	case SMTP_DATA:
		return begin_data(app) ? GZ_PARSE_OK : GZ_PARSE_BROKEN;
	case SMTP_BDAT:
		return begin_chunk(app, arg) ? GZ_PARSE_OK : GZ_PARSE_BROKEN;
	case SMTP_HELO:
		greet(app, arg);
		break;
	case SMTP_MAIL:
		mail_from(app, read_path(arg));
		break;
	case SMTP_RCPT:
		rcpt_to(app, read_path(arg));
		break;
	case SMTP_RSET:
		reset(app);
		return GZ_PARSE_OK;
	case SMTP_STARTTLS:
		s->mode = SMTP_HOLD;
		break;
	default:
		break;
	}
	if (command < SMTP_RSET && smtp_current(app) == NULL)
		return GZ_PARSE_BROKEN;
	smtp_expect(s, command, s->tx);
	return GZ_PARSE_OK;
}

static bool
one_command(struct gz_app *app, struct gz_input *in, enum gz_parse *r)
{
	struct gz_span line;
	bool cut;

	if (!smtp_line(app, in, &line, &cut))
		return false;
	if (line.len == 0)
		return true;
	*r = obey(app, line);
	if (cut && ((struct smtp_state *)app->state)->tx != NULL)
		gz_tx_event(((struct smtp_state *)app->state)->tx, SMTP_EVENT_LONG_COMMAND);
	return true;
}

enum gz_parse
smtp_client(struct gz_app *app, struct gz_input *in)
{
	struct smtp_state *s = app->state;
	enum gz_parse r = GZ_PARSE_OK;

	while (r == GZ_PARSE_OK && in->eaten < in->len && s->mode != SMTP_HOLD) {
		if (s->mode == SMTP_MESSAGE)
			smtp_message(app, in);
		else if (s->mode == SMTP_CHUNK)
			smtp_chunk(app, in);
		else if (!one_command(app, in, &r))
			break;
	}
	if (s->waiting)
		gz_app_again(app, GZ_S2C);
	s->waiting = false;
	return r;
}
