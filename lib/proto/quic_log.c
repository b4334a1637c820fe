/* SPDX-License-Identifier: BSD-3-Clause */
#include "quic.h"

static bool
give(struct gz_value *v, uint32_t index, struct gz_span s)
{
	*v = (struct gz_value){ .p = s.p, .len = s.len, .complete = true };
	return index == 0 && s.len > 0;
}

static bool
get_version(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct quic_tx *x = gz_tx_state(tx);

	return dir == x->dir &&
			give(v, index, gz_span(&x->version_bytes, sizeof(x->version_bytes)));
}

static bool
get_sni(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct quic_tx *x = gz_tx_state(tx);

	return give(v, index, tls_span(&x->tls, x->tls.sni));
}

static bool
get_ua(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct quic_tx *x = gz_tx_state(tx);

	return give(v, index, tls_span(&x->tls, x->ua));
}

static bool
get_cyu(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct quic_tx *x = gz_tx_state(tx);

	return give(v, index, tls_span(&x->tls, x->cyu));
}

static bool
get_cyu_hash(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct quic_tx *x = gz_tx_state(tx);

	return x->has_cyu && give(v, index, gz_span(x->cyu_hash, sizeof(x->cyu_hash)));
}

#define HELLO                                  \
	{                                      \
		TLS_HELLO_DONE, TLS_HELLO_DONE \
	}
#define C2S GZ_FIELD_C2S
#define S2C GZ_FIELD_S2C

/* clang-format off */
const struct gz_field_row quic_fields[QUIC_NB_FIELDS] = {
	{ "quic.version", NULL, NULL, "version of a packet, its four bytes",
		C2S | S2C, 0, HELLO, get_version },
	{ "quic.sni", NULL, NULL, "name of the server that the client asks for",
		C2S, 0, HELLO, get_sni },
	{ "quic.ua", NULL, NULL, "what software the client says it is",
		C2S, 0, HELLO, get_ua },
	{ "quic.cyu.string", NULL, NULL, "version and tags of a client's hello",
		C2S, 0, HELLO, get_cyu },
	{ "quic.cyu.hash", NULL, NULL, "MD5 of the version and tags of a client's hello",
		C2S, 0, HELLO, get_cyu_hash },
	{ "ja3.hash", NULL, "ja3_hash", "MD5 of what the client's hello offers",
		C2S, 0, HELLO, tls_get_ja3_hash },
	{ "ja3.string", NULL, "ja3_string", "what the client's hello offers, as numbers",
		C2S, 0, HELLO, tls_get_ja3 },
	{ "ja3s.hash", NULL, NULL, "MD5 of what the server's hello chooses",
		S2C, 0, HELLO, tls_get_ja3s_hash },
	{ "ja3s.string", NULL, NULL, "what the server's hello chooses, as numbers",
		S2C, 0, HELLO, tls_get_ja3s },
	{ "ja4.hash", NULL, NULL, "counts and hashes of what the client's hello offers",
		C2S, 0, HELLO, tls_get_ja4 },
};
/* clang-format on */

/* ---- events ---- */

enum {
	EXT_SERVER_NAME = 0,
	EXT_SIGNATURES = 13,
	EXT_ALPN = 16,
	EXT_VERSIONS = 43,
};

static const struct {
	uint16_t type;
	const char *name;
} extension_names[] = {
	{ 0, "server_name" },
	{ 1, "max_fragment_length" },
	{ 5, "status_request" },
	{ 10, "supported_groups" },
	{ 11, "ec_point_formats" },
	{ 13, "signature_algorithms" },
	{ 14, "use_srtp" },
	{ 15, "heartbeat" },
	{ 16, "alpn" },
	{ 17, "status_request_v2" },
	{ 18, "signed_certificate_timestamp" },
	{ 19, "client_certificate_type" },
	{ 20, "server_certificate_type" },
	{ 21, "padding" },
	{ 22, "encrypt_then_mac" },
	{ 23, "extended_master_secret" },
	{ 24, "token_binding" },
	{ 25, "cached_info" },
	{ 27, "compress_certificate" },
	{ 28, "record_size_limit" },
	{ 34, "delegated_credentials" },
	{ 35, "session_ticket" },
	{ 41, "pre_shared_key" },
	{ 42, "early_data" },
	{ 43, "supported_versions" },
	{ 44, "cookie" },
	{ 45, "psk_key_exchange_modes" },
	{ 47, "certificate_authorities" },
	{ 48, "oid_filters" },
	{ 49, "post_handshake_auth" },
	{ 50, "signature_algorithms_cert" },
	{ 51, "key_share" },
	{ 52, "transparency_info" },
	{ 54, "connection_id" },
	{ 57, "quic_transport_parameters" },
	{ 58, "ticket_request" },
	{ 59, "dnssec_chain" },
	{ 65281, "renegotiation_info" },
};

