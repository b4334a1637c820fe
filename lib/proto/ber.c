/* SPDX-License-Identifier: BSD-3-Clause */
#include "ber.h"

enum {
	LONG_TAG = 0x1f,
	LENGTH_BYTES = 4, /* of a length in its long form */
	NUMBER_BYTES = 8,
};

int
ber_head(struct gz_cursor *c, uint8_t *id, uint32_t *len)
{
	struct gz_cursor at = *c;
	uint8_t first, byte;

	if (!gz_cursor_u8(&at, id))
		return 0;
	if ((*id & LONG_TAG) == LONG_TAG)
		return -1;
	if (!gz_cursor_u8(&at, &first))
		return 0;
	*len = first;
	if (first & 0x80) {
		first &= 0x7f;
		if (first == 0 || first > LENGTH_BYTES)
			return -1;
		for (*len = 0; first > 0; first--) {
			if (!gz_cursor_u8(&at, &byte))
				return 0;
			*len = *len << 8 | byte;
		}
	}
	*c = at;
	return 1;
}

bool
ber_take(struct gz_cursor *c, struct ber *e)
{
	struct gz_cursor at = *c;
	uint32_t len;

	if (ber_head(&at, &e->id, &len) != 1 || !gz_cursor_take(&at, len, &e->value))
		return false;
	*c = at;
	return true;
}

bool
ber_expect(struct gz_cursor *c, uint8_t id, struct gz_span *value)
{
	struct gz_cursor at = *c;
	struct ber e;

	if (!ber_take(&at, &e) || e.id != id)
		return false;
	*value = e.value;
	*c = at;
	return true;
}

bool
ber_enter(struct gz_cursor *c, uint8_t id, struct gz_cursor *inside)
{
	struct gz_span value;

	if (!ber_expect(c, id, &value))
		return false;
	*inside = gz_cursor(value.p, value.len);
	return true;
}

bool
ber_next(struct gz_cursor *c, uint8_t *id, struct gz_cursor *inside)
{
	struct ber e;

	if (!ber_take(c, &e))
		return false;
	*id = e.id;
	*inside = gz_cursor(e.value.p, e.value.len);
	return true;
}

bool
ber_number(struct gz_span value, int64_t *n)
{
	uint64_t v;

	if (value.len == 0 || value.len > NUMBER_BYTES)
		return false;
	v = value.p[0] & 0x80 ? UINT64_MAX : 0;
	for (uint32_t i = 0; i < value.len; i++)
		v = v << 8 | value.p[i];
	*n = (int64_t)v;
	return true;
}

bool
ber_expect_number(struct gz_cursor *c, uint8_t id, int64_t *n)
{
	struct gz_cursor at = *c;
	struct gz_span value;

	if (!ber_expect(&at, id, &value) || !ber_number(value, n))
		return false;
	*c = at;
	return true;
}
