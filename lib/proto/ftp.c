/* SPDX-License-Identifier: BSD-3-Clause */
#include "ftp.h"

#include "proto_line.h"

static const struct proto_line_caps line_caps = { FTP_LINE_MOST - 1, FTP_LINE_MOST };

static struct gz_tx *
new_tx(struct gz_app *app)
{
	struct gz_tx *tx = gz_tx_new(app);
	struct ftp_state *s = app->state;
	struct ftp_tx *t;

	if (tx == NULL)
		return NULL;
	t = ftp_tx_of(tx);
	t->last_reply = &t->replies;
	if (s->waiting == NULL)
		s->waiting = tx;
	return tx;
}

/* ---- the client ---- */

static bool
is_command(const struct ftp_tx *t, const char *name)
{
	return gz_span_equal_nocase(gz_bytes_span(&t->command), gz_span_str(name));
}

/** Two numbers of a port, "h1,h2,h3,h4,p1,p2", wherever they stand. */
static uint16_t
read_port(struct gz_span s)
{
	uint32_t v[6] = { 0 }, n = 0, i;
	bool digit = false;

	for (i = 0; i < s.len && n < 6; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9') {
			v[n] = (v[n] * 10 + (uint32_t)(s.p[i] - '0')) & 0xffff;
			digit = true;
		} else if (s.p[i] == ',' && digit) {
			n++;
			digit = false;
		} else if (n == 5 && digit) {
			break;
		} else {
			v[n = 0] = 0;
			digit = false;
		}
	}
	return n == 5 && v[4] < 256 && v[5] < 256 ? (uint16_t)(v[4] << 8 | v[5]) : 0;
}

/** The last number between bars: "|1|132.235.1.2|6275|", "(|||6446|)". */
static uint16_t
read_extended_port(struct gz_span s)
{
	struct gz_span part, last = gz_span(NULL, 0);
	uint64_t v;

	while (gz_span_cut(&s, '|', &part)) {
		if (part.len > 0 && part.p[0] != ')' && part.p[0] != '\r')
			last = part;
	}
	return last.p != NULL && gz_span_u64(last, &v) && v <= UINT16_MAX ? (uint16_t)v : 0;
}

static void
set_port(struct gz_app *app, struct gz_tx *tx, uint16_t port, enum ftp_mode mode)
{
	struct ftp_state *s = app->state;
	struct ftp_tx *t = ftp_tx_of(tx);

	if (port == 0)
		return;
	s->port = t->port = port;
	s->mode = t->mode = (uint8_t)mode;
}

/** A transfer begins: tell its data connection what it is. */
static void
announce(struct gz_app *app, struct gz_tx *tx, bool store)
{
	const struct gz_flow *f = app->flow;
	const struct ftp_state *s = app->state;
	const struct ftp_tx *t = ftp_tx_of(tx);
	struct ftp_transfer x = { .port = s->port, .store = store };

	if (s->port == 0) {
		gz_tx_event(tx, FTP_EVENT_NO_PORT);
		return;
	}
	/* Who opens the data connection depends on the mode. */
	x.client = f->addr[s->mode == FTP_PASSIVE ? GZ_C2S : GZ_S2C];
	x.server = f->addr[s->mode == FTP_PASSIVE ? GZ_S2C : GZ_C2S];
	x.name_len = (uint8_t)RTE_MIN(t->data.len, (uint32_t)FTP_NAME_MOST);
	memcpy(x.name, t->data.p == NULL ? (const uint8_t *)"" : t->data.p, x.name_len);
	ftp_board_post(f, &x);
}

static void
obey(struct gz_app *app, struct gz_tx *tx)
{
	const struct ftp_tx *t = ftp_tx_of(tx);
	struct gz_span data = gz_bytes_span(&t->data);

	if (is_command(t, "PORT"))
		set_port(app, tx, read_port(data), FTP_ACTIVE);
	else if (is_command(t, "EPRT"))
		set_port(app, tx, read_extended_port(data), FTP_ACTIVE);
	else if (is_command(t, "RETR"))
		announce(app, tx, false);
	else if (is_command(t, "STOR") || is_command(t, "STOU") || is_command(t, "APPE"))
		announce(app, tx, true);
}

