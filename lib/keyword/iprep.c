/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "keyword_internal.h"
#include "reputation.h"

enum iprep_side {
	IPREP_SRC,
	IPREP_DST,
	IPREP_BOTH,
	IPREP_ANY,
};

struct iprep {
	struct gz_reputation *reputation;
	uint32_t category;
	enum iprep_side side;
	bool listed, unlisted; /* isset, isnotset: whatever the score */
	struct number_test test;
};

static bool
has(const struct iprep *r, const struct gz_addr *a)
{
	uint8_t score = reputation_score(r->reputation, r->category, a);

	if (r->unlisted)
		return score == 0;
	return score != 0 && (r->listed || number_test_has(&r->test, score));
}

static enum gz_answer
iprep_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct iprep *r = m->arg;
	bool src, dst;

	if (e->pkt == NULL || !(e->pkt->flags & (GZ_PKT_IPV4 | GZ_PKT_IPV6)))
		return GZ_NO;
	src = r->side != IPREP_DST && has(r, &e->pkt->src);
	dst = r->side != IPREP_SRC && has(r, &e->pkt->dst);
	if (r->side == IPREP_BOTH)
		return src && dst ? GZ_YES : GZ_NO;
	return src || dst ? GZ_YES : GZ_NO;
}

static struct gz_keyword iprep;

static const char *
read_side(struct gz_sig_builder *b, struct gz_span word, enum iprep_side *side)
{
	if (text_is(word, "src"))
		*side = IPREP_SRC;
	else if (text_is(word, "dst"))
		*side = IPREP_DST;
	else if (text_is(word, "both"))
		*side = IPREP_BOTH;
	else if (text_is(word, "any"))
		*side = IPREP_ANY;
	else
		return gz_sig_error_at(b, word.p, "expected src, dst, both or any");
	return NULL;
}

static bool
read_test(struct gz_span op, struct gz_span rest, struct iprep *r)
{
	r->listed = text_is(op, "isset");
	r->unlisted = text_is(op, "isnotset");
	if (r->listed || r->unlisted)
		return rest.len == 0;
	if (text_is(op, "<"))
		r->test.op = NUMBER_LESS;
	else if (text_is(op, "<="))
		r->test.op = NUMBER_LESS_EQUAL;
	else if (text_is(op, ">"))
		r->test.op = NUMBER_MORE;
	else if (text_is(op, ">="))
		r->test.op = NUMBER_MORE_EQUAL;
	else if (text_is(op, "="))
		r->test.op = NUMBER_EQUAL;
	else
		return false;
	return text_u64(gz_span_trim(rest), REPUTATION_MOST, &r->test.a);
}

static const char *
iprep_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), side = gz_span(rest.p, 0), name = side,
		       op = side;
	struct iprep read = { .reputation = b->env->reputation }, *r;
	const char *wrong;
	int category = -1;

	text_next(&rest, &side);
	text_next(&rest, &name);
	text_next(&rest, &op);
	wrong = read_side(b, side, &read.side);
	if (wrong != NULL)
		return wrong;
	if (read.reputation != NULL)
		category = reputation_category(read.reputation, name);
	if (category < 0)
		return gz_sig_error_at(b, name.p,
				"no such category: the setting reputation.categories-file tells "
				"them");
	if (!read_test(op, rest, &read))
		return gz_sig_error_at(b, op.p,
				"expected <, <=, >, >= or = and a score up to 127, isset or "
				"isnotset");
	read.category = (uint32_t)category;
	r = gz_sig_alloc(sizeof(*r));
	*r = read;
	reputation_get(r->reputation);
	gz_sig_add(b, &iprep, r, 0);
	return NULL;
}

static void
iprep_free(void *arg)
{
	struct iprep *r = arg;

	reputation_put(r->reputation);
	free(r);
}

static struct gz_keyword iprep = {
	.reg.name = "iprep",
	.help = "the reputation of an address in a category",
	.usage = "iprep:src|dst|both|any,<category>,<|<=|>|>=|=,<score> or ...,isset|isnotset",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.ip_only = true,
	.parse = iprep_parse,
	.free = iprep_free,
	.eval = iprep_eval,
};
GZ_KEYWORD_REGISTER(iprep)
