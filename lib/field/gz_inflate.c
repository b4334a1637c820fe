/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_inflate.h"

#include <errno.h>
#include <isa-l/igzip_lib.h>
#include <stddef.h>
#include <string.h>

#include <rte_common.h>

#include "gz_brotli.h"

/* The wrappers are read here and not by ISA-L: what browsers forgive (a wrong name of the encoding, no
 * wrapper at all, a wrong checksum) must not hide the content from us. */

GZ_MEM_PURPOSE(inflate_mem, "inflate", 25, "decompressors of content encodings")

enum step {
	STEP_WRAPPER, /* the two bytes that tell the wrapper */
	STEP_GZIP, /* the 8 bytes after them */
	STEP_EXTRA_LEN,
	STEP_EXTRA,
	STEP_NAME,
	STEP_COMMENT,
	STEP_HEAD_CRC,
	STEP_DATA,
	STEP_BROKEN,
	STEP_END,
};

enum {
	GZIP_FLAG_CRC = 1 << 1,
	GZIP_FLAG_EXTRA = 1 << 2,
	GZIP_FLAG_NAME = 1 << 3,
	GZIP_FLAG_COMMENT = 1 << 4,
	ZLIB_FLAG_DICT = 1 << 5,
};

struct gz_inflate {
	uint8_t step;
	uint8_t flags; /* of the gzip header */
	uint8_t head[8]; /* bytes of a step's fixed part */
	uint8_t nb_head;
	uint8_t replay; /* bytes of head that are compressed data */
	uint16_t skip;
	struct gz_brotli *brotli; /* NULL: not that kind; then what follows is not there */
	struct inflate_state s;
};

/* The state of ISA-L is large: what does not need it does not pay for it. */
enum {
	BROTLI_SIZE = offsetof(struct gz_inflate, s),
};

static struct gz_inflate *
create_brotli(struct gz_mem *mem)
{
	struct gz_inflate *z = gz_mem_zero(mem, &inflate_mem, BROTLI_SIZE);

	if (z == NULL)
		return NULL;
	z->brotli = gz_brotli_create(mem);
	if (z->brotli != NULL)
		return z;
	gz_mem_put(mem, &inflate_mem, z, BROTLI_SIZE);
	return NULL;
}

struct gz_inflate *
gz_inflate_create(struct gz_mem *mem, enum gz_inflate_kind kind)
{
	struct gz_inflate *z;

	if (kind == GZ_INFLATE_BROTLI)
		return create_brotli(mem);
	z = gz_mem_get(mem, &inflate_mem, sizeof(*z));
	if (z == NULL)
		return NULL;
	z->brotli = NULL;
	z->step = kind == GZ_INFLATE_RAW ? STEP_DATA : STEP_WRAPPER;
	z->flags = 0;
	z->nb_head = 0;
	z->replay = 0;
	z->skip = 0;
	isal_inflate_init(&z->s);
	z->s.crc_flag = ISAL_DEFLATE;
	return z;
}

void
gz_inflate_destroy(struct gz_mem *mem, struct gz_inflate *z)
{
	bool brotli = z != NULL && z->brotli != NULL;

	if (brotli)
		gz_brotli_destroy(z->brotli);
	gz_mem_put(mem, &inflate_mem, z, brotli ? (size_t)BROTLI_SIZE : sizeof(*z));
}

static uint8_t
take_byte(struct gz_span *in)
{
	uint8_t b = *in->p;

	in->p++;
	in->len--;
	return b;
}

/** Collect @p n bytes in head. @return false: more input is needed. */
static bool
collect(struct gz_inflate *z, struct gz_span *in, uint8_t n)
{
	while (z->nb_head < n && in->len > 0)
		z->head[z->nb_head++] = take_byte(in);
	return z->nb_head == n;
}

static enum step
read_wrapper(struct gz_inflate *z)
{
	uint8_t a = z->head[0], b = z->head[1];

	z->nb_head = 0;
	if (a == 0x1f && b == 0x8b)
		return STEP_GZIP;
	if ((a & 0x0f) == 8 && a >> 4 <= 7 && (a << 8 | b) % 31 == 0)
		return b & ZLIB_FLAG_DICT ? STEP_BROKEN : STEP_DATA;
	z->replay = 2;
	return STEP_DATA;
}

