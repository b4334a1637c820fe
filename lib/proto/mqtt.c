/* SPDX-License-Identifier: BSD-3-Clause */

/* MQTT's framing and what belongs together. */

#include "mqtt.h"

#include "gz_frame.h"

static const char *const mqtt_events[] = {
	[MQTT_EVENT_MISSING_CONNECT] = "missing_connect",
	[MQTT_EVENT_MISSING_PUBLISH] = "missing_publish",
	[MQTT_EVENT_MISSING_SUBSCRIBE] = "missing_subscribe",
	[MQTT_EVENT_MISSING_UNSUBSCRIBE] = "missing_unsubscribe",
	[MQTT_EVENT_DOUBLE_CONNECT] = "double_connect",
	[MQTT_EVENT_UNINTRODUCED_MESSAGE] = "unintroduced_message",
	[MQTT_EVENT_INVALID_QOS_LEVEL] = "invalid_qos_level",
	[MQTT_EVENT_MISSING_MSG_ID] = "missing_msg_id",
	[MQTT_EVENT_UNASSIGNED_MSG_TYPE] = "unassigned_msg_type",
	[MQTT_EVENT_TOO_MANY_TRANSACTIONS] = "too_many_transactions",
	[MQTT_EVENT_MALFORMED_TRAFFIC] = "malformed_traffic",
};

/** What a message answers, and whether that is complete by it. */
static const struct answer {
	uint8_t to; /* enum mqtt_type; 0: none, it begins something */
	bool same; /* it goes in the direction of the first message */
	bool ends;
	uint8_t missing; /* enum mqtt_event: there is none */
} answers[MQTT_NB_TYPES] = {
	[MQTT_CONNACK] = { MQTT_CONNECT, false, true, MQTT_EVENT_MISSING_CONNECT },
	[MQTT_PUBACK] = { MQTT_PUBLISH, false, true, MQTT_EVENT_MISSING_PUBLISH },
	[MQTT_PUBREC] = { MQTT_PUBLISH, false, false, MQTT_EVENT_MISSING_PUBLISH },
	[MQTT_PUBREL] = { MQTT_PUBLISH, true, false, MQTT_EVENT_MISSING_PUBLISH },
	[MQTT_PUBCOMP] = { MQTT_PUBLISH, false, true, MQTT_EVENT_MISSING_PUBLISH },
	[MQTT_SUBACK] = { MQTT_SUBSCRIBE, false, true, MQTT_EVENT_MISSING_SUBSCRIBE },
	[MQTT_UNSUBACK] = { MQTT_UNSUBSCRIBE, false, true, MQTT_EVENT_MISSING_UNSUBSCRIBE },
};

/* ---- transactions ---- */

static bool
answered_by(const struct gz_tx *tx, const struct mqtt_message *m, enum gz_dir dir)
{
	const struct answer *a = &answers[m->type];
	const struct mqtt_tx *t = mqtt_tx_of(tx);

	return !t->done && t->nb < MQTT_MESSAGES_MOST && t->first->type == a->to &&
			(t->dir == dir) == a->same &&
			(a->to == MQTT_CONNECT || t->first->id == m->id);
}

static struct gz_tx *
find(const struct gz_app *app, const struct mqtt_message *m, enum gz_dir dir)
{
	struct gz_tx *tx;

	TAILQ_FOREACH(tx, &app->txs, link) {
		if (answered_by(tx, m, dir))
			return tx;
	}
	return NULL;
}

static struct gz_tx *
begin(struct gz_app *app, enum gz_dir dir)
{
	struct gz_tx *tx = gz_tx_new(app), *newest;
	struct mqtt_tx *t;

	if (tx == NULL) {
		newest = TAILQ_LAST(&app->txs, gz_tx_list);
		if (newest != NULL)
			gz_tx_event(newest, MQTT_EVENT_TOO_MANY_TRANSACTIONS);
		return NULL;
	}
	t = mqtt_tx_of(tx);
	t->last = &t->first;
	t->dir = (uint8_t)dir;
	return tx;
}

