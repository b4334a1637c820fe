/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_transform.h"

#include "public_suffix.h"

static uint32_t
tld_room(const void *arg, uint32_t len)
{
	return len;
}

static uint32_t
tld_apply(const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	struct gz_span s = public_suffix_tld(in);

	if (s.len > 0)
		memcpy(out, s.p, s.len);
	return s.len;
}

static struct gz_transform tld = {
	.reg.name = "tld",
	.help = "of a host's name the public suffix (co.uk) stays",
	.room = tld_room,
	.apply = tld_apply,
};
GZ_TRANSFORM_REGISTER(tld)
