/* SPDX-License-Identifier: BSD-3-Clause */
#include "pop3.h"

#include <ctype.h>

static const char *const pop3_events[] = {
	[POP3_EVENT_TOO_MANY_TRANSACTIONS] = "too_many_transactions",
	[POP3_EVENT_REQUEST_TOO_LONG] = "request_too_long",
	[POP3_EVENT_INCORRECT_ARGUMENT_COUNT] = "incorrect_argument_count",
	[POP3_EVENT_UNKNOWN_COMMAND] = "unknown_command",
	[POP3_EVENT_RESPONSE_TOO_LONG] = "response_too_long",
};

static const struct command {
	const char *name;
	enum pop3_command kind;
	uint8_t least, most; /* arguments */
} commands[] = {
	{ "APOP", POP3_APOP, 2, 2 },
	{ "AUTH", POP3_AUTH, 0, 2 },
	{ "CAPA", POP3_CAPA, 0, 0 },
	{ "DELE", POP3_DELE, 1, 1 },
	{ "LIST", POP3_LIST, 0, 1 },
	{ "NOOP", POP3_NOOP, 0, 0 },
	{ "PASS", POP3_PASS, 1, UINT8_MAX }, /* a password may have blanks */
	{ "QUIT", POP3_QUIT, 0, 0 },
	{ "RETR", POP3_RETR, 1, 1 },
	{ "RSET", POP3_RSET, 0, 0 },
	{ "STAT", POP3_STAT, 0, 0 },
	{ "STLS", POP3_STLS, 0, 0 },
	{ "TOP", POP3_TOP, 2, 2 },
	{ "UIDL", POP3_UIDL, 0, 1 },
	{ "USER", POP3_USER, 1, 1 },
};

static struct gz_tx *
begin(struct gz_app *app)
{
	struct gz_tx *tx = gz_tx_new(app), *newest;

	if (tx == NULL) {
		newest = TAILQ_LAST(&app->txs, gz_tx_list);
		if (newest != NULL)
			gz_tx_event(newest, POP3_EVENT_TOO_MANY_TRANSACTIONS);
	}
	return tx;
}

/** The command whose response comes next. */
static struct gz_tx *
awaiting(const struct gz_app *app)
{
	struct gz_tx *tx;

	TAILQ_FOREACH(tx, &app->txs, link) {
		if (!tx->complete[GZ_S2C])
			return tx;
	}
	return NULL;
}

static uint32_t
nb_arguments(struct gz_span line)
{
	struct gz_span word;
	uint32_t n = 0;

	while (gz_span_cut(&line, ' ', &word))
		n += word.len > 0;
	return n > 0 ? n - 1 : 0;
}

static const struct command *
command_of(struct gz_span line)
{
	struct gz_span name;

	if (!gz_span_cut(&line, ' ', &name))
		return NULL;
	for (uint32_t i = 0; i < RTE_DIM(commands); i++) {
		if (gz_span_equal_nocase(name, gz_span_str(commands[i].name)))
			return &commands[i];
	}
	return NULL;
}

static bool
take_command(struct gz_app *app, struct gz_span line, bool cut)
{
	const struct command *c = command_of(line);
	struct pop3_state *s = app->state;
	struct gz_tx *tx = begin(app);
	struct pop3_tx *t;
	uint32_t n;

	if (tx == NULL)
		return false;
	t = pop3_tx_of(tx);
	t->asked = true;
	if (s->sasl) {
		s->sasl = false;
		t->kind = POP3_SASL_DATA;
	} else if (c == NULL) {
		gz_tx_event(tx, POP3_EVENT_UNKNOWN_COMMAND);
	} else {
		t->kind = (uint8_t)c->kind;
		n = nb_arguments(line);
		if (n < c->least || n > c->most)
			gz_tx_event(tx, POP3_EVENT_INCORRECT_ARGUMENT_COUNT);
	}
	if (cut && t->kind != POP3_SASL_DATA)
		gz_tx_event(tx, POP3_EVENT_REQUEST_TOO_LONG);
	gz_bytes_add(app, &t->command, line, POP3_SASL_MOST);
	gz_tx_complete(tx, GZ_C2S);
	return true;
}

/* ---- responses ---- */

/** Do further lines follow this one? */
static bool
is_multi(const struct pop3_tx *t)
{
	switch (t->kind) {
	case POP3_CAPA:
	case POP3_RETR:
	case POP3_TOP:
		return true;
	case POP3_LIST:
	case POP3_UIDL:
	case POP3_AUTH: /* without a mechanism: which there are */
		return nb_arguments(gz_bytes_span(&t->command)) == 0;
	default:
		return false;
	}
}

