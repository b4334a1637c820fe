/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

/*
 * Lengths that exclude each other: a buffer, or a payload, that must be shorter than what must stand in it.
 * Such a rule would be silent for ever.
 */

/** How many bytes its buffer has at least when @p m matches. */
static uint64_t
reach_of(const struct gz_match *m)
{
	const struct gz_content *c = gz_match_content(m);
	uint64_t offset = 0;

	if (c == NULL || (c->flags & GZ_CONTENT_NEGATED))
		return 0;
	if ((c->flags & GZ_CONTENT_OFFSET) && c->offset_var < 0 && c->offset > 0)
		offset = (uint64_t)c->offset;
	return offset + c->literal->len;
}

static uint64_t
chain_reach(const struct gz_match *m)
{
	uint64_t most = 0;

	for (; m != NULL; m = m->next)
		most = RTE_MAX(most, reach_of(m));
	return most;
}

static bool
fits(struct gz_sig_builder *b, uint64_t need, const struct gz_match *m)
{
	const struct number_test *t = length_test(m);
	uint64_t most;

	if (t == NULL || !number_test_most(t, &most) || need <= most)
		return true;
	return sig_refuse(b, b->sig->place, "lengths contradict",
			"what must stand there takes %llu bytes, and %s allows %llu: it can never "
			"match",
			(unsigned long long)need, m->kw->reg.name, (unsigned long long)most);
}

bool
sig_check_lengths(struct gz_sig_builder *b)
{
	const struct gz_sig_buffer *buf;
	const struct gz_match *m;
	uint64_t need;

	for (buf = b->sig->buffers; buf != NULL; buf = buf->next) {
		need = chain_reach(buf->first);
		for (m = buf->first; m != NULL; m = m->next) {
			if (!fits(b, need, m))
				return false;
		}
		if (buf->field != NULL || builder_is_decoded(b, buf))
			continue;
		for (m = b->sig->packet; m != NULL; m = m->next) {
			if (!fits(b, need, m))
				return false;
		}
	}
	return true;
}
