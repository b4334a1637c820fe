/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * TLS until it is encrypted (RFC 8446, RFC 5246): records, and handshake messages
 * that may lie across them.
 *
 * One transaction a connection. It is complete in a direction when what follows
 * there is encrypted.
 */

#include "tls.h"

#include "gz_frame.h"

enum {
	REC_CHANGE_CIPHER_SPEC = 20,
	REC_ALERT = 21,
	REC_HANDSHAKE = 22,
	REC_DATA = 23,
	REC_HEARTBEAT = 24,

	REC_HEADER = 5,
	REC_A_PACKET = 256, /* records that may come at once */
	REC_MOST = (1 << 14) + 2048, /* RFC 5246 section 6.2.3 */

	MSG_HEADER = 4,
	MSG_CLIENT_HELLO = 1,
	MSG_SERVER_HELLO = 2,
	MSG_CERTIFICATE = 11,
	MSG_SERVER_KEYS = 12,
	MSG_CLIENT_KEYS = 16,

	HEARTBEAT_REQUEST = 1, /* RFC 6520 */
	HEARTBEAT_RESPONSE = 2,
	HEARTBEAT_HEADER = 3,
};

static const char *const client_progress[] = { "hello_awaited", "hello_done", "cert_done",
	"finished", NULL };
static const char *const server_progress[] = { "hello_awaited", "hello_done", "cert_done",
	"finished", NULL };

static const char *const tls_events[] = {
	[TLS_EVENT_INVALID_SSLV2_HEADER] = "invalid_sslv2_header",
	[TLS_EVENT_INVALID_TLS_HEADER] = "invalid_tls_header",
	[TLS_EVENT_INVALID_RECORD_VERSION] = "invalid_record_version",
	[TLS_EVENT_INVALID_RECORD_TYPE] = "invalid_record_type",
	[TLS_EVENT_INVALID_RECORD_LENGTH] = "invalid_record_length",
	[TLS_EVENT_INVALID_HANDSHAKE_MESSAGE] = "invalid_handshake_message",
	[TLS_EVENT_HANDSHAKE_INVALID_LENGTH] = "handshake_invalid_length",
	[TLS_EVENT_INVALID_CERTIFICATE] = "invalid_certificate",
	[TLS_EVENT_CERTIFICATE_INVALID_LENGTH] = "certificate_invalid_length",
	[TLS_EVENT_CERTIFICATE_INVALID_DER] = "certificate_invalid_der",
	[TLS_EVENT_ERROR_MESSAGE_ENCOUNTERED] = "error_message_encountered",
	[TLS_EVENT_INVALID_SSL_RECORD] = "invalid_ssl_record",
	[TLS_EVENT_HEARTBEAT_MESSAGE] = "heartbeat_message",
	[TLS_EVENT_INVALID_HEARTBEAT_MESSAGE] = "invalid_heartbeat_message",
	[TLS_EVENT_OVERFLOW_HEARTBEAT_MESSAGE] = "overflow_heartbeat_message",
	[TLS_EVENT_DATALEAK_HEARTBEAT_MISMATCH] = "dataleak_heartbeat_mismatch",
	[TLS_EVENT_MULTIPLE_SNI_EXTENSIONS] = "multiple_sni_extensions",
	[TLS_EVENT_INVALID_SNI_TYPE] = "invalid_sni_type",
	[TLS_EVENT_INVALID_SNI_LENGTH] = "invalid_sni_length",
	[TLS_EVENT_TOO_MANY_RECORDS] = "too_many_records_in_packet",
	[TLS_EVENT_CERTIFICATE_VERSION] = "certificate_invalid_version",
	[TLS_EVENT_CERTIFICATE_SERIAL] = "certificate_invalid_serial",
	[TLS_EVENT_CERTIFICATE_ALGORITHM] = "certificate_invalid_algorithmidentifier",
	[TLS_EVENT_CERTIFICATE_NAME] = "certificate_invalid_x509name",
	[TLS_EVENT_CERTIFICATE_DATE] = "certificate_invalid_date",
	[TLS_EVENT_CERTIFICATE_EXTENSIONS] = "certificate_invalid_extensions",
	[TLS_EVENT_CERTIFICATE_SUBJECT] = "certificate_invalid_subject",
	[TLS_EVENT_CERTIFICATE_ISSUER] = "certificate_invalid_issuer",
	[TLS_EVENT_CERTIFICATE_VALIDITY] = "certificate_invalid_validity",
};

struct tls_text
tls_keep(struct gz_tx *tx, struct gz_span s)
{
	struct tls_tx *x = gz_tx_state(tx);
	struct tls_text t = { x->store.len, s.len };

	if (!gz_bytes_add(tx->app, &x->store, s, TLS_HANDSHAKE_MOST))
		t.len = 0;
	return t;
}

