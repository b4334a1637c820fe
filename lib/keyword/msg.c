/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
msg_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span inside;
	const char *wrong;
	bool negated;

	wrong = text_quoted(b, value, &negated, &inside);
	if (wrong == NULL && negated)
		wrong = "a message cannot be negated";
	if (wrong == NULL)
		gz_sig_of(b)->msg = text_unescaped(inside);
	return wrong;
}

static struct gz_keyword msg = {
	.reg.name = "msg",
	.help = "what an alert says",
	.usage = "msg:\"<text>\"",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.once = true,
	.parse = msg_parse,
};
GZ_KEYWORD_REGISTER(msg)