static void
take_data(struct gz_app *app, struct gz_tx *tx, struct gz_span line)
{
	struct pop3_tx *t = pop3_tx_of(tx);
	struct pop3_state *s = app->state;

	if (gz_span_equal(line, GZ_SPAN("."))) {
		s->multi = false;
		gz_tx_complete(tx, GZ_S2C);
		return;
	}
	if (t->nb_data == POP3_DATA_LINES)
		return;
	if (line.len > 0 && line.p[0] == '.') {
		line.p++;
		line.len--;
	}
	if (gz_bytes_reserve(app, &t->data, line.len + 1, POP3_DATA_MOST) &&
			gz_bytes_add(app, &t->data, line, POP3_DATA_MOST) &&
			gz_bytes_add(app, &t->data, GZ_SPAN("\n"), POP3_DATA_MOST))
		t->nb_data++;
}

static bool
take_status(struct gz_app *app, struct gz_span line, bool cut)
{
	struct gz_tx *tx = awaiting(app);
	struct pop3_state *s = app->state;
	struct gz_span status = gz_span("", 0); /* an empty line has none */
	struct pop3_tx *t;

	if (tx == NULL) {
		tx = begin(app); /* the greeting */
		if (tx == NULL)
			return false;
		gz_tx_complete(tx, GZ_C2S);
	}
	t = pop3_tx_of(tx);
	t->answered = true;
	gz_span_cut(&line, ' ', &status);
	t->success = status.len > 0 && status.p[0] == '+';
	s->sasl = gz_span_equal(status, GZ_SPAN("+"));
	if (cut)
		gz_tx_event(tx, POP3_EVENT_RESPONSE_TOO_LONG);
	gz_bytes_add(app, &t->header, line, POP3_RESPONSE_MOST);
	gz_tx_changed(tx, GZ_S2C);
	if (t->kind == POP3_STLS && t->success) {
		s->tls = true;
		gz_app_switch(app, "tls");
	}
	s->multi = t->success && !s->sasl && is_multi(t);
	if (!s->multi)
		gz_tx_complete(tx, GZ_S2C);
	return true;
}

static bool
take_line(struct gz_app *app, enum gz_dir dir, struct gz_span line, bool cut)
{
	struct pop3_state *s = app->state;
	struct gz_tx *tx;

	if (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	if (dir == GZ_C2S)
		return take_command(app, line, cut);
	tx = s->multi ? awaiting(app) : NULL;
	if (tx == NULL)
		return take_status(app, line, cut);
	take_data(app, tx, line);
	return true;
}

/** The longest line that is taken whole now. */
static uint32_t
line_most(const struct pop3_state *s, enum gz_dir dir)
{
	if (dir == GZ_C2S)
		return s->sasl ? POP3_SASL_MOST : POP3_COMMAND_MOST;
	return POP3_RESPONSE_MOST;
}

/** @return false: a line's end is still to come, or no room. */
static bool
parse_line(struct gz_app *app, struct gz_input *in, bool *good)
{
	struct pop3_state *s = app->state;
	uint32_t most = line_most(s, in->dir), from = RTE_MAX(in->seen, in->eaten);
	const uint8_t *p = in->p + in->eaten;
	const uint8_t *lf = memchr(in->p + from, '\n', in->len - from);
	uint32_t n = lf != NULL ? (uint32_t)(lf - p) : in->len - in->eaten;
	bool cut = n > most;

	if (s->skip[in->dir]) {
		in->eaten += n + (lf != NULL);
		s->skip[in->dir] = lf == NULL;
		return lf != NULL;
	}
	if (lf == NULL && !cut)
		return false;
	*good = take_line(app, in->dir, gz_span(p, RTE_MIN(n, most)), cut);
	in->eaten += lf != NULL ? n + 1 : most;
	s->skip[in->dir] = lf == NULL;
	return *good;
}

static enum gz_parse
pop3_parse(struct gz_app *app, struct gz_input *in)
{
	bool good = true;

	while (in->eaten < in->len && !app->switching && parse_line(app, in, &good))
		;
	return good ? GZ_PARSE_OK : GZ_PARSE_BROKEN;
}

/** Lost bytes of a mail do not matter; its end is found again. */
static enum gz_parse
pop3_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	struct pop3_state *s = app->state;

	if (dir == GZ_C2S || !s->multi)
		return GZ_PARSE_BROKEN;
	s->skip[dir] = true;
	return GZ_PARSE_OK;
}