static void
finish(struct gz_tx *tx)
{
	struct mqtt_tx *t = mqtt_tx_of(tx);

	t->done = true;
	gz_tx_one_way(tx, (enum gz_dir)t->dir);
}

static void
add(struct gz_tx *tx, struct mqtt_message *m)
{
	struct mqtt_tx *t = mqtt_tx_of(tx);

	*t->last = m;
	t->last = &m->next;
	t->nb++;
	gz_tx_changed(tx, (enum gz_dir)t->dir);
}

/** Is nothing awaited after a message that begins something? */
static bool
stands_alone(const struct mqtt_message *m)
{
	switch (m->type) {
	case MQTT_CONNECT:
		return m->skipped > 0;
	case MQTT_PUBLISH:
	case MQTT_SUBSCRIBE:
	case MQTT_UNSUBSCRIBE:
		return !m->has_id || mqtt_qos(m) == 3;
	default:
		return true;
	}
}

/** What is odd about a message in its place. */
static void
weigh(struct mqtt_state *s, struct gz_tx *tx, const struct mqtt_message *m)
{
	if (mqtt_qos(m) == 3)
		gz_tx_event(tx, MQTT_EVENT_INVALID_QOS_LEVEL);
	switch (m->type) {
	case MQTT_UNASSIGNED:
		gz_tx_event(tx, MQTT_EVENT_UNASSIGNED_MSG_TYPE);
		return;
	case MQTT_CONNECT:
		if (s->connect_seen)
			gz_tx_event(tx, MQTT_EVENT_DOUBLE_CONNECT);
		s->connect_seen = true;
		return;
	case MQTT_CONNACK:
		s->introduced = true;
		return;
	case MQTT_AUTH: /* within the introduction */
		return;
	case MQTT_SUBSCRIBE:
	case MQTT_UNSUBSCRIBE:
		if (!m->has_id && m->skipped == 0)
			gz_tx_event(tx, MQTT_EVENT_MISSING_MSG_ID);
		break;
	default:
		break;
	}
	if (!s->introduced)
		gz_tx_event(tx, MQTT_EVENT_UNINTRODUCED_MESSAGE);
}

/** A message that ends what it belongs to: also one that refuses to go on (MQTT 5). */
static bool
ends(const struct mqtt_message *m)
{
	return answers[m->type].ends || (m->type == MQTT_PUBREC && m->has_code && m->code >= 0x80);
}

/** Put @p m where it belongs. @return false: no room; it is still the caller's. */
static bool
place(struct gz_app *app, struct mqtt_message *m, enum gz_dir dir, bool malformed)
{
	const struct answer *a = &answers[m->type];
	bool looks_back = a->to != 0 && m->skipped == 0 && !malformed;
	struct gz_tx *tx = looks_back ? find(app, m, dir) : NULL;
	bool found = tx != NULL;

	if (!found)
		tx = begin(app, dir);
	if (tx == NULL)
		return false;
	add(tx, m);
	weigh(app->state, tx, m);
	if (malformed)
		gz_tx_event(tx, MQTT_EVENT_MALFORMED_TRAFFIC);
	if (looks_back && !found)
		gz_tx_event(tx, a->missing);
	if (malformed || (found ? ends(m) : a->to != 0 || stands_alone(m)))
		finish(tx);
	return true;
}

/* ---- framing ---- */

static enum gz_parse
take_message(struct gz_app *app, enum gz_dir dir, uint8_t head, struct gz_span body)
{
	struct mqtt_state *s = app->state;
	bool read = body.p != NULL;
	uint32_t size = (uint32_t)sizeof(struct mqtt_message) + (read ? body.len : 0);
	struct mqtt_message *m = gz_app_alloc(app, size);
	bool good = true;

	if (m == NULL)
		return GZ_PARSE_BROKEN;
	m->size = size;
	m->type = head >> 4;
	m->flags = head & 0xf;
	m->version = s->version;
	if (read && body.len > 0)
		memcpy(m->bytes, body.p, body.len);
	if (read)
		good = mqtt_read(m, body.len);
	else
		m->skipped = body.len;
	s->version = m->version;
	if (place(app, m, dir, !good))
		return GZ_PARSE_OK;
	gz_app_free(app, m, size);
	return GZ_PARSE_BROKEN;
}

