/* SPDX-License-Identifier: BSD-3-Clause */

/* PostgreSQL's framing. */

#include "pgsql.h"

enum {
	LENGTH_BYTES = 4, /* a message's length counts itself */
	ROW_BYTES = 2, /* of a row that are read */
};

static const char *const pgsql_events[] = {
	[PGSQL_EVENT_INVALID_LENGTH] = "invalid_length",
	[PGSQL_EVENT_MALFORMED_REQUEST] = "malformed_request",
	[PGSQL_EVENT_MALFORMED_RESPONSE] = "malformed_response",
	[PGSQL_EVENT_TOO_MANY_TRANSACTIONS] = "too_many_transactions",
};

static enum gz_parse
refuse(struct gz_app *app, enum gz_dir dir, enum pgsql_event event)
{
	struct gz_tx *tx = gz_tx_new(app);

	if (tx != NULL) {
		gz_tx_event(tx, event);
		gz_tx_one_way(tx, dir);
	}
	return GZ_PARSE_BROKEN;
}

/** How much of a message is read. */
static uint32_t
wanted(enum gz_dir dir, uint8_t type, uint32_t len)
{
	if (type == 'd')
		return 0;
	if (dir == GZ_S2C && type == 'D')
		return RTE_MIN(len, (uint32_t)ROW_BYTES);
	return RTE_MIN(len, (uint32_t)PGSQL_KEEP_MOST);
}

/** @return OK with nothing eaten: more must come. */
static enum gz_parse
parse_message(struct gz_app *app, struct gz_input *in)
{
	struct gz_cursor c = gz_cursor(in->p + in->eaten, in->len - in->eaten);
	struct pgsql_state *s = app->state;
	struct pgsql_message m = { 0 };
	bool typed = in->dir == GZ_S2C || s->started, good;

	if ((typed && !gz_cursor_u8(&c, &m.type)) || !gz_cursor_be32(&c, &m.len))
		return GZ_PARSE_OK;
	if (m.len < LENGTH_BYTES || (!typed && m.len > PGSQL_STARTUP_MOST))
		return refuse(app, in->dir, PGSQL_EVENT_INVALID_LENGTH);
	m.len -= LENGTH_BYTES;
	if (!gz_cursor_take(&c, wanted(in->dir, m.type, m.len), &m.body))
		return GZ_PARSE_OK;
	in->eaten = (uint32_t)(c.p - in->p);
	s->skip[in->dir] = m.len - m.body.len;
	good = in->dir == GZ_C2S ? pgsql_take_request(app, &m) : pgsql_take_response(app, &m);
	return good ? GZ_PARSE_OK
		    : refuse(app, in->dir,
				      in->dir == GZ_C2S ? PGSQL_EVENT_MALFORMED_REQUEST
							: PGSQL_EVENT_MALFORMED_RESPONSE);
}

/** The server's answer to a wish for encryption: a byte, or an error. */
static bool
take_byte(struct gz_app *app, struct gz_input *in)
{
	struct pgsql_state *s = app->state;
	uint8_t byte = in->p[in->eaten];

	if (in->dir != GZ_S2C || !s->encryption_asked)
		return false;
	s->encryption_asked = false;
	if (byte != 'S' && byte != 'G' && byte != 'N')
		return false;
	in->eaten++;
	pgsql_take_encryption(app, byte != 'N');
	if (byte == 'S')
		gz_app_switch(app, "tls");
	return true;
}

static enum gz_parse
pgsql_parse(struct gz_app *app, struct gz_input *in)
{
	struct pgsql_state *s = app->state;
	enum gz_parse result = GZ_PARSE_OK;
	uint32_t before;
	uint64_t n;

	do {
		n = RTE_MIN(s->skip[in->dir], (uint64_t)(in->len - in->eaten));
		s->skip[in->dir] -= n;
		in->eaten += (uint32_t)n;
		before = in->eaten;
		if (before < in->len && !take_byte(app, in))
			result = parse_message(app, in);
	} while (result == GZ_PARSE_OK && in->eaten > before && !app->switching);
	return result;
}

static enum gz_parse
pgsql_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	struct pgsql_state *s = app->state;

	if (len > s->skip[dir])
		return GZ_PARSE_BROKEN;
	s->skip[dir] -= len;
	return GZ_PARSE_OK;
}

