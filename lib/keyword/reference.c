/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_debug.h>

#include "keyword_internal.h"

static const char *
reference_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), system;
	struct gz_sig *s = gz_sig_of(b);

	if (!text_next(&rest, &system) || system.len == 0 || rest.len == 0)
		return "expected a system and an id, as in cve,2021-44228";
	s->references = reallocarray(s->references, b->nb_references + 2, sizeof(char *));
	RTE_VERIFY(s->references != NULL);
	s->references[b->nb_references++] = text_unescaped(text_unquoted(value));
	s->references[b->nb_references] = NULL;
	return NULL;
}

static struct gz_keyword reference = {
	.reg.name = "reference",
	.help = "where to read about what the rule finds",
	.usage = "reference:<system>,<id>",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = reference_parse,
};
GZ_KEYWORD_REGISTER(reference)
