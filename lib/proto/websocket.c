/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * WebSocket (RFC 6455), to which HTTP/1 is upgraded: frames, and messages put
 * together from them, without mask and compression (RFC 7692).
 *
 * Each frame is a transaction of its sender. That of a message's last frame has
 * all of the message.
 */

#include <errno.h>

#include "gz_cursor.h"
#include "gz_frame.h"
#include "gz_inflate.h"
#include "gz_proto.h"

enum {
	FIN = 0x80,
	RSV1 = 0x40, /* compressed */
	OPCODE = 0x0f,
	MASKED = 0x80,
	LENGTH = 0x7f,

	OP_CONTINUATION = 0,
	OP_TEXT = 1,
	OP_BINARY = 2,
	OP_CLOSE = 8,
	OP_PING = 9,
	OP_PONG = 10,

	PAYLOAD_MOST = 64 * 1024, /* bytes of a message that are kept */
	PLAIN_MOST = 1024 * 1024, /* and of what comes out of a compressed one */
	PROGRESS_DONE = 1,
};

enum {
	EVENT_SKIP_END_OF_PAYLOAD,
	EVENT_REASSEMBLY_LIMIT_REACHED,
};

struct websocket_tx {
	uint8_t dir, first, opcode;
	bool masked;
	uint32_t mask;
	struct gz_bytes payload;
};

struct websocket_side {
	struct gz_tx *tx; /* the frame's that is being read; NULL: between frames */
	uint64_t left; /* bytes of its payload */
	uint64_t at; /* of its payload, for the mask */
	struct gz_bytes message; /* what earlier frames of the message brought */
	bool compressed; /* the message is */
	struct gz_inflate *z;
};

struct websocket_state {
	struct websocket_side side[2];
};

/* ---- a message ---- */

static bool
is_control(const struct websocket_tx *t)
{
	return t->opcode >= OP_CLOSE;
}

static void
keep(struct gz_tx *tx, struct gz_bytes *to, struct gz_span s, uint32_t most)
{
	uint32_t room = to->len < most ? most - to->len : 0;

	if (s.len > room) {
		gz_tx_event(tx, EVENT_SKIP_END_OF_PAYLOAD);
		s.len = room;
	}
	gz_bytes_add(tx->app, to, s, most);
}

/** What comes out of @p s. false: it cannot be read. */
static bool
inflate_some(struct gz_tx *tx, struct websocket_side *side, struct gz_span s, struct gz_bytes *to)
{
	uint8_t room[4096];
	int n;

	while ((n = gz_inflate_feed(side->z, &s, room, sizeof(room))) > 0) {
		if (to->len + (uint32_t)n > PLAIN_MOST) {
			gz_tx_event(tx, EVENT_REASSEMBLY_LIMIT_REACHED);
			return false;
		}
		gz_bytes_add(tx->app, to, gz_span(room, (uint32_t)n), PLAIN_MOST);
	}
	return n != -EINVAL;
}

/** RFC 7692 section 7.2.2: the four bytes that the sender left out are put on again. */
static void
decompress(struct gz_tx *tx, struct websocket_side *side)
{
	struct websocket_tx *t = gz_tx_state(tx);
	struct gz_bytes plain = { 0 };
	bool ok;

	if (side->z == NULL)
		side->z = gz_inflate_create(gz_app_mem(tx->app), GZ_INFLATE_RAW);
	if (side->z == NULL) {
		gz_app_forgot(tx->app);
		return;
	}
	ok = inflate_some(tx, side, gz_bytes_span(&t->payload), &plain) &&
			inflate_some(tx, side, GZ_SPAN("\0\0\xff\xff"), &plain);
	if (!ok) {
		/* The next message may not need what this one has brought. */
		gz_inflate_destroy(gz_app_mem(tx->app), side->z);
		side->z = NULL;
	}
	if (plain.len == 0) {
		gz_bytes_free(tx->app, &plain);
		return;
	}
	gz_bytes_free(tx->app, &t->payload);
	t->payload = plain;
}

/** The frame is through: it may end a message, or be a part of one. */
static void
frame_end(struct websocket_side *side)
{
	struct gz_tx *tx = side->tx;
	struct websocket_tx *t = gz_tx_state(tx);
	struct gz_bytes own = t->payload;

	side->tx = NULL;
	if (!is_control(t)) {
		if ((t->first & FIN) == 0) {
			keep(tx, &side->message, gz_bytes_span(&own), PAYLOAD_MOST);
		} else if (side->message.len > 0) {
			keep(tx, &side->message, gz_bytes_span(&own), PAYLOAD_MOST);
			t->payload = side->message;
			side->message = own;
			side->message.len = 0;
		}
		if (t->first & FIN && side->compressed)
			decompress(tx, side);
	}
	gz_tx_progress(tx, (enum gz_dir)t->dir, PROGRESS_DONE);
	gz_tx_one_way(tx, (enum gz_dir)t->dir);
}

/* ---- frames ---- */

