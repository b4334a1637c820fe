/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_BASE64_H
#define GZ_BASE64_H

/* Base64 as rules have it decoded (RFC 4648, RFC 2045). */

#include "gz_span.h"

enum gz_base64_mode {
	GZ_BASE64_RFC4648, /* stops at the first byte that is not of the alphabet */
	GZ_BASE64_RFC2045, /* leaves such bytes out */
	GZ_BASE64_STRICT, /* nothing, unless all is of the alphabet and padded */
};

/** Decode up to @p size bytes. @return how many were written. */
uint32_t gz_base64_decode(enum gz_base64_mode mode, struct gz_span in, uint8_t *out, uint32_t size);

#endif /* GZ_BASE64_H */
