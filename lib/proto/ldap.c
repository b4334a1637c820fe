/* SPDX-License-Identifier: BSD-3-Clause */

/* LDAP's messages and which belong together. */

#include "ldap.h"

#include <netinet/in.h>

#include "gz_frame.h"

enum {
	ID_MOST = INT32_MAX, /* of a message: section 4.1.1.1 */
	HEAD_MOST = 32, /* bytes before what is in an operation */
	BIND_SASL = BER_CONTEXT | BER_CONSTRUCTED | 3,
	EXTENDED_NAME = BER_CONTEXT | 0,
};

static const char *const ldap_events[] = {
	[LDAP_EVENT_TOO_MANY_TRANSACTIONS] = "too_many_transactions",
	[LDAP_EVENT_INVALID_DATA] = "invalid_data",
	[LDAP_EVENT_REQUEST_NOT_FOUND] = "request_not_found",
	[LDAP_EVENT_INCOMPLETE_DATA] = "incomplete_data",
};

/* ---- transactions ---- */

static struct gz_tx *
begin(struct gz_app *app, uint32_t id)
{
	struct gz_tx *tx = gz_tx_new(app), *newest;
	struct ldap_tx *t;

	if (tx == NULL) {
		newest = TAILQ_LAST(&app->txs, gz_tx_list);
		if (newest != NULL)
			gz_tx_event(newest, LDAP_EVENT_TOO_MANY_TRANSACTIONS);
		return NULL;
	}
	t = ldap_tx_of(tx);
	t->id = id;
	t->last = &t->responses;
	return tx;
}

static struct gz_tx *
find(const struct gz_app *app, uint32_t id)
{
	struct gz_tx *tx;

	TAILQ_FOREACH(tx, &app->txs, link) {
		if (ldap_tx_of(tx)->id == id && !tx->complete[GZ_S2C])
			return tx;
	}
	return NULL;
}

static bool
asks_start_tls(const struct ldap_message *m)
{
	struct gz_cursor c = ldap_cursor(m);
	struct gz_span name;

	return m->op == LDAP_EXTENDED_REQUEST && ber_expect(&c, EXTENDED_NAME, &name) &&
			gz_span_equal(name, GZ_SPAN("1.3.6.1.4.1.1466.20037"));
}

static bool
asks_sasl(const struct ldap_message *m)
{
	struct gz_cursor c = ldap_cursor(m);
	struct gz_span name;
	int64_t version;
	struct ber e;

	return m->op == LDAP_BIND_REQUEST && ber_expect_number(&c, BER_INTEGER, &version) &&
			ber_expect(&c, BER_OCTETS, &name) && ber_take(&c, &e) && e.id == BIND_SASL;
}

static bool
take_request(struct gz_app *app, struct ldap_message *m)
{
	struct gz_tx *tx = begin(app, m->id);
	struct ldap_state *s = app->state;

	if (tx == NULL)
		return false;
	ldap_tx_of(tx)->request = m;
	gz_tx_complete(tx, GZ_C2S);
	if (m->op == LDAP_UNBIND_REQUEST || m->op == LDAP_ABANDON_REQUEST)
		gz_tx_complete(tx, GZ_S2C);
	s->start_tls |= asks_start_tls(m);
	s->sasl |= asks_sasl(m);
	return true;
}

/** Keep a response with its request, the last of them in any case. @return false: it was not kept. */
static bool
keep(struct ldap_tx *t, struct ldap_message *m)
{
	t->nb_responses++;
	if ((t->nb_responses > LDAP_RESPONSES_MOST ||
			    t->kept_bytes + m->len > LDAP_RESPONSES_BYTES) &&
			!ldap_op_is_last(m->op))
		return false;
	t->kept_bytes += m->len;
	*t->last = m;
	t->last = &m->next;
	return true;
}

static bool
succeeded(const struct ldap_message *m)
{
	struct ldap_result r;

	return ldap_result(m, &r) && r.code == 0;
}

static void
drop(struct gz_app *app, struct ldap_message *m)
{
	gz_bytes_free(app, &m->pairs);
	gz_app_free(app, m, (uint32_t)sizeof(*m) + m->len);
}

