/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * RFB, which VNC speaks (RFC 6143), up to the first picture: versions, how the
 * client proves who it is, what the server shows. One transaction a connection.
 * The two speak in turns, each told by what was said before.
 */

#include "rfb.h"

#include <stdlib.h>

#include "gz_cursor.h"
#include "gz_frame.h"

enum rfb_step {
	RFB_SERVER_VERSION,
	RFB_CLIENT_VERSION,
	RFB_TYPES, /* since 3.7: a list to choose from */
	RFB_CHOICE,
	RFB_TYPE, /* before: the server says which */
	RFB_CHALLENGE,
	RFB_RESPONSE,
	RFB_RESULT,
	RFB_REASON, /* why not */
	RFB_CLIENT_INIT,
	RFB_SERVER_INIT,
	RFB_OVER,
};

enum {
	RFB_EVENT_MALFORMED,
	RFB_EVENT_CONFUSED,
	RFB_EVENT_UNIMPLEMENTED,
	RFB_EVENT_UNKNOWN_RESULT,
};

enum {
	RFB_FRAME_PDU,
};

static const struct gz_field_row rfb_frames[] = {
	[RFB_FRAME_PDU] = GZ_FRAME("rfb.pdu", "what one side says in its turn"),
};

static const char *const events[] = {
	[RFB_EVENT_MALFORMED] = "malformed_message",
	[RFB_EVENT_CONFUSED] = "confused_state",
	[RFB_EVENT_UNIMPLEMENTED] = "unimplemented_security_type",
	[RFB_EVENT_UNKNOWN_RESULT] = "unknown_security_result",
};

struct rfb_state {
	struct gz_tx *tx;
};

static const uint8_t speaker[] = {
	[RFB_SERVER_VERSION] = GZ_S2C,
	[RFB_CLIENT_VERSION] = GZ_C2S,
	[RFB_TYPES] = GZ_S2C,
	[RFB_CHOICE] = GZ_C2S,
	[RFB_TYPE] = GZ_S2C,
	[RFB_CHALLENGE] = GZ_S2C,
	[RFB_RESPONSE] = GZ_C2S,
	[RFB_RESULT] = GZ_S2C,
	[RFB_REASON] = GZ_S2C,
	[RFB_CLIENT_INIT] = GZ_C2S,
	[RFB_SERVER_INIT] = GZ_S2C,
};

/* Each eats what its step is about: MORE bytes are needed, WRONG is what came. */
enum answer {
	DONE,
	MORE,
	WRONG,
};

static bool
take_digits(struct gz_cursor *c, char to[4])
{
	struct gz_span s;
	uint32_t i;

	if (!gz_cursor_take(c, 3, &s))
		return false;
	for (i = 0; i < 3; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		to[i] = (char)s.p[i];
	}
	return true;
}

static enum answer
version(struct gz_tx *tx, struct gz_cursor *c, enum gz_dir dir)
{
	struct rfb_version *v = &rfb_tx_of(tx)->version[dir];
	struct gz_span rfb, dot, end;

	if (gz_cursor_left(c) < RFB_VERSION_BYTES)
		return MORE;
	if (!gz_cursor_take(c, 4, &rfb) || !gz_span_equal(rfb, GZ_SPAN("RFB ")) ||
			!take_digits(c, v->major) || !gz_cursor_take(c, 1, &dot) ||
			dot.p[0] != '.' || !take_digits(c, v->minor) ||
			!gz_cursor_take(c, 1, &end) || end.p[0] != '\n')
		return WRONG;
	v->known = true;
	v->number = (uint32_t)atoi(v->minor);
	if (dir == GZ_S2C)
		rfb_tx_of(tx)->step = RFB_CLIENT_VERSION;
	else
		rfb_tx_of(tx)->step = v->number < 7 ? RFB_TYPE : RFB_TYPES;
	return DONE;
}

/** The type is agreed on: what comes next? */
static void
secure(struct gz_tx *tx)
{
	struct rfb_tx *t = rfb_tx_of(tx);

	t->has_type = true;
	if (t->type == RFB_VNC) {
		t->step = RFB_CHALLENGE;
	} else if (t->type == RFB_NONE) {
		t->step = t->version[GZ_C2S].number >= 8 ? RFB_RESULT : RFB_CLIENT_INIT;
	} else if (t->type == 0) {
		t->step = RFB_REASON;
	} else {
		gz_tx_event(tx, RFB_EVENT_UNIMPLEMENTED);
		t->step = RFB_OVER;
	}
}

