/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "gz_cursor.h"

#include "keyword_internal.h"

/* Odd elements of ASN.1 (X.690, basic encoding) that have broken decoders. */

enum {
	ASN1_DEPTH = 16, /* elements within each other */
	ASN1_ELEMENTS = 256, /* looked at in one buffer */
	ASN1_DOUBLE_MOST = 256,

	ASN1_BITSTRING = 3,
	ASN1_REAL = 9,
	ASN1_CONSTRUCTED = 0x20,
	ASN1_CLASS = 0xc0,
	ASN1_TAG = 0x1f,
};

struct asn1 {
	bool bitstring, real;
	bool has_length, has_absolute, has_relative;
	uint64_t length;
	int64_t offset;
};

/** A length: one byte, or as many as the first says. */
static bool
read_length(struct gz_cursor *c, uint64_t *length)
{
	uint8_t first, byte;
	uint32_t i;

	if (!gz_cursor_u8(c, &first))
		return false;
	*length = first;
	if (first < 0x80)
		return true;
	for (*length = 0, i = first & 0x7f; i > 0; i--) {
		if (i > 8 || !gz_cursor_u8(c, &byte))
			return false;
		*length = *length << 8 | byte;
	}
	return true;
}

/** The type: a tag of 31 goes on while the highest bit is set. */
static bool
read_type(struct gz_cursor *c, uint8_t *type)
{
	uint8_t more = 0x80;

	if (!gz_cursor_u8(c, type))
		return false;
	while ((*type & ASN1_TAG) == ASN1_TAG && (more & 0x80)) {
		if (!gz_cursor_u8(c, &more))
			return false;
	}
	return true;
}

/** @p content: as much of the element's bytes as is there. */
static bool
is_odd(const struct asn1 *a, uint8_t type, uint64_t length, const struct gz_cursor *content)
{
	bool primitive = (type & (ASN1_CLASS | ASN1_CONSTRUCTED)) == 0;
	uint32_t left = gz_cursor_left(content);

	if (a->has_length && length > a->length)
		return true;
	if (!primitive || left == 0)
		return false;
	/* more unused bits than there are in the last byte, or than there are at all */
	if (a->bitstring && (type & ASN1_TAG) == ASN1_BITSTRING &&
			(content->p[0] > 7 || (length == 1 && content->p[0] > 0)))
		return true;
	/* a number in decimal digits */
	return a->real && (type & ASN1_TAG) == ASN1_REAL && (content->p[0] & 0xc0) == 0 &&
			length > ASN1_DOUBLE_MOST;
}

static bool
has_odd(const struct asn1 *a, struct gz_cursor c)
{
	const uint8_t *ends[ASN1_DEPTH];
	uint32_t depth = 0, elements;
	uint64_t length;
	uint8_t type;

	for (elements = 0; elements < ASN1_ELEMENTS; elements++) {
		while (depth > 0 && c.p >= ends[depth - 1])
			depth--;
		if (!read_type(&c, &type) || !read_length(&c, &length))
			return false;
		if (is_odd(a, type, length, &c))
			return true;
		if ((type & ASN1_CONSTRUCTED) && depth < ASN1_DEPTH && length <= gz_cursor_left(&c))
			ends[depth++] = c.p + length;
		else if (length > gz_cursor_left(&c) || !gz_cursor_skip(&c, (uint32_t)length))
			return false;
	}
	return false;
}

static enum gz_answer
asn1_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct asn1 *a = m->arg;
	int64_t from = a->offset + (a->has_relative ? e->at : 0);

	if (from < 0 || from >= e->buf.len)
		return GZ_NO;
	return has_odd(a, gz_cursor(e->buf.p + from, e->buf.len - (uint32_t)from)) ? GZ_YES : GZ_NO;
}

static struct gz_keyword asn1;

static const char *
read_part(struct gz_sig_builder *b, struct gz_span part, struct asn1 *a)
{
	struct gz_span number = part;

	if (text_is(part, "bitstring_overflow")) {
		a->bitstring = true;
	} else if (text_is(part, "double_overflow")) {
		a->real = true;
	} else if (text_skip(&number, "oversize_length ")) {
		a->has_length = true;
		if (!text_u64(number, UINT32_MAX, &a->length))
			return gz_sig_error_at(b, number.p, "expected a number");
	} else if (text_skip(&number, "absolute_offset ")) {
		a->has_absolute = true;
		if (!text_i64(number, 0, UINT16_MAX, &a->offset))
			return gz_sig_error_at(b, number.p, "expected a number up to 65535");
	} else if (text_skip(&number, "relative_offset ")) {
		a->has_relative = true;
		if (!text_i64(number, -UINT16_MAX, UINT16_MAX, &a->offset))
			return gz_sig_error_at(b, number.p, "expected a number up to 65535");
	} else {
		return gz_sig_error_at(b, part.p,
				"expected bitstring_overflow, double_overflow, "
				"oversize_length, absolute_offset or relative_offset");
	}
	return NULL;
}

static const char *
asn1_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), part;
	struct asn1 read = { .offset = 0 }, *a;
	const char *wrong = NULL;

	while (wrong == NULL && text_next(&rest, &part))
		wrong = read_part(b, part, &read);
	if (wrong == NULL && read.has_absolute && read.has_relative)
		wrong = "an offset is absolute or relative";
	if (wrong == NULL && !read.bitstring && !read.real && !read.has_length)
		wrong = "nothing to look for: expected bitstring_overflow, double_overflow or "
			"oversize_length";
	if (wrong != NULL)
		return wrong;
	a = gz_sig_alloc(sizeof(*a));
	*a = read;
	gz_sig_add(b, &asn1, a, a->has_relative ? GZ_MATCH_RELATIVE : 0);
	return NULL;
}

static struct gz_keyword asn1 = {
	.reg.name = "asn1",
	.help = "odd elements of ASN.1",
	.usage = "asn1:bitstring_overflow|double_overflow|oversize_length <n>[,...]"
		 "[,absolute_offset <n>|,relative_offset <n>]",
	.scope = GZ_SCOPE_BUFFER,
	.needs_value = true,
	.parse = asn1_parse,
	.free = free,
	.eval = asn1_eval,
};
GZ_KEYWORD_REGISTER(asn1)
