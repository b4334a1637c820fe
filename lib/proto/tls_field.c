/* SPDX-License-Identifier: BSD-3-Clause */

#include "tls.h"

static bool
give(struct gz_span s, uint32_t index, struct gz_value *v)
{
	*v = (struct gz_value){ .p = s.p, .len = s.len, .complete = true };
	return index == 0;
}

static bool
give_text(const struct gz_tx *tx, struct tls_text t, uint32_t index, struct gz_value *v)
{
	return t.len > 0 && give(tls_span(gz_tx_state(tx), t), index, v);
}

#define TEXT_FIELD(name, member)                                                              \
	static bool get_##name(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v) \
	{                                                                                     \
		return give_text(tx, ((struct tls_tx *)gz_tx_state(tx))->member, index, v);   \
	}

TEXT_FIELD(sni, sni)
TEXT_FIELD(subject, cert[dir].subject)
TEXT_FIELD(issuer, cert[dir].issuer)
TEXT_FIELD(serial, cert[dir].serial)
TEXT_FIELD(fingerprint, cert[dir].fingerprint)

bool
tls_get_ja3(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return give_text(tx, ((struct tls_tx *)gz_tx_state(tx))->ja3, index, v);
}

bool
tls_get_ja3s(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return give_text(tx, ((struct tls_tx *)gz_tx_state(tx))->ja3s, index, v);
}

bool
tls_get_ja3_hash(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct tls_tx *x = gz_tx_state(tx);

	return x->has_ja3 && give(gz_span(x->ja3_hash, sizeof(x->ja3_hash)), index, v);
}

bool
tls_get_ja3s_hash(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct tls_tx *x = gz_tx_state(tx);

	return x->has_ja3s && give(gz_span(x->ja3s_hash, sizeof(x->ja3s_hash)), index, v);
}

bool
tls_get_ja4(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct tls_tx *x = gz_tx_state(tx);

	return x->has_ja4 && give(gz_span(x->ja4, sizeof(x->ja4)), index, v);
}

static bool
get_certs(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct tls_tx *x = gz_tx_state(tx);

	return index < x->cert[dir].nb_certs && give(tls_span(x, x->cert[dir].certs[index]), 0, v);
}

static bool
get_san(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct tls_tx *x = gz_tx_state(tx);

	return index < x->cert[dir].nb_san && give(tls_span(x, x->cert[dir].san[index]), 0, v);
}

/** The @p index-th of the names that the client offers. */
static bool
get_alpn(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct tls_tx *x = gz_tx_state(tx);
	struct gz_span rest = tls_span(x, x->alpn), part;

	do {
		if (!gz_span_cut(&rest, ',', &part))
			return false;
	} while (index-- > 0);
	return give(part, 0, v);
}

static bool
give_random(const struct gz_tx *tx, int dir, uint32_t first, uint32_t len, struct gz_value *v)
{
	const struct tls_tx *x = gz_tx_state(tx);

	return x->has_random[dir] && give(gz_span(x->random[dir] + first, len), 0, v);
}

static bool
get_random(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return index == 0 && give_random(tx, dir, 0, 32, v);
}

static bool
get_random_time(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return index == 0 && give_random(tx, dir, 0, 4, v);
}

static bool
get_random_bytes(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return index == 0 && give_random(tx, dir, 4, 28, v);
}

static bool
get_version(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct tls_tx *x = gz_tx_state(tx);

	*v = x->agreed != 0 ? x->agreed : x->version[dir];
	return index == 0 && *v != 0;
}

static bool
get_chain_len(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct tls_tx *x = gz_tx_state(tx);

	*v = x->cert[dir].nb_certs;
	return index == 0 && *v > 0;
}

/** Days from 1970 to a date of the Gregorian calendar. */
static int64_t
days_of(int year, int month, int day)
{
	int years = year - (month <= 2), march = (month + 9) % 12;

	return 365LL * years + years / 4 - years / 100 + years / 400 + (march * 153 + 2) / 5 + day -
			1 - 719468;
}

static int
digits(const char *s, int n)
{
	int v = 0;

	while (n-- > 0)
		v = v * 10 + *s++ - '0';
	return v;
}

/** Seconds since 1970 of "2017-04-26T00:00:00"; what was before counts as 0. */
static bool
get_date(const char *text, uint32_t index, uint64_t *v)
{
	int64_t t;

	if (index != 0 || text[0] == '\0')
		return false;
	t = days_of(digits(text, 4), digits(text + 5, 2), digits(text + 8, 2)) * 86400 +
			digits(text + 11, 2) * 3600 + digits(text + 14, 2) * 60 +
			digits(text + 17, 2);
	*v = t < 0 ? 0 : (uint64_t)t;
	return true;
}

static bool
get_not_before(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct tls_tx *x = gz_tx_state(tx);

	return get_date(x->cert[dir].not_before, index, v);
}

static bool
get_not_after(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct tls_tx *x = gz_tx_state(tx);

	return get_date(x->cert[dir].not_after, index, v);
}

