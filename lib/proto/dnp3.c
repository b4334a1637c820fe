/* SPDX-License-Identifier: BSD-3-Clause */

/* DNP3's frames, and the messages that they are put together to. */

#include "dnp3.h"

#include <netinet/in.h>

enum {
	HEAD = 10, /* bytes, with their checksum */
	LENGTH_LEAST = 5, /* what it counts always */
	BLOCK = 16, /* bytes of data for each checksum */
	CRC = 2,

	TRANSPORT_LAST = 0x80,
	TRANSPORT_FIRST = 0x40,
	TRANSPORT_SEQUENCE = 0x3f,

	USER_DATA_CONFIRMED = 3, /* functions of the link: IEEE 1815 section 9.2.4.1.3 */
	USER_DATA = 4,

	UNANSWERED_MOST = 500,
};

static const char *const dnp3_events[] = {
	[DNP3_EVENT_FLOODED] = "flooded",
	[DNP3_EVENT_LEN_TOO_SMALL] = "len_too_small",
	[DNP3_EVENT_TOO_LONG] = "too_long_reassembly",
	[DNP3_EVENT_BAD_LINK_CRC] = "bad_link_crc",
	[DNP3_EVENT_BAD_TRANSPORT_CRC] = "bad_transport_crc",
	[DNP3_EVENT_UNKNOWN_OBJECT] = "unknown_object",
};

static bool
crc_fits(const uint8_t *p, uint32_t len)
{
	uint32_t i, bit, crc = 0;

	for (i = 0; i < len; i++) {
		crc ^= p[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0xa6bcu & -(crc & 1));
	}
	crc = ~crc & UINT16_MAX;
	return p[len] == (crc & 0xff) && p[len + 1] == crc >> 8;
}

/* ---- messages ---- */

static struct gz_tx *
tx_new(struct gz_app *app, enum gz_dir dir)
{
	struct gz_tx *tx = gz_tx_new(app);

	if (tx == NULL)
		return NULL;
	dnp3_tx_of(tx)->dir = (uint8_t)dir;
	gz_tx_one_way(tx, dir);
	return tx;
}

/** Something odd that belongs to no message. */
static void
note(struct gz_app *app, enum gz_dir dir, enum dnp3_event event)
{
	struct gz_tx *tx = tx_new(app, dir);

	if (tx != NULL)
		gz_tx_event(tx, event);
}

static void
weigh_objects(struct gz_tx *tx)
{
	struct dnp3_tx *t = dnp3_tx_of(tx);
	struct gz_cursor c = gz_cursor(t->data.p + t->objects, t->data.len - t->objects);
	struct dnp3_object o = { .known = true };

	while (dnp3_object_next(t, &c, &o))
		;
	t->complete = o.known;
	if (!o.known)
		gz_tx_event(tx, DNP3_EVENT_UNKNOWN_OBJECT);
}

static void
count_unanswered(struct dnp3_state *s, struct gz_tx *tx)
{
	if (dnp3_tx_of(tx)->dir == GZ_S2C)
		s->unanswered = 0;
	else if (++s->unanswered > UNANSWERED_MOST)
		gz_tx_event(tx, DNP3_EVENT_FLOODED);
}

static bool
is_response(uint8_t function)
{
	return function == DNP3_RESPONSE || function == DNP3_UNSOLICITED;
}

/** A message is whole. */
static void
take_message(struct gz_app *app, enum gz_dir dir, struct dnp3_join *j)
{
	struct gz_cursor c = gz_cursor(j->message.p, j->message.len);
	struct gz_tx *tx;
	struct dnp3_tx *t;

	tx = tx_new(app, dir);
	if (tx == NULL)
		return;
	t = dnp3_tx_of(tx);
	t->link = j->link;
	if (!gz_cursor_u8(&c, &t->control) || !gz_cursor_u8(&c, &t->function) ||
			(is_response(t->function) && !gz_cursor_be16(&c, &t->iin))) {
		gz_tx_event(tx, DNP3_EVENT_LEN_TOO_SMALL);
		return;
	}
	t->told = true;
	t->objects = (uint32_t)(c.p - j->message.p);
	t->data = j->message;
	j->message = (struct gz_bytes){ 0 };
	count_unanswered(app->state, tx);
	weigh_objects(tx);
}