enum {
	FRAME_PDU,
	FRAME_HEADER,
	FRAME_DATA,
};

static const struct gz_field_row mqtt_frames[] = {
	[FRAME_PDU] = GZ_FRAME("mqtt.pdu", "a message"),
	[FRAME_HEADER] = GZ_FRAME("mqtt.header", "a message's type and length"),
	[FRAME_DATA] = GZ_FRAME("mqtt.data", "what follows a message's header"),
};

/** @return OK with nothing eaten: more must come. */
static enum gz_parse
parse_message(struct gz_app *app, struct gz_input *in)
{
	struct gz_cursor c = gz_cursor(in->p + in->eaten, in->len - in->eaten);
	struct mqtt_state *s = app->state;
	struct gz_span body = { NULL, 0 };
	uint32_t len;
	uint8_t head;
	int whole;

	if (!gz_cursor_u8(&c, &head))
		return GZ_PARSE_OK;
	whole = mqtt_length(&c, &len);
	if (whole < 0)
		return GZ_PARSE_BROKEN;
	if (whole == 0)
		return GZ_PARSE_OK;
	gz_app_frame(app, in, FRAME_PDU, in->p + in->eaten,
			(uint64_t)(c.p - in->p) - in->eaten + len);
	gz_app_frame(app, in, FRAME_HEADER, in->p + in->eaten, (uint64_t)(c.p - in->p) - in->eaten);
	if (len > 0)
		gz_app_frame(app, in, FRAME_DATA, c.p, len);
	if (len > MQTT_MESSAGE_MOST) {
		body.len = len;
		s->skip[in->dir] = len;
	} else if (!gz_cursor_take(&c, len, &body)) {
		return GZ_PARSE_OK;
	}
	in->eaten = (uint32_t)(c.p - in->p);
	return take_message(app, in->dir, head, body);
}

static enum gz_parse
mqtt_parse(struct gz_app *app, struct gz_input *in)
{
	struct mqtt_state *s = app->state;
	enum gz_parse result = GZ_PARSE_OK;
	uint32_t before, n;

	do {
		n = RTE_MIN(s->skip[in->dir], in->len - in->eaten);
		s->skip[in->dir] -= n;
		in->eaten += n;
		before = in->eaten;
		result = parse_message(app, in);
	} while (result == GZ_PARSE_OK && in->eaten > before);
	return result;
}

/** Bytes are lost: what of them is within a message that is passed over does not matter. */
static enum gz_parse
mqtt_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	struct mqtt_state *s = app->state;

	if (len > s->skip[dir])
		return GZ_PARSE_BROKEN;
	s->skip[dir] -= (uint32_t)len;
	return GZ_PARSE_OK;
}

static void
mqtt_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct mqtt_tx *t = mqtt_tx_of(tx);
	struct mqtt_message *m;

	while ((m = t->first) != NULL) {
		t->first = m->next;
		gz_app_free(app, m, m->size);
	}
}

/* ---- detection ---- */

enum {
	BY_CLIENT = 1 << GZ_C2S,
	BY_SERVER = 1 << GZ_S2C,
	BY_BOTH = BY_CLIENT | BY_SERVER,
	FLAGS_ANY = 0xff,
};

