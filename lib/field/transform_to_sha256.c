/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_digest.h"
#include "gz_transform.h"

static uint32_t
to_sha256_room(const void *arg, uint32_t len)
{
	return GZ_DIGEST_MOST;
}

static uint32_t
to_sha256_apply(const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	return gz_digest(GZ_DIGEST_SHA256, in, out);
}

static struct gz_transform to_sha256 = {
	.reg.name = "to_sha256",
	.help = "the 32 bytes of the SHA256 digest",
	.room = to_sha256_room,
	.apply = to_sha256_apply,
};
GZ_TRANSFORM_REGISTER(to_sha256)
