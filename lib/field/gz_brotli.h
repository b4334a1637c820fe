/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_BROTLI_H
#define GZ_BROTLI_H

/* The content encoding "br" (RFC 7932) by libbrotlidec, for gz_inflate.h: state charged to "brotli". */

#include "gz_mem.h"
#include "gz_span.h"

struct gz_brotli;

/** NULL: the budget is spent. */
struct gz_brotli *gz_brotli_create(struct gz_mem *mem);
void gz_brotli_destroy(struct gz_brotli *b);
/** As gz_inflate_feed(). */
int gz_brotli_feed(struct gz_brotli *b, struct gz_span *in, uint8_t *out, uint32_t size);

#endif /* GZ_BROTLI_H */
