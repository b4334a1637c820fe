/* SPDX-License-Identifier: BSD-3-Clause */
#include <rte_common.h>

#include "keyword_internal.h"

static const struct {
	const char *word;
	uint32_t sets, against; /* GZ_SIG_* */
} words[] = {
	{ "established", GZ_SIG_ESTABLISHED, GZ_SIG_NOT_ESTABLISHED | GZ_SIG_STATELESS },
	{ "not_established", GZ_SIG_NOT_ESTABLISHED, GZ_SIG_ESTABLISHED | GZ_SIG_STATELESS },
	{ "stateless", GZ_SIG_STATELESS, GZ_SIG_ESTABLISHED | GZ_SIG_NOT_ESTABLISHED },
	{ "to_server", GZ_SIG_TO_SERVER, GZ_SIG_TO_CLIENT },
	{ "from_client", GZ_SIG_TO_SERVER, GZ_SIG_TO_CLIENT },
	{ "to_client", GZ_SIG_TO_CLIENT, GZ_SIG_TO_SERVER },
	{ "from_server", GZ_SIG_TO_CLIENT, GZ_SIG_TO_SERVER },
	{ "only_stream", GZ_SIG_STREAM_ONLY | GZ_SIG_ONLY_STREAM, GZ_SIG_NO_STREAM },
	{ "no_stream", GZ_SIG_NO_STREAM, GZ_SIG_STREAM_ONLY },
	{ "no_frag", GZ_SIG_NO_FRAG, GZ_SIG_ONLY_FRAG },
	{ "only_frag", GZ_SIG_ONLY_FRAG, GZ_SIG_NO_FRAG },
};

static const char *
take_word(struct gz_sig_builder *b, struct gz_span word)
{
	struct gz_sig *s = gz_sig_of(b);
	uint32_t i;

	for (i = 0; i < RTE_DIM(words); i++) {
		if (!text_is(word, words[i].word))
			continue;
		if (s->flags & words[i].sets)
			return gz_sig_error_at(b, word.p, "%s is said twice", words[i].word);
		if (s->flags & words[i].against)
			return gz_sig_error_at(b, word.p, "%s contradicts what stands before it",
					words[i].word);
		s->flags |= words[i].sets;
		return NULL;
	}
	return gz_sig_error_at(b, word.p,
			"unknown word \"%.*s\": expected established, "
			"not_established, stateless, to_server, to_client, from_server, "
			"from_client, only_stream, no_stream, only_frag or no_frag",
			(int)word.len, (const char *)word.p);
}

static const char *
flow_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), word;
	const char *wrong = NULL;

	while (wrong == NULL && text_next(&rest, &word))
		wrong = take_word(b, word);
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_FLOW;
	return wrong;
}

static struct gz_keyword flow = {
	.reg.name = "flow",
	.help = "the direction and the state of the flow",
	.usage = "flow:[established|not_established|stateless][,to_server|to_client][,...]",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = flow_parse,
};
GZ_KEYWORD_REGISTER(flow)