static bool
take_response(struct gz_app *app, struct ldap_message *m)
{
	struct gz_tx *tx = m->id == 0 ? NULL : find(app, m->id);
	struct ldap_state *s = app->state;
	bool found = tx != NULL, last = ldap_op_is_last(m->op);
	struct ldap_tx *t;

	if (!found)
		tx = begin(app, m->id);
	if (tx == NULL)
		return false;
	t = ldap_tx_of(tx);
	if (!found) {
		tx->complete[GZ_C2S] = true; /* it has no part in this */
		if (m->id != 0) /* else a notice of disconnection: section 4.4 */
			gz_tx_event(tx, LDAP_EVENT_REQUEST_NOT_FOUND);
	}
	gz_tx_changed(tx, GZ_S2C);
	if (m->op == LDAP_EXTENDED_RESPONSE && s->start_tls) {
		s->start_tls = false;
		if (succeeded(m))
			gz_app_switch(app, "tls");
	}
	if (!keep(t, m))
		drop(app, m);
	if (last || !found)
		gz_tx_complete(tx, GZ_S2C);
	return true;
}

/* ---- framing ---- */

/** The head of a message: @p c is left at what is in its operation, of @p len bytes. */
static bool
read_head(struct gz_cursor *c, uint32_t *id, uint8_t *op, uint32_t *len)
{
	uint32_t all;
	int64_t n;
	uint8_t tag;

	if (ber_head(c, &tag, &all) != 1 || tag != BER_SEQUENCE ||
			!ber_expect_number(c, BER_INTEGER, &n) || n < 0 || n > ID_MOST ||
			ber_head(c, &tag, len) != 1 || (tag & 0xc0) != BER_APPLICATION ||
			ldap_op_name(tag & 0x1f) == NULL)
		return false;
	*id = (uint32_t)n;
	*op = tag & 0x1f;
	return true;
}

static enum gz_parse
invalid(struct gz_app *app, enum gz_dir dir)
{
	struct gz_tx *tx = begin(app, 0);

	if (tx != NULL) {
		gz_tx_event(tx, LDAP_EVENT_INVALID_DATA);
		gz_tx_one_way(tx, dir);
	}
	return GZ_PARSE_BROKEN;
}

/** A message, or its beginning when @p s is less than it says. */
static enum gz_parse
take_message(struct gz_app *app, enum gz_dir dir, struct gz_span s)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);
	struct ldap_message *m;
	uint32_t id, len;
	uint8_t op;

	if (!read_head(&c, &id, &op, &len))
		return invalid(app, dir);
	len = RTE_MIN(len, gz_cursor_left(&c));
	m = gz_app_alloc(app, (uint32_t)sizeof(*m) + len);
	if (m == NULL)
		return GZ_PARSE_BROKEN;
	m->id = id;
	m->op = op;
	m->len = len;
	if (len > 0)
		memcpy(m->bytes, c.p, len);
	if (ldap_op_is_request(op) ? take_request(app, m) : take_response(app, m))
		return GZ_PARSE_OK;
	drop(app, m);
	return GZ_PARSE_BROKEN;
}

enum {
	FRAME_PDU,
};

static const struct gz_field_row ldap_frames[] = {
	[FRAME_PDU] = GZ_FRAME("ldap.pdu", "a message"),
};

/** @return OK with nothing eaten: more must come. */
static enum gz_parse
parse_message(struct gz_app *app, struct gz_input *in)
{
	struct gz_span s = gz_span(in->p + in->eaten, in->len - in->eaten);
	struct gz_cursor c = gz_cursor(s.p, s.len);
	struct ldap_state *state = app->state;
	uint32_t len, keep_len;
	uint64_t whole;
	uint8_t tag;
	int r;

	r = ber_head(&c, &tag, &len);
	if (s.len > 0 && s.p[0] != BER_SEQUENCE)
		return state->sasl ? GZ_PARSE_DONE : invalid(app, in->dir);
	if (r < 0)
		return invalid(app, in->dir);
	if (r == 0)
		return GZ_PARSE_OK;
	whole = (uint64_t)(c.p - s.p) + len;
	gz_app_frame(app, in, FRAME_PDU, s.p, whole);
	keep_len = (uint32_t)RTE_MIN(whole, (uint64_t)LDAP_MESSAGE_MOST);
	if (s.len < keep_len)
		return GZ_PARSE_OK;
	in->eaten += keep_len;
	state->skip[in->dir] = (uint32_t)(whole - keep_len);
	return take_message(app, in->dir, gz_span(s.p, keep_len));
}

