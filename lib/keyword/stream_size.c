/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>

#include <rte_common.h>

#include "gz_tcp.h"

#include "keyword_internal.h"

enum stream_side {
	SIDE_CLIENT,
	SIDE_SERVER,
	SIDE_BOTH,
	SIDE_EITHER,
};

struct stream_size {
	enum stream_side side;
	struct number_test test;
};

static enum gz_answer
stream_size_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct stream_size *s = m->arg;
	bool client, server;

	if (e->flow == NULL || e->flow->tcp == NULL)
		return GZ_NO;
	client = number_test_has(&s->test, gz_tcp_bytes(e->flow, GZ_C2S));
	server = number_test_has(&s->test, gz_tcp_bytes(e->flow, GZ_S2C));
	switch (s->side) {
	case SIDE_CLIENT:
		return client ? GZ_YES : GZ_NO;
	case SIDE_SERVER:
		return server ? GZ_YES : GZ_NO;
	case SIDE_BOTH:
		return client && server ? GZ_YES : GZ_NO;
	case SIDE_EITHER:
		return client || server ? GZ_YES : GZ_NO;
	}
	return GZ_NO;
}

static struct gz_keyword stream_size;

static bool
read_side(struct gz_span word, enum stream_side *side)
{
	if (text_is(word, "client"))
		*side = SIDE_CLIENT;
	else if (text_is(word, "server"))
		*side = SIDE_SERVER;
	else if (text_is(word, "both"))
		*side = SIDE_BOTH;
	else if (text_is(word, "either"))
		*side = SIDE_EITHER;
	else
		return false;
	return true;
}

/** "server,>,100" or "server,>100" */
static const char *
stream_size_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), side = gz_span(rest.p, 0), op, number;
	struct stream_size read, *s;
	char text[64];

	if (!text_next(&rest, &side) || !read_side(side, &read.side))
		return gz_sig_error_at(b, side.p, "expected client, server, both or either");
	op = gz_span(rest.p, 0);
	text_next(&rest, &op);
	number = gz_span_trim(rest);
	snprintf(text, sizeof(text), "%.*s%.*s", (int)RTE_MIN(op.len, 30u), (const char *)op.p,
			(int)RTE_MIN(number.len, 30u), (const char *)number.p);
	if (!number_test_parse(gz_span_str(text), UINT32_MAX, &read.test))
		return gz_sig_error_at(b, op.p, "expected a comparison and a number: >,1000");
	s = gz_sig_alloc(sizeof(*s));
	*s = read;
	gz_sig_add(b, &stream_size, s, 0);
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_FLOW;
	return NULL;
}

static struct gz_keyword stream_size = {
	.reg.name = "stream_size",
	.help = "how many bytes of the stream have been seen",
	.usage = "stream_size:client|server|both|either,<|>|=|<=|>=|!=,<bytes>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = stream_size_parse,
	.free = free,
	.eval = stream_size_eval,
};
GZ_KEYWORD_REGISTER(stream_size)
