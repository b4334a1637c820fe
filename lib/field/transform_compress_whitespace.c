/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>

#include "gz_transform.h"

static uint32_t
compress_whitespace_room(const void *arg, uint32_t len)
{
	return len;
}

static uint32_t
compress_whitespace_apply(
		const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	uint32_t i, n = 0;

	for (i = 0; i < in.len; i++) {
		if (i == 0 || !isspace(in.p[i]) || !isspace(in.p[i - 1]))
			out[n++] = in.p[i];
	}
	return n;
}

static struct gz_transform compress_whitespace = {
	.reg.name = "compress_whitespace",
	.help = "of blanks, tabs and line ends beside each other the first one stays",
	.room = compress_whitespace_room,
	.apply = compress_whitespace_apply,
};
GZ_TRANSFORM_REGISTER(compress_whitespace)
