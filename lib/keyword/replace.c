/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "content_internal.h"

/* The bytes stand in the packet by themselves: content_eval() notes where, who sends the packet changes them. */

static const char *
keep_bytes(struct gz_sig_builder *b, struct gz_content *c, struct gz_span inside, uint8_t *bytes,
		uint32_t len)
{
	if (len != c->literal->len)
		return gz_sig_error_at(b, inside.p,
				"%u bytes for a content of %u: a packet keeps its length", len,
				c->literal->len);
	if (b->nb_replaces == GZ_EVAL_REPLACES)
		return gz_sig_error(b, "a rule may replace %d contents", GZ_EVAL_REPLACES);
	c->replacement = bytes;
	c->replace_at = (uint8_t)b->nb_replaces++;
	return NULL;
}

static const char *
replace_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span inside;
	struct gz_content *c;
	uint8_t *bytes = NULL;
	const char *wrong;
	bool negated;
	uint32_t len;

	c = content_modify(b, GZ_CONTENT_REPLACE, &wrong);
	if (c == NULL)
		return wrong;
	wrong = text_quoted(b, value, &negated, &inside);
	if (wrong == NULL && negated)
		wrong = "expected the bytes to write, which cannot be negated";
	if (wrong == NULL)
		wrong = text_bytes(b, inside, &bytes, &len);
	if (wrong == NULL)
		wrong = keep_bytes(b, c, inside, bytes, len);
	if (wrong != NULL)
		free(bytes);
	return wrong;
}

static struct gz_keyword replace = {
	.reg.name = "replace",
	.help = "a match in a packet's payload changes the content before into these bytes, as many, on a "
		"server whose mode is prevent",
	.usage = "replace:\"<text with |hex bytes|>\"",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = replace_parse,
};
GZ_KEYWORD_REGISTER(replace)
