/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DER_H
#define DER_H

/* ASN.1 in DER (X.690): one element after the other. */

#include "gz_cursor.h"

enum {
	DER_INTEGER = 0x02,
	DER_OCTETS = 0x04,
	DER_SEQUENCE = 0x30,
	DER_APPLICATION = 0x60, /* and its number */
	DER_CONTEXT = 0xa0, /* and its number */
};

/** The next element: its tag of one byte and what is in it. false: not all there, nothing moves. */
static inline bool
der_take(struct gz_cursor *c, uint8_t *tag, struct gz_cursor *body)
{
	struct gz_cursor at = *c;
	uint8_t first, b;
	uint32_t len;

	if (!gz_cursor_u8(&at, tag) || (*tag & 0x1f) == 0x1f || !gz_cursor_u8(&at, &first))
		return false;
	len = first;
	if (first >= 0x80) {
		if (first == 0x80 || first > 0x84)
			return false;
		for (len = 0; first > 0x80; first--) {
			if (!gz_cursor_u8(&at, &b))
				return false;
			len = len << 8 | b;
		}
	}
	if (!gz_cursor_sub(&at, len, body))
		return false;
	*c = at;
	return true;
}

/** The next element, which must have this tag; else nothing moves. */
static inline bool
der_want(struct gz_cursor *c, uint8_t tag, struct gz_cursor *body)
{
	struct gz_cursor at = *c;
	uint8_t is;

	if (!der_take(&at, &is, body) || is != tag)
		return false;
	*c = at;
	return true;
}

/** An INTEGER of at most four bytes. */
static inline bool
der_integer(struct gz_cursor *c, int32_t *v)
{
	struct gz_cursor body;
	uint32_t u;
	uint8_t b;

	if (!der_want(c, DER_INTEGER, &body) || gz_cursor_left(&body) == 0 ||
			gz_cursor_left(&body) > 4)
		return false;
	u = body.p[0] & 0x80 ? UINT32_MAX : 0;
	while (gz_cursor_u8(&body, &b))
		u = u << 8 | b;
	*v = (int32_t)u;
	return true;
}

#endif /* DER_H */
