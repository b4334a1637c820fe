/* SPDX-License-Identifier: BSD-3-Clause */

/* IKE's datagrams, and what rules see of them. */

#include "ike.h"

#include <assert.h>
#include <stdio.h>

static const char *const events[] = {
	[IKE_EVENT_MALFORMED] = "malformed_data",
	[IKE_EVENT_NO_ENCRYPTION] = "no_encryption",
	[IKE_EVENT_WEAK_ENC] = "weak_crypto_enc",
	[IKE_EVENT_WEAK_PRF] = "weak_crypto_prf",
	[IKE_EVENT_WEAK_DH] = "weak_crypto_dh",
	[IKE_EVENT_WEAK_AUTH] = "weak_crypto_auth",
	[IKE_EVENT_NO_DH] = "weak_crypto_no_dh",
	[IKE_EVENT_NO_AUTH] = "weak_crypto_no_auth",
	[IKE_EVENT_INVALID_PROPOSAL] = "invalid_proposal",
	[IKE_EVENT_UNKNOWN_PROPOSAL] = "unknown_proposal",
	[IKE_EVENT_EXTRA_DATA] = "payload_extra_data",
	[IKE_EVENT_MULTIPLE_PROPOSAL] = "multiple_server_proposal",
};

enum {
	IKE_PORT = 500,
};

/* On port 4500 four zeros stand in front, where ESP has a number (RFC 3948 section 2.2). On port 500
 * they would be the start of an index. */
static struct gz_span
without_marker(struct gz_span s)
{
	return gz_span_starts(s, GZ_SPAN("\0\0\0\0")) ? gz_span(s.p + 4, s.len - 4) : s;
}

struct ike_head {
	uint8_t first, version, exchange, flags;
	uint32_t id, len;
};

static bool
read_head(struct gz_span s, struct ike_head *h)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);

	return gz_cursor_skip(&c, 2 * IKE_SPI) && gz_cursor_u8(&c, &h->first) &&
			gz_cursor_u8(&c, &h->version) && gz_cursor_u8(&c, &h->exchange) &&
			gz_cursor_u8(&c, &h->flags) && gz_cursor_be32(&c, &h->id) &&
			gz_cursor_be32(&c, &h->len);
}

/** A version, a kind of exchange that it has, and the datagram's length. */
static bool
is_message(struct gz_span m)
{
	struct ike_head h;

	if (!read_head(m, &h) || h.len != m.len)
		return false;
	if (h.version >> 4 == 1)
		return h.exchange <= 5 || (h.exchange >= 32 && h.exchange <= 33);
	return h.version >> 4 == 2 && h.exchange >= 34 && h.exchange <= 44;
}

static enum gz_probe
ike_probe(enum gz_dir dir, struct gz_span s)
{
	return is_message(s) || is_message(without_marker(s)) ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

static void
take_head(struct ike_tx *t, const struct ike_head *h, const uint8_t *spi)
{
	uint32_t i;

	t->told = true;
	t->major = h->version >> 4;
	t->minor = h->version & 0xf;
	t->exchange = h->exchange;
	t->flags = h->flags;
	t->message_id = h->id;
	t->payloads[t->nb_payloads++] = h->first;
	for (i = 0; i < IKE_SPI; i++) {
		snprintf(t->spi[0] + 2 * i, 3, "%02x", spi[i]);
		snprintf(t->spi[1] + 2 * i, 3, "%02x", spi[IKE_SPI + i]);
	}
}

static enum gz_parse
ike_parse(struct gz_app *app, struct gz_input *in)
{
	struct gz_span all = gz_span(in->p, in->len);
	struct gz_span m = app->flow->port[GZ_S2C] == IKE_PORT ? all : without_marker(all);
	struct gz_tx *tx = gz_tx_new(app);
	struct ike_head h;
	struct ike_tx *t;

	in->eaten = in->len;
	if (tx == NULL)
		return GZ_PARSE_BROKEN;
	t = ike_tx_of(tx);
	t->dir = (uint8_t)in->dir;
	gz_tx_one_way(tx, in->dir);
	if (!read_head(m, &h) || h.len < IKE_HEAD || h.len > m.len) {
		gz_tx_event(tx, IKE_EVENT_MALFORMED);
		return GZ_PARSE_OK;
	}
	take_head(t, &h, m.p);
	if (!gz_bytes_add(app, &t->message, gz_span(m.p + IKE_HEAD, h.len - IKE_HEAD),
			    UINT16_MAX) ||
			!ike_read(app, tx))
		gz_tx_event(tx, IKE_EVENT_MALFORMED);
	return GZ_PARSE_OK;
}

static void
ike_free(struct gz_app *app, void *state)
{
	struct ike_state *s = state;
	int dir;

	for (dir = GZ_C2S; dir <= GZ_S2C; dir++) {
		gz_bytes_free(app, &s->key[dir]);
		gz_bytes_free(app, &s->nonce[dir]);
	}
}

static void
ike_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct ike_tx *t = ike_tx_of(tx);

	gz_bytes_free(app, &t->message);
	gz_bytes_free(app, &t->vendors);
	gz_app_free(app, t->transforms, IKE_TRANSFORMS_MOST * sizeof(*t->transforms));
}