static void
unmask(const struct websocket_tx *t, uint64_t at, uint8_t *p, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < len; i++)
		p[i] ^= (uint8_t)(t->mask >> (24 - 8 * ((at + i) & 3)));
}

/** Take of the payload what there is. */
static void
payload(struct websocket_side *side, struct gz_input *in)
{
	struct websocket_tx *t = gz_tx_state(side->tx);
	uint32_t n = (uint32_t)RTE_MIN(side->left, (uint64_t)(in->len - in->eaten));
	uint32_t before = t->payload.len;

	keep(side->tx, &t->payload, gz_span(in->p + in->eaten, n), PAYLOAD_MOST);
	if (t->masked)
		unmask(t, side->at, t->payload.p + before, t->payload.len - before);
	side->at += n;
	side->left -= n;
	in->eaten += n;
	if (side->left == 0)
		frame_end(side);
}

/** A frame's head. false: it is not all there. */
static bool
read_head(struct gz_cursor *c, struct websocket_tx *t, uint64_t *len)
{
	uint16_t len16;
	uint8_t second;

	if (!gz_cursor_u8(c, &t->first) || !gz_cursor_u8(c, &second))
		return false;
	*len = second & LENGTH;
	if (*len == 126) {
		if (!gz_cursor_be16(c, &len16))
			return false;
		*len = len16;
	} else if (*len == 127 && !gz_cursor_be64(c, len)) {
		return false;
	}
	t->opcode = t->first & OPCODE;
	t->masked = (second & MASKED) != 0;
	return !t->masked || gz_cursor_be32(c, &t->mask);
}

enum {
	FRAME_HEADER,
	FRAME_PDU,
	FRAME_DATA,
};

static const struct gz_field_row websocket_frames[] = {
	[FRAME_HEADER] = GZ_FRAME("websocket.header", "a frame's head, length and mask included"),
	[FRAME_PDU] = GZ_FRAME("websocket.pdu", "a frame"),
	[FRAME_DATA] = GZ_FRAME("websocket.data", "a frame's payload as sent, masked or not"),
};

static void
note_frames(struct gz_app *app, const struct gz_input *in, const uint8_t *data, uint64_t len)
{
	const uint8_t *begin = in->p + in->eaten;
	uint64_t head = (uint64_t)(data - begin);

	gz_app_frame(app, in, FRAME_HEADER, begin, head);
	gz_app_frame(app, in, FRAME_PDU, begin,
			len < GZ_FRAME_OPEN - head ? head + len : GZ_FRAME_OPEN);
	if (len > 0)
		gz_app_frame(app, in, FRAME_DATA, data, len);
}

/** A frame begins. @return BROKEN: no memory, or too many. */
static enum gz_parse
head(struct gz_app *app, struct websocket_side *side, struct gz_input *in)
{
	struct gz_cursor c = gz_cursor(in->p + in->eaten, in->len - in->eaten);
	struct websocket_tx read = { .dir = (uint8_t)in->dir };

	if (!read_head(&c, &read, &side->left))
		return GZ_PARSE_OK;
	side->tx = gz_tx_new(app);
	if (side->tx == NULL)
		return GZ_PARSE_BROKEN;
	*(struct websocket_tx *)gz_tx_state(side->tx) = read;
	note_frames(app, in, c.p, side->left);
	in->eaten = (uint32_t)(c.p - in->p);
	side->at = 0;
	if (!is_control(&read) && read.opcode != OP_CONTINUATION) {
		side->compressed = (read.first & RSV1) != 0;
		side->message.len = 0;
	}
	if (side->left == 0)
		frame_end(side);
	return GZ_PARSE_OK;
}

static enum gz_parse
websocket_parse(struct gz_app *app, struct gz_input *in)
{
	struct websocket_side *side = &((struct websocket_state *)app->state)->side[in->dir];
	enum gz_parse r = GZ_PARSE_OK;
	uint32_t eaten;

	do {
		eaten = in->eaten;
		if (side->tx != NULL)
			payload(side, in);
		else
			r = head(app, side, in);
	} while (r == GZ_PARSE_OK && in->eaten > eaten && in->eaten < in->len);
	return r;
}

static void
websocket_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct websocket_state *s = tx->state;
	struct websocket_tx *t = gz_tx_state(tx);

	if (s->side[t->dir].tx == tx)
		s->side[t->dir].tx = NULL;
	gz_bytes_free(app, &t->payload);
}

static void
websocket_free(struct gz_app *app, void *state)
{
	struct websocket_state *s = state;
	int dir;

	for (dir = GZ_C2S; dir <= GZ_S2C; dir++) {
		gz_bytes_free(app, &s->side[dir].message);
		if (s->side[dir].z != NULL)
			gz_inflate_destroy(gz_app_mem(app), s->side[dir].z);
	}
}

