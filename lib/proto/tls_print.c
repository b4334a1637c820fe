/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Fingerprints of hellos: JA3 and JA3S (MD5 of lists of numbers) and JA4 (counts,
 * and SHA-256 of sorted lists).
 */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "tls.h"

enum {
	TEXT_MOST = 16 * 1024, /* characters of a fingerprint's text */
	PART = 12, /* digits of a hash in a JA4 */
};

struct text {
	char s[TEXT_MOST];
	uint32_t n;
};

static void
add_char(struct text *t, char c)
{
	if (t->n < TEXT_MOST)
		t->s[t->n++] = c;
}

static void
add_number(struct text *t, uint32_t value)
{
	char digits[10];
	int n = 0;

	do
		digits[n++] = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	while (n > 0)
		add_char(t, digits[--n]);
}

static void
add_list(struct text *t, const struct tls_list *l)
{
	for (uint32_t i = 0; i < l->n; i++) {
		if (i > 0)
			add_char(t, '-');
		add_number(t, l->v[i]);
	}
}

static void
add_hex_list(struct text *t, const uint16_t *v, uint32_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (uint32_t i = 0; i < n; i++) {
		if (i > 0)
			add_char(t, ',');
		for (int shift = 12; shift >= 0; shift -= 4)
			add_char(t, digits[v[i] >> shift & 15]);
	}
}

/* ---- JA3 ---- */

static void
print_ja3(struct gz_tx *tx, const struct tls_hello *h)
{
	struct tls_tx *x = gz_tx_state(tx);
	struct text t;

	t.n = 0;
	add_number(&t, h->version);
	add_char(&t, ',');
	add_list(&t, &h->ciphers);
	add_char(&t, ',');
	add_list(&t, &h->extensions);
	add_char(&t, ',');
	add_list(&t, &h->groups);
	add_char(&t, ',');
	for (uint32_t i = 0; i < h->formats.len; i++) {
		if (i > 0)
			add_char(&t, '-');
		add_number(&t, h->formats.p[i]);
	}
	x->ja3 = tls_keep(tx, gz_span(t.s, t.n));
	gz_digest_hex(GZ_DIGEST_MD5, gz_span(t.s, t.n), x->ja3_hash);
	x->has_ja3 = x->ja3.len > 0;
}

void
tls_print_server(struct gz_tx *tx, uint16_t version, uint16_t cipher,
		const struct tls_list *extensions)
{
	struct tls_tx *x = gz_tx_state(tx);
	struct text t;

	t.n = 0;
	add_number(&t, version);
	add_char(&t, ',');
	add_number(&t, cipher);
	add_char(&t, ',');
	add_list(&t, extensions);
	x->ja3s = tls_keep(tx, gz_span(t.s, t.n));
	gz_digest_hex(GZ_DIGEST_MD5, gz_span(t.s, t.n), x->ja3s_hash);
	x->has_ja3s = x->ja3s.len > 0;
}

/* ---- JA4 ---- */

static const char *
ja4_version(const struct tls_hello *h)
{
	switch (h->best != 0 ? h->best : h->version) {
	case TLS_1_3:
		return "13";
	case TLS_1_2:
		return "12";
	case TLS_1_1:
		return "11";
	case TLS_1_0:
		return "10";
	case TLS_SSL3:
		return "s3";
	case TLS_SSL2:
		return "s2";
	default:
		return "00";
	}
}

/** The first and the last character of the first ALPN name, or of its digits when one is none. */
static void
ja4_alpn(struct gz_span name, char out[2])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t first, last;

	out[0] = out[1] = '0';
	if (name.len == 0)
		return;
	first = name.p[0];
	last = name.p[name.len - 1];
	if (isascii(first) && isalnum(first) && isascii(last) && isalnum(last)) {
		out[0] = (char)first;
		out[1] = (char)last;
	} else {
		out[0] = digits[first >> 4];
		out[1] = digits[last & 15];
	}
}

static int
compare(const void *a, const void *b)
{
	return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

/** Twelve digits of the hash of a sorted list, and of @p behind, which keeps its order. What parts the two
 * is there even when @p behind is empty: rules know the hash so. */
static void
ja4_hash(const struct tls_list *list, const struct tls_list *behind, char out[PART])
{
	uint16_t sorted[TLS_CIPHERS_MOST];
	char hex[64];
	struct text t;

	memset(out, '0', PART);
	if (list->n == 0)
		return;
	memcpy(sorted, list->v, list->n * sizeof(sorted[0]));
	qsort(sorted, list->n, sizeof(sorted[0]), compare);
	t.n = 0;
	add_hex_list(&t, sorted, list->n);
	if (behind != NULL) {
		add_char(&t, '_');
		add_hex_list(&t, behind->v, behind->n);
	}
	gz_digest_hex(GZ_DIGEST_SHA256, gz_span(t.s, t.n), hex);
	memcpy(out, hex, PART);
}

static void
print_ja4(struct gz_tx *tx, const struct tls_hello *h)
{
	struct tls_tx *x = gz_tx_state(tx);
	struct tls_list extensions = { 0 };
	char head[16], alpn[2];

	for (uint32_t i = 0; i < h->extensions.n; i++)
		if (h->extensions.v[i] != 0 && h->extensions.v[i] != 16)
			tls_list_add(&extensions, h->extensions.v[i]);
	ja4_alpn(h->first_alpn, alpn);
	snprintf(head, sizeof(head), "%c%s%c%02u%02u", x->quic ? 'q' : 't', ja4_version(h),
			h->has_sni ? 'd' : 'i', RTE_MIN(h->ciphers.n, 99u),
			RTE_MIN(h->extensions.n, 99u));
	memcpy(x->ja4, head, 8);
	memcpy(x->ja4 + 8, alpn, 2);
	x->ja4[10] = x->ja4[23] = '_';
	ja4_hash(&h->ciphers, NULL, x->ja4 + 11);
	ja4_hash(&extensions, &h->signatures, x->ja4 + 24);
	x->has_ja4 = true;
}

void
tls_print_client(struct gz_tx *tx, const struct tls_hello *h)
{
	print_ja3(tx, h);
	print_ja4(tx, h);
}