static void
pgsql_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct pgsql_state *s = tx->state;
	struct pgsql_tx *t = pgsql_tx_of(tx);

	if (s->open == tx)
		s->open = NULL;
	gz_bytes_free(app, &t->query);
	gz_bytes_free(app, &t->startup);
	gz_bytes_free(app, &t->status);
	gz_bytes_free(app, &t->completed);
	gz_bytes_free(app, &t->problem);
}

/* ---- detection ---- */

static enum gz_probe
guess_client(struct gz_span s)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);
	uint32_t len, version;

	if (s.len > 0 && s.p[0] != 0)
		return GZ_PROBE_NO;
	if (!gz_cursor_be32(&c, &len))
		return GZ_PROBE_MAYBE;
	if (len < 8 || len > PGSQL_STARTUP_MOST)
		return GZ_PROBE_NO;
	if (!gz_cursor_be32(&c, &version))
		return GZ_PROBE_MAYBE;
	if (version == PGSQL_SSL || version == PGSQL_GSS)
		return len == 8 ? GZ_PROBE_SURE : GZ_PROBE_NO;
	if (version == PGSQL_CANCEL)
		return len == 16 ? GZ_PROBE_SURE : GZ_PROBE_NO;
	return version == PGSQL_VERSION_3 ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

/** "R" and a short length: what is asked of who logs in. */
static enum gz_probe
guess_server(struct gz_span s)
{
	if (s.len > 0 && s.p[0] != 'R')
		return GZ_PROBE_NO;
	if (s.len < 5)
		return s.len < 2 || s.p[1] == 0 ? GZ_PROBE_MAYBE : GZ_PROBE_NO;
	return s.p[1] == 0 && s.p[2] == 0 && s.p[3] < 8 ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

static enum gz_probe
pgsql_guess(enum gz_dir dir, struct gz_span s)
{
	return dir == GZ_C2S ? guess_client(s) : guess_server(s);
}

/** On its port the server's answer to a wish for encryption, too: a byte alone, or what may follow. */
static enum gz_probe
pgsql_probe(enum gz_dir dir, struct gz_span s)
{
	if (dir == GZ_C2S || s.len == 0 || (s.p[0] != 'S' && s.p[0] != 'N' && s.p[0] != 'G'))
		return GZ_PROBE_NO;
	return s.len == 1 || s.p[1] == 'R' || s.p[1] == 'E' || s.p[1] == 0x16 || s.p[1] == 0x15
			? GZ_PROBE_SURE
			: GZ_PROBE_NO;
}

/* ---- fields ---- */

static bool
get_query(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	struct gz_span query;

	if (!pgsql_query(pgsql_tx_of(tx), index, &query))
		return false;
	*v = (struct gz_value){ .p = query.p, .len = query.len, .complete = true };
	return true;
}

static const struct gz_field_row pgsql_fields[] = {
	{ .name = "pgsql.query",
			.get = get_query,
			.flags = GZ_FIELD_C2S | GZ_FIELD_MULTI,
			.help = "each query, simple or to be prepared" },
};

static uint32_t
pgsql_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	const struct pgsql_tx *t = pgsql_tx_of(tx);

	return t->request != PGSQL_REQUEST_NONE || t->answered;
}

static struct gz_event_type pgsql_event = {
	.reg = { .name = "pgsql" },
	.help = "what is asked of PostgreSQL and how it answers",
};
GZ_REGISTER(gz_event_types, pgsql_event)

static struct gz_proto pgsql = {
	.reg = { .name = "pgsql" },
	.help = "PostgreSQL until it is encrypted",
	.l4 = GZ_L4_TCP,
	.ports = "5432",
	.probe = pgsql_probe,
	.guess = pgsql_guess,
	.state_size = sizeof(struct pgsql_state),
	.tx_size = sizeof(struct pgsql_tx),
	.parse = pgsql_parse,
	.gap = pgsql_gap,
	.tx_free = pgsql_tx_free,
	.fields = pgsql_fields,
	.nb_fields = RTE_DIM(pgsql_fields),
	.events = pgsql_events,
	.nb_events = RTE_DIM(pgsql_events),
	.event = &pgsql_event,
	.log_when = GZ_LOG_BOTH,
	.nb_logs = pgsql_nb_logs,
	.log = pgsql_log,
};
GZ_PROTO_REGISTER(pgsql)
