/* SPDX-License-Identifier: BSD-3-Clause */
#include "byte_internal.h"

#include <ctype.h>

#include "gz_dcerpc.h"

enum {
	OFFSET_MOST = 65535,
};

static bool
is_name(struct gz_span word)
{
	return word.len > 0 && (isalpha(word.p[0]) || word.p[0] == '_');
}

const char *
byte_value_read(struct gz_sig_builder *b, struct gz_span word, uint64_t most, struct byte_value *v)
{
	v->var = -1;
	if (text_u64(word, most, &v->number))
		return NULL;
	if (!is_name(word))
		return gz_sig_error_at(b, word.p, "expected a number up to %llu, or a variable",
				(unsigned long long)most);
	v->var = (int16_t)gz_sig_var(b, word, false);
	if (v->var < 0)
		return gz_sig_error_at(b, word.p,
				"no byte_extract or byte_math before has set "
				"\"%.*s\"",
				(int)word.len, (const char *)word.p);
	return NULL;
}

const char *
byte_offset_read(struct gz_sig_builder *b, struct gz_span word, struct byte_field *f)
{
	struct byte_value v;
	const char *wrong;

	if (text_i64(word, -OFFSET_MOST, OFFSET_MOST, &f->offset))
		return NULL;
	wrong = byte_value_read(b, word, OFFSET_MOST, &v);
	f->offset_var = v.var;
	return wrong;
}

static const char *
read_mask(struct gz_sig_builder *b, struct gz_span word, struct byte_field *f)
{
	text_skip(&word, "bitmask");
	if (!text_u64(word, UINT64_MAX, &f->mask) || f->mask == 0)
		return gz_sig_error_at(b, word.p, "expected a mask, as in bitmask 0xf0");
	return NULL;
}

const char *
byte_word_read(struct gz_sig_builder *b, struct gz_span word, struct byte_field *f, bool *known)
{
	*known = true;
	if (text_is(word, "relative")) {
		f->relative = true;
	} else if (text_is(word, "string")) {
		f->is_string = true;
	} else if (text_is(word, "hex")) {
		f->base = 16;
	} else if (text_is(word, "dec")) {
		f->base = 10;
	} else if (text_is(word, "oct")) {
		f->base = 8;
	} else if (text_is(word, "big") || text_is(word, "little")) {
		f->has_endian = true;
		f->little = text_is(word, "little");
	} else if (text_is(word, "dce")) {
		f->dce = true;
		return builder_need_kin(b, "dcerpc");
	} else if (word.len > 8 && text_is(gz_span(word.p, 8), "bitmask ")) {
		return read_mask(b, word, f);
	} else {
		*known = false;
	}
	return NULL;
}

/** Only there is it known which call, hence whose byte order, is meant. */
static bool
is_stub_data(struct gz_sig_builder *b)
{
	const struct gz_sig_buffer *buf = gz_sig_current_buffer(b);

	return buf != NULL && buf->field != NULL && buf->field == gz_field_find("dcerpc.stub_data");
}

const char *
byte_field_check(struct gz_sig_builder *b, struct byte_field *f)
{
	uint64_t most = f->is_string ? BYTE_STRING_MOST : BYTE_BINARY_MOST;

	if (f->dce && !is_stub_data(b))
		return "dce goes with dcerpc.stub_data";
	if (f->is_string && f->dce)
		return "digits have no byte order";
	if (f->has_endian && f->dce)
		return "dce says the byte order itself";
	if (!f->is_string && f->base != 0)
		return "hex, dec and oct go with string";
	if (f->is_string && f->base == 0)
		f->base = 10;
	if (f->nbytes.var < 0 && f->nbytes.number > most)
		return gz_sig_error(b, "more than %u bytes to read", (unsigned int)most);
	return NULL;
}

uint32_t
byte_field_flags(const struct byte_field *f)
{
	return (f->relative ? GZ_MATCH_RELATIVE : 0) |
			(f->nbytes.var >= 0 || f->offset_var >= 0 ? GZ_MATCH_USES_VAR : 0);
}

const char *
byte_unknown(struct gz_sig_builder *b, struct gz_span word)
{
	return gz_sig_error_at(
			b, word.p, "unknown word \"%.*s\"", (int)word.len, (const char *)word.p);
}

static uint64_t
binary(const uint8_t *p, uint32_t n, bool little)
{
	uint64_t v = 0;
	uint32_t i;

	for (i = 0; i < n; i++)
		v = v << 8 | p[little ? n - 1 - i : i];
	return v;
}

static int
digit(uint8_t c)
{
	if (isdigit(c))
		return c - '0';
	return isxdigit(c) ? (c | 32) - 'a' + 10 : 99;
}

/** Digits in @p base, perhaps behind blanks, a sign and 0x, as strtoull(3) takes them. @return how many
 * bytes were used, 0: no number, or one that is too big. */
static uint32_t
digits(struct gz_span s, uint8_t base, uint64_t *v)
{
	uint32_t i = 0, first;
	bool minus = false;

	while (i < s.len && isspace(s.p[i]))
		i++;
	if (i < s.len && (s.p[i] == '-' || s.p[i] == '+'))
		minus = s.p[i++] == '-';
	if (base == 16 && i + 2 < s.len && s.p[i] == '0' && (s.p[i + 1] | 32) == 'x' &&
			digit(s.p[i + 2]) < 16)
		i += 2;
	for (first = i, *v = 0; i < s.len && digit(s.p[i]) < base; i++) {
		if (__builtin_mul_overflow(*v, base, v) ||
				__builtin_add_overflow(*v, (uint64_t)digit(s.p[i]), v))
			return 0;
	}
	if (minus)
		*v = -*v;
	return i == first ? 0 : i;
}

/** As the sender of the call says. */
static bool
is_little(const struct byte_field *f, const struct gz_eval *e)
{
	struct gz_dcerpc_call c;

	if (!f->dce)
		return f->little;
	return e->tx != NULL && gz_dcerpc_call_of(e->tx, &c) && c.little;
}

bool
byte_field_get(const struct byte_field *f, const struct gz_eval *e, uint64_t *v, uint32_t *end)
{
	uint64_t n = byte_value_of(&f->nbytes, e), most;
	int64_t start = f->relative ? e->at : 0;
	uint32_t used;

	most = f->is_string ? BYTE_STRING_MOST : BYTE_BINARY_MOST;
	start += f->offset_var < 0 ? f->offset : (int64_t)(e->vars[f->offset_var] & UINT32_MAX);
	if (n > most || start < 0 || start + (int64_t)n > e->buf.len)
		return false;
	if (f->is_string) {
		if (n == 0) /* as many as there are */
			n = e->buf.len - (uint64_t)start;
		used = digits(gz_span(e->buf.p + start, (uint32_t)n), f->base, v);
		if (used == 0)
			return false;
	} else {
		used = (uint32_t)n;
		*v = binary(e->buf.p + start, used, is_little(f, e));
	}
	*end = (uint32_t)start + used;
	if (f->mask != 0)
		*v = (*v & f->mask) >> __builtin_ctzll(f->mask);
	return true;
}
