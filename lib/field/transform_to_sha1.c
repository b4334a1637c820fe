/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_digest.h"
#include "gz_transform.h"

static uint32_t
to_sha1_room(const void *arg, uint32_t len)
{
	return GZ_DIGEST_MOST;
}

static uint32_t
to_sha1_apply(const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	return gz_digest(GZ_DIGEST_SHA1, in, out);
}

static struct gz_transform to_sha1 = {
	.reg.name = "to_sha1",
	.help = "the 20 bytes of the SHA1 digest",
	.room = to_sha1_room,
	.apply = to_sha1_apply,
};
GZ_TRANSFORM_REGISTER(to_sha1)
