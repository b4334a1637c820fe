/* SPDX-License-Identifier: BSD-3-Clause */

/* The plain functions are called deprecated in favour of ones that allocate. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "gz_digest.h"

#include <assert.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

static_assert(sizeof(MD5_CTX) <= GZ_DIGEST_STATE, "room for MD5");
static_assert(sizeof(SHA_CTX) <= GZ_DIGEST_STATE, "room for SHA-1");
static_assert(sizeof(SHA256_CTX) <= GZ_DIGEST_STATE, "room for SHA-256");

void
gz_digest_init(struct gz_digest *d, enum gz_digest_kind kind)
{
	d->kind = kind;
	if (kind == GZ_DIGEST_MD5)
		MD5_Init((MD5_CTX *)d->state);
	else if (kind == GZ_DIGEST_SHA1)
		SHA1_Init((SHA_CTX *)d->state);
	else
		SHA256_Init((SHA256_CTX *)d->state);
}

void
gz_digest_add(struct gz_digest *d, struct gz_span s)
{
	if (s.len == 0)
		return;
	if (d->kind == GZ_DIGEST_MD5)
		MD5_Update((MD5_CTX *)d->state, s.p, s.len);
	else if (d->kind == GZ_DIGEST_SHA1)
		SHA1_Update((SHA_CTX *)d->state, s.p, s.len);
	else
		SHA256_Update((SHA256_CTX *)d->state, s.p, s.len);
}

uint32_t
gz_digest_finish(struct gz_digest *d, uint8_t out[GZ_DIGEST_MOST])
{
	if (d->kind == GZ_DIGEST_MD5) {
		MD5_Final(out, (MD5_CTX *)d->state);
		return MD5_DIGEST_LENGTH;
	}
	if (d->kind == GZ_DIGEST_SHA1) {
		SHA1_Final(out, (SHA_CTX *)d->state);
		return SHA_DIGEST_LENGTH;
	}
	SHA256_Final(out, (SHA256_CTX *)d->state);
	return SHA256_DIGEST_LENGTH;
}

uint32_t
gz_digest(enum gz_digest_kind kind, struct gz_span s, uint8_t out[GZ_DIGEST_MOST])
{
	struct gz_digest d;

	gz_digest_init(&d, kind);
	gz_digest_add(&d, s);
	return gz_digest_finish(&d, out);
}

uint32_t
gz_digest_hex(enum gz_digest_kind kind, struct gz_span s, char *out)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t raw[GZ_DIGEST_MOST];
	uint32_t n = gz_digest(kind, s, raw);

	for (uint32_t i = 0; i < n; i++) {
		out[2 * i] = digits[raw[i] >> 4];
		out[2 * i + 1] = digits[raw[i] & 15];
	}
	return 2 * n;
}