static void
join_drop(struct gz_app *app, struct dnp3_join *j)
{
	gz_bytes_free(app, &j->message);
	j->open = false;
}

/** The message that is open between these stations. NULL: none. */
static struct dnp3_join *
join_find(struct dnp3_side *side, const struct dnp3_link *link)
{
	struct dnp3_join *j;

	for (j = side->joins; j < side->joins + DNP3_JOINS_MOST; j++) {
		if (j->open && j->link.dst == link->dst && j->link.src == link->src)
			return j;
	}
	return NULL;
}

/** A message begins, and what was open between these stations is void. */
static struct dnp3_join *
join_begin(struct gz_app *app, enum gz_dir dir, const struct dnp3_link *link, uint8_t sequence)
{
	struct dnp3_side *side = &((struct dnp3_state *)app->state)->side[dir];
	struct dnp3_join *j = join_find(side, link);
	uint32_t i;

	for (i = 0; j == NULL && i < DNP3_JOINS_MOST; i++) {
		if (!side->joins[i].open)
			j = &side->joins[i];
	}
	if (j == NULL) {
		j = &side->joins[side->evict++ % DNP3_JOINS_MOST];
		note(app, dir, DNP3_EVENT_TOO_LONG);
	}
	join_drop(app, j);
	j->open = true;
	j->link = *link;
	j->sequence = sequence;
	return j;
}

/** A frame's data, its checksums taken out: a part of a message. */
static void
take_part(struct gz_app *app, enum gz_dir dir, const struct dnp3_link *link, struct gz_span s)
{
	struct dnp3_side *side = &((struct dnp3_state *)app->state)->side[dir];
	uint8_t head = s.p[0], sequence = head & TRANSPORT_SEQUENCE;
	struct dnp3_join *j = head & TRANSPORT_FIRST ? join_begin(app, dir, link, sequence)
						     : join_find(side, link);

	if (j == NULL || j->sequence != sequence)
		return;
	j->sequence = (sequence + 1) & TRANSPORT_SEQUENCE;
	if (!gz_bytes_add(app, &j->message, gz_span(s.p + 1, s.len - 1), DNP3_MESSAGE_MOST)) {
		note(app, dir, DNP3_EVENT_TOO_LONG);
		join_drop(app, j);
	} else if (head & TRANSPORT_LAST) {
		take_message(app, dir, j);
		join_drop(app, j);
	}
}

/* ---- frames ---- */

static uint32_t
frame_len(uint8_t len)
{
	uint32_t data = len - (uint32_t)LENGTH_LEAST;

	return HEAD + data + CRC * ((data + BLOCK - 1) / BLOCK);
}

/** Of data for a station, not for its link only, which would ignore it. */
static bool
is_user_data(uint8_t control)
{
	return (control & 0xf) == USER_DATA || (control & 0xf) == USER_DATA_CONFIRMED;
}

/** A frame whose head is right. @return false: its data is not. */
static bool
take_frame(struct gz_app *app, enum gz_dir dir, const uint8_t *p)
{
	const struct dnp3_link link = { p[3], (uint16_t)(p[5] << 8 | p[4]),
		(uint16_t)(p[7] << 8 | p[6]) };
	uint32_t n, len = 0, left = p[2] - (uint32_t)LENGTH_LEAST;
	uint8_t data[UINT8_MAX];

	for (p += HEAD; left > 0; left -= n, p += n + CRC) {
		n = RTE_MIN(left, (uint32_t)BLOCK);
		if (!crc_fits(p, n))
			return false;
		memcpy(data + len, p, n);
		len += n;
	}
	if (len > 0 && is_user_data(link.control))
		take_part(app, dir, &link, gz_span(data, len));
	return true;
}

