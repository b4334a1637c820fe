/* SPDX-License-Identifier: BSD-3-Clause */

/* Modbus' messages, and which belong together. */

#include "modbus.h"

enum {
	HEAD = 6, /* before what its length counts: unit, function, data */
	LENGTH_LEAST = 2,
	LENGTH_MOST = 254,
	UNIT_MOST = 247, /* but 255, which means none */
	UNIT_NONE = 255,
	WAITING_MOST = 200, /* requests that wait for their response */
};

static const char *const modbus_events[] = {
	[MODBUS_EVENT_PROTOCOL] = "invalid_protocol_id",
	[MODBUS_EVENT_UNSOLICITED] = "unsolicited_response",
	[MODBUS_EVENT_LENGTH] = "invalid_length",
	[MODBUS_EVENT_UNIT] = "invalid_unit_identifier",
	[MODBUS_EVENT_FUNCTION] = "invalid_function_code",
	[MODBUS_EVENT_VALUE] = "invalid_value",
	[MODBUS_EVENT_EXCEPTION] = "invalid_exception_code",
	[MODBUS_EVENT_MISMATCH] = "value_mismatch",
	[MODBUS_EVENT_FLOODED] = "flooded",
};

struct modbus_head {
	uint16_t id, protocol, len;
};

static bool
read_head(struct gz_span s, struct modbus_head *h)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);

	return gz_cursor_be16(&c, &h->id) && gz_cursor_be16(&c, &h->protocol) &&
			gz_cursor_be16(&c, &h->len);
}

/** A message that told more bytes than its function takes. */
struct modbus_side {
	uint32_t rest; /* of them that are still to come */
	bool skips; /* nothing is in them */
};

struct modbus_state {
	struct modbus_side side[2];
};

/** Protocol 0, a length that may be, a function; of a request none that tells an exception. */
static enum gz_probe
modbus_probe(enum gz_dir dir, struct gz_span s)
{
	uint32_t zeros = s.len > 2 ? RTE_MIN(s.len - 2, 3u) : 0;

	if ((zeros > 0 && memcmp(s.p + 2, "\0\0\0", zeros) != 0) ||
			(s.len > 5 && (s.p[5] < LENGTH_LEAST || s.p[5] > LENGTH_MOST)))
		return GZ_PROBE_NO;
	if (s.len < HEAD + 2)
		return GZ_PROBE_MAYBE;
	return s.p[7] == 0 || (dir == GZ_C2S && s.p[7] & MODBUS_EXCEPTION) ? GZ_PROBE_NO
									   : GZ_PROBE_SURE;
}

/** The request that a response answers. NULL: none waits. */
static struct gz_tx *
find(struct gz_app *app, const struct modbus_head *h)
{
	const struct modbus_message *m;
	struct gz_tx *tx;

	TAILQ_FOREACH(tx, &app->txs, link) {
		m = &modbus_tx_of(tx)->side[GZ_C2S];
		if (!tx->complete[GZ_S2C] && m->here && m->id == h->id)
			return tx;
	}
	return NULL;
}

/** What is behind the head. @return false: no memory. */
static bool
read_body(struct gz_app *app, struct modbus_message *m, const struct modbus_head *h,
		struct gz_span body)
{
	struct gz_cursor c = gz_cursor(body.p, body.len);

	m->here = true;
	m->id = h->id;
	m->protocol = h->protocol;
	if (h->protocol != 0)
		m->errors |= 1 << MODBUS_EVENT_PROTOCOL;
	if (h->len < LENGTH_LEAST || h->len > LENGTH_MOST || h->len != body.len)
		m->errors |= 1 << MODBUS_EVENT_LENGTH;
	if (!gz_cursor_u8(&c, &m->unit) || !gz_cursor_u8(&c, &m->function))
		return true;
	if (m->unit > UNIT_MOST && m->unit != UNIT_NONE)
		m->errors |= 1 << MODBUS_EVENT_UNIT;
	return gz_bytes_add(app, &m->data, gz_span(c.p, gz_cursor_left(&c)), UINT16_MAX);
}

