/* SPDX-License-Identifier: BSD-3-Clause */

/* What the messages of PostgreSQL mean for the transaction that is open. */

#include "pgsql.h"

bool
pgsql_text(struct gz_cursor *c, struct gz_span *s)
{
	const uint8_t *end;

	if (gz_cursor_left(c) == 0)
		return false;
	end = memchr(c->p, '\0', gz_cursor_left(c));
	return end != NULL && gz_cursor_take(c, (uint32_t)(end - c->p), s) && gz_cursor_skip(c, 1);
}

static struct gz_tx *
begin(struct gz_app *app, uint8_t request)
{
	struct pgsql_state *s = app->state;
	struct gz_tx *tx = gz_tx_new(app), *newest;

	if (tx == NULL) {
		newest = TAILQ_LAST(&app->txs, gz_tx_list);
		if (newest != NULL)
			gz_tx_event(newest, PGSQL_EVENT_TOO_MANY_TRANSACTIONS);
		return NULL;
	}
	pgsql_tx_of(tx)->request = request;
	s->open = tx;
	return tx;
}

/** What was asked before is over, though nobody said so. */
static void
close_open(struct pgsql_state *s)
{
	if (s->open == NULL)
		return;
	gz_tx_complete(s->open, GZ_C2S);
	gz_tx_complete(s->open, GZ_S2C);
	s->open = NULL;
}

/* ---- requests ---- */

static bool
add_query(struct gz_app *app, struct gz_tx *tx, struct gz_span query)
{
	struct pgsql_tx *t = pgsql_tx_of(tx);
	uint32_t len = query.len;

	gz_tx_changed(tx, GZ_C2S);
	return gz_bytes_reserve(app, &t->query, len + 4, PGSQL_QUERY_MOST) &&
			gz_bytes_add(app, &t->query, gz_span(&len, sizeof(len)),
					PGSQL_QUERY_MOST) &&
			gz_bytes_add(app, &t->query, query, PGSQL_QUERY_MOST);
}

bool
pgsql_query(const struct pgsql_tx *t, uint32_t index, struct gz_span *query)
{
	struct gz_cursor c = gz_cursor(t->query.p, t->query.len);
	uint32_t len;

	if (index >= PGSQL_QUERIES_MOST)
		return false;
	do {
		if (gz_cursor_left(&c) < sizeof(len))
			return false;
		memcpy(&len, c.p, sizeof(len));
		gz_cursor_skip(&c, sizeof(len));
		if (!gz_cursor_take(&c, len, query))
			return false;
	} while (index-- > 0);
	return true;
}

/** A query up to its zero, or as much as there is of it. */
static struct gz_span
query_of(struct gz_cursor c)
{
	struct gz_span s = gz_span(c.p, gz_cursor_left(&c));

	pgsql_text(&c, &s);
	return s;
}

/** The client's first messages: a version or a wish instead of it. */
static bool
take_first(struct gz_app *app, struct gz_cursor c)
{
	struct pgsql_state *s = app->state;
	struct pgsql_tx *t;
	struct gz_tx *tx;
	uint32_t version;

	close_open(s);
	tx = begin(app, PGSQL_REQUEST_STARTUP);
	if (tx == NULL)
		return false;
	t = pgsql_tx_of(tx);
	gz_tx_complete(tx, GZ_C2S);
	if (!gz_cursor_be32(&c, &version)) {
		gz_tx_event(tx, PGSQL_EVENT_MALFORMED_REQUEST);
		return false;
	}
	t->version = version;
	switch (version) {
	case PGSQL_SSL:
	case PGSQL_GSS:
		t->request = version == PGSQL_SSL ? PGSQL_REQUEST_SSL : PGSQL_REQUEST_GSS;
		s->encryption_asked = true;
		return true;
	case PGSQL_CANCEL:
		t->request = PGSQL_REQUEST_CANCEL;
		if (!gz_cursor_be32(&c, &t->pid) || !gz_cursor_be32(&c, &t->key))
			gz_tx_event(tx, PGSQL_EVENT_MALFORMED_REQUEST);
		close_open(s);
		return true;
	default:
		s->started = true;
		gz_bytes_add(app, &t->startup, gz_span(c.p, gz_cursor_left(&c)),
				PGSQL_STARTUP_MOST);
		return version >> 16 == 3;
	}
}

/** The transaction of an extended query, or of copied data: several messages of the client's. */
static struct gz_tx *
continued(struct gz_app *app, uint8_t type)
{
	struct pgsql_state *s = app->state;

	if (s->open != NULL && !s->open->complete[GZ_C2S])
		return s->open;
	return begin(app, type);
}

static bool
take_copy(struct gz_app *app, const struct pgsql_message *m)
{
	struct gz_tx *tx = continued(app, 'd');
	struct pgsql_tx *t;

	if (tx == NULL)
		return false;
	t = pgsql_tx_of(tx);
	gz_tx_changed(tx, GZ_C2S);
	if (m->type == 'd') {
		t->copied++;
		t->copied_bytes += m->len;
		return true;
	}
	t->copy_done = m->type == 'c';
	t->copy_failed = m->type == 'f';
	gz_tx_complete(tx, GZ_C2S);
	return true;
}

static bool
take_extended(struct gz_app *app, const struct pgsql_message *m)
{
	struct gz_cursor c = gz_cursor(m->body.p, m->body.len);
	struct gz_tx *tx = continued(app, m->type);
	struct gz_span name;

	if (tx == NULL)
		return false;
	if (m->type == 'P') {
		if (!pgsql_text(&c, &name))
			gz_tx_event(tx, PGSQL_EVENT_MALFORMED_REQUEST);
		else
			add_query(app, tx, query_of(c));
	}
	if (m->type == 'S' || m->type == 'F')
		gz_tx_complete(tx, GZ_C2S);
	return true;
}

