/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "gz_tcp.h"

#include "keyword_internal.h"

static enum gz_answer
stream_event_eval(const struct gz_match *m, struct gz_eval *e)
{
	const uint8_t *event = m->arg;

	return e->nb_tcp_events > 0 && memchr(e->tcp_events, *event, e->nb_tcp_events) != NULL
			? GZ_YES
			: GZ_NO;
}

static struct gz_keyword stream_event;

const char *
stream_event_add(struct gz_sig_builder *b, struct gz_span name)
{
	char *text = text_copy(name);
	int found = gz_tcp_event_find(text);
	uint8_t *event;

	free(text);
	if (found < 0)
		return gz_sig_error_at(b, name.p, "unknown event");
	event = gz_sig_alloc(sizeof(*event));
	*event = (uint8_t)found;
	gz_sig_add(b, &stream_event, event, 0);
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_PACKET | GZ_SIG_NEEDS_FLOW;
	return NULL;
}

static const char *
stream_event_parse(struct gz_sig_builder *b, const char *value)
{
	return stream_event_add(b, text_unquoted(value));
}

static struct gz_keyword stream_event = {
	.reg.name = "stream-event",
	.help = "something was odd about the TCP connection at this packet",
	.usage = "stream-event:<event>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = stream_event_parse,
	.free = free,
	.eval = stream_event_eval,
};
GZ_KEYWORD_REGISTER(stream_event)
