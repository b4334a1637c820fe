/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_debug.h>

bool
text_cut(struct gz_span *rest, uint8_t sep, struct gz_span *part)
{
	if (!gz_span_cut(rest, sep, part))
		return false;
	*part = gz_span_trim(*part);
	return true;
}

bool
text_next(struct gz_span *rest, struct gz_span *part)
{
	return text_cut(rest, ',', part);
}

bool
text_is(struct gz_span s, const char *word)
{
	return gz_span_equal_nocase(s, gz_span_str(word));
}

bool
text_skip(struct gz_span *s, const char *prefix)
{
	struct gz_span p = gz_span_str(prefix);

	if (!gz_span_starts(*s, p))
		return false;
	*s = gz_span_trim(gz_span(s->p + p.len, s->len - p.len));
	return true;
}

static bool
hex_u64(struct gz_span s, uint64_t *v)
{
	uint32_t i;

	if (s.len == 0 || s.len > 16)
		return false;
	for (*v = 0, i = 0; i < s.len; i++) {
		if (!isxdigit(s.p[i]))
			return false;
		*v = *v << 4 |
				(uint64_t)(isdigit(s.p[i]) ? s.p[i] - '0'
							   : (s.p[i] | 32) - 'a' + 10);
	}
	return true;
}

bool
text_u64(struct gz_span s, uint64_t most, uint64_t *v)
{
	bool ok;

	if (gz_span_starts(s, GZ_SPAN("0x")) || gz_span_starts(s, GZ_SPAN("0X")))
		ok = hex_u64(gz_span(s.p + 2, s.len - 2), v);
	else
		ok = gz_span_u64(s, v);
	return ok && *v <= most;
}

bool
text_i64(struct gz_span s, int64_t least, int64_t most, int64_t *v)
{
	bool minus = s.len > 0 && s.p[0] == '-';
	uint64_t u;

	if (minus || (s.len > 0 && s.p[0] == '+'))
		s = gz_span(s.p + 1, s.len - 1);
	if (!text_u64(s, INT64_MAX, &u))
		return false;
	*v = minus ? -(int64_t)u : (int64_t)u;
	return *v >= least && *v <= most;
}

char *
text_copy(struct gz_span s)
{
	char *c = gz_sig_alloc((size_t)s.len + 1);

	if (s.len > 0)
		memcpy(c, s.p, s.len);
	return c;
}

const char *
text_quoted(struct gz_sig_builder *b, const char *value, bool *negated, struct gz_span *inside)
{
	struct gz_span s = gz_span_trim(gz_span_str(value));

	*negated = text_skip(&s, "!");
	if (s.len < 2 || s.p[0] != '"' || s.p[s.len - 1] != '"')
		return gz_sig_error_at(b, s.p, "expected a text in quotes");
	*inside = gz_span(s.p + 1, s.len - 2);
	return NULL;
}

struct gz_span
text_unquoted(const char *value)
{
	struct gz_span s = gz_span_trim(gz_span_str(value));

	if (s.len >= 2 && s.p[0] == '"' && s.p[s.len - 1] == '"')
		s = gz_span(s.p + 1, s.len - 2);
	return s;
}

static bool
is_escaped(uint8_t c)
{
	return c == '"' || c == ';' || c == ':' || c == '\\';
}

/** Bytes being read from a content's text. */
struct byte_reader {
	struct gz_sig_builder *b;
	struct gz_span in;
	uint32_t at;
	uint8_t *out;
	uint32_t len;
};

/** The bytes between two bars. */
static const char *
read_hex(struct byte_reader *r)
{
	uint32_t start = r->at, digits = 0;
	uint64_t v;
	uint8_t c;

	for (r->at++; r->at < r->in.len && r->in.p[r->at] != '|'; r->at++) {
		c = r->in.p[r->at];
		if (c == ' ' || c == '\t')
			continue;
		if (!hex_u64(gz_span(&c, 1), &v))
			return gz_sig_error_at(r->b, r->in.p + r->at,
					"expected hexadecimal digits between the bars");
		r->out[r->len] = (uint8_t)(digits % 2 == 0 ? v : (uint64_t)r->out[r->len] << 4 | v);
		r->len += digits++ % 2;
	}
	if (r->at == r->in.len)
		return gz_sig_error_at(r->b, r->in.p + start, "this bar is not closed by another");
	if (digits % 2 != 0)
		return gz_sig_error_at(r->b, r->in.p + start,
				"an odd number of hexadecimal digits between the bars");
	return NULL;
}

static const char *
read_bytes(struct byte_reader *r)
{
	const char *wrong = NULL;
	uint8_t c;

	for (; wrong == NULL && r->at < r->in.len; r->at++) {
		c = r->in.p[r->at];
		if (c == '|') {
			wrong = read_hex(r);
			continue;
		}
		if (c == '\\') {
			if (r->at + 1 == r->in.len || !is_escaped(r->in.p[r->at + 1]))
				return gz_sig_error_at(r->b, r->in.p + r->at,
						"a backslash stands before \" ; : or \\ only: "
						"write |5c|");
			c = r->in.p[++r->at];
		} else if (c == '"') {
			return gz_sig_error_at(r->b, r->in.p + r->at,
					"a quote within the text: write \\\" or |22|");
		}
		r->out[r->len++] = c;
	}
	return wrong;
}

const char *
text_bytes(struct gz_sig_builder *b, struct gz_span inside, uint8_t **bytes, uint32_t *len)
{
	struct byte_reader r = { .b = b, .in = inside };
	const char *wrong;

	r.out = gz_sig_alloc((size_t)inside.len + 1);
	wrong = read_bytes(&r);
	if (wrong != NULL) {
		free(r.out);
		return wrong;
	}
	*bytes = r.out;
	*len = r.len;
	return NULL;
}

char *
text_unescaped(struct gz_span in)
{
	char *out = gz_sig_alloc((size_t)in.len + 1);
	uint32_t i, n = 0;

	for (i = 0; i < in.len; i++) {
		if (in.p[i] == '\\' && i + 1 < in.len && is_escaped(in.p[i + 1]))
			i++;
		out[n++] = (char)in.p[i];
	}
	return out;
}
