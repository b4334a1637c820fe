/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "inflate_once.h"

static uint32_t
gunzip_apply(const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	return inflate_once(arg, in, out, false);
}

static struct gz_transform gunzip = {
	.reg.name = "gunzip",
	.help = "what is compressed in gzip's form as it was before",
	.parse = inflate_once_parse,
	.free = free,
	.room = inflate_once_room,
	.apply = gunzip_apply,
};
GZ_TRANSFORM_REGISTER(gunzip)
