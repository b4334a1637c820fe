/* SPDX-License-Identifier: BSD-3-Clause */
#include "content_internal.h"

/** "<offset>,<length>": a part of the content to search for first. */
static const char *
read_chop(struct gz_sig_builder *b, struct gz_span text, struct gz_content *c)
{
	uint64_t at, len;
	struct gz_span part;

	if (!text_next(&text, &part) || !text_u64(part, UINT16_MAX, &at) ||
			!text_next(&text, &part) || !text_u64(part, UINT16_MAX, &len) ||
			text.len > 0 || len == 0)
		return "expected only, or an offset and a length";
	if (at + len > c->literal->len)
		return gz_sig_error(
				b, "the part ends behind the content's %u bytes", c->literal->len);
	c->flags |= GZ_CONTENT_CHOP;
	c->chop_at = (uint16_t)at;
	c->chop_len = (uint16_t)len;
	return NULL;
}

static bool
is_second(const struct gz_sig_builder *b)
{
	const struct gz_rule_option *o;

	for (o = b->rule->options; o < b->option; o++) {
		if (text_is(gz_span_str(o->name), "fast_pattern"))
			return true;
	}
	return false;
}

static const char *
fast_pattern_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_content *c;
	const char *wrong;

	if (is_second(b))
		return "only one content of a rule can be the fast pattern";
	c = content_modify(b, GZ_CONTENT_FAST, &wrong);
	if (c == NULL || value == NULL)
		return wrong;
	if (!text_is(gz_span_str(value), "only"))
		return read_chop(b, gz_span_str(value), c);
	content_modify(b, GZ_CONTENT_FAST_ONLY, &wrong);
	if (wrong == NULL)
		gz_sig_last(b, &gz_keyword_content)->flags &= ~(
				uint32_t)(GZ_MATCH_MOVES | GZ_MATCH_AGAIN);
	return wrong;
}

static struct gz_keyword fast_pattern = {
	.reg.name = "fast_pattern",
	.help = "the content before is the one to search for first",
	.usage = "fast_pattern[:only|:<offset>,<length>]",
	.scope = GZ_SCOPE_NONE,
	.parse = fast_pattern_parse,
};
GZ_KEYWORD_REGISTER(fast_pattern)
