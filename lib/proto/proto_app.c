/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include <rte_byteorder.h>
#include <rte_prefetch.h>

#include "proto_internal.h"

enum {
	HANDOVER_MOST = 64 * 1024, /* bytes from one protocol to the next */
};

struct gz_mem_purpose proto_mem = {
	.name = "app",
	.share = 40,
	.help = "application protocols: parsers, transactions, bodies",
};
RTE_INIT(proto_mem_register)
{
	gz_mem_register(&proto_mem);
}

const struct gz_proto *
proto_expected(const struct gz_flow *f)
{
	uint32_t i;

	for (i = 0; i < gz_protos.count; i++) {
		const struct gz_proto *p = (const struct gz_proto *)gz_protos.by_name[i];

		if (p->announced != NULL && p->announced(f))
			return p;
	}
	return NULL;
}

struct gz_mem *
gz_app_mem(const struct gz_app *app)
{
	return app->ctx->mem;
}

/* An idle connection takes little: one size class more would be a quarter more. */
static_assert(sizeof(struct gz_app) <= 256, "a parser's fixed part");

struct gz_app *
proto_app_create(struct gz_proto_ctx *c, struct gz_flow *f, const struct gz_proto *expected)
{
	struct gz_app *app = gz_mem_zero(c->mem, &proto_mem, sizeof(*app));

	if (app == NULL)
		return NULL;
	app->flow = f;
	app->ctx = c;
	TAILQ_INIT(&app->txs);
	app->expected = expected;
	f->app = app;
	return app;
}

static void
free_state(struct gz_app *app, const struct gz_proto *proto, void *state)
{
	if (state == NULL)
		return;
	if (proto->free != NULL)
		proto->free(app, state);
	gz_mem_put(gz_app_mem(app), &proto_mem, state, proto->state_size);
}

void
proto_app_empty(struct gz_app *app)
{
	struct gz_tx *tx;

	while ((tx = TAILQ_FIRST(&app->txs)) != NULL)
		proto_tx_destroy(tx);
	proto_app_reap_pasts(app);
	if (app->proto != NULL)
		free_state(app, app->proto, app->state);
	app->state = NULL;
	proto_pending_drop(app, GZ_C2S);
	proto_pending_drop(app, GZ_S2C);
	proto_frames_destroy(app);
	gz_bytes_free(app, &app->handover);
}

void
proto_app_destroy(struct gz_app *app)
{
	proto_app_empty(app);
	app->flow->app = NULL;
	gz_mem_put(gz_app_mem(app), &proto_mem, app, sizeof(*app));
}

bool
proto_app_start(struct gz_app *app, const struct gz_proto *proto)
{
	if (proto->state_size > 0) {
		app->state = gz_mem_zero(gz_app_mem(app), &proto_mem, proto->state_size);
		if (app->state == NULL)
			return false;
	}
	app->proto = proto;
	proto_count(app, proto, GZ_PROTO_STAT_FLOW);
	return true;
}

/** The first place for a protocol that was spoken before, or GZ_APP_PASTS. */
static uint32_t
free_past(const struct gz_app *app)
{
	uint32_t i = 0;

	while (i < GZ_APP_PASTS && app->past[i].proto != NULL)
		i++;
	return i;
}

bool
gz_app_may_switch(const struct gz_app *app)
{
	/* and none whose other side has not spoken as was agreed */
	return free_past(app) < GZ_APP_PASTS &&
			(app->expected == NULL || app->expected == app->proto);
}

bool
proto_app_switch(struct gz_app *app)
{
	uint32_t i = free_past(app);

	proto_tx_complete_all(app);
	app->switching = false;
	if (i == GZ_APP_PASTS)
		return false;
	app->past[i] = (struct gz_app_past){ app->proto, app->state };
	if (app->orig == NULL)
		app->orig = app->proto;
	app->proto = NULL;
	app->state = NULL;
	app->next_tx_id = 0;
	for (i = 0; i < 2; i++) {
		app->by_dir[i] = NULL;
		app->detect[i] = GZ_APP_LOOKING;
		app->flow->flags &= ~((uint32_t)GZ_FLOW_APP_TOLD_TS << i);
		app->spoke[i] = false;
		app->pending[i].seen = 0;
	}
	proto_app_reap_pasts(app);
	return true;
}

static bool
is_used(const struct gz_app *app, const struct gz_app_past *past)
{
	const struct gz_tx *tx;

	TAILQ_FOREACH(tx, &app->txs, link) {
		if (tx->proto == past->proto && tx->state == past->state)
			return true;
	}
	return false;
}

void
proto_app_reap_pasts(struct gz_app *app)
{
	uint32_t i;

	for (i = 0; i < GZ_APP_PASTS; i++) {
		struct gz_app_past *past = &app->past[i];

		if (past->proto == NULL || is_used(app, past))
			continue;
		free_state(app, past->proto, past->state);
		*past = (struct gz_app_past){ NULL, NULL };
	}
}

void
proto_app_note(struct gz_app *app, enum gz_app_oddity o)
{
	app->oddities |= (uint8_t)(1 << o);
}

void
gz_app_hand_over(struct gz_app *app, struct gz_span name, struct gz_span value)
{
	const uint32_t lens[2] = { rte_cpu_to_be_32(name.len), rte_cpu_to_be_32(value.len) };
	struct gz_bytes *b = &app->handover;

	if (!gz_bytes_reserve(app, b, (uint32_t)sizeof(lens) + name.len + value.len, HANDOVER_MOST))
		return;
	gz_bytes_add(app, b, gz_span(lens, sizeof(lens)), HANDOVER_MOST);
	gz_bytes_add(app, b, name, HANDOVER_MOST);
	gz_bytes_add(app, b, value, HANDOVER_MOST);
}

void
gz_app_switch(struct gz_app *app, const char *name)
{
	app->switching = true;
	app->expected = name == NULL ? NULL : gz_proto_find(name);
}

void
gz_proto_prefetch(const struct gz_flow *f)
{
	const uint8_t *app = (const uint8_t *)f->app;

	if (app == NULL)
		return;
	for (size_t i = 0; i < sizeof(struct gz_app); i += RTE_CACHE_LINE_SIZE)
		rte_prefetch0_write(app + i);
}

void
gz_proto_prefetch_state(const struct gz_flow *f)
{
	const uint8_t *state;

	if (f->app == NULL)
		return;
	state = f->app->state;
	rte_prefetch0_write(state);
	rte_prefetch0_write(state + RTE_CACHE_LINE_SIZE);
}
