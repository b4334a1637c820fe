/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>

#include "gz_transform.h"

static uint32_t
to_uppercase_room(const void *arg, uint32_t len)
{
	return len;
}

static uint32_t
to_uppercase_apply(const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	uint32_t i;

	for (i = 0; i < in.len; i++)
		out[i] = (uint8_t)toupper(in.p[i]);
	return in.len;
}

static struct gz_transform to_uppercase = {
	.reg.name = "to_uppercase",
	.help = "letters become capital",
	.room = to_uppercase_room,
	.apply = to_uppercase_apply,
};
GZ_TRANSFORM_REGISTER(to_uppercase)
