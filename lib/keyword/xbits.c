/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "bits_internal.h"

enum {
	XBITS_SECONDS = 30,
	XBITS_TX_SECONDS = 3600, /* a transaction is over by then */
};

static const struct gz_keyword xbits_post = {
	.reg.name = "xbits",
	.scope = GZ_SCOPE_POST,
	.free = free,
	.eval = host_bits_change,
};

/* Of a transaction: asked when it is judged. */
static const struct gz_keyword xbits_tx = {
	.reg.name = "xbits",
	.scope = GZ_SCOPE_TX,
	.free = free,
	.eval = host_bits_test,
};

static struct gz_keyword xbits;

static const char *const kinds[] = {
	[HOST_SRC] = "hostbits",
	[HOST_DST] = "hostbits",
	[HOST_PAIR] = "pairbits",
	[HOST_TX] = "txbits",
};

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
	else if (text_is(name, "track") && text_is(word, "tx"))
		bits->track = HOST_TX;
	else
		return gz_sig_error_at(b, part.p,
				"expected track ip_src, ip_dst, ip_pair or tx, or expire and "
				"seconds");
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
		wrong = bits_read(b, &rest, kinds[bits.track], &bits);
	if (wrong != NULL)
		return wrong;
	if (bits.op != BIT_NOALERT && !tracked)
		return "track is missing: ip_src, ip_dst, ip_pair or tx";
	if (bits.track == HOST_TX)
		bits.seconds = XBITS_TX_SECONDS;
	bits_add(b, &bits, bits.track == HOST_TX ? &xbits_tx : &xbits, &xbits_post);
	return NULL;
}

static struct gz_keyword xbits = {
	.reg.name = "xbits",
	.help = "bits that rules set on an address or a pair of them for a time, or on a transaction",
	.usage = "xbits:set|unset|toggle|isset|isnotset,<name>,track ip_src|ip_dst|ip_pair|tx[,expire <s>]",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.ip_only = true,
	.parse = xbits_parse,
	.free = free,
	.eval = host_bits_test,
};
GZ_KEYWORD_REGISTER(xbits)
