/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_CURSOR_H
#define GZ_CURSOR_H

/*
 * Read bytes from the wire in order. A cursor cannot run over its end: a read
 * that does not fit returns false and moves nothing. Network order becomes
 * host order here, at the edge.
 */

#include "gz_span.h"

struct gz_cursor {
	const uint8_t *p;
	const uint8_t *end;
};

static inline struct gz_cursor
gz_cursor(const void *p, uint32_t len)
{
	return (struct gz_cursor){ p, (const uint8_t *)p + len };
}

static inline uint32_t
gz_cursor_left(const struct gz_cursor *c)
{
	return (uint32_t)(c->end - c->p);
}

static inline bool
gz_cursor_skip(struct gz_cursor *c, uint32_t n)
{
	if (gz_cursor_left(c) < n)
		return false;
	c->p += n;
	return true;
}

static inline bool
gz_cursor_u8(struct gz_cursor *c, uint8_t *v)
{
	if (c->p == c->end)
		return false;
	*v = *c->p++;
	return true;
}

static inline bool
gz_cursor_be16(struct gz_cursor *c, uint16_t *v)
{
	if (gz_cursor_left(c) < 2)
		return false;
	*v = (uint16_t)(c->p[0] << 8 | c->p[1]);
	c->p += 2;
	return true;
}

static inline bool
gz_cursor_be24(struct gz_cursor *c, uint32_t *v)
{
	if (gz_cursor_left(c) < 3)
		return false;
	*v = (uint32_t)c->p[0] << 16 | (uint32_t)c->p[1] << 8 | c->p[2];
	c->p += 3;
	return true;
}

static inline bool
gz_cursor_be32(struct gz_cursor *c, uint32_t *v)
{
	if (gz_cursor_left(c) < 4)
		return false;
	*v = (uint32_t)c->p[0] << 24 | (uint32_t)c->p[1] << 16 | (uint32_t)c->p[2] << 8 | c->p[3];
	c->p += 4;
	return true;
}

static inline bool
gz_cursor_be64(struct gz_cursor *c, uint64_t *v)
{
	uint32_t hi = 0, lo = 0;

	if (gz_cursor_left(c) < 8)
		return false;
	gz_cursor_be32(c, &hi);
	gz_cursor_be32(c, &lo);
	*v = (uint64_t)hi << 32 | lo;
	return true;
}

static inline bool
gz_cursor_le16(struct gz_cursor *c, uint16_t *v)
{
	if (gz_cursor_left(c) < 2)
		return false;
	*v = (uint16_t)(c->p[1] << 8 | c->p[0]);
	c->p += 2;
	return true;
}

static inline bool
gz_cursor_le32(struct gz_cursor *c, uint32_t *v)
{
	if (gz_cursor_left(c) < 4)
		return false;
	*v = (uint32_t)c->p[3] << 24 | (uint32_t)c->p[2] << 16 | (uint32_t)c->p[1] << 8 | c->p[0];
	c->p += 4;
	return true;
}

static inline bool
gz_cursor_le64(struct gz_cursor *c, uint64_t *v)
{
	uint32_t hi = 0, lo = 0;

	if (gz_cursor_left(c) < 8)
		return false;
	gz_cursor_le32(c, &lo);
	gz_cursor_le32(c, &hi);
	*v = (uint64_t)hi << 32 | lo;
	return true;
}

/** The next @p n bytes, where they lie. */
static inline bool
gz_cursor_take(struct gz_cursor *c, uint32_t n, struct gz_span *s)
{
	if (gz_cursor_left(c) < n)
		return false;
	*s = gz_span(c->p, n);
	c->p += n;
	return true;
}

/** A cursor of its own over the next @p n bytes. */
static inline bool
gz_cursor_sub(struct gz_cursor *c, uint32_t n, struct gz_cursor *sub)
{
	if (gz_cursor_left(c) < n)
		return false;
	*sub = gz_cursor(c->p, n);
	c->p += n;
	return true;
}

#endif /* GZ_CURSOR_H */
