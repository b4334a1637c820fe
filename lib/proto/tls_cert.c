/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Certificates (RFC 5280), read where they lie: no more of DER (X.690) than they
 * need. What does not fit is an event; what was read before it stays.
 */

#include <stdio.h>

#include "tls.h"

enum {
	DER_INTEGER = 0x02,
	DER_OID = 0x06,
	DER_BMP_STRING = 0x1e,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_OCTETS = 0x04,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_VERSION = 0xa0, /* [0] of a TBSCertificate */
	DER_EXTENSIONS = 0xa3, /* [3] */
	SAN_DNS = 0x82, /* GeneralName: dNSName */

	RDN_MOST = 64, /* attributes of a name that are read */
};

/** The next element: its tag and its content. */
static bool
der_next(struct gz_cursor *c, uint8_t *tag, struct gz_cursor *content)
{
	uint8_t first, byte;
	uint32_t len;

	if (!gz_cursor_u8(c, tag) || !gz_cursor_u8(c, &first))
		return false;
	len = first;
	if (first & 0x80) {
		if ((first & 0x7f) == 0 || (first & 0x7f) > 4)
			return false;
		len = 0;
		for (int i = first & 0x7f; i > 0; i--) {
			if (!gz_cursor_u8(c, &byte))
				return false;
			len = len << 8 | byte;
		}
	}
	return gz_cursor_sub(c, len, content);
}

static bool
der_enter(struct gz_cursor *c, uint8_t wanted, struct gz_cursor *content)
{
	uint8_t tag;

	return der_next(c, &tag, content) && tag == wanted;
}

static struct gz_span
span_of(const struct gz_cursor *c)
{
	return gz_span(c->p, gz_cursor_left(c));
}

/* ---- names ---- */

struct name {
	char s[TLS_NAME_MOST];
	uint32_t n;
};

static void
name_add(struct name *to, const void *p, uint32_t len)
{
	len = RTE_MIN(len, (uint32_t)(TLS_NAME_MOST - to->n));
	memcpy(to->s + to->n, p, len);
	to->n += len;
}

/** Short names of the attributes that occur (RFC 4514 section 3, and a few more). */
static const char *
attribute_name(struct gz_span oid)
{
	static const struct {
		const char *oid;
		uint8_t len;
		const char *name;
	} known[] = {
		{ "\x55\x04\x03", 3, "CN" },
		{ "\x55\x04\x04", 3, "SN" },
		{ "\x55\x04\x05", 3, "serialNumber" },
		{ "\x55\x04\x06", 3, "C" },
		{ "\x55\x04\x07", 3, "L" },
		{ "\x55\x04\x08", 3, "ST" },
		{ "\x55\x04\x09", 3, "street" },
		{ "\x55\x04\x0a", 3, "O" },
		{ "\x55\x04\x0b", 3, "OU" },
		{ "\x55\x04\x0c", 3, "title" },
		{ "\x55\x04\x0d", 3, "description" },
		{ "\x55\x04\x0f", 3, "businessCategory" },
		{ "\x55\x04\x11", 3, "postalCode" },
		{ "\x55\x04\x2a", 3, "GN" },
		{ "\x55\x04\x2e", 3, "dnQualifier" },
		{ "\x55\x04\x41", 3, "pseudonym" },
		{ "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19", 10, "DC" },
		{ "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01", 10, "UID" },
		{ "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", 9, "emailAddress" },
		{ "\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x01", 11, "jurisdictionL" },
		{ "\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x02", 11, "jurisdictionST" },
		{ "\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x03", 11, "jurisdictionC" },
	};

	for (uint32_t i = 0; i < RTE_DIM(known); i++)
		if (gz_span_equal(oid, gz_span(known[i].oid, known[i].len)))
			return known[i].name;
	return NULL;
}

/** An object identifier in dots: X.690 section 8.19. */
static void
name_add_oid(struct name *to, struct gz_span oid)
{
	uint64_t v = 0;
	char text[32];
	int n;

	for (uint32_t i = 0; i < oid.len; i++) {
		v = v << 7 | (oid.p[i] & 0x7f);
		if (oid.p[i] & 0x80)
			continue;
		if (to->n == 0 || to->s[to->n - 1] == ' ')
			n = snprintf(text, sizeof(text), "%u.%llu",
					v < 80 ? (unsigned int)v / 40 : 2,
					(unsigned long long)(v < 80 ? v % 40 : v - 80));
		else
			n = snprintf(text, sizeof(text), ".%llu", (unsigned long long)v);
		name_add(to, text, (uint32_t)n);
		v = 0;
	}
}

static void
name_add_value(struct name *to, uint8_t tag, struct gz_span value)
{
	if (tag != DER_BMP_STRING) {
		name_add(to, value.p, value.len);
		return;
	}
	for (uint32_t i = 1; i < value.len; i += 2)
		name_add(to, value.p[i - 1] == 0 ? (const char *)&value.p[i] : "?", 1);
}