/* ---- fields ---- */

static bool
bytes(struct gz_span s, uint32_t index, struct gz_value *v)
{
	*v = (struct gz_value){ s.p, s.len, 0, true };
	return index == 0 && s.len > 0;
}

static bool
get_init_spi(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return bytes(gz_span_str(ike_tx_of(tx)->spi[0]), index, v);
}

static bool
get_resp_spi(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return bytes(gz_span_str(ike_tx_of(tx)->spi[1]), index, v);
}

static bool
get_vendor(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	struct gz_span rest = gz_bytes_span(&ike_tx_of(tx)->vendors), one;

	while (gz_span_cut(&rest, '\0', &one)) {
		if (index-- == 0)
			return bytes(one, 0, v);
	}
	return false;
}

static bool
get_key(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return bytes(ike_tx_of(tx)->key, index, v);
}

static bool
get_nonce(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return bytes(ike_tx_of(tx)->nonce, index, v);
}

static bool
get_key_len(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = ike_tx_of(tx)->key.len;
	return index == 0 && *v > 0;
}

static bool
get_nonce_len(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = ike_tx_of(tx)->nonce.len;
	return index == 0 && *v > 0;
}

static bool
get_exchange(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = ike_tx_of(tx)->exchange;
	return index == 0 && ike_tx_of(tx)->told;
}

#define C2S GZ_FIELD_C2S
#define S2C GZ_FIELD_S2C
#define BOTH (GZ_FIELD_C2S | GZ_FIELD_S2C)

/* clang-format off */
const struct gz_field_row ike_fields[] = {
	{ .name = "ike.init_spi", .get = get_init_spi, .flags = C2S,
		.help = "index of security parameters of who began, 16 digits" },
	{ .name = "ike.resp_spi", .get = get_resp_spi, .flags = S2C,
		.help = "index of security parameters of who answers, 16 digits" },
	{ .name = "ike.vendor", .get = get_vendor, .flags = C2S | GZ_FIELD_MULTI, .priority = 1,
		.help = "each vendor's mark, in hex" },
	{ .name = "ike.exchtype", .get_number = get_exchange, .flags = BOTH,
		.help = "kind of exchange" },
	{ .name = "ike.key_exchange_payload", .get = get_key, .flags = BOTH,
		.help = "public key of a side" },
	{ .name = "ike.key_exchange_payload_length", .get_number = get_key_len, .flags = BOTH,
		.help = "bytes of a side's public key" },
	{ .name = "ike.nonce_payload", .get = get_nonce, .flags = BOTH,
		.help = "nonce of a side" },
	{ .name = "ike.nonce_payload_length", .get_number = get_nonce_len, .flags = BOTH,
		.help = "bytes of a side's nonce" },
};
/* clang-format on */
static_assert(RTE_DIM(ike_fields) == IKE_NB_FIELDS, "ike.h tells how many");

static uint32_t
ike_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	const struct ike_tx *t = ike_tx_of(tx);

	return when == GZ_LOG_ALERT || (t->told && (when == GZ_LOG_S2C) == (t->dir == GZ_S2C));
}

GZ_EVENT_TYPE(ike_event, "ike", "a message of IKE")

static struct gz_proto ike = {
	.reg = { .name = "ike" },
	.alias = "ikev2",
	.help = "IKE 1 and 2",
	.l4 = GZ_L4_UDP,
	.ports = "500,4500",
	.probe = ike_probe,
	.state_size = sizeof(struct ike_state),
	.tx_size = sizeof(struct ike_tx),
	.parse = ike_parse,
	.free = ike_free,
	.tx_free = ike_tx_free,
	.fields = ike_fields,
	.nb_fields = IKE_NB_FIELDS,
	.events = events,
	.nb_events = RTE_DIM(events),
	.event = &ike_event,
	.log_when = GZ_LOG_C2S | GZ_LOG_S2C,
	.log_by_sender = true,
	.nb_logs = ike_nb_logs,
	.log = ike_log,
};
GZ_PROTO_REGISTER(ike)