static bool
get_handshake(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	const struct tls_tx *x = gz_tx_state(tx);

	*v = x->messages;
	return index == 0;
}

static const struct gz_field_word version_words[] = {
	{ "1.0", TLS_1_0 },
	{ "1.1", TLS_1_1 },
	{ "1.2", TLS_1_2 },
	{ "1.3", TLS_1_3 },
	{ NULL, 0 },
};

static const struct gz_field_word ssl_version_words[] = {
	{ "sslv2", TLS_SSL2 },
	{ "sslv3", TLS_SSL3 },
	{ "tls1.0", TLS_1_0 },
	{ "tls1.1", TLS_1_1 },
	{ "tls1.2", TLS_1_2 },
	{ "tls1.3", TLS_1_3 },
	{ NULL, 0 },
};

#define HELLO .progress = { TLS_HELLO_DONE, TLS_HELLO_DONE }
#define CERT .progress = { TLS_CERT_DONE, TLS_CERT_DONE }

const struct gz_field_row tls_fields[TLS_NB_FIELDS] = {
	{ .name = "tls.sni",
			.alias = "tls_sni",
			.get = get_sni,
			.flags = GZ_FIELD_C2S,
			HELLO,
			.help = "the name of the server that the client asks for" },
	{ .name = "tls.alpn",
			.get = get_alpn,
			.flags = GZ_FIELD_C2S | GZ_FIELD_MULTI,
			HELLO,
			.help = "a protocol that the client offers" },
	{ .name = "ja3.hash",
			.alias = "ja3_hash",
			.get = tls_get_ja3_hash,
			.flags = GZ_FIELD_C2S,
			HELLO,
			.help = "MD5 of what the client's hello offers" },
	{ .name = "ja3.string",
			.alias = "ja3_string",
			.get = tls_get_ja3,
			.flags = GZ_FIELD_C2S,
			HELLO,
			.help = "what the client's hello offers, as numbers" },
	{ .name = "ja4.hash",
			.get = tls_get_ja4,
			.flags = GZ_FIELD_C2S,
			HELLO,
			.help = "counts and hashes of what the client's hello offers" },
	{ .name = "ja3s.hash",
			.get = tls_get_ja3s_hash,
			.flags = GZ_FIELD_S2C,
			HELLO,
			.help = "MD5 of what the server's hello chooses" },
	{ .name = "ja3s.string",
			.get = tls_get_ja3s,
			.flags = GZ_FIELD_S2C,
			HELLO,
			.help = "what the server's hello chooses, as numbers" },
	{ .name = "tls.random",
			.get = get_random,
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C,
			HELLO,
			.help = "the random bytes of a hello" },
	{ .name = "tls.random_time",
			.get = get_random_time,
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C,
			HELLO,
			.help = "the first four random bytes of a hello, once a time" },
	{ .name = "tls.random_bytes",
			.get = get_random_bytes,
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C,
			HELLO,
			.help = "the other 28 random bytes of a hello" },
	{ .name = "tls.certs",
			.get = get_certs,
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C | GZ_FIELD_MULTI,
			CERT,
			.help = "a certificate of the server's chain, as it came" },
	{ .name = "tls.cert_subject",
			.alias = "tls_cert_subject",
			.get = get_subject,
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C,
			CERT,
			.help = "whom the server's certificate is for" },
	{ .name = "tls.cert_issuer",
			.alias = "tls_cert_issuer",
			.get = get_issuer,
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C,
			CERT,
			.help = "who issued the server's certificate" },
	{ .name = "tls.cert_serial",
			.alias = "tls_cert_serial",
			.get = get_serial,
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C,
			CERT,
			.help = "its serial number, as 0A:1B:…" },
	{ .name = "tls.cert_fingerprint",
			.alias = "tls_cert_fingerprint",
			.get = get_fingerprint,
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C,
			CERT,
			.help = "SHA-1 of the server's certificate, as 0a:1b:…" },
	{ .name = "tls.subjectaltname",
			.get = get_san,
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C | GZ_FIELD_MULTI,
			CERT,
			.help = "a further name that the server's certificate is for" },
	{ .name = "tls.version",
			.get_number = get_version,
			.words = version_words,
			HELLO,
			.help = "the version that the hellos have come to" },
	{ .name = "ssl_version",
			.get_number = get_version,
			.words = ssl_version_words,
			HELLO,
			.help = "the version that the hellos have come to, one of several" },
	{ .name = "tls.cert_chain_len",
			.get_number = get_chain_len,
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C,
			CERT,
			.help = "how many certificates the server sent" },
	{ .name = "tls.cert_not_before",
			.get_number = get_not_before,
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C,
			CERT,
			.help = "from when on the server's certificate is good: seconds since 1970" },
	{ .name = "tls.cert_not_after",
			.get_number = get_not_after,
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C,
			CERT,
			.help = "until when the server's certificate is good: seconds since 1970" },
	{ .name = "tls.handshake",
			.get_number = get_handshake,
			.help = "messages seen: 1 client hello, 2 server hello, 4 client and 8 "
				"server key exchange, added up" },
};
