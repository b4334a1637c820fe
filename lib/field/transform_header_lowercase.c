/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>

#include "gz_transform.h"

static uint32_t
header_lowercase_room(const void *arg, uint32_t len)
{
	return len;
}

static uint32_t
header_lowercase_apply(
		const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	bool name = true; /* in front of the colon */
	uint32_t i;

	for (i = 0; i < in.len; i++) {
		if (in.p[i] == ':')
			name = false;
		else if (in.p[i] == '\n')
			name = true;
		out[i] = name ? (uint8_t)tolower(in.p[i]) : in.p[i];
	}
	return in.len;
}

static struct gz_transform header_lowercase = {
	.reg.name = "header_lowercase",
	.help = "the names of header lines become small",
	.room = header_lowercase_room,
	.apply = header_lowercase_apply,
};
GZ_TRANSFORM_REGISTER(header_lowercase)
