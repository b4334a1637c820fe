/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_base64.h"

/** The six bits that a byte stands for, or -1. */
static int
bits_of(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/** Four letters each, and at the end one or two of padding at most. */
static bool
is_strict(struct gz_span in)
{
	uint32_t i, pad = 0;

	if (in.len % 4 != 0)
		return false;
	while (pad < 2 && pad < in.len && in.p[in.len - 1 - pad] == '=')
		pad++;
	for (i = 0; i + pad < in.len; i++) {
		if (bits_of(in.p[i]) < 0)
			return false;
	}
	return true;
}

uint32_t
gz_base64_decode(enum gz_base64_mode mode, struct gz_span in, uint8_t *out, uint32_t size)
{
	uint32_t held = 0, nb_held = 0, n = 0, i;
	int bits;

	if (mode == GZ_BASE64_STRICT && !is_strict(in))
		return 0;
	for (i = 0; i < in.len && n < size; i++) {
		bits = bits_of(in.p[i]);
		if (bits < 0 && mode == GZ_BASE64_RFC2045 && in.p[i] != '=')
			continue;
		if (bits < 0)
			break;
		held = held << 6 | (uint32_t)bits;
		nb_held += 6;
		if (nb_held < 8)
			continue;
		nb_held -= 8;
		out[n++] = (uint8_t)(held >> nb_held);
	}
	return n;
}
