/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Files that are kept on disk. While a rule may still ask for it, a file waits
 * in the store's memory; when it is through and asked for, it is stored under
 * its digest. One that nobody asked for goes with its transaction.
 */

#include "gz_file.h"

#include "proto_internal.h"

void
proto_keep_begin(struct gz_tx *tx, struct gz_file *f)
{
	struct gz_store_desk *desk = tx->app->ctx->desk;

	if (desk == NULL || f->hashes == NULL)
		return;
	f->store = gz_store_begin(desk);
	if ((tx->keeps | tx->app->keeps) & 1 << f->dir || gz_store_is_forced(desk))
		gz_file_keep(tx, f);
}

/* What was cut off is kept under the digest of what came of it. NULL: none was computed. */
static const uint8_t *
digest_of(struct gz_file *f, uint8_t digest[32])
{
	uint32_t len;

	gz_file_hash_end(f);
	return gz_file_digest(f, GZ_HASH_SHA256, digest, &len) ? digest : NULL;
}

void
proto_keep_settle(struct gz_tx *tx, struct gz_file *f)
{
	uint8_t digest[32];

	if (f->store == NULL || !f->keep || f->state == GZ_FILE_OPEN)
		return;
	f->stored = gz_store_end(tx->app->ctx->desk, f->store, digest_of(f, digest));
	f->store = NULL;
}

void
proto_keep_end(struct gz_app *app, struct gz_file *f)
{
	if (f->store == NULL)
		return;
	gz_store_end(app->ctx->desk, f->store, NULL);
	f->store = NULL;
}

void
gz_file_keep(struct gz_tx *tx, struct gz_file *f)
{
	f->keep = true;
	if (f->store == NULL)
		return;
	gz_store_keep(tx->app->ctx->desk, f->store);
	/* its event is out: nobody else will come to store it */
	if (f->told)
		proto_keep_settle(tx, f);
}

void
gz_tx_keep_files(struct gz_tx *tx, uint8_t dirs)
{
	struct gz_file *f;
	enum gz_dir dir;

	tx->keeps |= dirs;
	for (dir = GZ_C2S; dir <= GZ_S2C; dir++)
		for (f = tx->files[dir]; f != NULL && (dirs & 1 << dir); f = f->next)
			gz_file_keep(tx, f);
}

void
gz_app_keep_files(struct gz_app *app, uint8_t dirs)
{
	struct gz_tx *tx;

	app->keeps |= dirs;
	TAILQ_FOREACH(tx, &app->txs, link)
		gz_tx_keep_files(tx, dirs);
}

bool
gz_file_is_of_rule(const struct gz_file *f, uint32_t sid)
{
	uint32_t i;

	for (i = 0; i < f->nb_sids; i++)
		if (f->sids[i] == sid)
			return true;
	return false;
}

void
gz_file_name_rule(struct gz_file *f, uint32_t sid)
{
	if (f->nb_sids < GZ_FILE_SIDS && !gz_file_is_of_rule(f, sid))
		f->sids[f->nb_sids++] = sid;
}
