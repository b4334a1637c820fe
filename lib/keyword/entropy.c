/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <stdlib.h>

#include "keyword_internal.h"

/* Shannon's entropy of the bytes of a buffer, in bits a byte: 0 to 8. */

enum entropy_op {
	ENTROPY_EQUAL,
	ENTROPY_NOT,
	ENTROPY_LESS,
	ENTROPY_LESS_EQUAL,
	ENTROPY_MORE,
	ENTROPY_MORE_EQUAL,
	ENTROPY_BETWEEN,
	ENTROPY_OUTSIDE,
};

struct entropy {
	uint32_t bytes, offset; /* bytes 0: up to the end */
	enum entropy_op op;
	double a, b;
};

static double
entropy_of(struct gz_span s)
{
	uint32_t count[256] = { 0 }, i;
	double sum = 0, share;

	for (i = 0; i < s.len; i++)
		count[s.p[i]]++;
	for (i = 0; i < 256; i++) {
		if (count[i] == 0)
			continue;
		share = (double)count[i] / s.len;
		sum -= share * log2(share);
	}
	return sum;
}

static bool
holds(const struct entropy *n, double v)
{
	switch (n->op) {
	case ENTROPY_EQUAL:
		return fabs(v - n->a) < 1e-9;
	case ENTROPY_NOT:
		return fabs(v - n->a) >= 1e-9;
	case ENTROPY_LESS:
		return v < n->a;
	case ENTROPY_LESS_EQUAL:
		return v <= n->a;
	case ENTROPY_MORE:
		return v > n->a;
	case ENTROPY_MORE_EQUAL:
		return v >= n->a;
	case ENTROPY_BETWEEN:
		return v > n->a && v < n->b;
	case ENTROPY_OUTSIDE:
		return v <= n->a || v >= n->b;
	}
	return false;
}

static enum gz_answer
entropy_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct entropy *n = m->arg;
	struct gz_span s = e->buf;

	if (!e->buf_end || n->offset > s.len)
		return GZ_NO;
	s = gz_span(s.p + n->offset, s.len - n->offset);
	if (n->bytes != 0 && n->bytes > s.len)
		return GZ_NO;
	if (n->bytes != 0)
		s.len = n->bytes;
	return s.len > 0 && holds(n, entropy_of(s)) ? GZ_YES : GZ_NO;
}

static bool
read_double(struct gz_span s, double *v)
{
	char *text = text_copy(gz_span_trim(s)), *end;
	bool ok;

	*v = strtod(text, &end);
	ok = end != text && *end == '\0' && *v >= 0 && *v <= 8;
	free(text);
	return ok;
}

static bool
read_value(struct gz_span s, struct entropy *n)
{
	struct gz_span first;
	bool not ;

	s = gz_span_trim(s);
	n->op = ENTROPY_EQUAL;
	if (text_skip(&s, "<="))
		n->op = ENTROPY_LESS_EQUAL;
	else if (text_skip(&s, ">="))
		n->op = ENTROPY_MORE_EQUAL;
	else if (text_skip(&s, "!="))
		n->op = ENTROPY_NOT;
	else if (text_skip(&s, "<"))
		n->op = ENTROPY_LESS;
	else if (text_skip(&s, ">"))
		n->op = ENTROPY_MORE;
	else
		text_skip(&s, "=");
	if (n->op != ENTROPY_EQUAL)
		return read_double(s, &n->a);
	not = text_skip(&s, "!");
	if (memchr(s.p, '-', s.len) == NULL) {
		n->op = not ? ENTROPY_NOT : ENTROPY_EQUAL;
		return read_double(s, &n->a);
	}
	n->op = not ? ENTROPY_OUTSIDE : ENTROPY_BETWEEN;
	return text_cut(&s, '-', &first) && read_double(first, &n->a) && read_double(s, &n->b) &&
			n->a < n->b;
}

static bool
read_number(struct gz_span s, uint32_t *number)
{
	uint64_t v;

	if (!text_u64(gz_span_trim(s), UINT32_MAX, &v))
		return false;
	*number = (uint32_t)v;
	return true;
}

static struct gz_keyword entropy;

static const char *
read_part(struct gz_sig_builder *b, struct gz_span part, struct entropy *n, bool *has_value)
{
	struct gz_span whole = part;
	bool ok;

	if (text_skip(&part, "bytes")) {
		ok = read_number(part, &n->bytes);
	} else if (text_skip(&part, "offset")) {
		ok = read_number(part, &n->offset);
	} else {
		text_skip(&part, "value");
		ok = !*has_value && read_value(part, n);
		*has_value = true;
	}
	return ok ? NULL
		  : gz_sig_error_at(b, whole.p,
				    "expected bytes <n>, offset <n>, or value, a comparison "
				    "and a number from 0 to 8");
}

static const char *
entropy_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), part;
	struct entropy read = { .op = ENTROPY_EQUAL }, *n;
	const char *wrong = NULL;
	bool has_value = false;

	while (wrong == NULL && text_next(&rest, &part))
		wrong = read_part(b, part, &read, &has_value);
	if (wrong == NULL && !has_value)
		wrong = "the value is missing";
	if (wrong != NULL)
		return wrong;
	n = gz_sig_alloc(sizeof(*n));
	*n = read;
	gz_sig_add(b, &entropy, n, 0);
	return NULL;
}

static struct gz_keyword entropy = {
	.reg.name = "entropy",
	.help = "how many bits of information a byte of the buffer carries",
	.usage = "entropy:[bytes <n>,][offset <n>,]value [<|>|<=|>=|=|!=]<0.0 to 8.0>",
	.scope = GZ_SCOPE_BUFFER,
	.needs_value = true,
	.needs_end = true,
	.parse = entropy_parse,
	.free = free,
	.eval = entropy_eval,
};
GZ_KEYWORD_REGISTER(entropy)
