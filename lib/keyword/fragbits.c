/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

/* The three bits in front of the fragment offset (RFC 791): reserved, don't fragment, more. */

enum {
	BIT_MORE = 1,
	BIT_DONT = 2,
	BIT_RESERVED = 4,
};

struct fragbits {
	char op; /* '+' all of them, '*' any, '!' none, 0 exactly */
	uint8_t bits;
};

static enum gz_answer
fragbits_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct fragbits *f = m->arg;
	uint8_t bits;

	if (!pkt_is_ip(e, GZ_PKT_IPV4))
		return GZ_NO;
	bits = gz_pkt_l3(e->pkt)[6] >> 5;
	switch (f->op) {
	case '+':
		return (bits & f->bits) == f->bits ? GZ_YES : GZ_NO;
	case '*':
		return (bits & f->bits) != 0 ? GZ_YES : GZ_NO;
	case '!':
		return (bits & f->bits) != f->bits ? GZ_YES : GZ_NO;
	default:
		return bits == f->bits ? GZ_YES : GZ_NO;
	}
}

static struct gz_keyword fragbits;

static const char *
read_bits(struct gz_sig_builder *b, struct gz_span word, struct fragbits *f)
{
	uint32_t i;

	for (i = 0; i < word.len; i++) {
		if ((word.p[i] | 0x20) == 'm')
			f->bits |= BIT_MORE;
		else if ((word.p[i] | 0x20) == 'd')
			f->bits |= BIT_DONT;
		else if ((word.p[i] | 0x20) == 'r')
			f->bits |= BIT_RESERVED;
		else if (strchr("+*!", word.p[i]) != NULL && f->op == 0)
			f->op = (char)word.p[i];
		else
			return gz_sig_error_at(b, word.p + i,
					"expected letters of MDR, perhaps with + * or !");
	}
	return f->bits == 0 ? "expected letters of MDR" : NULL;
}

static const char *
fragbits_parse(struct gz_sig_builder *b, const char *value)
{
	struct fragbits read = { 0, 0 }, *f;
	const char *wrong;

	wrong = read_bits(b, text_unquoted(value), &read);
	if (wrong != NULL)
		return wrong;
	f = gz_sig_alloc(sizeof(*f));
	*f = read;
	gz_sig_add(b, &fragbits, f, 0);
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_PACKET;
	return NULL;
}

static struct gz_keyword fragbits = {
	.reg.name = "fragbits",
	.help = "the fragmentation bits of the IPv4 header: M more, D don't fragment, R reserved",
	.usage = "fragbits:[+|*|!]<MDR>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = fragbits_parse,
	.free = free,
	.eval = fragbits_eval,
};
GZ_KEYWORD_REGISTER(fragbits)