static bool
one_command(struct gz_app *app, struct gz_span line, bool cut)
{
	struct gz_tx *tx;
	struct ftp_tx *t;
	uint32_t n = 0;

	while (line.len > 0 && (line.p[0] == ' ' || line.p[0] == '\t'))
		line = gz_span(line.p + 1, line.len - 1);
	if (line.len == 0)
		return true;
	tx = new_tx(app);
	if (tx == NULL)
		return false;
	t = ftp_tx_of(tx);
	while (n < line.len && line.p[n] != ' ' && line.p[n] != '\t')
		n++;
	gz_bytes_add(app, &t->command, gz_span(line.p, n), FTP_LINE_MOST);
	while (n < line.len && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	gz_bytes_add(app, &t->data, gz_span(line.p + n, line.len - n), FTP_LINE_MOST);
	t->command_cut = cut;
	if (cut)
		gz_tx_event(tx, FTP_EVENT_LONG_REQUEST);
	obey(app, tx);
	gz_tx_changed(tx, GZ_C2S);
	/* What port the server opens belongs to the request, as rules see it. */
	if (!is_command(t, "PASV") && !is_command(t, "EPSV"))
		gz_tx_complete(tx, GZ_C2S);
	return true;
}

/* ---- the server ---- */

static struct ftp_reply *
add_reply(struct gz_app *app, struct ftp_tx *t, struct gz_span text)
{
	struct ftp_reply *r;

	if (t->nb_replies == FTP_REPLIES_MOST)
		return NULL;
	r = gz_app_alloc(app, (uint32_t)sizeof(*r) + text.len);
	if (r == NULL)
		return NULL;
	r->len = text.len;
	if (text.len > 0)
		memcpy(r->text, text.p, text.len);
	*t->last_reply = r;
	t->last_reply = &r->next;
	t->nb_replies++;
	return r;
}

static bool
has_code(struct gz_span line)
{
	uint32_t i;

	for (i = 0; i < 3; i++) {
		if (i >= line.len || line.p[i] < '0' || line.p[i] > '9')
			return false;
	}
	return line.len == 3 || line.p[3] == ' ' || line.p[3] == '-';
}

/** Is the line the last of its reply? */
static bool
ends_reply(struct ftp_state *s, struct gz_span line)
{
	bool code = has_code(line), more = code && line.len > 3 && line.p[3] == '-';

	if (s->multi)
		s->multi = !(code && !more && memcmp(line.p, s->multi_code, 3) == 0);
	else if (more)
		memcpy(s->multi_code, line.p, 3);
	s->multi |= more;
	return !s->multi && code;
}

static void
follow(struct gz_app *app, struct gz_tx *tx, struct gz_span line)
{
	const struct ftp_tx *t = ftp_tx_of(tx);

	if (memcmp(line.p, "227", 3) == 0)
		set_port(app, tx, read_port(line), FTP_PASSIVE);
	else if (memcmp(line.p, "229", 3) == 0)
		set_port(app, tx, read_extended_port(line), FTP_PASSIVE);
	else if (memcmp(line.p, "234", 3) == 0 && is_command(t, "AUTH"))
		gz_app_switch(app, "tls");
}

static bool
one_reply(struct gz_app *app, struct gz_span line, bool cut)
{
	struct ftp_state *s = app->state;
	struct gz_tx *tx = s->waiting;
	struct ftp_reply *r;
	bool code = has_code(line);

	if (tx == NULL) {
		tx = new_tx(app);
		if (tx == NULL)
			return false;
		gz_tx_complete(tx, GZ_C2S);
	}
	r = add_reply(app, ftp_tx_of(tx),
			code ? gz_span(line.p + RTE_MIN(4u, line.len),
					       line.len - RTE_MIN(4u, line.len))
			     : line);
	if (r != NULL && code) {
		memcpy(r->code, line.p, 3);
		r->has_code = true;
	}
	if (cut) {
		ftp_tx_of(tx)->reply_cut = true;
		gz_tx_event(tx, FTP_EVENT_LONG_RESPONSE);
	}
	gz_tx_changed(tx, GZ_S2C);
	if (code)
		follow(app, tx, line);
	if (!ends_reply(s, line) || line.p[0] == '1')
		return true;
	s->waiting = TAILQ_NEXT(tx, link);
	gz_tx_complete(tx, GZ_C2S);
	gz_tx_complete(tx, GZ_S2C);
	return true;
}

static enum gz_parse
ftp_parse(struct gz_app *app, struct gz_input *in)
{
	struct ftp_state *s = app->state;
	struct gz_span line;
	bool cut, good = true;

	while (good && !app->switching &&
			proto_line(in, &s->skip[in->dir], &line_caps, &line, &cut)) {
		if (in->dir == GZ_C2S)
			good = one_command(app, line, cut);
		else if (line.len > 0)
			good = one_reply(app, line, cut);
	}
	return good ? GZ_PARSE_OK : GZ_PARSE_BROKEN;
}

static void
ftp_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct ftp_state *s = tx->state;
	struct ftp_tx *t = ftp_tx_of(tx);
	struct ftp_reply *r;

	if (s->waiting == tx)
		s->waiting = NULL;
	gz_bytes_free(app, &t->command);
	gz_bytes_free(app, &t->data);
	while ((r = t->replies) != NULL) {
		t->replies = r->next;
		gz_app_free(app, r, (uint32_t)sizeof(*r) + r->len);
	}
}