static void
note_cut(struct gz_app *app, enum gz_dir dir)
{
	struct gz_tx *tx = begin(app, 0);

	if (tx == NULL)
		return;
	gz_tx_event(tx, LDAP_EVENT_INCOMPLETE_DATA);
	gz_tx_one_way(tx, dir);
}

static enum gz_parse
ldap_parse(struct gz_app *app, struct gz_input *in)
{
	struct ldap_state *s = app->state;
	enum gz_parse result = GZ_PARSE_OK;
	uint32_t before, n;

	do {
		n = RTE_MIN(s->skip[in->dir], in->len - in->eaten);
		s->skip[in->dir] -= n;
		in->eaten += n;
		before = in->eaten;
		if (before < in->len)
			result = parse_message(app, in);
	} while (result == GZ_PARSE_OK && in->eaten > before && !app->switching);
	if (result == GZ_PARSE_OK && in->end && in->eaten < in->len && !app->switching) {
		note_cut(app, in->dir);
		in->eaten = in->len;
	}
	return result;
}

static enum gz_parse
ldap_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	struct ldap_state *s = app->state;

	if (len > s->skip[dir])
		return GZ_PARSE_BROKEN;
	s->skip[dir] -= (uint32_t)len;
	return GZ_PARSE_OK;
}

static void
ldap_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct ldap_tx *t = ldap_tx_of(tx);
	struct ldap_message *m;

	if (t->request != NULL)
		drop(app, t->request);
	while ((m = t->responses) != NULL) {
		t->responses = m->next;
		drop(app, m);
	}
}

/* ---- detection ---- */

/** A message whose operation this side may send. */
static enum gz_probe
ldap_probe(enum gz_dir dir, struct gz_span s)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);
	uint32_t id, len;
	uint8_t op;

	if (s.len > 0 && s.p[0] != BER_SEQUENCE)
		return GZ_PROBE_NO;
	if (!read_head(&c, &id, &op, &len))
		return s.len < HEAD_MOST ? GZ_PROBE_MAYBE : GZ_PROBE_NO;
	return ldap_op_is_request(op) == (dir == GZ_C2S) ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

static uint32_t
ldap_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	const struct ldap_tx *t = ldap_tx_of(tx);

	return t->request != NULL || t->responses != NULL;
}

static struct gz_event_type ldap_event = {
	.reg = { .name = "ldap" },
	.help = "requests of LDAP and their responses",
};
GZ_REGISTER(gz_event_types, ldap_event)

static struct gz_proto ldap = {
	.reg = { .name = "ldap" },
	.help = "LDAP until it is encrypted (RFC 4511)",
	.l4 = GZ_L4_TCP | GZ_L4_UDP,
	.ports = "389,3268",
	.probe = ldap_probe,
	.probe_anywhere = true,
	.most_pending = LDAP_MESSAGE_MOST,
	.state_size = sizeof(struct ldap_state),
	.tx_size = sizeof(struct ldap_tx),
	.parse = ldap_parse,
	.gap = ldap_gap,
	.tx_free = ldap_tx_free,
	.frames = ldap_frames,
	.nb_frames = RTE_DIM(ldap_frames),
	.fields = ldap_fields,
	.nb_fields = LDAP_NB_FIELDS,
	.events = ldap_events,
	.nb_events = RTE_DIM(ldap_events),
	.event = &ldap_event,
	.log_when = GZ_LOG_BOTH,
	.nb_logs = ldap_nb_logs,
	.log = ldap_log,
};
GZ_PROTO_REGISTER(ldap)
