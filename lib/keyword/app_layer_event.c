/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "keyword_internal.h"

struct app_layer_event {
	const struct gz_proto *proto;
	uint64_t bit; /* 0: never */
};

static enum gz_answer
app_layer_event_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct app_layer_event *a = m->arg;

	return e->tx != NULL && e->tx->proto == a->proto && (e->tx->events & a->bit) != 0 ? GZ_YES
											  : GZ_NO;
}

static enum gz_answer
app_layer_event_eval_app(const struct gz_match *m, struct gz_eval *e)
{
	const uint8_t *oddity = m->arg;

	if (e->flow == NULL || e->flow->app == NULL)
		return GZ_NO;
	return (e->flow->app->oddities & 1u << *oddity) != 0 ? GZ_YES : GZ_NO;
}

static struct gz_keyword app_layer_event;

/* About which protocol it is, not about what it says: true of the flow, without a transaction. */
static const struct gz_keyword app_layer_event_app = {
	.reg.name = "app-layer-event",
	.scope = GZ_SCOPE_PACKET,
	.free = free,
	.eval = app_layer_event_eval_app,
};

static const char *
find_event(struct gz_sig_builder *b, const struct gz_proto *p, struct gz_span name, uint64_t *bit)
{
	const struct gz_never_event *never = events_never_find(p->reg.name, name);
	char *text = text_copy(name);
	int found = gz_proto_event_find(p, text);
	const char *near = gz_nearest_word(text, p->events, p->nb_events);

	free(text);
	if (never != NULL) {
		gz_errors_warn(b->errors, gz_rule_place(b->rule, b->option->name), "never happens",
				"app-layer-event: %s.%s never happens: %s", never->proto,
				never->name, never->why);
		return NULL;
	}
	if (found >= 0) {
		*bit = UINT64_C(1) << found;
		return NULL;
	}
	return gz_sig_error_at(b, name.p,
			near == NULL ? "unknown event of %s"
				     : "unknown event of %s: did you mean \"%s\"?",
			p->reg.name, near);
}

static const char *
parse_oddity(struct gz_sig_builder *b, struct gz_span name)
{
	char *text = text_copy(name);
	int found = gz_app_oddity_find(text);
	uint8_t *oddity;

	free(text);
	if (found < 0)
		return gz_sig_error_at(b, name.p, "expected a protocol, a dot and an event");
	oddity = gz_sig_alloc(sizeof(*oddity));
	*oddity = (uint8_t)found;
	gz_sig_add(b, &app_layer_event_app, oddity, 0);
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_FLOW;
	return NULL;
}

/** "http.unknown_error": the protocol, a dot, the event. */
static const char *
app_layer_event_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span event = text_unquoted(value), name = event;
	struct app_layer_event *a;
	const struct gz_proto *p;
	const char *wrong;
	uint64_t bit = 0;
	char *text;

	if (!text_cut(&event, '.', &name) || event.len == 0)
		return parse_oddity(b, name);
	text = text_copy(name);
	p = gz_proto_find(text);
	wrong = gz_sig_need_proto(b, text);
	if (wrong != NULL && absent_protocol(text) == NULL && p == NULL)
		wrong = gz_sig_error_at(b, name.p, "unknown protocol \"%.40s\"", text);
	free(text);
	if (wrong == NULL)
		wrong = find_event(b, p, event, &bit);
	if (wrong != NULL)
		return wrong;
	a = gz_sig_alloc(sizeof(*a));
	*a = (struct app_layer_event){ p, bit };
	gz_sig_add(b, &app_layer_event, a, 0);
	return NULL;
}

static struct gz_keyword app_layer_event = {
	.reg.name = "app-layer-event",
	.help = "something was odd about what the protocol's parser saw",
	.usage = "app-layer-event:<protocol>.<event>",
	.scope = GZ_SCOPE_TX,
	.needs_value = true,
	.parse = app_layer_event_parse,
	.free = free,
	.eval = app_layer_event_eval,
};
GZ_KEYWORD_REGISTER(app_layer_event)
