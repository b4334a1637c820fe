/* SPDX-License-Identifier: BSD-3-Clause */
#include "flow_count.h"

#include <rte_common.h>

struct flow_count {
	enum flow_sides sides;
	struct number_test test;
};

enum gz_answer
flow_count_answer(const struct gz_match *m, uint64_t to_server, uint64_t to_client)
{
	const struct flow_count *c = m->arg;
	bool server = number_test_has(&c->test, to_server);
	bool client = number_test_has(&c->test, to_client);
	bool yes = server;

	if (c->sides == FLOW_TO_CLIENT)
		yes = client;
	else if (c->sides == FLOW_BOTH)
		yes = server && client;
	else if (c->sides == FLOW_EITHER)
		yes = server || client;
	return yes ? GZ_YES : GZ_NO;
}

static const char *
read_sides(struct gz_sig_builder *b, struct gz_span *rest, enum flow_sides *sides)
{
	static const char *const words[] = { "toserver", "toclient", "both", "either" };
	struct gz_span word = gz_span(rest->p, 0);
	uint32_t i;

	text_next(rest, &word);
	for (i = 0; i < RTE_DIM(words); i++) {
		if (text_is(word, words[i])) {
			*sides = (enum flow_sides)i;
			return NULL;
		}
	}
	return gz_sig_error_at(b, word.p, "expected toserver, toclient, both or either");
}

const char *
flow_count_parse(struct gz_sig_builder *b, const struct gz_keyword *kw, const char *value,
		enum flow_sides sides)
{
	struct gz_span rest = text_unquoted(value);
	const char *wrong = NULL;
	struct number_test test;
	struct flow_count *c;

	if (sides == FLOW_SAID)
		wrong = read_sides(b, &rest, &sides);
	if (wrong != NULL)
		return wrong;
	if (!number_test_parse(gz_span_trim(rest), UINT64_MAX, &test))
		return gz_sig_error_at(b, rest.p,
				"expected a number or a comparison: 5, !5, <5, >=5, 5<>9");
	c = gz_sig_alloc(sizeof(*c));
	*c = (struct flow_count){ sides, test };
	gz_sig_add(b, kw, c, 0);
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_FLOW;
	return NULL;
}
