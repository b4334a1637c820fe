/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include <rte_common.h>

#include "keyword_text.h"

bool
number_test_has(const struct number_test *t, uint64_t v)
{
	switch (t->op) {
	case NUMBER_EQUAL:
		return v == t->a;
	case NUMBER_NOT:
		return v != t->a;
	case NUMBER_LESS:
		return v < t->a;
	case NUMBER_LESS_EQUAL:
		return v <= t->a;
	case NUMBER_MORE:
		return v > t->a;
	case NUMBER_MORE_EQUAL:
		return v >= t->a;
	case NUMBER_BETWEEN:
		return v > t->a && v < t->b;
	case NUMBER_OUTSIDE:
		return v <= t->a || v >= t->b;
	case NUMBER_MASK:
		return (v & t->a) == t->b;
	case NUMBER_MASK_NOT:
		return (v & t->a) != t->b;
	}
	return false;
}

bool
number_test_most(const struct number_test *t, uint64_t *most)
{
	switch (t->op) {
	case NUMBER_EQUAL:
	case NUMBER_LESS_EQUAL:
		*most = t->a;
		return true;
	case NUMBER_LESS:
		*most = t->a == 0 ? 0 : t->a - 1;
		return true;
	case NUMBER_BETWEEN:
		*most = t->b - 1;
		return true;
	default:
		return false;
	}
}

/** A number, perhaps with a unit. */
static bool
read_number(struct gz_span s, uint64_t most, uint64_t *v)
{
	static const struct {
		const char *unit;
		uint32_t shift;
	} units[] = { { "kib", 10 }, { "mib", 20 }, { "gib", 30 }, { "kb", 10 }, { "mb", 20 },
		{ "gb", 30 } };
	uint32_t i, len, shift = 0;

	s = gz_span_trim(s);
	for (i = 0; shift == 0 && i < RTE_DIM(units); i++) {
		len = (uint32_t)strlen(units[i].unit);
		if (s.len <= len || !text_is(gz_span(s.p + s.len - len, len), units[i].unit))
			continue;
		shift = units[i].shift;
		s = gz_span_trim(gz_span(s.p, s.len - len));
	}
	if (!text_u64(s, UINT64_MAX >> shift, v))
		return false;
	*v <<= shift;
	return *v <= most;
}

/** "5<>9", "5-9", "!5-9" */
static bool
range_parse(struct gz_span s, uint64_t most, struct number_test *t)
{
	struct gz_span low, high;
	uint32_t width = 2;
	int64_t at;

	t->op = text_skip(&s, "!") ? NUMBER_OUTSIDE : NUMBER_BETWEEN;
	at = gz_span_find(s, GZ_SPAN("<>"));
	if (at < 0) {
		at = gz_span_find(s, GZ_SPAN("-"));
		width = 1;
	}
	if (at <= 0)
		return false;
	low = gz_span(s.p, (uint32_t)at);
	high = gz_span(s.p + at + width, s.len - low.len - width);
	return read_number(low, most, &t->a) && read_number(high, most, &t->b) && t->b > t->a;
}

/** "&0xf0=0x10", "&0xf0!=0"; a value beyond the mask could never be. */
static bool
mask_parse(struct gz_span s, uint64_t most, struct number_test *t)
{
	struct gz_span mask;

	if (!text_skip(&s, "&") || !text_cut(&s, '=', &mask))
		return false;
	t->op = NUMBER_MASK;
	if (mask.len > 0 && mask.p[mask.len - 1] == '!') {
		t->op = NUMBER_MASK_NOT;
		mask.len--;
	}
	return read_number(mask, most, &t->a) && read_number(s, most, &t->b) && (t->b & ~t->a) == 0;
}

bool
number_test_parse(struct gz_span s, uint64_t most, struct number_test *t)
{
	if (range_parse(s, most, t) || mask_parse(s, most, t))
		return true;
	t->op = NUMBER_EQUAL;
	if (text_skip(&s, "<="))
		t->op = NUMBER_LESS_EQUAL;
	else if (text_skip(&s, ">="))
		t->op = NUMBER_MORE_EQUAL;
	else if (text_skip(&s, "<"))
		t->op = NUMBER_LESS;
	else if (text_skip(&s, ">"))
		t->op = NUMBER_MORE;
	else if (text_skip(&s, "!=") || text_skip(&s, "!"))
		t->op = NUMBER_NOT;
	else
		text_skip(&s, "=");
	return read_number(s, most, &t->a);
}
