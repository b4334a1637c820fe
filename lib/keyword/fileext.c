/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "field_content.h"

/** "pdf" is the name's end ".pdf". */
static const char *
fileext_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span inside;
	struct gz_match *m;
	const char *wrong;
	bool negated;
	char text[256];
	int len;

	wrong = text_quoted(b, value, &negated, &inside);
	if (wrong != NULL)
		return wrong;
	len = snprintf(text, sizeof(text), "%s\".%.*s\"", negated ? "!" : "", (int)inside.len,
			(const char *)inside.p);
	if (len >= (int)sizeof(text))
		return "the extension is too long";
	wrong = field_content_nocase(b, text, "file.name");
	if (wrong != NULL)
		return wrong;
	m = gz_sig_last(b, &gz_keyword_content);
	m->flags |= GZ_MATCH_NEEDS_END;
	((struct gz_content *)m->arg)->flags |= GZ_CONTENT_ENDSWITH;
	return NULL;
}

static struct gz_keyword fileext = {
	.reg.name = "fileext",
	.help = "what the names of files end with, behind a dot and in any case",
	.usage = "fileext:[!]\"<extension>\"",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = fileext_parse,
};
GZ_KEYWORD_REGISTER(fileext)