static void
pop3_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct pop3_tx *t = pop3_tx_of(tx);

	gz_bytes_free(app, &t->command);
	gz_bytes_free(app, &t->header);
	gz_bytes_free(app, &t->data);
}

/* ---- detection ---- */

/** On its ports, and where nobody else knows better: the status of a greeting; a command by its name. */
static enum gz_probe
pop3_guess(enum gz_dir dir, struct gz_span s)
{
	static const char *const statuses[] = { "+OK ", "+OK\r", "-ERR " };
	enum gz_probe answer = GZ_PROBE_NO;
	uint32_t i, n, len;

	for (i = 0; dir == GZ_S2C && i < RTE_DIM(statuses) && answer != GZ_PROBE_SURE; i++) {
		len = (uint32_t)strlen(statuses[i]);
		n = RTE_MIN(len, s.len);
		if (n == 0 || memcmp(s.p, statuses[i], n) == 0)
			answer = n == len ? GZ_PROBE_SURE : GZ_PROBE_MAYBE;
	}
	return answer;
}

static enum gz_probe
pop3_probe(enum gz_dir dir, struct gz_span s)
{
	enum gz_probe answer = GZ_PROBE_NO;
	uint32_t i, n, len;

	if (dir != GZ_C2S)
		return GZ_PROBE_NO;
	for (i = 0; i < RTE_DIM(commands); i++) {
		len = (uint32_t)strlen(commands[i].name);
		n = RTE_MIN(len, s.len);
		if (n > 0 && strncasecmp((const char *)s.p, commands[i].name, n) != 0)
			continue;
		if (n == len && s.len > len && (isspace(s.p[len]) || s.p[len] == '\0'))
			return GZ_PROBE_SURE;
		if (s.len <= len)
			answer = GZ_PROBE_MAYBE;
	}
	return answer;
}

/* ---- events ---- */

static void
write_request(struct gz_json *j, const struct pop3_tx *t)
{
	struct gz_span line = gz_bytes_span(&t->command), word;
	char name[16];
	uint32_t i;

	gz_json_object(j, "request");
	if (t->kind == POP3_SASL_DATA) {
		gz_json_str(j, "command", "<SASL DATA>");
	} else if (gz_span_cut(&line, ' ', &word)) {
		for (i = 0; i < word.len && i + 1 < sizeof(name); i++)
			name[i] = (char)toupper(word.p[i]);
		gz_json_bytes(j, "command", gz_span(name, i));
		if (line.len > 0)
			gz_json_array(j, "args");
		for (i = 0; line.len > 0 && i < POP3_ARGS_MOST; i++) {
			if (!gz_span_cut(&line, ' ', &word))
				break;
			gz_json_bytes(j, NULL, word);
		}
		if (i > 0)
			gz_json_array_end(j);
	}
	gz_json_object_end(j);
}

static void
write_response(struct gz_json *j, const struct pop3_tx *t)
{
	struct gz_span rest = gz_bytes_span(&t->data), line;

	gz_json_object(j, "response");
	gz_json_bool(j, "success", t->success);
	gz_json_str(j, "status", t->success ? "OK" : "ERR");
	gz_json_bytes(j, "header", gz_bytes_span(&t->header));
	if (t->nb_data > 0) {
		gz_json_array(j, "data");
		for (uint32_t i = 0; i < t->nb_data && gz_span_cut(&rest, '\n', &line); i++)
			gz_json_bytes(j, NULL, line);
		gz_json_array_end(j);
	}
	gz_json_object_end(j);
}

static void
pop3_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct pop3_tx *t = pop3_tx_of(tx);

	gz_json_object(j, "pop3");
	if (t->asked)
		write_request(j, t);
	if (t->answered)
		write_response(j, t);
	gz_json_object_end(j);
}

static struct gz_event_type pop3_event = {
	.reg = { .name = "pop3" },
	.help = "commands of POP3 and their responses",
};
GZ_REGISTER(gz_event_types, pop3_event)

static struct gz_proto pop3 = {
	.reg = { .name = "pop3" },
	.help = "POP3 until it is encrypted (RFC 1939)",
	.l4 = GZ_L4_TCP,
	.ports = "110",
	.probe = pop3_probe,
	.guess = pop3_guess,
	.state_size = sizeof(struct pop3_state),
	.tx_size = sizeof(struct pop3_tx),
	.parse = pop3_parse,
	.gap = pop3_gap,
	.tx_free = pop3_tx_free,
	.events = pop3_events,
	.nb_events = RTE_DIM(pop3_events),
	.event = &pop3_event,
	.log_when = GZ_LOG_BOTH,
	.log = pop3_log,
};
GZ_PROTO_REGISTER(pop3)