static enum answer
types(struct gz_tx *tx, struct gz_cursor *c)
{
	uint8_t n;

	if (!gz_cursor_u8(c, &n) || !gz_cursor_skip(c, n))
		return MORE;
	rfb_tx_of(tx)->step = n == 0 ? RFB_REASON : RFB_CHOICE;
	return DONE;
}

static enum answer
choice(struct gz_tx *tx, struct gz_cursor *c)
{
	uint8_t type;

	if (!gz_cursor_u8(c, &type))
		return MORE;
	rfb_tx_of(tx)->type = type;
	secure(tx);
	return DONE;
}

static enum answer
one_type(struct gz_tx *tx, struct gz_cursor *c)
{
	if (!gz_cursor_be32(c, &rfb_tx_of(tx)->type))
		return MORE;
	secure(tx);
	return DONE;
}

static enum answer
secret(struct rfb_tx *t, struct gz_cursor *c, uint8_t to[RFB_CHALLENGE_BYTES], bool *has)
{
	struct gz_span s;

	if (!gz_cursor_take(c, RFB_CHALLENGE_BYTES, &s))
		return MORE;
	memcpy(to, s.p, s.len);
	*has = true;
	t->step++;
	return DONE;
}

static enum answer
result(struct gz_tx *tx, struct gz_cursor *c)
{
	struct rfb_tx *t = rfb_tx_of(tx);

	if (!gz_cursor_be32(c, &t->result))
		return MORE;
	t->has_result = true;
	if (t->result > 2)
		gz_tx_event(tx, RFB_EVENT_UNKNOWN_RESULT);
	if (t->result == 0)
		t->step = RFB_CLIENT_INIT;
	else
		t->step = t->version[GZ_C2S].number >= 8 ? RFB_REASON : RFB_OVER;
	return DONE;
}

/** Text behind its length. */
static enum answer
text(struct gz_tx *tx, struct gz_cursor *c, struct gz_bytes *to)
{
	struct gz_span s;
	uint32_t len;

	if (!gz_cursor_be32(c, &len))
		return MORE;
	if (len > RFB_TEXT_MOST)
		return WRONG;
	if (!gz_cursor_take(c, len, &s))
		return MORE;
	gz_bytes_add(tx->app, to, s, RFB_TEXT_MOST);
	rfb_tx_of(tx)->step = RFB_OVER;
	return DONE;
}

static enum answer
client_init(struct gz_tx *tx, struct gz_cursor *c)
{
	struct rfb_tx *t = rfb_tx_of(tx);
	uint8_t shared;

	if (!gz_cursor_u8(c, &shared))
		return MORE;
	t->has_shared = true;
	t->shared = shared != 0;
	t->step = RFB_SERVER_INIT;
	return DONE;
}

static enum answer
server_init(struct gz_tx *tx, struct gz_cursor *c)
{
	struct rfb_screen *s = &rfb_tx_of(tx)->screen;
	enum answer a;

	if (!gz_cursor_be16(c, &s->width) || !gz_cursor_be16(c, &s->height) ||
			!gz_cursor_u8(c, &s->bits) || !gz_cursor_u8(c, &s->depth) ||
			!gz_cursor_u8(c, &s->big_endian) || !gz_cursor_u8(c, &s->true_color) ||
			!gz_cursor_be16(c, &s->max[0]) || !gz_cursor_be16(c, &s->max[1]) ||
			!gz_cursor_be16(c, &s->max[2]) || !gz_cursor_u8(c, &s->shift[0]) ||
			!gz_cursor_u8(c, &s->shift[1]) || !gz_cursor_u8(c, &s->shift[2]) ||
			!gz_cursor_skip(c, 3))
		return MORE;
	a = text(tx, c, &rfb_tx_of(tx)->name);
	s->known = a == DONE;
	if (s->known)
		gz_tx_progress(tx, GZ_S2C, RFB_NAMED);
	return a;
}

static enum answer
take_step(struct gz_tx *tx, struct gz_cursor *c)
{
	struct rfb_tx *t = rfb_tx_of(tx);

	switch ((enum rfb_step)t->step) {
	case RFB_SERVER_VERSION:
	case RFB_CLIENT_VERSION:
		return version(tx, c, speaker[t->step]);
	case RFB_TYPES:
		return types(tx, c);
	case RFB_CHOICE:
		return choice(tx, c);
	case RFB_TYPE:
		return one_type(tx, c);
	case RFB_CHALLENGE:
		return secret(t, c, t->challenge, &t->has_challenge);
	case RFB_RESPONSE:
		return secret(t, c, t->response, &t->has_response);
	case RFB_RESULT:
		return result(tx, c);
	case RFB_REASON:
		return text(tx, c, &t->reason);
	case RFB_CLIENT_INIT:
		return client_init(tx, c);
	case RFB_SERVER_INIT:
		return server_init(tx, c);
	case RFB_OVER:
		break;
	}
	return WRONG;
}

