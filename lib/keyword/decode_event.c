/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "number_internal.h"

static enum gz_answer
decode_event_eval(const struct gz_match *m, struct gz_eval *e)
{
	const uint8_t *event = m->arg;
	uint32_t i;

	for (i = 0; e->pkt != NULL && i < e->pkt->nb_events; i++) {
		if (e->pkt->events[i] == *event)
			return GZ_YES;
	}
	return GZ_NO;
}

static struct gz_keyword decode_event;

static const char *
decode_event_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span name = text_unquoted(value);
	char *text = text_copy(name);
	int found = gz_pkt_event_find(text);
	uint8_t *event;

	free(text);
	if (found < 0 && text_skip(&name, "stream."))
		return stream_event_add(b, name);
	if (found < 0)
		return gz_sig_error_at(b, name.p, "unknown event");
	event = gz_sig_alloc(sizeof(*event));
	*event = (uint8_t)found;
	gz_sig_add(b, &decode_event, event, 0);
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_PACKET | GZ_SIG_PKTHDR;
	return NULL;
}

static struct gz_keyword decode_event = {
	.reg.name = "decode-event",
	.alias = "engine-event",
	.help = "something was wrong with the headers of the packet",
	.usage = "decode-event:<event> or decode-event:stream.<event>",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = decode_event_parse,
	.free = free,
	.eval = decode_event_eval,
};
GZ_KEYWORD_REGISTER(decode_event)