static bool
name_add_attribute(struct name *to, struct gz_cursor pair)
{
	struct gz_cursor oid, value;
	const char *name;
	uint8_t tag;

	if (!der_enter(&pair, DER_OID, &oid) || !der_next(&pair, &tag, &value))
		return false;
	if (to->n > 0)
		name_add(to, ", ", 2);
	name = attribute_name(span_of(&oid));
	if (name != NULL)
		name_add(to, name, (uint32_t)strlen(name));
	else
		name_add_oid(to, span_of(&oid));
	name_add(to, "=", 1);
	name_add_value(to, tag, span_of(&value));
	return true;
}

/** A Name as "C=US, O=Example, CN=www". */
static bool
read_name(struct gz_tx *tx, struct gz_cursor *c, struct tls_text *text)
{
	struct name name = { .n = 0 };
	struct gz_cursor rdns, set, pair;
	uint32_t seen = 0;

	if (!der_enter(c, DER_SEQUENCE, &rdns))
		return false;
	while (gz_cursor_left(&rdns) > 0) {
		if (!der_enter(&rdns, DER_SET, &set))
			return false;
		while (gz_cursor_left(&set) > 0 && seen++ < RDN_MOST)
			if (!der_enter(&set, DER_SEQUENCE, &pair) ||
					!name_add_attribute(&name, pair))
				return false;
		if (seen >= RDN_MOST)
			break;
	}
	*text = tls_keep(tx, gz_span(name.s, name.n));
	return true;
}

/* ---- times, numbers ---- */

