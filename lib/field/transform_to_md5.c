/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_digest.h"
#include "gz_transform.h"

static uint32_t
to_md5_room(const void *arg, uint32_t len)
{
	return GZ_DIGEST_MOST;
}

static uint32_t
to_md5_apply(const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	return gz_digest(GZ_DIGEST_MD5, in, out);
}

static struct gz_transform to_md5 = {
	.reg.name = "to_md5",
	.help = "the 16 bytes of the MD5 digest",
	.room = to_md5_room,
	.apply = to_md5_apply,
};
GZ_TRANSFORM_REGISTER(to_md5)