static bool
take(struct gz_app *app, enum gz_dir dir, const struct modbus_head *h, struct gz_span body)
{
	struct gz_tx *tx = dir == GZ_S2C ? find(app, h) : NULL;
	bool unsolicited = tx == NULL && dir == GZ_S2C;
	struct modbus_message *side;

	if (tx == NULL)
		tx = gz_tx_new_among(app, WAITING_MOST, MODBUS_EVENT_FLOODED);
	if (tx == NULL)
		return false;
	side = modbus_tx_of(tx)->side;
	if (!read_body(app, &side[dir], h, body))
		return false;
	if (dir == GZ_C2S)
		modbus_read_request(&side[dir]);
	else
		modbus_read_response(&side[dir]);
	if (dir == GZ_S2C && !unsolicited && !modbus_fits(&side[GZ_C2S], &side[GZ_S2C]))
		side[dir].errors |= 1 << MODBUS_EVENT_MISMATCH;
	tx->events |= side[dir].errors;
	if (unsolicited) {
		gz_tx_event(tx, MODBUS_EVENT_UNSOLICITED);
		gz_tx_one_way(tx, dir);
	} else {
		gz_tx_complete(tx, dir);
	}
	return true;
}

/** Bytes from its unit on that a request takes by its function. 0: that does not tell, or not yet. */
static uint32_t
need_of(struct gz_span body)
{
	enum {
		COUNT_AT = 6, /* of bytes that are written */
		COUNT_AT_READ_WRITE = 10,
	};
	uint8_t function = body.len < LENGTH_LEAST ? 0 : body.p[1];

	switch (function) {
	case MODBUS_READ_EXCEPTIONS:
	case MODBUS_EVENT_COUNTER:
	case MODBUS_EVENT_LOG:
	case MODBUS_REPORT_SERVER:
		return LENGTH_LEAST;
	case MODBUS_WRITE_COILS:
	case MODBUS_WRITE_REGISTERS:
		return body.len <= COUNT_AT ? 0 : COUNT_AT + 1u + body.p[COUNT_AT];
	case MODBUS_MASK_REGISTER:
		return LENGTH_LEAST + 6;
	case MODBUS_READ_WRITE:
		return body.len <= COUNT_AT_READ_WRITE
				? 0
				: COUNT_AT_READ_WRITE + 1u + body.p[COUNT_AT_READ_WRITE];
	default:
		return function >= MODBUS_READ_COILS && function <= MODBUS_WRITE_REGISTER
				? LENGTH_LEAST + 4
				: 0;
	}
}

/**
 * The next message, of which @p s has some bytes. Some servers go by the length, others by the
 * function: a request is looked at when either would act, with the bytes that its function takes;
 * behind it the length tells where the next one is.
 *
 * @return bytes of it that are looked at, its head with them; 0: they are not all there.
 */
static uint32_t
size_of(enum gz_dir dir, const struct modbus_head *h, struct gz_span s)
{
	uint32_t need = dir == GZ_C2S && h->len >= LENGTH_LEAST
			? need_of(gz_span(s.p + HEAD, s.len - HEAD))
			: 0;
	uint32_t size = HEAD + (need > 0 ? need : h->len);

	return s.len < size ? 0 : size;
}

/** What the length of a request tells, but not its function, may be a request to some servers. */
static bool
may_go_on(const struct modbus_side *side, struct gz_span s)
{
	struct modbus_head h;

	s.len = RTE_MIN(s.len, side->rest);
	switch (modbus_probe(GZ_C2S, s)) {
	case GZ_PROBE_NO:
		return false;
	case GZ_PROBE_MAYBE:
		return s.len < side->rest;
	default:
		return read_head(s, &h) && (uint32_t)HEAD + h.len <= side->rest;
	}
}