/* ---- handshake ---- */

static void
take_message(struct gz_tx *tx, enum gz_dir dir, uint8_t type, struct gz_span body)
{
	static const uint8_t saw[UINT8_MAX + 1] = {
		[MSG_CLIENT_HELLO] = TLS_SAW_CLIENT_HELLO,
		[MSG_SERVER_HELLO] = TLS_SAW_SERVER_HELLO,
		[MSG_SERVER_KEYS] = TLS_SAW_SERVER_KEYS,
		[MSG_CLIENT_KEYS] = TLS_SAW_CLIENT_KEYS,
	};
	struct tls_tx *x = gz_tx_state(tx);

	x->messages |= saw[type];
	if (type == MSG_CLIENT_HELLO && dir == GZ_C2S)
		tls_client_hello(tx, body);
	else if (type == MSG_SERVER_HELLO && dir == GZ_S2C)
		tls_server_hello(tx, body);
	else if (type == MSG_CERTIFICATE)
		tls_certificates(tx, dir, body);
}

/** Whole messages off the front of @p s. @return bytes taken, or -1: no message can be so long. */
static int64_t
take_messages(struct gz_tx *tx, enum gz_dir dir, struct gz_span s)
{
	uint32_t at = 0;

	while (s.len - at >= MSG_HEADER) {
		const uint8_t *p = s.p + at;
		uint32_t len = (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];

		if (len > TLS_HANDSHAKE_MOST - MSG_HEADER) {
			gz_tx_event(tx, TLS_EVENT_HANDSHAKE_INVALID_LENGTH);
			return -1;
		}
		if (s.len - at - MSG_HEADER < len)
			break;
		take_message(tx, dir, p[0], gz_span(p + MSG_HEADER, len));
		at += MSG_HEADER + len;
	}
	return at;
}

/** A handshake record: messages may begin in one and end in another. */
static bool
take_handshake(struct gz_app *app, struct gz_tx *tx, enum gz_dir dir, struct gz_span s)
{
	struct gz_bytes *kept = &((struct tls_state *)app->state)->side[dir].handshake;
	int64_t taken;

	if (kept->len == 0) {
		taken = take_messages(tx, dir, s);
		if (taken < 0)
			return false;
		s = gz_span(s.p + taken, s.len - (uint32_t)taken);
		return s.len == 0 || gz_bytes_add(app, kept, s, TLS_HANDSHAKE_MOST);
	}
	if (!gz_bytes_add(app, kept, s, TLS_HANDSHAKE_MOST + REC_MOST))
		return false;
	taken = take_messages(tx, dir, gz_bytes_span(kept));
	if (taken < 0)
		return false;
	kept->len -= (uint32_t)taken;
	memmove(kept->p, kept->p + taken, kept->len);
	return true;
}

/* ---- heartbeats ---- */

/** A request that asks for more than it brings, an answer that gives more than was asked for. */
static void
take_heartbeat(struct gz_app *app, struct gz_tx *tx, enum gz_dir dir, struct gz_span s)
{
	struct tls_state *state = app->state;
	struct gz_cursor c = gz_cursor(s.p, s.len);
	uint16_t asked, len;
	uint8_t type;

	if (state->side[dir].encrypted) {
		asked = state->side[gz_dir_other(dir)].heartbeat;
		if (asked != 0 && asked < s.len)
			gz_tx_event(tx, TLS_EVENT_DATALEAK_HEARTBEAT_MISMATCH);
		state->side[dir].heartbeat = (uint16_t)RTE_MIN(s.len, (uint32_t)UINT16_MAX);
		state->side[gz_dir_other(dir)].heartbeat = 0;
		return;
	}
	if (!gz_cursor_u8(&c, &type) || !gz_cursor_be16(&c, &len) ||
			(type != HEARTBEAT_REQUEST && type != HEARTBEAT_RESPONSE)) {
		gz_tx_event(tx, TLS_EVENT_INVALID_HEARTBEAT_MESSAGE);
		return;
	}
	gz_tx_event(tx, TLS_EVENT_HEARTBEAT_MESSAGE);
	if (type == HEARTBEAT_REQUEST && len > gz_cursor_left(&c))
		gz_tx_event(tx, TLS_EVENT_OVERFLOW_HEARTBEAT_MESSAGE);
}

/* ---- records ---- */

static bool
is_version(uint16_t v)
{
	return (v >= TLS_SSL3 && v <= TLS_1_3) || v >> 8 == TLS_DRAFT >> 8;
}

void
tls_encrypted(struct gz_tx *tx, enum gz_dir dir)
{
	struct tls_state *state = tx->state;
	struct tls_tx *x = gz_tx_state(tx);

	if (state->side[dir].encrypted)
		return;
	state->side[dir].encrypted = true;
	if (dir == GZ_S2C && x->agreed != 0 && x->agreed <= TLS_1_2 && !x->cert[GZ_S2C].seen &&
			x->offers_resumption)
		x->resumed = true;
	gz_tx_progress(tx, dir, TLS_FINISHED);
}

