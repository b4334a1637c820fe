/* SPDX-License-Identifier: BSD-3-Clause */
#include "out_internal.h"

static bool
all_ascii(const uint8_t *p)
{
	uint64_t x;

	memcpy(&x, p, 8);
	return (x & 0x8080808080808080) == 0;
}

/** Bytes of the well-formed character of more than one byte at @p p, or 0. */
static uint32_t
sequence(const uint8_t *p, uint32_t left)
{
	uint32_t n, i;
	uint8_t low = 0x80, high = 0xbf; /* what may come second */

	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (left < n)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0; /* else shorter forms exist */
	else if (p[0] == 0xed)
		high = 0x9f; /* surrogates */
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f; /* above U+10FFFF */
	if (p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	return n;
}

bool
utf8_is_valid(struct gz_span s)
{
	uint32_t i = 0, n;

	while (i < s.len) {
		if (s.len - i >= 8 && all_ascii(s.p + i)) {
			i += 8;
			continue;
		}
		n = s.p[i] < 0x80 ? 1 : sequence(s.p + i, s.len - i);
		if (n == 0)
			return false;
		i += n;
	}
	return true;
}