/** The part of a gzip header that comes after @p step, by its flags. */
static enum step
next_part(const struct gz_inflate *z, enum step step)
{
	if (step < STEP_EXTRA_LEN && z->flags & GZIP_FLAG_EXTRA)
		return STEP_EXTRA_LEN;
	if (step < STEP_NAME && z->flags & GZIP_FLAG_NAME)
		return STEP_NAME;
	if (step < STEP_COMMENT && z->flags & GZIP_FLAG_COMMENT)
		return STEP_COMMENT;
	if (step < STEP_HEAD_CRC && z->flags & GZIP_FLAG_CRC)
		return STEP_HEAD_CRC;
	return STEP_DATA;
}

/** Pass over text up to its NUL. */
static bool
skip_text(struct gz_span *in)
{
	const uint8_t *nul = memchr(in->p, 0, in->len);

	if (nul == NULL) {
		in->p += in->len;
		in->len = 0;
		return false;
	}
	in->len -= (uint32_t)(nul + 1 - in->p);
	in->p = nul + 1;
	return true;
}

static bool
skip_bytes(struct gz_inflate *z, struct gz_span *in)
{
	uint32_t n = RTE_MIN((uint32_t)z->skip, in->len);

	in->p += n;
	in->len -= n;
	z->skip = (uint16_t)(z->skip - n);
	return z->skip == 0;
}

/** One step of the wrapper. @return false: more input is needed. */
static bool
header_step(struct gz_inflate *z, struct gz_span *in)
{
	uint8_t step = z->step;

	switch (step) {
	case STEP_WRAPPER:
		if (!collect(z, in, 2))
			return false;
		z->step = read_wrapper(z);
		return true;
	case STEP_GZIP:
		if (!collect(z, in, 8))
			return false;
		z->flags = z->head[1];
		break;
	case STEP_EXTRA_LEN:
		if (!collect(z, in, 2))
			return false;
		z->skip = (uint16_t)(z->head[0] | z->head[1] << 8);
		z->nb_head = 0;
		z->step = STEP_EXTRA;
		return true;
	case STEP_EXTRA:
		if (!skip_bytes(z, in))
			return false;
		break;
	case STEP_NAME:
	case STEP_COMMENT:
		if (!skip_text(in))
			return false;
		break;
	default:
		if (!collect(z, in, 2))
			return false;
	}
	z->nb_head = 0;
	z->step = next_part(z, step);
	return true;
}

/** After broken data: what was decoded before it and did not fit. */
static int
drain(struct gz_inflate *z, uint8_t *out, uint32_t size)
{
	uint32_t left = (uint32_t)(z->s.tmp_out_valid - z->s.tmp_out_processed);
	uint32_t n = RTE_MIN(left, size);

	if (n == 0)
		return -EINVAL;
	memcpy(out, z->s.tmp_out_buffer + z->s.tmp_out_processed, n);
	z->s.tmp_out_processed += (int32_t)n;
	return (int)n;
}

/**
 * What is eaten is told by next_in: after an error avail_in is too low, down to below zero. And a
 * copy from before the first byte counts as written though nothing was.
 *
 * @return bytes written.
 */
static uint32_t
inflate_some(struct gz_inflate *z, struct gz_span *in, uint8_t *out, uint32_t size)
{
	int ret;

	memset(out, 0, size);
	z->s.next_in = (uint8_t *)(uintptr_t)in->p;
	z->s.avail_in = in->len;
	z->s.next_out = out;
	z->s.avail_out = size;
	ret = isal_inflate(&z->s);
	in->len -= (uint32_t)(z->s.next_in - in->p);
	in->p = z->s.next_in;
	if (ret < 0 || ret == ISAL_NEED_DICT)
		z->step = STEP_BROKEN;
	else if (z->s.block_state == ISAL_BLOCK_FINISH)
		z->step = STEP_END;
	return (uint32_t)(z->s.next_out - out);
}

int
gz_inflate_feed(struct gz_inflate *z, struct gz_span *in, uint8_t *out, uint32_t size)
{
	uint32_t done = 0;

	if (z->brotli != NULL)
		return gz_brotli_feed(z->brotli, in, out, size);
	while (z->step < STEP_DATA) {
		if (!header_step(z, in))
			return 0;
	}
	if (z->step == STEP_DATA && z->replay > 0) {
		struct gz_span head = gz_span(z->head, z->replay);

		z->replay = 0;
		done = inflate_some(z, &head, out, size);
	}
	if (z->step == STEP_DATA)
		done += inflate_some(z, in, out + done, size - done);
	if (done > 0)
		return (int)done;
	if (z->step == STEP_BROKEN)
		return drain(z, out, size);
	return z->step == STEP_END ? -ENODATA : 0;
}
