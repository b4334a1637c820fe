/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef INFLATE_ONCE_H
#define INFLATE_ONCE_H

/* What the transforms gunzip and zlib_deflate have in common: a buffer that is compressed as a whole. */

#include "gz_transform.h"

/** "max-size 100", or nothing. *@p arg is a uint32_t, malloc()ed. */
const char *inflate_once_parse(const char *text, void **arg);
uint32_t inflate_once_room(const void *arg, uint32_t len);
/** @p zlib: in zlib's form (RFC 1950), else in gzip's (RFC 1952). @return bytes written. */
uint32_t inflate_once(const void *arg, struct gz_span in, uint8_t *out, bool zlib);

#endif /* INFLATE_ONCE_H */