bool
pgsql_take_request(struct gz_app *app, const struct pgsql_message *m)
{
	struct gz_cursor c = gz_cursor(m->body.p, m->body.len);
	struct pgsql_state *s = app->state;
	struct gz_tx *tx;

	switch (m->type) {
	case 0:
		return take_first(app, c);
	case 'd':
	case 'c':
	case 'f':
		return take_copy(app, m);
	case 'P':
	case 'B':
	case 'C':
	case 'D':
	case 'E':
	case 'F':
	case 'H':
	case 'S':
		return take_extended(app, m);
	case 'Q':
	case 'p':
	case 'X':
		break;
	default:
		return false;
	}
	tx = begin(app, m->type);
	if (tx == NULL)
		return false;
	if (m->type == 'Q')
		add_query(app, tx, query_of(c));
	gz_tx_complete(tx, GZ_C2S);
	if (m->type == 'X')
		close_open(s);
	return true;
}

/* ---- responses ---- */

/** What waits for the server, oldest first: clients may send the next before. */
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

static void
finish(struct pgsql_state *s, struct gz_tx *tx)
{
	gz_tx_complete(tx, GZ_C2S);
	gz_tx_complete(tx, GZ_S2C);
	if (s->open == tx)
		s->open = NULL;
}

static bool
take_auth(struct gz_app *app, struct gz_tx *tx, struct gz_cursor c)
{
	struct pgsql_tx *t = pgsql_tx_of(tx);
	struct gz_span salt;

	if (!gz_cursor_be32(&c, &t->auth))
		return false;
	t->has_auth = true;
	if (t->auth == 5 && gz_cursor_take(&c, sizeof(t->salt), &salt))
		memcpy(t->salt, salt.p, salt.len);
	if (t->auth != 0 && t->auth != 12) /* the client's turn */
		finish(app->state, tx);
	return true;
}

static bool
take_row(struct pgsql_tx *t, const struct pgsql_message *m, struct gz_cursor c)
{
	uint16_t columns;

	if (!gz_cursor_be16(&c, &columns) || m->len < 2 + 4 * (uint32_t)columns)
		return false;
	t->rows++;
	t->row_bytes += m->len - 2 - 4 * (uint32_t)columns;
	return true;
}

static bool
take_copy_start(struct gz_app *app, struct gz_tx *tx, uint8_t type, struct gz_cursor c)
{
	struct pgsql_tx *t = pgsql_tx_of(tx);

	if (!gz_cursor_skip(&c, 1) || !gz_cursor_be16(&c, &t->copy_columns))
		return false;
	t->copy = type;
	if (type == 'G')
		finish(app->state, tx); /* what the client copies is a transaction of its own */
	return true;
}

static bool
take_body(struct gz_app *app, struct gz_tx *tx, const struct pgsql_message *m)
{
	struct gz_cursor c = gz_cursor(m->body.p, m->body.len);
	struct pgsql_tx *t = pgsql_tx_of(tx);

	switch (m->type) {
	case 'R':
		return take_auth(app, tx, c);
	case 'S':
		gz_bytes_add(app, &t->status, m->body, PGSQL_STATUS_MOST);
		return true;
	case 'K':
		t->has_key = gz_cursor_be32(&c, &t->pid) && gz_cursor_be32(&c, &t->key);
		return t->has_key;
	case 'T':
		t->has_rows = true;
		return gz_cursor_be16(&c, &t->fields);
	case 'D':
		t->has_rows = true;
		return take_row(t, m, c);
	case 'C':
		gz_bytes_add(app, &t->completed, m->body, PGSQL_STATUS_MOST);
		return true;
	case 'E':
		t->error = m->type;
		gz_bytes_add(app, &t->problem, m->body, PGSQL_STATUS_MOST);
		return true;
	case 'G':
	case 'H':
		return take_copy_start(app, tx, m->type, c);
	case 'd':
		t->rows++;
		t->row_bytes += m->len;
		return true;
	case 'Z':
		finish(app->state, tx);
		return true;
	default: /* ParseComplete and the like say nothing of interest */
		return memchr("123ANIVWnstvc", m->type, 13) != NULL;
	}
}

bool
pgsql_take_response(struct gz_app *app, const struct pgsql_message *m)
{
	struct gz_tx *tx = awaiting(app);
	bool good;

	if (tx == NULL && (m->type == 'A' || m->type == 'N' || m->type == 'Z' || m->type == 'S'))
		return true; /* unasked: a notification, a notice, a parameter that changed */
	if (tx == NULL) {
		tx = begin(app, PGSQL_REQUEST_NONE);
		if (tx == NULL)
			return false;
		gz_tx_complete(tx, GZ_C2S);
	}
	pgsql_tx_of(tx)->answered = true;
	gz_tx_changed(tx, GZ_S2C);
	good = take_body(app, tx, m);
	if (!good)
		gz_tx_event(tx, PGSQL_EVENT_MALFORMED_RESPONSE);
	if (!good || pgsql_tx_of(tx)->request == PGSQL_REQUEST_NONE)
		finish(app->state, tx);
	return good;
}

void
pgsql_take_encryption(struct gz_app *app, bool accepted)
{
	struct gz_tx *tx = awaiting(app);
	struct pgsql_tx *t;

	if (tx == NULL)
		return;
	t = pgsql_tx_of(tx);
	t->answered = true;
	t->has_ssl = true;
	t->ssl_accepted = accepted;
	finish(app->state, tx);
}
