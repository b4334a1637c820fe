/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_brotli.h"

#include <brotli/decode.h>
#include <errno.h>

#include "gz_piece.h"

GZ_MEM_PURPOSE(brotli_mem, "brotli", 25, "decompressors of the content encoding br")

struct gz_brotli {
	struct gz_mem *mem;
	BrotliDecoderState *z;
	bool broken;
};

static void *
piece_get(void *mem, size_t size)
{
	return gz_piece_get(mem, &brotli_mem, size);
}

static void
piece_put(void *mem, void *at)
{
	gz_piece_put(mem, &brotli_mem, at);
}

struct gz_brotli *
gz_brotli_create(struct gz_mem *mem)
{
	struct gz_brotli *b = gz_mem_zero(mem, &brotli_mem, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->mem = mem;
	b->z = BrotliDecoderCreateInstance(piece_get, piece_put, mem);
	if (b->z != NULL)
		return b;
	gz_mem_put(mem, &brotli_mem, b, sizeof(*b));
	return NULL;
}

void
gz_brotli_destroy(struct gz_brotli *b)
{
	if (b == NULL)
		return;
	BrotliDecoderDestroyInstance(b->z);
	gz_mem_put(b->mem, &brotli_mem, b, sizeof(*b));
}

int
gz_brotli_feed(struct gz_brotli *b, struct gz_span *in, uint8_t *out, uint32_t size)
{
	size_t room = size, left = in->len;
	const uint8_t *from = in->p;
	BrotliDecoderResult r;

	if (b->broken)
		return -EINVAL;
	if (BrotliDecoderIsFinished(b->z))
		return -ENODATA;
	r = BrotliDecoderDecompressStream(b->z, &left, &from, &room, &out, NULL);
	*in = gz_span(from, (uint32_t)left);
	b->broken = r == BROTLI_DECODER_RESULT_ERROR;
	if (room < size)
		return (int)(size - room);
	if (b->broken)
		return -EINVAL;
	return r == BROTLI_DECODER_RESULT_SUCCESS ? -ENODATA : 0;
}
