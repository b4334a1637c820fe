/* SPDX-License-Identifier: BSD-3-Clause */
#include "quic.h"

#include <assert.h>

#include "proto_internal.h"

enum {
	LONG = 0x80,
	NUMBER_MOST = 4, /* bytes of a packet's number */
};

static bool
is_known(uint32_t version)
{
	return version == QUIC_VERSION_1 || version == QUIC_VERSION_2 || version == QUIC_Q046 ||
			(version >> 8 == QUIC_DRAFT >> 8 && (version & 0xff) >= 23 &&
					(version & 0xff) <= 34);
}

/** RFC 9000 section 17.2, RFC 9369 section 3.2. */
static uint8_t
type_of(uint8_t first, uint32_t version)
{
	uint8_t type = (first >> 4) & 3;

	return version == QUIC_VERSION_2 ? (type + 3) & 3 : type;
}

/** A connection's id behind its length. */
static bool
read_id(struct gz_cursor *c, struct gz_span *id)
{
	uint8_t len;

	return gz_cursor_u8(c, &len) && len <= QUIC_ID_MOST && gz_cursor_take(c, len, id);
}

/** What follows the ids: a token, the length of the rest. */
static bool
read_length(struct gz_cursor *c, struct quic_packet *p, const uint8_t *start)
{
	uint64_t len;

	if (p->type == QUIC_RETRY) {
		p->whole = gz_span(start, (uint32_t)(c->end - start));
		c->p = c->end;
		return true;
	}
	if (p->type == QUIC_INITIAL &&
			(!quic_varint(c, &len) || len > gz_cursor_left(c) ||
					!gz_cursor_skip(c, (uint32_t)len)))
		return false;
	if (!quic_varint(c, &len) || len > gz_cursor_left(c))
		return false;
	p->pn_at = (uint32_t)(c->p - start);
	p->whole = gz_span(start, p->pn_at + (uint32_t)len);
	return gz_cursor_skip(c, (uint32_t)len);
}

/** The next packet of a datagram. false: none with a long header that can be read. */
static bool
read_packet(struct gz_cursor *c, struct quic_packet *p)
{
	const uint8_t *start = c->p;
	struct gz_span scid;

	if (!gz_cursor_u8(c, &p->first) || (p->first & LONG) == 0 ||
			!gz_cursor_be32(c, &p->version) || !is_known(p->version))
		return false;
	if (p->version == QUIC_Q046) {
		p->whole = gz_span(start, (uint32_t)(c->end - start));
		return true;
	}
	p->type = type_of(p->first, p->version);
	return read_id(c, &p->dcid) && read_id(c, &scid) && read_length(c, p, start);
}

/** A server asks the client to come again: with a new id, and so with new keys. */
static void
retry(struct quic_state *s)
{
	s->has_keys = false;
	s->crypto[GZ_C2S].done = false;
	s->crypto[GZ_C2S].nb_parts = 0;
}

/** With the keys there are, else with those of the id that the packet itself tells. */
static bool
open_packet(struct gz_app *app, enum gz_dir dir, const struct quic_packet *p,
		struct gz_span *frames)
{
	struct quic_cipher *c = app->ctx->quic;
	struct quic_state *s = app->state;
	struct quic_secret before[2];
	bool had = s->has_keys;

	if (had && s->version == p->version && quic_open(c, s, dir, p, frames))
		return true;
	if (dir == GZ_S2C)
		return false;
	memcpy(before, s->secret, sizeof(before));
	quic_keys(s, p->version, p->dcid);
	if (quic_open(c, s, dir, p, frames))
		return true;
	memcpy(s->secret, before, sizeof(before));
	s->has_keys = had;
	return false;
}

/** Google's: ids of four bits of length each, a number, and clear text. */
static void
google(struct gz_tx *tx, const struct quic_packet *p)
{
	struct gz_cursor c = gz_cursor(p->whole.p, p->whole.len);
	uint32_t dcid, scid;
	uint8_t lens;

	if (!gz_cursor_skip(&c, 5) || !gz_cursor_u8(&c, &lens))
		return;
	dcid = lens >> 4 == 0 ? 0 : (lens >> 4) + 3u;
	scid = (lens & 15) == 0 ? 0 : (lens & 15) + 3u;
	if (gz_cursor_skip(&c, dcid + scid + (p->first & 3u) + 1))
		quic_google(tx, c);
}

