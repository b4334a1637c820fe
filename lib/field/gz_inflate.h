/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_INFLATE_H
#define GZ_INFLATE_H

/*
 * Decompression of content encodings as their bytes come, by ISA-L (gzip RFC
 * 1952, zlib RFC 1950, raw deflate RFC 1951) and libbrotlidec. Bounded: output a call, total
 * expansion. State is charged to "inflate".
 */

#include "gz_mem.h"
#include "gz_span.h"

enum gz_inflate_kind {
	GZ_INFLATE_AUTO, /* gzip, zlib or raw deflate, by the first two bytes: as browsers do */
	GZ_INFLATE_RAW, /* raw deflate, whatever it looks like */
	GZ_INFLATE_BROTLI, /* RFC 7932: nothing in it tells that it is */
};

struct gz_inflate;

/** NULL: the budget is spent. */
struct gz_inflate *gz_inflate_create(struct gz_mem *mem, enum gz_inflate_kind kind);
void gz_inflate_destroy(struct gz_mem *mem, struct gz_inflate *z);

/**
 * Eat from the front of @p in, write up to @p size (at least 1) bytes to @p out. Call until it says 0:
 * output may be waiting though @p in is empty.
 *
 * @return bytes written, 0 when it needs more input, -EINVAL (broken data; what was written before
 *         stays valid), or -ENODATA after the end of the compressed stream (the rest of @p in is not
 *         part of it). Checksums are not verified: browsers do not mind either.
 */
int gz_inflate_feed(struct gz_inflate *z, struct gz_span *in, uint8_t *out, uint32_t size);

#endif /* GZ_INFLATE_H */
