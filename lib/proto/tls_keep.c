/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Certificates that are kept on disk: the server's, those that vouch for it
 * behind it, as PEM (RFC 7468), and a file that says whose connection it was.
 */

#include <openssl/evp.h>
#include <stdio.h>

#include "gz_store.h"
#include "gz_tls.h"

#include "proto_internal.h"
#include "tls.h"

enum {
	LINE_BYTES = 48, /* that are 64 letters */
	LINE_TEXT = 68,
	META_MOST = 4096,
};

static void
add_text(struct gz_store_desk *d, struct gz_store_file *f, const char *text)
{
	gz_store_add(d, f, gz_span_str(text));
}

static void
add_cert(struct gz_store_desk *d, struct gz_store_file *f, struct gz_span der)
{
	uint8_t line[LINE_TEXT];
	uint32_t at, n;
	int len;

	add_text(d, f, "-----BEGIN CERTIFICATE-----\n");
	for (at = 0; at < der.len; at += n) {
		n = RTE_MIN(der.len - at, (uint32_t)LINE_BYTES);
		len = EVP_EncodeBlock(line, der.p + at, (int)n);
		line[len] = '\n';
		gz_store_add(d, f, gz_span(line, (uint32_t)len + 1));
	}
	add_text(d, f, "-----END CERTIFICATE-----\n");
}

static void
add_line(struct gz_store_desk *d, struct gz_store_file *f, const char *key, struct gz_span value)
{
	char text[32];

	snprintf(text, sizeof(text), "%-19s", key);
	add_text(d, f, text);
	gz_store_add(d, f, value);
	add_text(d, f, "\n");
}

/** "11/22/2026-20:05:55.123456" in UTC. The C library's takes a lock. */
static void
put_time(char *text, size_t size, uint64_t us)
{
	/* Since the first of March of the year 0: a leap day is the last of its year, and the months
	 * of 31 and 30 days come in fives of 153. In 400 years there are 146097 days. */
	uint64_t days = us / 1000000 / 86400 + 719468, second = us / 1000000 % 86400;
	uint64_t of_400 = days % 146097;
	uint64_t year = (of_400 - of_400 / 1460 + of_400 / 36524 - of_400 / 146096) / 365;
	uint64_t day = of_400 - (365 * year + year / 4 - year / 100);
	uint64_t month = (5 * day + 2) / 153;

	snprintf(text, size, "%02u/%02u/%u-%02u:%02u:%02u.%06u",
			(unsigned int)(month < 10 ? month + 3 : month - 9),
			(unsigned int)(day - (153 * month + 2) / 5 + 1),
			(unsigned int)(days / 146097 * 400 + year + (month >= 10)),
			(unsigned int)(second / 3600), (unsigned int)(second / 60 % 60),
			(unsigned int)(second % 60), (unsigned int)(us % 1000000));
}

/** Whose connection it was; from the server, as its certificate came. */
static void
add_flow(struct gz_store_desk *d, struct gz_store_file *f, const struct gz_flow *flow)
{
	char text[64], addr[GZ_ADDR_TEXT];

	put_time(text, sizeof(text), flow->last_us);
	add_line(d, f, "TIME:", gz_span_str(text));
	add_line(d, f, "SRC IP:", gz_span_str(gz_addr_text(&flow->addr[GZ_S2C], addr)));
	add_line(d, f, "DST IP:", gz_span_str(gz_addr_text(&flow->addr[GZ_C2S], addr)));
	snprintf(text, sizeof(text), "%u", flow->proto);
	add_line(d, f, "PROTO:", gz_span_str(text));
	snprintf(text, sizeof(text), "%u", flow->port[GZ_S2C]);
	add_line(d, f, "SRC PORT:", gz_span_str(text));
	snprintf(text, sizeof(text), "%u", flow->port[GZ_C2S]);
	add_line(d, f, "DST PORT:", gz_span_str(text));
}

/** A line of a text from the wire must stay one. */
static void
add_name(struct gz_store_desk *d, struct gz_store_file *f, const char *key, struct gz_span value)
{
	char text[TLS_NAME_MOST];
	uint32_t i, n = RTE_MIN(value.len, (uint32_t)sizeof(text));

	for (i = 0; i < n; i++)
		text[i] = value.p[i] < 0x20 || value.p[i] == 0x7f ? '.' : (char)value.p[i];
	add_line(d, f, key, gz_span(text, n));
}

static void
keep(struct gz_store_desk *d, const struct gz_flow *flow, const struct tls_tx *x)
{
	const struct tls_cert *cert = &x->cert[GZ_S2C];
	uint64_t number = 0;
	struct gz_store_file *f;
	uint32_t i;

	f = gz_store_begin_cert(d, flow->last_us, &number, "pem");
	if (f == NULL)
		return;
	for (i = 0; i < cert->nb_certs; i++)
		add_cert(d, f, tls_span(x, cert->certs[i]));
	gz_store_end_cert(d, f);
	f = gz_store_begin_cert(d, flow->last_us, &number, "meta");
	if (f == NULL)
		return;
	add_flow(d, f, flow);
	add_name(d, f, "TLS SUBJECT:", tls_span(x, cert->subject));
	add_name(d, f, "TLS ISSUERDN:", tls_span(x, cert->issuer));
	add_name(d, f, "TLS FINGERPRINT:", tls_span(x, cert->fingerprint));
	gz_store_end_cert(d, f);
}

void
tls_keep_certs(struct gz_tx *tx)
{
	struct tls_tx *x = gz_tx_state(tx);

	if (!x->keep_certs || x->kept_certs || x->cert[GZ_S2C].nb_certs == 0)
		return;
	x->kept_certs = true;
	keep(tx->app->ctx->certs, tx->app->flow, x);
}

void
gz_tls_keep_certs(struct gz_tx *tx)
{
	struct tls_tx *x = gz_tx_state(tx);

	if (tx->app->ctx->certs == NULL)
		return;
	x->keep_certs = true;
	tls_keep_certs(tx);
}
