/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "inflate_once.h"

static uint32_t
zlib_deflate_apply(const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	return inflate_once(arg, in, out, true);
}

static struct gz_transform zlib_deflate = {
	.reg.name = "zlib_deflate",
	.help = "what is compressed in zlib's form as it was before",
	.parse = inflate_once_parse,
	.free = free,
	.room = inflate_once_room,
	.apply = zlib_deflate_apply,
};
GZ_TRANSFORM_REGISTER(zlib_deflate)