static bool
take_record(struct gz_app *app, struct gz_tx *tx, enum gz_dir dir, uint8_t type, struct gz_span s)
{
	struct tls_side *side = &((struct tls_state *)app->state)->side[dir];
	const struct tls_tx *x = gz_tx_state(tx);

	switch (type) {
	case REC_HANDSHAKE:
		return side->encrypted || take_handshake(app, tx, dir, s);
	case REC_CHANGE_CIPHER_SPEC:
		/* TLS 1.3 sends them for show, but what follows is encrypted there, too */
		if (dir == GZ_S2C || x->agreed != TLS_1_3)
			tls_encrypted(tx, dir);
		return true;
	case REC_DATA:
		tls_encrypted(tx, dir);
		return true;
	case REC_HEARTBEAT:
		take_heartbeat(app, tx, dir, s);
		return true;
	case REC_ALERT:
		if (!side->encrypted && s.len >= 2 && s.p[0] == 2)
			gz_tx_event(tx, TLS_EVENT_ERROR_MESSAGE_ENCOUNTERED);
		return true;
	default:
		gz_tx_event(tx, TLS_EVENT_INVALID_RECORD_TYPE);
		return false;
	}
}

static const struct gz_field_row tls_frames[] = {
	[TLS_FRAME_PDU] = GZ_FRAME("tls.pdu", "a record"),
	[TLS_FRAME_HDR] = GZ_FRAME("tls.hdr", "a record's header"),
	[TLS_FRAME_DATA] = GZ_FRAME("tls.data", "what follows a record's header"),
	[TLS_FRAME_ALERT] = GZ_FRAME("tls.alert", "what an alert record brings"),
	[TLS_FRAME_HEARTBEAT] = GZ_FRAME("tls.heartbeat", "what a heartbeat record brings"),
	[TLS_FRAME_SSL2_HDR] = GZ_FRAME("tls.ssl2.hdr", "the header of a record of SSL 2"),
	[TLS_FRAME_SSL2_PDU] = GZ_FRAME("tls.ssl2.pdu", "a record of SSL 2"),
};

static void
note_frames(struct gz_app *app, const struct gz_input *in, uint8_t type, uint32_t len)
{
	const uint8_t *begin = in->p + in->eaten;

	gz_app_frame(app, in, TLS_FRAME_PDU, begin, REC_HEADER + len);
	gz_app_frame(app, in, TLS_FRAME_HDR, begin, REC_HEADER);
	if (len > 0)
		gz_app_frame(app, in, TLS_FRAME_DATA, begin + REC_HEADER, len);
	if (len > 0 && type == REC_ALERT)
		gz_app_frame(app, in, TLS_FRAME_ALERT, begin + REC_HEADER, len);
	if (len > 0 && type == REC_HEARTBEAT)
		gz_app_frame(app, in, TLS_FRAME_HEARTBEAT, begin + REC_HEADER, len);
}

/** @return OK with nothing eaten: the record is still to come. */
static enum gz_parse
parse_record(struct gz_app *app, struct gz_tx *tx, struct gz_input *in)
{
	struct gz_cursor c = gz_cursor(in->p + in->eaten, in->len - in->eaten);
	struct gz_span body;
	uint16_t version, len;
	uint8_t type;

	if (!gz_cursor_u8(&c, &type) || !gz_cursor_be16(&c, &version) || !gz_cursor_be16(&c, &len))
		return GZ_PARSE_OK;
	if (tls_is_ssl2(tx, in))
		return tls_ssl2(tx, in);
	if (!is_version(version)) {
		gz_tx_event(tx, TLS_EVENT_INVALID_RECORD_VERSION);
		return GZ_PARSE_BROKEN;
	}
	if (len > REC_MOST) {
		gz_tx_event(tx, TLS_EVENT_INVALID_RECORD_LENGTH);
		return GZ_PARSE_BROKEN;
	}
	note_frames(app, in, type, len);
	if (type == REC_DATA) { /* nothing to read in it: do not wait for all of it */
		tls_encrypted(tx, in->dir);
		((struct tls_state *)app->state)->side[in->dir].skip = len;
		in->eaten += REC_HEADER;
		return GZ_PARSE_OK;
	}
	if (!gz_cursor_take(&c, len, &body))
		return GZ_PARSE_OK;
	in->eaten += REC_HEADER + len;
	return take_record(app, tx, in->dir, type, body) ? GZ_PARSE_OK : GZ_PARSE_BROKEN;
}

