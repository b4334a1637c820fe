/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "keyword_internal.h"

struct isdataat {
	uint64_t bytes;
	int16_t var; /* -1: the number */
	bool negated, relative;
};

enum {
	ISDATAAT_MOST = 65535,
};

static enum gz_answer
isdataat_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct isdataat *d = m->arg;
	uint64_t bytes = d->var < 0 ? d->bytes : e->vars[d->var];
	bool is;

	is = d->relative ? bytes <= e->buf.len - e->at : bytes < e->buf_offset + e->buf.len;
	if (d->negated && !e->buf_end)
		return GZ_NO; /* it may still come */
	return is != d->negated ? GZ_YES : GZ_NO;
}

static struct gz_keyword isdataat;

static const char *
read_words(struct gz_sig_builder *b, struct gz_span rest, struct isdataat *d)
{
	struct gz_span word;

	while (text_next(&rest, &word)) {
		if (text_is(word, "relative"))
			d->relative = true;
		else if (!text_is(word, "rawbytes"))
			return gz_sig_error_at(b, word.p, "expected relative or rawbytes");
	}
	return NULL;
}

static const char *
isdataat_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), number = gz_span(rest.p, 0);
	struct isdataat read = { .var = -1 }, *d;
	const char *wrong;
	uint32_t flags;

	read.negated = text_skip(&rest, "!");
	text_next(&rest, &number);
	if (!text_u64(number, ISDATAAT_MOST, &read.bytes)) {
		read.var = (int16_t)gz_sig_var(b, number, false);
		if (read.var < 0)
			return gz_sig_error_at(b, number.p,
					"expected a number up to %d, or a "
					"variable that was set before",
					ISDATAAT_MOST);
	}
	wrong = read_words(b, rest, &read);
	if (wrong != NULL)
		return wrong;
	d = gz_sig_alloc(sizeof(*d));
	*d = read;
	flags = (d->relative ? GZ_MATCH_RELATIVE : 0) | (d->var >= 0 ? GZ_MATCH_USES_VAR : 0) |
			(d->negated ? GZ_MATCH_NEGATED | GZ_MATCH_NEEDS_END : 0);
	gz_sig_add(b, &isdataat, d, flags);
	return NULL;
}

static struct gz_keyword isdataat = {
	.reg.name = "isdataat",
	.help = "there is data so many bytes into the buffer, or behind the match before",
	.usage = "isdataat:[!]<bytes>|<variable>[,relative]",
	.scope = GZ_SCOPE_BUFFER,
	.needs_value = true,
	.parse = isdataat_parse,
	.free = free,
	.eval = isdataat_eval,
};
GZ_KEYWORD_REGISTER(isdataat)