/** On its port: a message that this side may send, with the flags that it must have. */
static enum gz_probe
mqtt_probe(enum gz_dir dir, struct gz_span s)
{
	static const struct {
		uint8_t by, flags;
	} types[MQTT_NB_TYPES] = {
		[MQTT_CONNECT] = { BY_CLIENT, 0 },
		[MQTT_CONNACK] = { BY_SERVER, 0 },
		[MQTT_PUBLISH] = { BY_BOTH, FLAGS_ANY },
		[MQTT_PUBACK] = { BY_BOTH, 0 },
		[MQTT_PUBREC] = { BY_BOTH, 0 },
		[MQTT_PUBREL] = { BY_BOTH, 2 },
		[MQTT_PUBCOMP] = { BY_BOTH, 0 },
		[MQTT_SUBSCRIBE] = { BY_CLIENT, 2 },
		[MQTT_SUBACK] = { BY_SERVER, 0 },
		[MQTT_UNSUBSCRIBE] = { BY_CLIENT, 2 },
		[MQTT_UNSUBACK] = { BY_SERVER, 0 },
		[MQTT_PINGREQ] = { BY_CLIENT, 0 },
		[MQTT_PINGRESP] = { BY_SERVER, 0 },
		[MQTT_DISCONNECT] = { BY_BOTH, 0 },
		[MQTT_AUTH] = { BY_BOTH, 0 },
	};
	struct gz_cursor c = gz_cursor(s.p, s.len);
	uint32_t len;
	uint8_t head;
	int whole;

	if (!gz_cursor_u8(&c, &head))
		return GZ_PROBE_MAYBE;
	if ((types[head >> 4].by & 1 << dir) == 0 ||
			(types[head >> 4].flags != FLAGS_ANY &&
					types[head >> 4].flags != (head & 0xf)))
		return GZ_PROBE_NO;
	whole = mqtt_length(&c, &len);
	return whole < 0 ? GZ_PROBE_NO : whole > 0 ? GZ_PROBE_SURE : GZ_PROBE_MAYBE;
}

/** Anywhere: a CONNECT with its protocol's name. */
static enum gz_probe
mqtt_guess(enum gz_dir dir, struct gz_span s)
{
	static const struct gz_span names[] = {
		{ (const uint8_t *)"\0\4MQTT", 6 },
		{ (const uint8_t *)"\0\6MQIsdp", 8 },
	};
	struct gz_cursor c = gz_cursor(s.p, s.len);
	uint32_t len, i, n;
	uint8_t head;
	int whole;

	if (dir != GZ_C2S)
		return GZ_PROBE_NO;
	if (!gz_cursor_u8(&c, &head))
		return GZ_PROBE_MAYBE;
	if (head != MQTT_CONNECT << 4)
		return GZ_PROBE_NO;
	whole = mqtt_length(&c, &len);
	if (whole <= 0)
		return whole < 0 ? GZ_PROBE_NO : GZ_PROBE_MAYBE;
	for (i = 0; i < RTE_DIM(names); i++) {
		n = RTE_MIN(names[i].len, gz_cursor_left(&c));
		if (n == 0 || memcmp(names[i].p, c.p, n) == 0)
			return n == names[i].len ? GZ_PROBE_SURE : GZ_PROBE_MAYBE;
	}
	return GZ_PROBE_NO;
}

/** Told once, from the side that began it. */
static uint32_t
mqtt_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	if (when == GZ_LOG_ALERT)
		return 1;
	return when == (mqtt_tx_of(tx)->dir == GZ_C2S ? GZ_LOG_BOTH : GZ_LOG_S2C);
}

static struct gz_event_type mqtt_event = {
	.reg = { .name = "mqtt" },
	.help = "messages of MQTT and their answers",
};
GZ_REGISTER(gz_event_types, mqtt_event)

static struct gz_proto mqtt = {
	.reg = { .name = "mqtt" },
	.help = "MQTT 3.1, 3.1.1 and 5.0",
	.l4 = GZ_L4_TCP,
	.ports = "1883",
	.probe = mqtt_probe,
	.guess = mqtt_guess,
	.most_pending = MQTT_MESSAGE_MOST + 5,
	.state_size = sizeof(struct mqtt_state),
	.tx_size = sizeof(struct mqtt_tx),
	.parse = mqtt_parse,
	.gap = mqtt_gap,
	.tx_free = mqtt_tx_free,
	.frames = mqtt_frames,
	.nb_frames = RTE_DIM(mqtt_frames),
	.fields = mqtt_fields,
	.nb_fields = MQTT_NB_FIELDS,
	.events = mqtt_events,
	.nb_events = RTE_DIM(mqtt_events),
	.event = &mqtt_event,
	.log_when = GZ_LOG_S2C | GZ_LOG_BOTH,
	.log_by_sender = true,
	.nb_logs = mqtt_nb_logs,
	.log = mqtt_log,
};
GZ_PROTO_REGISTER(mqtt)