/* ---- detection ---- */

static const struct gz_proto_pattern patterns[] = {
	{ .bytes = { (const uint8_t *)"USER ", 5 }, .nocase = true, .dir = GZ_C2S },
	{ .bytes = { (const uint8_t *)"PASS ", 5 }, .nocase = true, .dir = GZ_C2S },
	{ .bytes = { (const uint8_t *)"PORT ", 5 }, .nocase = true, .dir = GZ_C2S },
	{ .bytes = { (const uint8_t *)"AUTH SSL", 8 }, .nocase = true, .dir = GZ_C2S },
	{ .bytes = { (const uint8_t *)"AUTH TLS", 8 }, .nocase = true, .dir = GZ_C2S },
};

/** On its port: a reply, or a command of three or four letters. */
static enum gz_probe
ftp_probe(enum gz_dir dir, struct gz_span s)
{
	uint32_t i = 0;

	if (dir == GZ_S2C) {
		while (i < s.len && i < 3 && s.p[i] >= '0' && s.p[i] <= '9')
			i++;
		if (i == s.len && i < 4)
			return GZ_PROBE_MAYBE;
		return i == 3 && (s.p[3] == ' ' || s.p[3] == '-') ? GZ_PROBE_SURE : GZ_PROBE_NO;
	}
	while (i < s.len && i < 5 && (s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z')
		i++;
	if (i == s.len && i < 5)
		return GZ_PROBE_MAYBE;
	return i >= 3 && i <= 4 && (s.p[i] == ' ' || s.p[i] == '\r' || s.p[i] == '\n')
			? GZ_PROBE_SURE
			: GZ_PROBE_NO;
}

static const char *const events[] = {
	[FTP_EVENT_LONG_REQUEST] = "request_command_too_long",
	[FTP_EVENT_LONG_RESPONSE] = "response_command_too_long",
	[FTP_EVENT_NO_PORT] = "file_before_port",
};

GZ_EVENT_TYPE(ftp_event, "ftp", "an FTP command and its replies")

static struct gz_proto ftp = {
	.reg = { .name = "ftp" },
	.help = "FTP's control connection",
	.l4 = GZ_L4_TCP,
	.ports = "21",
	.patterns = patterns,
	.nb_patterns = RTE_DIM(patterns),
	.probe = ftp_probe,
	.state_size = sizeof(struct ftp_state),
	.tx_size = sizeof(struct ftp_tx),
	.parse = ftp_parse,
	.tx_free = ftp_tx_free,
	.fields = ftp_fields,
	.nb_fields = FTP_NB_FIELDS,
	.events = events,
	.nb_events = RTE_DIM(events),
	.event = &ftp_event,
	.log_when = GZ_LOG_BOTH,
	.log = ftp_log,
};
GZ_PROTO_REGISTER(ftp)
