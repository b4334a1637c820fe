/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_transform.h"

static uint32_t
dotprefix_room(const void *arg, uint32_t len)
{
	return len + 1;
}

static uint32_t
dotprefix_apply(const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	out[0] = '.';
	if (in.len > 0)
		memcpy(out + 1, in.p, in.len);
	return in.len + 1;
}

static struct gz_transform dotprefix = {
	.reg.name = "dotprefix",
	.help = "a dot goes in front",
	.room = dotprefix_room,
	.apply = dotprefix_apply,
};
GZ_TRANSFORM_REGISTER(dotprefix)