static enum gz_parse
rfb_parse(struct gz_app *app, struct gz_input *in)
{
	struct rfb_state *s = app->state;
	enum answer a = DONE;
	struct rfb_tx *t;
	struct gz_cursor c;
	bool early;

	if (s->tx == NULL && (s->tx = gz_tx_new(app)) == NULL)
		return GZ_PARSE_BROKEN;
	t = rfb_tx_of(s->tx);
	while (a == DONE && t->step != RFB_OVER && speaker[t->step] == in->dir) {
		c = gz_cursor(in->p + in->eaten, in->len - in->eaten);
		a = take_step(s->tx, &c);
		if (a != DONE)
			break;
		gz_app_frame(app, in, RFB_FRAME_PDU, in->p + in->eaten,
				(uint64_t)(c.p - in->p) - in->eaten);
		in->eaten = (uint32_t)(c.p - in->p);
		gz_tx_changed(s->tx, in->dir);
	}
	/* before the versions are told, nobody speaks twice; what is agreed on later may come early */
	early = a == DONE && t->step <= RFB_CLIENT_VERSION && in->len > in->eaten;
	if (early || a == WRONG) {
		gz_tx_event(s->tx, early ? RFB_EVENT_CONFUSED : RFB_EVENT_MALFORMED);
		return GZ_PARSE_BROKEN;
	}
	if (t->step != RFB_OVER && a == DONE)
		gz_app_again(app, speaker[t->step]);
	if (t->step != RFB_OVER)
		return GZ_PARSE_OK;
	gz_tx_complete(s->tx, GZ_C2S);
	gz_tx_complete(s->tx, GZ_S2C);
	return GZ_PARSE_DONE;
}

static void
rfb_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	gz_bytes_free(app, &rfb_tx_of(tx)->reason);
	gz_bytes_free(app, &rfb_tx_of(tx)->name);
}

static bool
get_name(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct rfb_tx *t = rfb_tx_of(tx);

	*v = (struct gz_value){ t->name.p, t->name.len, 0, true };
	return index == 0 && t->name.len > 0;
}

static bool
get_type(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = rfb_tx_of(tx)->type;
	return index == 0 && rfb_tx_of(tx)->has_type;
}

static bool
get_result(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = RTE_MIN(rfb_tx_of(tx)->result, 3u);
	return index == 0 && rfb_tx_of(tx)->has_result;
}

static const struct gz_field_word result_words[] = { { "ok", 0 }, { "fail", 1 }, { "toomany", 2 },
	{ "unknown", 3 }, { NULL, 0 } };

static const struct gz_field_row fields[] = {
	{ .name = "rfb.name",
			.get = get_name,
			.flags = GZ_FIELD_S2C,
			.progress = { 0, RFB_NAMED },
			.help = "name of the desktop that is shown" },
	{ .name = "rfb.sectype",
			.get_number = get_type,
			.flags = GZ_FIELD_C2S,
			.help = "type of security that was agreed on" },
	{ .name = "rfb.secresult",
			.get_number = get_result,
			.flags = GZ_FIELD_S2C,
			.words = result_words,
			.help = "whether the client was let in" },
};

GZ_EVENT_TYPE(rfb_event, "rfb", "how a VNC connection began")

static const struct gz_proto_pattern patterns[] = {
	{ .bytes = { (const uint8_t *)"RFB 00", 6 }, .dir = GZ_S2C },
	{ .bytes = { (const uint8_t *)"RFB 00", 6 }, .dir = GZ_C2S },
};

static struct gz_proto rfb = {
	.reg = { .name = "rfb" },
	.help = "RFB, which VNC speaks",
	.l4 = GZ_L4_TCP,
	.patterns = patterns,
	.nb_patterns = RTE_DIM(patterns),
	.state_size = sizeof(struct rfb_state),
	.tx_size = sizeof(struct rfb_tx),
	.one_tx = true,
	.parse = rfb_parse,
	.tx_free = rfb_tx_free,
	.fields = fields,
	.nb_fields = RTE_DIM(fields),
	.frames = rfb_frames,
	.nb_frames = RTE_DIM(rfb_frames),
	.events = events,
	.nb_events = RTE_DIM(events),
	.event = &rfb_event,
	.log_when = GZ_LOG_BOTH,
	.log = rfb_log,
};
GZ_PROTO_REGISTER(rfb)
