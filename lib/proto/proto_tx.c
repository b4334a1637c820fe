/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_file.h"

#include "proto_internal.h"

static size_t
tx_size(const struct gz_proto *p)
{
	return sizeof(struct gz_tx) + p->tx_size;
}

struct gz_tx *
gz_tx_new(struct gz_app *app)
{
	struct gz_tx *tx = NULL;

	if (app->nb_txs < app->ctx->max_tx)
		tx = gz_mem_zero(gz_app_mem(app), &proto_mem, tx_size(app->proto));
	app->spent |= tx == NULL;
	if (tx == NULL)
		return NULL;
	tx->app = app;
	tx->proto = app->proto;
	tx->state = app->state;
	tx->id = app->next_tx_id++;
	tx->start_us = app->flow->last_us;
	TAILQ_INSERT_TAIL(&app->txs, tx, link);
	app->nb_txs++;
	proto_count(app, tx->proto, GZ_PROTO_STAT_TX);
	return tx;
}

void
proto_tx_destroy(struct gz_tx *tx)
{
	struct gz_app *app = tx->app;

	if (app->ctx->tx_end != NULL)
		app->ctx->tx_end(app->ctx->tx_end_arg, tx);
	gz_files_free(tx);
	if (tx->proto->tx_free != NULL)
		tx->proto->tx_free(app, tx);
	TAILQ_REMOVE(&app->txs, tx, link);
	app->nb_txs--;
	gz_mem_put(gz_app_mem(app), &proto_mem, tx, tx_size(tx->proto));
}

void
gz_tx_progress(struct gz_tx *tx, enum gz_dir dir, uint8_t progress)
{
	if (progress > tx->progress[dir])
		tx->progress[dir] = progress;
	tx->changed[dir] = true;
}

struct gz_tx *
gz_tx_waits_longest(const struct gz_app *app, uint32_t most)
{
	struct gz_tx *tx, *oldest = NULL;
	uint32_t waiting = 0;

	if (app->nb_txs < most)
		return NULL;
	TAILQ_FOREACH(tx, &app->txs, link) {
		if (tx->complete[GZ_S2C])
			continue;
		if (oldest == NULL)
			oldest = tx;
		waiting++;
	}
	return waiting < most ? NULL : oldest;
}

void
gz_tx_complete(struct gz_tx *tx, enum gz_dir dir)
{
	if (tx->complete[dir])
		return;
	tx->complete[dir] = true;
	tx->changed[dir] = true;
	/* What has not come by now will not: all fields may be asked for. */
	tx->progress[dir] = UINT8_MAX;
}

void
gz_tx_event(struct gz_tx *tx, uint32_t event)
{
	tx->events |= UINT64_C(1) << event;
}

struct gz_tx *
gz_tx_new_among(struct gz_app *app, uint32_t most, uint32_t event)
{
	struct gz_tx *oldest = gz_tx_waits_longest(app, most);

	if (oldest != NULL) {
		gz_tx_event(oldest, event);
		gz_tx_complete(oldest, GZ_C2S);
		gz_tx_complete(oldest, GZ_S2C);
	}
	return gz_tx_new(app);
}

void
proto_tx_complete_all(struct gz_app *app)
{
	struct gz_tx *tx;

	TAILQ_FOREACH(tx, &app->txs, link) {
		proto_close_files(tx);
		gz_tx_complete(tx, GZ_C2S);
		gz_tx_complete(tx, GZ_S2C);
	}
}

struct gz_tx *
gz_app_current_tx(const struct gz_flow *f, enum gz_dir dir)
{
	struct gz_tx *tx;

	if (f->app == NULL)
		return NULL;
	TAILQ_FOREACH(tx, &f->app->txs, link) {
		if (!tx->complete[dir])
			return tx;
	}
	return TAILQ_LAST(&f->app->txs, gz_tx_list);
}