/** What a frame starts with: a mark, a length. */
static enum gz_probe
dnp3_probe(enum gz_dir dir, struct gz_span s)
{
	static const uint8_t mark[] = { 0x05, 0x64 };

	if (memcmp(s.p, mark, RTE_MIN(s.len, 2u)) != 0)
		return GZ_PROBE_NO;
	if (s.len < 3)
		return GZ_PROBE_MAYBE;
	return s.p[2] >= LENGTH_LEAST ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

/** Go to what looks like a frame. @return false: there is none yet. */
static bool
find_frame(struct gz_input *in)
{
	enum gz_probe answer;

	for (; in->eaten < in->len; in->eaten++) {
		answer = dnp3_probe(in->dir, gz_span(in->p + in->eaten, in->len - in->eaten));
		if (answer != GZ_PROBE_NO)
			return answer == GZ_PROBE_SURE;
	}
	return false;
}

/*
 * A station drops a frame with a wrong checksum and looks for the next one right behind its first
 * byte: so does this, or a frame that is wrong on purpose could hide another one in its length. That
 * is told once, until a frame's head is right again.
 */
static void
lose(struct gz_app *app, struct dnp3_side *side, struct gz_input *in, enum dnp3_event event)
{
	if (!side->lost)
		note(app, in->dir, event);
	side->lost = true;
	in->eaten++;
}

/** @return false: the next frame is not all there. */
static bool
next_frame(struct gz_app *app, struct dnp3_side *side, struct gz_input *in)
{
	const uint8_t *p = in->p + in->eaten;
	uint32_t left = in->len - in->eaten;

	switch (dnp3_probe(in->dir, gz_span(p, left))) {
	case GZ_PROBE_MAYBE:
		return false;
	case GZ_PROBE_NO:
		lose(app, side, in, DNP3_EVENT_LEN_TOO_SMALL);
		return true;
	default:
		break;
	}
	if (left < HEAD)
		return false;
	if (!crc_fits(p, HEAD - CRC)) {
		lose(app, side, in, DNP3_EVENT_BAD_LINK_CRC);
		return true;
	}
	side->lost = false;
	if (left < frame_len(p[2]))
		return false;
	if (!take_frame(app, in->dir, p)) {
		lose(app, side, in, DNP3_EVENT_BAD_TRANSPORT_CRC);
		return true;
	}
	in->eaten += frame_len(p[2]);
	return true;
}

static enum gz_parse
dnp3_parse(struct gz_app *app, struct gz_input *in)
{
	struct dnp3_side *side = &((struct dnp3_state *)app->state)->side[in->dir];

	while (in->eaten < in->len) {
		if ((side->lost && !find_frame(in)) || !next_frame(app, side, in))
			break;
	}
	if (app->flow->proto == IPPROTO_UDP)
		side->lost = false;
	return GZ_PARSE_OK;
}

static void
side_drop(struct gz_app *app, struct dnp3_side *side)
{
	uint32_t i;

	for (i = 0; i < DNP3_JOINS_MOST; i++)
		join_drop(app, &side->joins[i]);
}

static enum gz_parse
dnp3_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	struct dnp3_side *side = &((struct dnp3_state *)app->state)->side[dir];

	side->lost = true;
	side_drop(app, side);
	return GZ_PARSE_OK;
}

static void
dnp3_free(struct gz_app *app, void *state)
{
	struct dnp3_state *s = state;

	side_drop(app, &s->side[GZ_C2S]);
	side_drop(app, &s->side[GZ_S2C]);
}

static void
dnp3_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	gz_bytes_free(app, &dnp3_tx_of(tx)->data);
}

/* ---- fields ---- */

bool
gz_dnp3_indications(const struct gz_tx *tx, uint16_t *iin)
{
	const struct dnp3_tx *t = dnp3_tx_of(tx);

	*iin = t->iin;
	return t->told && is_response(t->function);
}