static void
write_version(struct gz_json *j, uint16_t v)
{
	if (v >= TLS_1_0 && v <= TLS_1_3)
		gz_json_fmt(j, NULL, "Tls1%u", v - TLS_1_0);
	else
		gz_json_fmt(j, NULL, "TlsVersion(%u / 0x%x)", v, v);
}

/** Names behind two bytes of length; @p typed: with a byte of type before each, and lengths of two. */
static void
write_names(struct gz_json *j, struct gz_cursor c, bool typed)
{
	struct gz_span name;
	uint16_t len;
	uint8_t b;

	if (!gz_cursor_skip(&c, 2))
		return;
	gz_json_array(j, "values");
	while (gz_cursor_u8(&c, &b)) {
		len = b;
		if ((typed && !gz_cursor_be16(&c, &len)) || !gz_cursor_take(&c, len, &name))
			break;
		gz_json_bytes(j, NULL, name);
	}
	gz_json_array_end(j);
}

static void
write_numbers(struct gz_json *j, struct gz_cursor c, uint16_t type, bool client)
{
	uint32_t head = type == EXT_SIGNATURES ? 2 : client ? 1 : 0;
	uint16_t v;

	if (!gz_cursor_skip(&c, head))
		return;
	gz_json_array(j, "values");
	while (gz_cursor_be16(&c, &v)) {
		if (type == EXT_SIGNATURES)
			gz_json_fmt(j, NULL, "%u", v);
		else
			write_version(j, v);
	}
	gz_json_array_end(j);
}

static void
write_extension(struct gz_json *j, uint16_t type, struct gz_cursor c, bool client)
{
	uint32_t i;

	gz_json_object(j, NULL);
	for (i = 0; i < RTE_DIM(extension_names); i++) {
		if (extension_names[i].type == type)
			gz_json_str(j, "name", extension_names[i].name);
	}
	gz_json_u64(j, "type", type);
	if (gz_cursor_left(&c) > 0) {
		if (type == EXT_SERVER_NAME || type == EXT_ALPN)
			write_names(j, c, type == EXT_SERVER_NAME);
		else if (type == EXT_SIGNATURES || type == EXT_VERSIONS)
			write_numbers(j, c, type, client);
	}
	gz_json_object_end(j);
}

static void
write_extensions(struct gz_json *j, const struct quic_tx *x)
{
	struct gz_span s = tls_span(&x->tls, x->tls.extensions);
	struct gz_cursor c = gz_cursor(s.p, s.len), one;
	uint16_t type, len;

	if (s.len == 0)
		return;
	gz_json_array(j, "extensions");
	while (gz_cursor_be16(&c, &type) && gz_cursor_be16(&c, &len) &&
			gz_cursor_sub(&c, len, &one))
		write_extension(j, type, one, x->dir == GZ_C2S);
	gz_json_array_end(j);
}

static void
write_print(struct gz_json *j, const char *key, const char hash[32], struct gz_span text)
{
	gz_json_object(j, key);
	gz_json_bytes(j, "hash", gz_span(hash, 32));
	gz_json_bytes(j, "string", text);
	gz_json_object_end(j);
}

static void
write_version_name(struct gz_json *j, const struct quic_tx *x)
{
	if (x->version == QUIC_VERSION_1)
		gz_json_str(j, "version", "1");
	else if (x->version == QUIC_VERSION_2)
		gz_json_str(j, "version", "v2");
	else if (x->version >> 8 == QUIC_DRAFT >> 8)
		gz_json_fmt(j, "version", "draft-%u", x->version & 0xff);
	else
		gz_json_bytes(j, "version", gz_span(&x->version_bytes, sizeof(x->version_bytes)));
}

void
quic_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct quic_tx *x = gz_tx_state(tx);
	const struct tls_tx *t = &x->tls;

	gz_json_object(j, "quic");
	write_version_name(j, x);
	if (t->sni.len > 0)
		gz_json_bytes(j, "sni", tls_span(t, t->sni));
	if (x->ua.len > 0)
		gz_json_bytes(j, "ua", tls_span(t, x->ua));
	if (x->has_cyu) {
		gz_json_array(j, "cyu");
		write_print(j, NULL, x->cyu_hash, tls_span(t, x->cyu));
		gz_json_array_end(j);
	}
	if (t->has_ja3)
		write_print(j, "ja3", t->ja3_hash, tls_span(t, t->ja3));
	if (t->has_ja3s)
		write_print(j, "ja3s", t->ja3s_hash, tls_span(t, t->ja3s));
	if (t->has_ja4)
		gz_json_bytes(j, "ja4", gz_span(t->ja4, sizeof(t->ja4)));
	write_extensions(j, x);
	gz_json_object_end(j);
}
