/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_span.h"

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

struct gz_span
gz_span_trim(struct gz_span s)
{
	while (s.len > 0 && is_blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

bool
gz_span_cut(struct gz_span *rest, uint8_t sep, struct gz_span *part)
{
	const uint8_t *at;

	if (rest->len == 0)
		return false;
	at = memchr(rest->p, sep, rest->len);
	if (at == NULL) {
		*part = *rest;
		*rest = gz_span(rest->p + rest->len, 0);
		return true;
	}
	*part = gz_span(rest->p, (uint32_t)(at - rest->p));
	*rest = gz_span(at + 1, rest->len - part->len - 1);
	return true;
}

int64_t
gz_span_find(struct gz_span hay, struct gz_span needle)
{
	const uint8_t *at;

	if (needle.len == 0)
		return 0;
	if (hay.len == 0)
		return -1;
	at = memmem(hay.p, hay.len, needle.p, needle.len);
	return at == NULL ? -1 : at - hay.p;
}

bool
gz_span_u64(struct gz_span s, uint64_t *value)
{
	uint64_t v = 0;
	uint32_t i;

	for (i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, 10, &v) ||
				__builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return false;
	}
	if (s.len == 0)
		return false;
	*value = v;
	return true;
}
