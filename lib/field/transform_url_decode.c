/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>

#include "gz_transform.h"

static uint8_t
digit(uint8_t c)
{
	return isdigit(c) ? c - '0' : (uint8_t)((c | 32) - 'a' + 10);
}

static uint32_t
url_decode_room(const void *arg, uint32_t len)
{
	return len;
}

static uint32_t
url_decode_apply(const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	uint32_t i, n = 0;

	for (i = 0; i < in.len; i++) {
		if (in.p[i] == '%' && i + 2 < in.len && isxdigit(in.p[i + 1]) &&
				isxdigit(in.p[i + 2])) {
			out[n++] = (uint8_t)(digit(in.p[i + 1]) << 4 | digit(in.p[i + 2]));
			i += 2;
		} else {
			out[n++] = in.p[i] == '+' ? ' ' : in.p[i];
		}
	}
	return n;
}

static struct gz_transform url_decode = {
	.reg.name = "url_decode",
	.help = "%XX becomes the byte it stands for, + a blank",
	.room = url_decode_room,
	.apply = url_decode_apply,
};
GZ_TRANSFORM_REGISTER(url_decode)
