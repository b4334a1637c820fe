/* SPDX-License-Identifier: BSD-3-Clause */

/* RDP's messages, up to where nothing more can be read. */

#include "rdp.h"

#include "ber.h"

enum {
	TPKT_HEAD = 4, /* RFC 1006 section 6 */
	TPKT_VERSION = 3,
	X224_REQUEST = 0xe0, /* RFC 905 section 13 */
	X224_CONFIRM = 0xd0,
	X224_DATA = 0xf0,
	X224_HEAD = 6, /* behind the length, of a request or a confirm */

	MCS_APPLICATION = 0x7f, /* a long tag: T.125 */
	MCS_CONNECT_INITIAL = 0x65,
	MCS_CONNECT_RESPONSE = 0x66,

	BLOCK_CORE = 0xc001, /* section 2.2.1.3.1 */
	BLOCK_NET = 0xc003,
	BLOCKS_MOST = 32,
	MESSAGES_MOST = 64, /* looked at in a flow, before one that ends this */
};

struct rdp_state {
	uint32_t messages;
};

static const struct gz_span cookie_start = { (const uint8_t *)"Cookie: mstshash=", 17 };

/** A message's head: its length, with that, and the kind of X.224. */
static enum gz_probe
read_head(struct gz_span s, uint32_t *len, uint8_t *kind)
{
	if ((s.len > 0 && s.p[0] != TPKT_VERSION) || (s.len > 1 && s.p[1] != 0))
		return GZ_PROBE_NO;
	if (s.len < TPKT_HEAD + 2)
		return GZ_PROBE_MAYBE;
	*len = (uint32_t)(s.p[2] << 8 | s.p[3]);
	*kind = s.p[5] & 0xf0;
	return *len >= TPKT_HEAD + 3 && s.p[4] >= 2 ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

static enum gz_probe
rdp_probe(enum gz_dir dir, struct gz_span s)
{
	uint8_t kind = 0;
	uint32_t len;
	enum gz_probe answer = read_head(s, &len, &kind);

	if (answer != GZ_PROBE_SURE)
		return answer;
	return kind == (dir == GZ_C2S ? X224_REQUEST : X224_CONFIRM) ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

/** On any port: a request with a cookie. */
static enum gz_probe
rdp_guess(enum gz_dir dir, struct gz_span s)
{
	enum {
		COOKIE_AT = TPKT_HEAD + 1 + X224_HEAD
	};
	enum gz_probe answer = rdp_probe(dir, s);
	uint32_t n = s.len > COOKIE_AT ? RTE_MIN(s.len - COOKIE_AT, cookie_start.len) : 0;

	if (answer != GZ_PROBE_SURE || dir != GZ_C2S)
		return dir != GZ_C2S ? GZ_PROBE_NO : answer;
	if (memcmp(s.p + RTE_MIN(s.len, (uint32_t)COOKIE_AT), cookie_start.p, n) != 0)
		return GZ_PROBE_NO;
	return n == cookie_start.len ? GZ_PROBE_SURE : GZ_PROBE_MAYBE;
}

/* ---- what is in a message ---- */

/** Section 2.2.1.1.1, 2.2.1.2.1: kind, flags, length, protocols. */
static void
take_negotiation(struct gz_cursor c, struct rdp_tx *t)
{
	uint32_t protocols;
	uint8_t kind, flags;
	uint16_t len;

	if (!gz_cursor_u8(&c, &kind) || kind < RDP_REQUEST || kind > RDP_FAILURE ||
			!gz_cursor_u8(&c, &flags) || !gz_cursor_le16(&c, &len) || len != 8 ||
			!gz_cursor_le32(&c, &protocols))
		return;
	t->negotiation = kind;
	t->flags = flags;
	t->protocols = protocols;
}

static void
take_request(struct gz_app *app, struct rdp_tx *t, struct gz_cursor c)
{
	struct gz_span rest = gz_span(c.p, gz_cursor_left(&c)), line;
	int64_t end = gz_span_find(rest, GZ_SPAN("\r\n"));

	if (end >= 0 &&
			(gz_span_starts(rest, GZ_SPAN("Cookie: ")) ||
					gz_span_find(gz_span(rest.p, (uint32_t)end),
							GZ_SPAN(":")) >= 0)) {
		gz_cursor_take(&c, (uint32_t)end, &line);
		gz_cursor_skip(&c, 2);
		if (gz_span_starts(line, cookie_start))
			gz_bytes_add(app, &t->cookie,
					gz_span(line.p + cookie_start.len,
							RTE_MIN(line.len - cookie_start.len,
									(uint32_t)RDP_COOKIE_MOST)),
					RDP_COOKIE_MOST);
	}
	take_negotiation(c, t);
}

/** Text in UTF-16, of which ASCII is kept. */
static bool
take_text(struct gz_cursor *c, char text[RDP_TEXT / 2 + 1], uint32_t bytes)
{
	uint32_t i, n = 0;
	struct gz_span s;

	if (!gz_cursor_take(c, bytes, &s))
		return false;
	for (i = 0; i + 1 < bytes && (s.p[i] | s.p[i + 1]) != 0; i += 2)
		text[n++] = s.p[i + 1] == 0 && s.p[i] < 0x80 ? (char)s.p[i] : '?';
	text[n] = '\0';
	return true;
}

/** Section 2.2.1.3.2; behind the name of the IME's file all is optional. */
static void
take_core(struct gz_cursor c, struct rdp_tx *t)
{
	enum {
		NAME = 32,
		IME = 64
	};
	struct rdp_client *k = &t->client;

	t->has_client = gz_cursor_le32(&c, &k->version) && gz_cursor_le16(&c, &k->width) &&
			gz_cursor_le16(&c, &k->height) && gz_cursor_skip(&c, 4) &&
			gz_cursor_le32(&c, &k->layout) && gz_cursor_le32(&c, &k->build) &&
			take_text(&c, k->name, NAME) && gz_cursor_le32(&c, &k->keyboard_type) &&
			gz_cursor_le32(&c, &k->keyboard_subtype) &&
			gz_cursor_le32(&c, &k->function_keys) && gz_cursor_skip(&c, IME);
	k->has_product = t->has_client && gz_cursor_skip(&c, 2) && gz_cursor_le16(&c, &k->product);
	k->has_depth = k->has_product && gz_cursor_skip(&c, 4) && gz_cursor_le16(&c, &k->depth);
	k->has_capabilities = k->has_depth && gz_cursor_skip(&c, 2) &&
			gz_cursor_le16(&c, &k->capabilities);
	if (k->has_capabilities)
		take_text(&c, k->id, RDP_TEXT);
}

static void
take_net(struct gz_cursor c, struct rdp_tx *t)
{
	struct gz_span name;
	uint32_t nb;

	if (!gz_cursor_le32(&c, &nb))
		return;
	while (nb-- > 0 && t->nb_channels < RDP_CHANNELS_MOST &&
			gz_cursor_take(&c, RDP_CHANNEL_NAME, &name) && gz_cursor_skip(&c, 4))
		memcpy(t->channels[t->nb_channels++], name.p, name.len);
}

/** The user data of T.124's conference: blocks of settings behind "Duca" and a length. */
static void
take_settings(struct gz_span s, struct rdp_tx *t)
{
	int64_t at = gz_span_find(s, GZ_SPAN("Duca"));
	struct gz_cursor c, block;
	uint16_t type, len;
	uint32_t i;

	if (at < 0)
		return;
	c = gz_cursor(s.p + at + 4, s.len - (uint32_t)at - 4);
	if (!gz_cursor_skip(&c, gz_cursor_left(&c) > 0 && c.p[0] & 0x80 ? 2 : 1))
		return;
	for (i = 0; i < BLOCKS_MOST && gz_cursor_le16(&c, &type) && gz_cursor_le16(&c, &len); i++) {
		if (len < 4 || !gz_cursor_sub(&c, len - 4u, &block))
			return;
		if (type == BLOCK_CORE)
			take_core(block, t);
		else if (type == BLOCK_NET)
			take_net(block, t);
	}
}

/** Connect-Initial of T.125: two selectors, a flag, three sets of parameters, user data. */
static void
take_connect(struct gz_cursor c, struct rdp_tx *t)
{
	struct ber e = { 0 };
	uint32_t i;

	for (i = 0; i < 7; i++) {
		if (!ber_take(&c, &e))
			return;
	}
	if (e.id == BER_OCTETS)
		take_settings(e.value, t);
}

/* ---- messages ---- */

static struct rdp_tx *
tx_new(struct gz_app *app, enum gz_dir dir, enum rdp_kind kind)
{
	struct gz_tx *tx = gz_tx_new(app);
	struct rdp_tx *t;

	if (tx == NULL)
		return NULL;
	t = rdp_tx_of(tx);
	t->kind = (uint8_t)kind;
	t->dir = (uint8_t)dir;
	gz_tx_one_way(tx, dir);
	return t;
}

/** Data of X.224: who connects, and the answer, which is the last that is in the clear. */
static enum gz_parse
take_data(struct gz_app *app, enum gz_dir dir, struct gz_cursor c)
{
	uint8_t first, id;
	uint32_t len;
	struct rdp_tx *t;

	if (!gz_cursor_u8(&c, &first) || first != MCS_APPLICATION || ber_head(&c, &id, &len) != 1)
		return GZ_PARSE_OK;
	if (dir == GZ_C2S && id == MCS_CONNECT_INITIAL) {
		t = tx_new(app, dir, RDP_CONNECT_REQUEST);
		if (t != NULL)
			take_connect(c, t);
	} else if (dir == GZ_S2C && id == MCS_CONNECT_RESPONSE) {
		tx_new(app, dir, RDP_CONNECT_RESPONSE);
		return GZ_PARSE_DONE;
	}
	return GZ_PARSE_OK;
}

static enum gz_parse
take_message(struct gz_app *app, enum gz_dir dir, uint8_t kind, struct gz_cursor c)
{
	struct rdp_tx *t;

	if (kind == X224_DATA)
		return gz_cursor_skip(&c, 3) ? take_data(app, dir, c) : GZ_PARSE_OK;
	if (kind != (dir == GZ_C2S ? X224_REQUEST : X224_CONFIRM) ||
			!gz_cursor_skip(&c, 1 + X224_HEAD))
		return GZ_PARSE_OK;
	t = tx_new(app, dir, dir == GZ_C2S ? RDP_INITIAL_REQUEST : RDP_INITIAL_RESPONSE);
	if (t == NULL)
		return GZ_PARSE_BROKEN;
	if (dir == GZ_C2S) {
		take_request(app, t, c);
		return GZ_PARSE_OK;
	}
	take_negotiation(c, t);
	if (t->negotiation == RDP_RESPONSE && t->protocols != RDP_PLAIN)
		gz_app_switch(app, "tls");
	return GZ_PARSE_OK;
}

static enum gz_parse
rdp_parse(struct gz_app *app, struct gz_input *in)
{
	struct rdp_state *st = app->state;
	enum gz_parse result = GZ_PARSE_OK;
	struct gz_span s;
	uint8_t kind;
	uint32_t len;

	while (result == GZ_PARSE_OK && !app->switching) {
		s = gz_span(in->p + in->eaten, in->len - in->eaten);
		switch (read_head(s, &len, &kind)) {
		case GZ_PROBE_NO:
			return GZ_PARSE_DONE; /* something else: its fast path, a secret */
		case GZ_PROBE_MAYBE:
			return GZ_PARSE_OK;
		default:
			break;
		}
		if (s.len < len)
			return GZ_PARSE_OK;
		if (++st->messages > MESSAGES_MOST)
			return GZ_PARSE_DONE;
		in->eaten += len;
		result = take_message(
				app, in->dir, kind, gz_cursor(s.p + TPKT_HEAD, len - TPKT_HEAD));
	}
	return result;
}

static void
rdp_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	gz_bytes_free(app, &rdp_tx_of(tx)->cookie);
}

static uint32_t
rdp_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	return when == GZ_LOG_ALERT || (when == GZ_LOG_S2C) == (rdp_tx_of(tx)->dir == GZ_S2C);
}

GZ_EVENT_TYPE(rdp_event, "rdp", "a message of RDP's beginning")

static struct gz_proto rdp = {
	.reg = { .name = "rdp" },
	.help = "RDP up to where it is encrypted, or TLS",
	.l4 = GZ_L4_TCP,
	.ports = "3389",
	.probe = rdp_probe,
	.guess = rdp_guess,
	.most_pending = UINT16_MAX,
	.state_size = sizeof(struct rdp_state),
	.tx_size = sizeof(struct rdp_tx),
	.parse = rdp_parse,
	.tx_free = rdp_tx_free,
	.event = &rdp_event,
	.log_when = GZ_LOG_C2S | GZ_LOG_S2C,
	.log_by_sender = true,
	.nb_logs = rdp_nb_logs,
	.log = rdp_log,
};
GZ_PROTO_REGISTER(rdp)