bool
gz_dnp3_object(const struct gz_tx *tx, uint32_t *at, uint8_t *group, uint8_t *variation)
{
	const struct dnp3_tx *t = dnp3_tx_of(tx);
	uint32_t start = t->objects + *at;
	struct gz_cursor c = gz_cursor(t->data.p + start, t->data.len - start);
	struct gz_cursor head = c;
	struct dnp3_object o;

	if (!gz_cursor_u8(&head, group) || !gz_cursor_u8(&head, variation))
		return false;
	/* Behind one that is not known nothing can be. */
	*at = dnp3_object_next(t, &c, &o) ? (uint32_t)(c.p - t->data.p) - t->objects
					  : t->data.len - t->objects;
	return true;
}

static bool
get_function(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = dnp3_tx_of(tx)->function;
	return index == 0 && dnp3_tx_of(tx)->told;
}

static bool
get_data(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct gz_bytes *b = &dnp3_tx_of(tx)->data;

	*v = (struct gz_value){ b->p, b->len, 0, true };
	return index == 0 && b->len > 0;
}

#define BOTH (GZ_FIELD_C2S | GZ_FIELD_S2C)

/* clang-format off */
static const struct gz_field_word functions[] = { { "confirm", 0 }, { "read", DNP3_READ },
	{ "write", 2 }, { "select", 3 }, { "operate", 4 }, { "direct_operate", 5 },
	{ "direct_operate_nr", 6 }, { "immed_freeze", 7 }, { "immed_freeze_nr", 8 },
	{ "freeze_clear", 9 }, { "freeze_clear_nr", 10 }, { "freeze_at_time", 11 },
	{ "freeze_at_time_nr", 12 }, { "cold_restart", 13 }, { "warm_restart", 14 },
	{ "initialize_data", 15 }, { "initialize_appl", 16 }, { "start_appl", 17 },
	{ "stop_appl", 18 }, { "save_config", 19 }, { "enable_unsolicited", 20 },
	{ "disable_unsolicited", 21 }, { "assign_class", 22 }, { "delay_measure", 23 },
	{ "record_current_time", 24 }, { "open_file", 25 }, { "close_file", 26 },
	{ "delete_file", 27 }, { "get_file_info", 28 }, { "authenticate_file", 29 },
	{ "abort_file", 30 }, { "activate_config", 31 }, { "authenticate_req", 32 },
	{ "authenticate_err", 33 }, { "response", DNP3_RESPONSE },
	{ "unsolicited_response", DNP3_UNSOLICITED }, { "authenticate_resp", 131 }, { NULL, 0 } };

static const struct gz_field_row fields[] = {
	{ .name = "dnp3_func", .get_number = get_function, .flags = BOTH, .words = functions,
		.help = "function of a message of DNP3: read, write, direct_operate ..." },
	{ .name = "dnp3.data", .alias = "dnp3_data", .get = get_data, .flags = BOTH,
		.help = "message of DNP3's application layer, put together" },
};
/* clang-format on */

static uint32_t
dnp3_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	return when == GZ_LOG_ALERT || dnp3_tx_of(tx)->told;
}

GZ_EVENT_TYPE(dnp3_event, "dnp3", "a request or a response of DNP3")

static struct gz_proto dnp3 = {
	.reg = { .name = "dnp3" },
	.help = "DNP3 over TCP and UDP",
	.l4 = GZ_L4_TCP | GZ_L4_UDP,
	.ports = "20000",
	.probe = dnp3_probe,
	.state_size = sizeof(struct dnp3_state),
	.tx_size = sizeof(struct dnp3_tx),
	.parse = dnp3_parse,
	.gap = dnp3_gap,
	.free = dnp3_free,
	.tx_free = dnp3_tx_free,
	.fields = fields,
	.nb_fields = RTE_DIM(fields),
	.events = dnp3_events,
	.nb_events = RTE_DIM(dnp3_events),
	.event = &dnp3_event,
	.log_when = GZ_LOG_BOTH,
	.nb_logs = dnp3_nb_logs,
	.log = dnp3_log,
};
GZ_PROTO_REGISTER(dnp3)
