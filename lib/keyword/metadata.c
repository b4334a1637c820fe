/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <rte_debug.h>

#include "keyword_internal.h"

static const char *
metadata_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = gz_span_str(value), item;
	struct gz_sig *s = gz_sig_of(b);

	while (text_next(&rest, &item)) {
		if (item.len == 0)
			continue;
		s->metadata = reallocarray(s->metadata, b->nb_metadata + 2, sizeof(char *));
		RTE_VERIFY(s->metadata != NULL);
		s->metadata[b->nb_metadata++] = text_copy(item);
		s->metadata[b->nb_metadata] = NULL;
	}
	return NULL;
}

static struct gz_keyword metadata = {
	.reg.name = "metadata",
	.help = "words for people and tools, told with each alert",
	.usage = "metadata:<key> <value>[, ...]",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = metadata_parse,
};
GZ_KEYWORD_REGISTER(metadata)