/** Nothing tells it: it is what an upgrade has announced, asked before all others. */
static enum gz_probe
websocket_probe(enum gz_dir dir, struct gz_span s)
{
	struct websocket_tx read;
	struct gz_cursor c = gz_cursor(s.p, s.len);
	uint64_t len;

	if (s.len > 0 &&
			((s.p[0] & 0x30) != 0 || (s.p[0] & OPCODE) > OP_PONG ||
					((s.p[0] & OPCODE) > OP_BINARY &&
							(s.p[0] & OPCODE) < OP_CLOSE)))
		return GZ_PROBE_NO;
	return read_head(&c, &read, &len) ? GZ_PROBE_SURE : GZ_PROBE_MAYBE;
}

/* ---- fields, events ---- */

static bool
get_payload(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct websocket_tx *t = gz_tx_state(tx);

	*v = (struct gz_value){ .p = t->payload.p, .len = t->payload.len, .complete = true };
	return index == 0 && dir == t->dir && v->len > 0;
}

static bool
get_opcode(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct websocket_tx *t = gz_tx_state(tx);

	*v = t->opcode;
	return index == 0 && dir == t->dir;
}

static bool
get_flags(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct websocket_tx *t = gz_tx_state(tx);

	*v = t->first & (FIN | RSV1);
	return index == 0 && dir == t->dir;
}

static bool
get_mask(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct websocket_tx *t = gz_tx_state(tx);

	*v = t->mask;
	return index == 0 && dir == t->dir && t->masked;
}

static const struct gz_field_word opcode_words[] = {
	{ "continuation", OP_CONTINUATION },
	{ "text", OP_TEXT },
	{ "binary", OP_BINARY },
	{ "connection_close", OP_CLOSE },
	{ "ping", OP_PING },
	{ "pong", OP_PONG },
	{ NULL, 0 },
};

static const struct gz_field_word flag_words[] = {
	{ "fin", FIN },
	{ "comp", RSV1 },
	{ NULL, 0 },
};

#define BOTH (GZ_FIELD_C2S | GZ_FIELD_S2C)
#define DONE .progress = { PROGRESS_DONE, PROGRESS_DONE }

static const struct gz_field_row websocket_fields[] = {
	{ .name = "websocket.payload",
			.get = get_payload,
			.flags = BOTH,
			DONE,
			.help = "what a frame brings, or the whole message with its last frame" },
	{ .name = "websocket.opcode",
			.get_number = get_opcode,
			.words = opcode_words,
			.flags = BOTH,
			DONE,
			.help = "what a frame is" },
	{ .name = "websocket.flags",
			.get_number = get_flags,
			.words = flag_words,
			.flags = BOTH | GZ_FIELD_BITS,
			DONE,
			.help = "bits of a frame's first byte" },
	{ .name = "websocket.mask",
			.get_number = get_mask,
			.flags = BOTH,
			DONE,
			.help = "mask of a frame" },
};

static void
websocket_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct websocket_tx *t = gz_tx_state(tx);
	const struct gz_field_word *w;

	gz_json_object(j, "websocket");
	gz_json_bool(j, "fin", (t->first & FIN) != 0);
	if (t->masked)
		gz_json_u64(j, "mask", t->mask);
	for (w = opcode_words; w->word != NULL && w->number != t->opcode; w++)
		;
	if (w->word != NULL)
		gz_json_str(j, "opcode", w->word);
	else
		gz_json_fmt(j, "opcode", "unknown-%u", t->opcode);
	gz_json_object_end(j);
}

static uint32_t
websocket_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	const struct websocket_tx *t = gz_tx_state(tx);

	return when == (t->dir == GZ_C2S ? GZ_LOG_C2S : GZ_LOG_S2C);
}

static const char *const progress[] = { "started", "done", NULL };
static const char *const events[] = {
	[EVENT_SKIP_END_OF_PAYLOAD] = "skip_end_of_payload",
	[EVENT_REASSEMBLY_LIMIT_REACHED] = "reassembly_limit_reached",
};

GZ_EVENT_TYPE(websocket_event, "websocket", "frames of WebSocket")

static struct gz_proto websocket = {
	.reg = { .name = "websocket" },
	.help = "WebSocket after an upgrade of HTTP/1 (RFC 6455)",
	.l4 = GZ_L4_TCP,
	.probe = websocket_probe,
	.state_size = sizeof(struct websocket_state),
	.tx_size = sizeof(struct websocket_tx),
	.parse = websocket_parse,
	.free = websocket_free,
	.tx_free = websocket_tx_free,
	.progress = { progress, progress },
	.frames = websocket_frames,
	.nb_frames = RTE_DIM(websocket_frames),
	.fields = websocket_fields,
	.nb_fields = RTE_DIM(websocket_fields),
	.events = events,
	.nb_events = RTE_DIM(events),
	.event = &websocket_event,
	.log_when = GZ_LOG_C2S | GZ_LOG_S2C,
	.log_by_sender = true,
	.nb_logs = websocket_nb_logs,
	.log = websocket_log,
};
GZ_PROTO_REGISTER(websocket)