/** @return false: it is not all there. */
static bool
skip_rest(struct modbus_side *side, struct gz_input *in)
{
	uint32_t n = RTE_MIN(side->rest, in->len - in->eaten);

	in->eaten += n;
	side->rest -= n;
	side->skips = side->rest > 0;
	return !side->skips;
}

static enum gz_parse
modbus_parse(struct gz_app *app, struct gz_input *in)
{
	struct modbus_side *side = &((struct modbus_state *)app->state)->side[in->dir];
	uint32_t size, whole;
	struct modbus_head h;
	struct gz_span s;

	for (;;) {
		s = gz_span(in->p + in->eaten, in->len - in->eaten);
		if (side->skips || (side->rest > 0 && !may_go_on(side, s))) {
			if (!skip_rest(side, in))
				return GZ_PARSE_OK;
			continue;
		}
		size = read_head(s, &h) ? size_of(in->dir, &h, s) : 0;
		if (size == 0)
			return GZ_PARSE_OK;
		if (!take(app, in->dir, &h, gz_span(s.p + HEAD, size - HEAD)))
			return GZ_PARSE_BROKEN;
		whole = HEAD + (uint32_t)h.len;
		in->eaten += RTE_MIN(size, whole);
		if (side->rest > 0)
			side->rest -= RTE_MIN(size, whole);
		else
			side->rest = whole - RTE_MIN(size, whole);
	}
}

static void
modbus_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	gz_bytes_free(app, &modbus_tx_of(tx)->side[GZ_C2S].data);
	gz_bytes_free(app, &modbus_tx_of(tx)->side[GZ_S2C].data);
}

/* ---- what rules ask ---- */

bool
gz_modbus_request(const struct gz_tx *tx, struct gz_modbus *out)
{
	const struct modbus_message *m = &modbus_tx_of(tx)->side[GZ_C2S];

	*out = (struct gz_modbus){ m->unit, m->function, m->has_sub, m->sub, m->access,
		m->category };
	return m->here;
}

bool
gz_modbus_range(const struct gz_tx *tx, bool write, uint32_t *first, uint32_t *last)
{
	const struct modbus_message *m = &modbus_tx_of(tx)->side[GZ_C2S];
	const struct modbus_cells *cells = write ? &m->write : &m->read;

	*first = cells->address + 1u;
	*last = cells->address + (uint32_t)cells->quantity;
	return cells->told && cells->quantity > 0;
}

bool
gz_modbus_written(const struct gz_tx *tx, uint32_t address, uint16_t *value)
{
	const struct modbus_message *m = &modbus_tx_of(tx)->side[GZ_C2S];
	bool coils = m->access & GZ_MODBUS_COILS;
	uint32_t first, last, i;

	if (!gz_modbus_range(tx, true, &first, &last) || address < first || address > last)
		return false;
	i = address - first;
	if (m->has_value) {
		*value = coils ? m->value != 0 : m->value;
		return true;
	}
	if (coils ? i / 8 >= m->values.len : 2 * i + 1 >= m->values.len)
		return false;
	*value = coils ? m->values.p[i / 8] >> i % 8 & 1
		       : (uint16_t)(m->values.p[2 * i] << 8 | m->values.p[2 * i + 1]);
	return true;
}

GZ_EVENT_TYPE(modbus_event, "modbus", "a request of Modbus and its response")

static struct gz_proto modbus = {
	.reg = { .name = "modbus" },
	.help = "Modbus over TCP",
	.l4 = GZ_L4_TCP,
	.ports = "502",
	.probe = modbus_probe,
	.most_pending = HEAD + UINT16_MAX,
	.state_size = sizeof(struct modbus_state),
	.tx_size = sizeof(struct modbus_tx),
	.parse = modbus_parse,
	.tx_free = modbus_tx_free,
	.events = modbus_events,
	.nb_events = RTE_DIM(modbus_events),
	.event = &modbus_event,
	.log_when = GZ_LOG_BOTH,
	.log = modbus_log,
};
GZ_PROTO_REGISTER(modbus)
