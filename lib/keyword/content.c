/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_branch_prediction.h>

#include "keyword_internal.h"

enum {
	CONTENT_MOST = UINT16_MAX, /* bytes */
};

static const char *
content_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span inside;
	struct gz_content *c;
	const char *wrong;
	uint8_t *bytes;
	bool negated;
	uint32_t len;

	wrong = text_quoted(b, value, &negated, &inside);
	if (wrong == NULL)
		wrong = text_bytes(b, inside, &bytes, &len);
	if (wrong != NULL)
		return wrong;
	if (len == 0 || len > CONTENT_MOST) {
		free(bytes);
		return gz_sig_error_at(b, inside.p, "expected 1 to %d bytes", CONTENT_MOST);
	}
	c = gz_sig_alloc(sizeof(*c));
	c->literal = gz_literal_create(gz_span(bytes, len), false);
	free(bytes);
	c->flags = negated ? GZ_CONTENT_NEGATED : 0;
	c->offset_var = c->depth_var = c->distance_var = c->within_var = -1;
	gz_sig_add(b, &gz_keyword_content, c,
			negated ? GZ_MATCH_NEGATED : GZ_MATCH_MOVES | GZ_MATCH_AGAIN);
	return NULL;
}

static void
content_free(void *arg)
{
	struct gz_content *c = arg;

	gz_literal_destroy(c->literal);
	free(c->replacement);
	free(c);
}

/** Numbers from the wire may be anything: keep sums of them within reach. */
static int64_t
number_of(const struct gz_eval *e, int16_t var, int64_t fixed)
{
	uint64_t v;

	if (var < 0)
		return fixed;
	v = e->vars[var];
	return v > UINT32_MAX ? UINT32_MAX : (int64_t)v;
}

/** Where in the buffer the content may lie: it must start at *@p from or later and end by *@p to. */
static void
window(const struct gz_content *c, const struct gz_eval *e, int64_t *from, int64_t *to)
{
	int64_t len = e->buf.len;

	*to = len;
	if (c->flags & (GZ_CONTENT_DISTANCE | GZ_CONTENT_WITHIN)) {
		*from = e->at + number_of(e, c->distance_var, c->distance);
		if (c->flags & GZ_CONTENT_WITHIN)
			*to = *from + number_of(e, c->within_var, c->within);
	} else {
		*from = number_of(e, c->offset_var, c->offset) - (int64_t)e->buf_offset;
		if (c->flags & GZ_CONTENT_DEPTH)
			*to = *from + number_of(e, c->depth_var, c->depth);
	}
	if (*from < 0)
		*from = 0;
	if (*to > len)
		*to = len;
}

/** Where the content starts in its window, or -1. */
static int64_t
find(const struct gz_content *c, const struct gz_eval *e)
{
	const struct gz_literal *l = c->literal;
	int64_t from, to, at;

	window(c, e, &from, &to);
	if (from < e->resume)
		from = e->resume;
	if (to - from < l->len)
		return -1;
	if (c->flags & GZ_CONTENT_ENDSWITH) {
		at = to - l->len;
		return to == e->buf.len && gz_literal_at(l, gz_span(e->buf.p + at, l->len)) ? at
											    : -1;
	}
	at = gz_literal_find(l, gz_span(e->buf.p + from, (uint32_t)(to - from)));
	return at < 0 ? -1 : from + at;
}

static enum gz_answer
content_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct gz_content *c = m->arg;
	int64_t at;

	if ((c->flags & GZ_CONTENT_ENDSWITH) && !e->buf_end)
		return GZ_NO; /* where it ends is not known yet */
	at = find(c, e);
	if (c->flags & GZ_CONTENT_NEGATED)
		return at < 0 ? GZ_YES : GZ_NO;
	if (at < 0)
		return GZ_NO;
	if (unlikely(c->flags & GZ_CONTENT_REPLACE))
		e->places[c->replace_at] = (uint32_t)at;
	if (c->flags & GZ_CONTENT_FAST_ONLY)
		return GZ_YES;
	e->at = (uint32_t)at + c->literal->len;
	e->resume = (uint32_t)at + 1;
	return GZ_YES;
}

struct gz_keyword gz_keyword_content = {
	.reg.name = "content",
	.help = "bytes to look for in the buffer",
	.usage = "content:[!]\"<text with |hex bytes|>\"",
	.scope = GZ_SCOPE_BUFFER,
	.needs_value = true,
	.parse = content_parse,
	.free = content_free,
	.eval = content_eval,
};
GZ_KEYWORD_REGISTER(gz_keyword_content)