/** UTCTime and GeneralizedTime (RFC 5280 section 4.1.2.5) as "2017-04-26T00:00:00". */
static bool
read_time(struct gz_cursor *c, char out[20])
{
	struct gz_cursor value;
	uint8_t tag;
	uint32_t year_digits;
	const uint8_t *p;

	if (!der_next(c, &tag, &value) || (tag != DER_UTC_TIME && tag != DER_GENERALIZED_TIME))
		return false;
	year_digits = tag == DER_UTC_TIME ? 2 : 4;
	if (gz_cursor_left(&value) < year_digits + 10)
		return false;
	p = value.p;
	for (uint32_t i = 0; i < year_digits + 10; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	snprintf(out, 20, "%s%.*s-%.2s-%.2sT%.2s:%.2s:%.2s",
			tag == DER_UTC_TIME ? (p[0] >= '5' ? "19" : "20") : "", (int)year_digits,
			(const char *)p, (const char *)p + year_digits,
			(const char *)p + year_digits + 2, (const char *)p + year_digits + 4,
			(const char *)p + year_digits + 6, (const char *)p + year_digits + 8);
	return true;
}

/** Bytes as digits with colons. */
static struct tls_text
keep_hex(struct gz_tx *tx, struct gz_span s, const char *digits)
{
	char text[3 * 64];
	uint32_t n = 0;

	for (uint32_t i = 0; i < s.len && i < 64; i++) {
		if (i > 0)
			text[n++] = ':';
		text[n++] = digits[s.p[i] >> 4];
		text[n++] = digits[s.p[i] & 15];
	}
	return tls_keep(tx, gz_span(text, n));
}

/* ---- alternative names ---- */

static void
read_alternatives(struct gz_tx *tx, struct tls_cert *cert, struct gz_cursor value)
{
	struct gz_cursor names, name;
	uint8_t tag;

	if (!der_enter(&value, DER_SEQUENCE, &names))
		return;
	while (der_next(&names, &tag, &name) && cert->nb_san < TLS_SAN_MOST)
		if (tag == SAN_DNS)
			cert->san[cert->nb_san++] = tls_keep(tx, span_of(&name));
}

/** @return false: they are none. */
static bool
read_extensions(struct gz_tx *tx, struct tls_cert *cert, struct gz_cursor c)
{
	struct gz_cursor all, one, oid, value;
	uint8_t tag;

	if (!der_enter(&c, DER_SEQUENCE, &all))
		return false;
	while (gz_cursor_left(&all) > 0) {
		if (!der_enter(&all, DER_SEQUENCE, &one) || !der_enter(&one, DER_OID, &oid))
			return false;
		while (der_next(&one, &tag, &value))
			if (tag == DER_OCTETS &&
					gz_span_equal(span_of(&oid), GZ_SPAN("\x55\x1d\x11")))
				read_alternatives(tx, cert, value);
	}
	return true;
}

/* ---- the certificate ---- */

/** Note what is wrong, in general and in particular. @return false. */
static bool
wrong(struct gz_tx *tx, uint32_t event, uint32_t more)
{
	gz_tx_event(tx, event);
	gz_tx_event(tx, more);
	return false;
}

/** Issuer, time and subject. */
static bool
read_parties(struct gz_tx *tx, struct tls_cert *cert, struct gz_cursor *tbs)
{
	struct gz_cursor validity;

	if (!read_name(tx, tbs, &cert->issuer))
		return wrong(tx, TLS_EVENT_CERTIFICATE_NAME, TLS_EVENT_CERTIFICATE_ISSUER);
	if (!der_enter(tbs, DER_SEQUENCE, &validity) || !read_time(&validity, cert->not_before) ||
			!read_time(&validity, cert->not_after))
		return wrong(tx, TLS_EVENT_CERTIFICATE_DATE, TLS_EVENT_CERTIFICATE_VALIDITY);
	if (!read_name(tx, tbs, &cert->subject))
		return wrong(tx, TLS_EVENT_CERTIFICATE_NAME, TLS_EVENT_CERTIFICATE_SUBJECT);
	return true;
}

/** Version (RFC 5280 section 4.1.2.1) and serial number. */
static bool
read_number(struct gz_tx *tx, struct tls_cert *cert, struct gz_cursor *tbs)
{
	static const char upper[] = "0123456789ABCDEF";
	struct gz_cursor element, version;
	uint8_t tag;

	if (!der_next(tbs, &tag, &element))
		return wrong(tx, TLS_EVENT_CERTIFICATE_INVALID_DER, TLS_EVENT_CERTIFICATE_SERIAL);
	if (tag == DER_VERSION) {
		if (!der_enter(&element, DER_INTEGER, &version) || gz_cursor_left(&version) != 1 ||
				version.p[0] > 2)
			gz_tx_event(tx, TLS_EVENT_CERTIFICATE_VERSION);
		if (!der_next(tbs, &tag, &element))
			return wrong(tx, TLS_EVENT_CERTIFICATE_INVALID_DER,
					TLS_EVENT_CERTIFICATE_SERIAL);
	}
	if (tag != DER_INTEGER)
		return wrong(tx, TLS_EVENT_CERTIFICATE_INVALID_DER, TLS_EVENT_CERTIFICATE_SERIAL);
	cert->serial = keep_hex(tx, span_of(&element), upper);
	return true;
}

static void
read_certificate(struct gz_tx *tx, struct tls_cert *cert, struct gz_span der)
{
	static const char lower[] = "0123456789abcdef";
	struct gz_cursor c = gz_cursor(der.p, der.len), whole, tbs, element;
	uint8_t hash[GZ_DIGEST_MOST], tag;

	cert->seen = true;
	cert->fingerprint = keep_hex(
			tx, gz_span(hash, gz_digest(GZ_DIGEST_SHA1, der, hash)), lower);
	if (!der_enter(&c, DER_SEQUENCE, &whole) || !der_enter(&whole, DER_SEQUENCE, &tbs)) {
		gz_tx_event(tx, TLS_EVENT_CERTIFICATE_INVALID_DER);
		return;
	}
	if (!read_number(tx, cert, &tbs))
		return;
	if (!der_enter(&tbs, DER_SEQUENCE, &element)) {
		wrong(tx, TLS_EVENT_CERTIFICATE_INVALID_DER, TLS_EVENT_CERTIFICATE_ALGORITHM);
		return;
	}
	if (!read_parties(tx, cert, &tbs))
		return;
	while (der_next(&tbs, &tag, &element))
		if (tag == DER_EXTENSIONS && !read_extensions(tx, cert, element))
			gz_tx_event(tx, TLS_EVENT_CERTIFICATE_EXTENSIONS);
}

void
tls_certificates(struct gz_tx *tx, enum gz_dir dir, struct gz_span body)
{
	struct gz_cursor c = gz_cursor(body.p, body.len), list;
	struct tls_cert *cert = &((struct tls_tx *)gz_tx_state(tx))->cert[dir];
	struct gz_span der;
	uint32_t len;

	if (tx->progress[dir] >= TLS_CERT_DONE)
		return;
	if (!gz_cursor_be24(&c, &len) || !gz_cursor_sub(&c, len, &list)) {
		gz_tx_event(tx, TLS_EVENT_CERTIFICATE_INVALID_LENGTH);
		return;
	}
	while (gz_cursor_left(&list) > 0 && cert->nb_certs < TLS_CERTS_MOST) {
		if (!gz_cursor_be24(&list, &len) || !gz_cursor_take(&list, len, &der)) {
			gz_tx_event(tx, TLS_EVENT_INVALID_CERTIFICATE);
			break;
		}
		cert->certs[cert->nb_certs++] = tls_keep(tx, der);
		if (cert->nb_certs == 1)
			read_certificate(tx, cert, der);
	}
	gz_tx_progress(tx, dir, TLS_CERT_DONE);
	tls_keep_certs(tx);
}
