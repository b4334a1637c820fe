/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "keyword_internal.h"

enum app_side {
	APP_FINAL,
	APP_EITHER,
	APP_TO_SERVER,
	APP_TO_CLIENT,
	APP_ORIGINAL,
};

struct app_layer_protocol {
	uint64_t protos; /* bits by reg.id; 0: failed or unknown */
	bool failed;
	bool negated;
	enum app_side side;
};

static bool
is(const struct app_layer_protocol *a, const struct gz_proto *p)
{
	return p != NULL && (a->protos >> p->reg.id & 1) != 0;
}

static bool
found(const struct app_layer_protocol *a, const struct gz_app *app)
{
	bool given_up = app->detect[0] == GZ_APP_FAILED && app->detect[1] == GZ_APP_FAILED;

	if (a->protos == 0)
		return a->failed ? given_up : app->proto == NULL && !given_up;
	switch (a->side) {
	case APP_FINAL:
		return is(a, app->proto);
	case APP_EITHER:
		return is(a, app->by_dir[GZ_C2S]) || is(a, app->by_dir[GZ_S2C]);
	case APP_TO_SERVER:
		return is(a, app->by_dir[GZ_C2S]);
	case APP_TO_CLIENT:
		return is(a, app->by_dir[GZ_S2C]);
	case APP_ORIGINAL:
		return is(a, app->orig);
	}
	return false;
}

enum {
	FAILED = GZ_FLOW_APP_FAILED_TS | GZ_FLOW_APP_FAILED_TC,
};

/** Datagrams came and none was recognised: nothing more is kept of their flow. */
static bool
is_unrecognised(const struct gz_flow *f)
{
	return f->app == NULL && (f->flags & FAILED) != 0 && (f->flags & GZ_FLOW_APP_DONE) == 0;
}

/** Is it known by now what the flow speaks? A negation has nothing to say before. */
static bool
is_decided(const struct app_layer_protocol *a, const struct gz_app *app)
{
	return app->proto != NULL || app->detect[0] == GZ_APP_FAILED ||
			app->detect[1] == GZ_APP_FAILED || a->protos == 0;
}

static enum gz_answer
app_layer_protocol_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct app_layer_protocol *a = m->arg;

	if (e->flow == NULL)
		return GZ_NO;
	if (is_unrecognised(e->flow))
		return a->failed != a->negated ? GZ_YES : GZ_NO;
	if (e->flow->app == NULL || !is_decided(a, e->flow->app))
		return GZ_NO;
	return found(a, e->flow->app) != a->negated ? GZ_YES : GZ_NO;
}

static const char *
read_proto(struct gz_sig_builder *b, struct gz_span name, struct app_layer_protocol *a)
{
	char *text = text_copy(name);
	const char *near, *wrong = NULL;

	a->failed = strcmp(text, "failed") == 0;
	a->protos = gz_protos_named(text);
	if (!a->failed && strcmp(text, "unknown") != 0 && a->protos == 0) {
		near = gz_registry_nearest(&gz_protos, text);
		if (absent_protocol(text) != NULL)
			wrong = gz_sig_error(b, "protocol not supported yet: %s", text);
		else if (near != NULL)
			wrong = gz_sig_error(b, "unknown protocol \"%.40s\": did you mean \"%s\"?",
					text, near);
		else
			wrong = gz_sig_error(b, "unknown protocol \"%.40s\"", text);
	}
	free(text);
	return wrong;
}

static const char *
read_side(struct gz_sig_builder *b, struct gz_span rest, struct app_layer_protocol *a)
{
	struct gz_span word;

	if (!text_next(&rest, &word))
		return NULL;
	if (text_is(word, "either"))
		a->side = APP_EITHER;
	else if (text_is(word, "toserver") || text_is(word, "to_server"))
		a->side = APP_TO_SERVER;
	else if (text_is(word, "toclient") || text_is(word, "to_client"))
		a->side = APP_TO_CLIENT;
	else if (text_is(word, "original"))
		a->side = APP_ORIGINAL;
	else if (!text_is(word, "final"))
		return gz_sig_error_at(b, word.p,
				"expected final, original, either, toserver or toclient");
	return NULL;
}

static const char *
app_layer_protocol_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), name = gz_span(rest.p, 0);
	struct app_layer_protocol read = { .side = APP_FINAL }, *a;
	const char *wrong;

	read.negated = text_skip(&rest, "!");
	text_next(&rest, &name);
	wrong = read_proto(b, name, &read);
	if (wrong == NULL)
		wrong = read_side(b, rest, &read);
	if (wrong != NULL)
		return wrong;
	a = gz_sig_alloc(sizeof(*a));
	*a = read;
	gz_sig_add(b, &app_layer_protocol, a, 0);
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_FLOW;
	return NULL;
}

struct gz_keyword app_layer_protocol = {
	.reg.name = "app-layer-protocol",
	.help = "which protocol the flow speaks",
	.usage = "app-layer-protocol:[!]<protocol>|failed|unknown[,final|original|either|toserver|toclient]",
	.scope = GZ_SCOPE_PACKET,
	.needs_value = true,
	.parse = app_layer_protocol_parse,
	.free = free,
	.eval = app_layer_protocol_eval,
};
GZ_KEYWORD_REGISTER(app_layer_protocol)
