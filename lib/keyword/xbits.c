/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "bits_internal.h"

enum {
	XBITS_SECONDS = 30,
};

static const struct gz_keyword xbits_post = {
	.reg.name = "xbits",
	.scope = GZ_SCOPE_POST,
	.free = free,
	.eval = host_bits_change,
};

static struct gz_keyword xbits;

/** "track ip_src", "expire 60" */
static const char *
read_part(struct gz_sig_builder *b, struct gz_span part, struct bits *bits, bool *tracked)
{
	struct gz_span name, word = part;
	uint64_t seconds;

	text_cut(&word, ' ', &name);
	word = gz_span_trim(word);
	if (text_is(name, "expire")) {
		if (!text_u64(word, UINT32_MAX, &seconds) || seconds == 0)
			return gz_sig_error_at(b, part.p, "expected expire and seconds above 0");
		bits->seconds = (uint32_t)seconds;
		return NULL;
	}
	*tracked = true;
	if (text_is(name, "track") && text_is(word, "ip_src"))
		bits->track = HOST_SRC;
	else if (text_is(name, "track") && text_is(word, "ip_dst"))
		bits->track = HOST_DST;
	else if (text_is(name, "track") && text_is(word, "ip_pair"))
		bits->track = HOST_PAIR;
	else
		return gz_sig_error_at(b, part.p,
				"expected track ip_src, ip_dst or ip_pair, or expire and seconds");
	return NULL;
}

/** The part that says whose bits these are decides how their names are numbered, so it is read first. */
static const char *
xbits_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), tail = rest, part;
	struct bits bits = { .op = BIT_NOALERT, .seconds = XBITS_SECONDS };
	const char *wrong = NULL;
	bool tracked = false;
	uint32_t i;

	for (i = 0; wrong == NULL && text_next(&tail, &part); i++) {
		if (i >= 2)
			wrong = read_part(b, part, &bits, &tracked);
	}
	if (wrong == NULL)
		wrong = bits_read(
				b, &rest, bits.track == HOST_PAIR ? "pairbits" : "hostbits", &bits);
	if (wrong != NULL)
		return wrong;
	if (bits.op != BIT_NOALERT && !tracked)
		return "track is missing: ip_src, ip_dst or ip_pair";
	bits_add(b, &bits, &xbits, &xbits_post);
	return NULL;
}

static struct gz_keyword xbits = {
	.reg.name = "xbits",
	.help = "bits that rules set on an address, or a pair of them, for a time",
	.usage = "xbits:set|unset|toggle|isset|isnotset,<name>,track ip_src|ip_dst|ip_pair[,expire <s>]",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.ip_only = true,
	.parse = xbits_parse,
	.free = free,
	.eval = host_bits_test,
};
GZ_KEYWORD_REGISTER(xbits)
