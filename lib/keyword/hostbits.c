/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "bits_internal.h"

enum {
	HOSTBITS_SECONDS = 300,
};

static const struct gz_keyword hostbits_post = {
	.reg.name = "hostbits",
	.scope = GZ_SCOPE_POST,
	.free = free,
	.eval = host_bits_change,
};

static struct gz_keyword hostbits;

static const char *
hostbits_parse(struct gz_sig_builder *b, const char *value)
{
	struct bits bits = { .op = BIT_NOALERT, .seconds = HOSTBITS_SECONDS };
	struct gz_span rest = text_unquoted(value), side;
	uint64_t seconds = HOSTBITS_SECONDS;
	const char *wrong;

	wrong = bits_read(b, &rest, "hostbits", &bits);
	if (wrong != NULL)
		return wrong;
	if (text_next(&rest, &side)) {
		if (text_is(side, "dst"))
			bits.track = HOST_DST;
		else if (text_is(side, "both"))
			bits.track = HOST_PAIR;
		else if (!text_is(side, "src"))
			return gz_sig_error_at(b, side.p, "expected src, dst or both");
	}
	if (text_next(&rest, &side) && (!text_u64(side, UINT32_MAX, &seconds) || seconds == 0))
		return gz_sig_error_at(b, side.p, "expected seconds above 0");
	bits.seconds = (uint32_t)seconds;
	bits_add(b, &bits, &hostbits, &hostbits_post);
	return NULL;
}

static struct gz_keyword hostbits = {
	.reg.name = "hostbits",
	.help = "bits that rules set on an address for other rules to test",
	.usage = "hostbits:set|unset|toggle|isset|isnotset,<name>[,src|dst|both[,<seconds>]]",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.ip_only = true,
	.parse = hostbits_parse,
	.free = free,
	.eval = host_bits_test,
};
GZ_KEYWORD_REGISTER(hostbits)