static enum gz_parse
take_packet(struct gz_app *app, enum gz_dir dir, const struct quic_packet *p)
{
	struct quic_state *s = app->state;
	struct gz_tx *tx = gz_tx_new(app);
	struct gz_span frames;
	struct quic_tx *x;

	if (tx == NULL)
		return GZ_PARSE_BROKEN;
	x = gz_tx_state(tx);
	x->tls.quic = true;
	x->dir = (uint8_t)dir;
	x->version = p->version;
	x->version_bytes = rte_cpu_to_be_32(p->version);
	if (p->version == QUIC_Q046) {
		google(tx, p);
	} else if (p->type == QUIC_RETRY && dir == GZ_S2C) {
		retry(s);
	} else if (p->type == QUIC_INITIAL && app->ctx->quic != NULL) {
		if (!open_packet(app, dir, p, &frames)) {
			if (s->has_keys)
				gz_tx_event(tx, QUIC_EVENT_FAILED_DECRYPT);
		} else if (!quic_frames(app, tx, dir, frames)) {
			return GZ_PARSE_BROKEN;
		}
	}
	gz_tx_progress(tx, dir, TLS_HELLO_DONE);
	gz_tx_one_way(tx, dir);
	return GZ_PARSE_OK;
}

/** No packet at its front: one of the encrypted kind, or one whose long header is none. */
static enum gz_parse
unreadable(struct gz_app *app, enum gz_dir dir, struct gz_span s)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);
	struct quic_packet p = { 0 };
	struct gz_tx *tx;

	if (!gz_cursor_u8(&c, &p.first) || (p.first & LONG) == 0 ||
			(gz_cursor_be32(&c, &p.version) && !is_known(p.version)))
		return GZ_PARSE_OK;
	tx = gz_tx_new(app);
	if (tx == NULL)
		return GZ_PARSE_BROKEN;
	((struct quic_tx *)gz_tx_state(tx))->dir = (uint8_t)dir;
	gz_tx_event(tx, QUIC_EVENT_ERROR_ON_HEADER);
	gz_tx_one_way(tx, dir);
	return GZ_PARSE_OK;
}

static enum gz_parse
quic_parse(struct gz_app *app, struct gz_input *in)
{
	struct gz_cursor c = gz_cursor(in->p, in->len);
	struct quic_state *s = app->state;
	struct quic_packet p = { 0 };
	enum gz_parse r = GZ_PARSE_OK;
	uint32_t i;

	in->eaten = in->len;
	for (i = 0; i < QUIC_PACKETS_MOST && r == GZ_PARSE_OK && read_packet(&c, &p); i++) {
		/* What comes along behind an Initial packet is encrypted. */
		if (i > 0 && p.type != QUIC_INITIAL)
			break;
		r = take_packet(app, in->dir, &p);
		if (p.version == QUIC_Q046)
			break;
	}
	if (i == 0)
		r = unreadable(app, in->dir, gz_span(in->p, in->len));
	if (r == GZ_PARSE_OK && s->crypto[GZ_C2S].done && s->crypto[GZ_S2C].done)
		return GZ_PARSE_DONE;
	return r;
}

static void
quic_free(struct gz_app *app, void *state)
{
	struct quic_state *s = state;

	gz_app_free(app, s->crypto[GZ_C2S].p, QUIC_CRYPTO_MOST);
	gz_app_free(app, s->crypto[GZ_S2C].p, QUIC_CRYPTO_MOST);
}

static void
quic_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	gz_bytes_free(app, &((struct quic_tx *)gz_tx_state(tx))->tls.store);
}

static enum gz_probe
quic_probe(enum gz_dir dir, struct gz_span s)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);
	struct quic_packet p = { 0 };

	return read_packet(&c, &p) ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

/** A packet is told as its sender's. */
static uint32_t
quic_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	const struct quic_tx *x = gz_tx_state(tx);

	return x->version != 0 && when == (x->dir == GZ_C2S ? GZ_LOG_C2S : GZ_LOG_S2C);
}

static const char *const progress[] = { "hello_awaited", "hello_done", NULL };

static const char *const events[] = {
	[QUIC_EVENT_FAILED_DECRYPT] = "failed_decrypt",
	[QUIC_EVENT_ERROR_ON_DATA] = "error_on_data",
	[QUIC_EVENT_ERROR_ON_HEADER] = "error_on_header",
	[QUIC_EVENT_CRYPTO_FRAG_TOO_LONG] = "crypto_frag_too_long",
};
static_assert(RTE_DIM(events) == QUIC_NB_EVENTS, "a name for each");

GZ_EVENT_TYPE(quic_event, "quic", "hellos in QUIC")

static struct gz_proto quic = {
	.reg = { .name = "quic" },
	.help = "QUIC until its hellos are through (RFC 9000)",
	.l4 = GZ_L4_UDP,
	.ports = "443",
	.probe = quic_probe,
	.probe_anywhere = true,
	.state_size = sizeof(struct quic_state),
	.tx_size = sizeof(struct quic_tx),
	.parse = quic_parse,
	.free = quic_free,
	.tx_free = quic_tx_free,
	.progress = { progress, progress },
	.fields = quic_fields,
	.nb_fields = QUIC_NB_FIELDS,
	.events = events,
	.nb_events = RTE_DIM(events),
	.event = &quic_event,
	.log_when = GZ_LOG_C2S | GZ_LOG_S2C,
	.log_by_sender = true,
	.nb_logs = quic_nb_logs,
	.log = quic_log,
};
GZ_PROTO_REGISTER(quic)
