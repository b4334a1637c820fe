/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_DIGEST_H
#define GZ_DIGEST_H

/*
 * MD5 (RFC 1321), SHA-1 and SHA-256 (RFC 6234) as names of things that rules and
 * events speak of: of buffers at once, of files as they come. By OpenSSL's plain
 * functions, which take no memory of their own.
 */

#include "gz_span.h"

enum gz_digest_kind {
	GZ_DIGEST_MD5,
	GZ_DIGEST_SHA1,
	GZ_DIGEST_SHA256,
};

enum {
	GZ_DIGEST_MOST = 32, /* bytes of the longest */
	GZ_DIGEST_STATE = 128, /* bytes of a digest under way */
};

/** A digest under way; copy it to look at it in between. */
struct gz_digest {
	enum gz_digest_kind kind;
	_Alignas(8) uint8_t state[GZ_DIGEST_STATE];
};

void gz_digest_init(struct gz_digest *d, enum gz_digest_kind kind);
void gz_digest_add(struct gz_digest *d, struct gz_span s);
/** @return bytes written: 16, 20 or 32. */
uint32_t gz_digest_finish(struct gz_digest *d, uint8_t out[GZ_DIGEST_MOST]);

/** All at once. */
uint32_t gz_digest(enum gz_digest_kind kind, struct gz_span s, uint8_t out[GZ_DIGEST_MOST]);
/** All at once, as lower-case digits, not terminated, into room for two a byte. @return characters written: 32, 40 or 64. */
uint32_t gz_digest_hex(enum gz_digest_kind kind, struct gz_span s, char *out);

#endif /* GZ_DIGEST_H */
