/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_hpack.h"

#include <nghttp2/nghttp2.h>

#include <rte_common.h>

#include "gz_piece.h"

GZ_MEM_PURPOSE(hpack_mem, "hpack", 15, "header tables of HTTP/2")

enum {
	SIZE_UPDATE = 0x20, /* RFC 7541 section 6.3: 001xxxxx */
	SIZE_MASK = 0xe0,
	SIZE_BITS = 28, /* of a size: more than any table */
};

/** Where a block stands before its first field. */
enum start {
	START_NEW, /* size updates may come */
	START_SIZE, /* within the number of one */
	START_OVER,
};

struct gz_hpack {
	struct gz_mem *mem;
	nghttp2_mem hooks;
	nghttp2_hd_inflater *z;
	uint8_t start; /* enum start */
	uint8_t shift; /* of the number's next 7 bits */
	uint32_t size;
	bool broken;
};

static void *
piece_get(size_t size, void *mem)
{
	return gz_piece_get(mem, &hpack_mem, size);
}

static void
piece_put(void *at, void *mem)
{
	gz_piece_put(mem, &hpack_mem, at);
}

static void *
piece_zero(size_t n, size_t size, void *mem)
{
	return size != 0 && n > GZ_MEM_MOST / size ? NULL : piece_get(n * size, mem);
}

static void *
piece_grow(void *at, size_t size, void *mem)
{
	void *to = piece_get(size, mem);

	if (to == NULL || at == NULL)
		return to;
	memcpy(to, at, RTE_MIN(size, gz_piece_size(at)));
	piece_put(at, mem);
	return to;
}

struct gz_hpack *
gz_hpack_create(struct gz_mem *mem)
{
	struct gz_hpack *h = gz_mem_zero(mem, &hpack_mem, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->mem = mem;
	h->hooks = (nghttp2_mem){ mem, piece_get, piece_put, piece_zero, piece_grow };
	if (nghttp2_hd_inflate_new2(&h->z, &h->hooks) != 0) {
		gz_mem_put(mem, &hpack_mem, h, sizeof(*h));
		return NULL;
	}
	/* Whatever the receiver allows: a sender that uses less says so itself. */
	nghttp2_hd_inflate_change_table_size(h->z, GZ_HPACK_TABLE_MOST);
	return h;
}

void
gz_hpack_destroy(struct gz_hpack *h)
{
	if (h == NULL)
		return;
	nghttp2_hd_inflate_del(h->z);
	gz_mem_put(h->mem, &hpack_mem, h, sizeof(*h));
}

/** A byte of the number of a size update. @return it was the last. */
static bool
size_byte(struct gz_hpack *h, uint8_t b)
{
	if (h->start == START_NEW) {
		h->start = START_SIZE;
		h->shift = 0;
		h->size = b & (uint8_t)~SIZE_MASK;
		return h->size != (uint8_t)~SIZE_MASK;
	}
	if (h->shift < SIZE_BITS)
		h->size += (uint32_t)(b & 0x7f) << h->shift;
	h->shift = (uint8_t)RTE_MIN(h->shift + 7, SIZE_BITS);
	return (b & 0x80) == 0;
}

/** How many bytes at the front go to the library at once. */
static uint32_t
next_len(struct gz_hpack *h, struct gz_span in, bool *is_size)
{
	*is_size = false;
	if (h->start == START_NEW && in.len > 0 && (in.p[0] & SIZE_MASK) != SIZE_UPDATE)
		h->start = START_OVER;
	if (h->start == START_OVER || in.len == 0)
		return in.len;
	*is_size = size_byte(h, in.p[0]);
	if (*is_size)
		h->start = START_NEW;
	return 1;
}

static enum gz_hpack_got
give_up(struct gz_hpack *h)
{
	h->broken = true;
	return GZ_HPACK_BROKEN;
}

enum gz_hpack_got
gz_hpack_feed(struct gz_hpack *h, struct gz_span *in, bool last, struct gz_hpack_out *out)
{
	nghttp2_nv nv;
	bool is_size;
	uint32_t len;
	ssize_t n;
	int flags;

	if (h->broken)
		return GZ_HPACK_BROKEN;
	do {
		len = next_len(h, *in, &is_size);
		n = nghttp2_hd_inflate_hd2(h->z, &nv, &flags, in->p, len, last && len == in->len);
		if (n < 0) {
			out->size = is_size ? h->size : 0;
			return give_up(h);
		}
		*in = gz_span(in->p + n, in->len - (uint32_t)n);
		if (flags & NGHTTP2_HD_INFLATE_EMIT) {
			out->name = gz_span(nv.name, (uint32_t)nv.namelen);
			out->value = gz_span(nv.value, (uint32_t)nv.valuelen);
			return GZ_HPACK_HEADER;
		}
		if (is_size) {
			out->size = h->size;
			return GZ_HPACK_SIZE;
		}
	} while ((flags & NGHTTP2_HD_INFLATE_FINAL) == 0 && in->len > 0);
	if ((flags & NGHTTP2_HD_INFLATE_FINAL) == 0)
		return last ? give_up(h) : GZ_HPACK_MORE;
	nghttp2_hd_inflate_end_headers(h->z);
	h->start = START_NEW;
	return GZ_HPACK_END;
}