/** Both sides are encrypted, and whatever the hellos could tell is there. */
static bool
is_through(const struct gz_tx *tx, const struct tls_state *state)
{
	return tx->progress[GZ_C2S] == TLS_FINISHED && tx->progress[GZ_S2C] == TLS_FINISHED &&
			state->side[GZ_C2S].encrypted && state->side[GZ_S2C].encrypted;
}

static enum gz_parse
tls_parse(struct gz_app *app, struct gz_input *in)
{
	struct tls_state *state = app->state;
	struct tls_side *side = &state->side[in->dir];
	enum gz_parse result = GZ_PARSE_OK;
	struct gz_tx *tx = state->tx;
	uint32_t before, n, records = 0;

	if (tx == NULL)
		tx = state->tx = gz_tx_new(app);
	if (tx == NULL)
		return GZ_PARSE_BROKEN;
	do {
		before = in->eaten;
		n = RTE_MIN(side->skip, in->len - in->eaten);
		side->skip -= n;
		in->eaten += n;
		if (n == 0)
			result = parse_record(app, tx, in);
		if (n == 0 && ++records == REC_A_PACKET)
			gz_tx_event(tx, TLS_EVENT_TOO_MANY_RECORDS);
	} while (result == GZ_PARSE_OK && in->eaten > before && in->eaten < in->len);
	if (result != GZ_PARSE_OK || !is_through(tx, state))
		return result;
	gz_tx_complete(tx, GZ_C2S);
	gz_tx_complete(tx, GZ_S2C);
	return GZ_PARSE_ENCRYPTED;
}

static void
tls_free(struct gz_app *app, void *state)
{
	struct tls_state *s = state;

	gz_bytes_free(app, &s->side[GZ_C2S].handshake);
	gz_bytes_free(app, &s->side[GZ_S2C].handshake);
}

static void
tls_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	gz_bytes_free(app, &((struct tls_tx *)gz_tx_state(tx))->store);
}

/* ---- detection ---- */

/** A handshake record with a hello in it, or an SSL 2 hello. */
static enum gz_probe
tls_probe(enum gz_dir dir, struct gz_span s)
{
	uint8_t hello = dir == GZ_C2S ? MSG_CLIENT_HELLO : MSG_SERVER_HELLO;

	if (s.len > 0 && (s.p[0] & 0x80) != 0) {
		if (s.len < 5)
			return GZ_PROBE_MAYBE;
		return dir == GZ_C2S && s.p[2] == 1 && (s.p[3] == 0 || s.p[3] == 3) && s.p[4] <= 4
				? GZ_PROBE_SURE
				: GZ_PROBE_NO;
	}
	if ((s.len > 0 && s.p[0] != REC_HANDSHAKE && s.p[0] != REC_ALERT) ||
			(s.len > 1 && s.p[1] != 3) || (s.len > 2 && s.p[2] > 4) ||
			(s.len > 3 && s.p[3] > REC_MOST >> 8))
		return GZ_PROBE_NO;
	if (s.len > 0 && s.p[0] == REC_ALERT)
		return s.len < REC_HEADER ? GZ_PROBE_MAYBE
					  : (dir == GZ_S2C ? GZ_PROBE_SURE : GZ_PROBE_NO);
	/* An empty record is odd, and yet one. */
	if (s.len >= REC_HEADER && s.p[3] == 0 && s.p[4] == 0)
		return GZ_PROBE_SURE;
	if (s.len > REC_HEADER)
		return s.p[REC_HEADER] == hello ? GZ_PROBE_SURE : GZ_PROBE_NO;
	return GZ_PROBE_MAYBE;
}

static struct gz_event_type tls_event = {
	.reg = { .name = "tls" },
	.help = "hellos and certificates of TLS connections",
};
GZ_REGISTER(gz_event_types, tls_event)

static struct gz_proto tls = {
	.reg = { .name = "tls" },
	.alias = "ssl",
	.help = "Transport Layer Security until it is encrypted (RFC 8446)",
	.l4 = GZ_L4_TCP,
	.ports = "443,465,563,636,853,989,990,992,993,994,995",
	.probe = tls_probe,
	.probe_anywhere = true,
	.state_size = sizeof(struct tls_state),
	.tx_size = sizeof(struct tls_tx),
	.one_tx = true,
	.parse = tls_parse,
	.free = tls_free,
	.tx_free = tls_tx_free,
	.progress = { client_progress, server_progress },
	.frames = tls_frames,
	.nb_frames = RTE_DIM(tls_frames),
	.fields = tls_fields,
	.nb_fields = TLS_NB_FIELDS,
	.events = tls_events,
	.nb_events = RTE_DIM(tls_events),
	.events_upper = true,
	.event = &tls_event,
	.log_when = GZ_LOG_BOTH,
	.nb_logs = tls_nb_logs,
	.log = tls_log,
};
GZ_PROTO_REGISTER(tls)
