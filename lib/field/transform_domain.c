/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_transform.h"

#include "public_suffix.h"

static uint32_t
domain_room(const void *arg, uint32_t len)
{
	return len;
}

static uint32_t
domain_apply(const void *arg, struct gz_span in, uint8_t *out, struct gz_regex_work *regex)
{
	struct gz_span s = public_suffix_domain(in);

	if (s.len > 0)
		memcpy(out, s.p, s.len);
	return s.len;
}

static struct gz_transform domain = {
	.reg.name = "domain",
	.help = "of a host's name what its owner registered (example.co.uk) stays",
	.room = domain_room,
	.apply = domain_apply,
};
GZ_TRANSFORM_REGISTER(domain)
