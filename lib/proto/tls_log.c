/* SPDX-License-Identifier: BSD-3-Clause */

#include "tls.h"

const char *
tls_version_name(uint16_t version, char buf[24])
{
	switch (version) {
	case 0:
		return "UNDETERMINED";
	case TLS_SSL2:
		return "SSLv2";
	case TLS_SSL3:
		return "SSLv3";
	case TLS_1_0:
		return "TLSv1";
	case TLS_1_1:
		return "TLS 1.1";
	case TLS_1_2:
		return "TLS 1.2";
	case TLS_1_3:
		return "TLS 1.3";
	default:
		break;
	}
	if (version >> 8 != TLS_DRAFT >> 8)
		snprintf(buf, 24, "0x%04x", version);
	else if ((version & 0xff) < 16)
		return "TLS 1.3 draft-<16";
	else
		snprintf(buf, 24, "TLS 1.3 draft-%u", version & 0xff);
	return buf;
}

uint32_t
tls_nb_logs(const struct gz_tx *tx, uint8_t when)
{
	return tx->progress[GZ_C2S] >= TLS_HELLO_DONE || tx->progress[GZ_S2C] >= TLS_HELLO_DONE;
}

static void
write_text(struct gz_json *j, const char *key, const struct tls_tx *x, struct tls_text t)
{
	if (t.len > 0)
		gz_json_bytes(j, key, tls_span(x, t));
}

static void
write_print(struct gz_json *j, const char *key, const char hash[32], struct gz_span text)
{
	gz_json_object(j, key);
	gz_json_bytes(j, "hash", gz_span(hash, 32));
	gz_json_bytes(j, "string", text);
	gz_json_object_end(j);
}

/** A client that shows who it is. */
static void
write_client(struct gz_json *j, const struct tls_tx *x)
{
	const struct tls_cert *c = &x->cert[GZ_C2S];

	if (!c->seen)
		return;
	gz_json_object(j, "client");
	write_text(j, "subject", x, c->subject);
	write_text(j, "issuerdn", x, c->issuer);
	write_text(j, "fingerprint", x, c->fingerprint);
	write_text(j, "serial", x, c->serial);
	if (c->not_before[0] != '\0')
		gz_json_str(j, "notbefore", c->not_before);
	if (c->not_after[0] != '\0')
		gz_json_str(j, "notafter", c->not_after);
	gz_json_object_end(j);
}

static void
write_names(struct gz_json *j, const struct tls_tx *x)
{
	struct gz_span rest = tls_span(x, x->alpn), part;

	if (x->cert[GZ_S2C].nb_san > 0) {
		gz_json_array(j, "subjectaltname");
		for (uint32_t i = 0; i < x->cert[GZ_S2C].nb_san; i++)
			gz_json_bytes(j, NULL, tls_span(x, x->cert[GZ_S2C].san[i]));
		gz_json_array_end(j);
	}
	if (rest.len > 0) {
		gz_json_array(j, "client_alpns");
		while (gz_span_cut(&rest, ',', &part))
			gz_json_bytes(j, NULL, part);
		gz_json_array_end(j);
	}
}

void
tls_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct tls_tx *x = gz_tx_state(tx);
	uint16_t version = x->agreed != 0 ? x->agreed : x->offered;
	char buf[24];

	gz_json_object(j, "tls");
	write_text(j, "subject", x, x->cert[GZ_S2C].subject);
	write_text(j, "issuerdn", x, x->cert[GZ_S2C].issuer);
	if (x->resumed)
		gz_json_bool(j, "session_resumed", true);
	write_text(j, "serial", x, x->cert[GZ_S2C].serial);
	write_text(j, "fingerprint", x, x->cert[GZ_S2C].fingerprint);
	write_text(j, "sni", x, x->sni);
	gz_json_str(j, "version", tls_version_name(version, buf));
	if (x->cert[GZ_S2C].not_before[0] != '\0')
		gz_json_str(j, "notbefore", x->cert[GZ_S2C].not_before);
	if (x->cert[GZ_S2C].not_after[0] != '\0')
		gz_json_str(j, "notafter", x->cert[GZ_S2C].not_after);
	if (x->has_ja3)
		write_print(j, "ja3", x->ja3_hash, tls_span(x, x->ja3));
	if (x->has_ja3s)
		write_print(j, "ja3s", x->ja3s_hash, tls_span(x, x->ja3s));
	if (x->has_ja4)
		gz_json_bytes(j, "ja4", gz_span(x->ja4, sizeof(x->ja4)));
	write_names(j, x);
	write_client(j, x);
	if (tx->app->orig != NULL)
		gz_json_str(j, "from_proto", gz_proto_eve_name(tx->app->orig));
	gz_json_object_end(j);
}
