/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>

#include "gz_transform.h"

static uint32_t
strip_whitespace_room(const void *arg, uint32_t len)
{
	return len;
}

static uint32_t
strip_whitespace_apply(
		const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	uint32_t i, n = 0;

	for (i = 0; i < in.len; i++) {
		if (!isspace(in.p[i]))
			out[n++] = in.p[i];
	}
	return n;
}

static struct gz_transform strip_whitespace = {
	.reg.name = "strip_whitespace",
	.help = "blanks, tabs and line ends are taken out",
	.room = strip_whitespace_room,
	.apply = strip_whitespace_apply,
};
GZ_TRANSFORM_REGISTER(strip_whitespace)
