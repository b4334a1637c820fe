/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_HPACK_H
#define GZ_HPACK_H

/*
 * Header blocks of HTTP/2 (HPACK, RFC 7541) as their bytes come, by nghttp2. One
 * for each direction of a connection, as its table lasts. The table is bounded;
 * all of it is charged to "hpack".
 */

#include "gz_mem.h"
#include "gz_span.h"

enum {
	GZ_HPACK_TABLE_MOST = 64 * 1024, /* bytes that a sender may make the table hold */
};

enum gz_hpack_got {
	GZ_HPACK_MORE, /* it needs more input */
	GZ_HPACK_HEADER, /* a name and a value */
	GZ_HPACK_SIZE, /* the sender sets the table's size */
	GZ_HPACK_END, /* the block is through */
	GZ_HPACK_BROKEN, /* this block, and with it all that follow, cannot be read */
};

struct gz_hpack;

/** NULL: the budget is spent. */
struct gz_hpack *gz_hpack_create(struct gz_mem *mem);
void gz_hpack_destroy(struct gz_hpack *h);

struct gz_hpack_out {
	struct gz_span name, value; /* valid until the next call */
	uint32_t size; /* when BROKEN: the one that was too much, or 0 */
};

/** Eat from the front of @p in, up to the next thing to tell. @p last: the block ends with it. */
enum gz_hpack_got
gz_hpack_feed(struct gz_hpack *h, struct gz_span *in, bool last, struct gz_hpack_out *out);

#endif /* GZ_HPACK_H */
