/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>

#include "gz_transform.h"

static uint32_t
to_lowercase_room(const void *arg, uint32_t len)
{
	return len;
}

static uint32_t
to_lowercase_apply(const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	uint32_t i;

	for (i = 0; i < in.len; i++)
		out[i] = (uint8_t)tolower(in.p[i]);
	return in.len;
}

static struct gz_transform to_lowercase = {
	.reg.name = "to_lowercase",
	.help = "letters become small",
	.room = to_lowercase_room,
	.apply = to_lowercase_apply,
};
GZ_TRANSFORM_REGISTER(to_lowercase)
