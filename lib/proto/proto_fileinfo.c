/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_file.h"

#include "proto_internal.h"

GZ_EVENT_TYPE(fileinfo_event, "fileinfo", "a file in transfer, when it is through")

enum {
	TEXT_MOST = 64 * 1024,
};

static const char *const state_names[] = {
	[GZ_FILE_OPEN] = "UNKNOWN",
	[GZ_FILE_CLOSED] = "CLOSED",
	[GZ_FILE_TRUNCATED] = "TRUNCATED",
	[GZ_FILE_ERROR] = "ERROR",
};

static void
write_digest(struct gz_json *j, const char *key, const struct gz_file *f, uint32_t hash)
{
	uint8_t digest[32];
	uint32_t len;

	if (gz_file_digest(f, hash, digest, &len))
		gz_json_hex(j, key, gz_span(digest, len), 0);
}

static void
write_file(struct gz_json *j, const char *key, const struct gz_tx *tx, const struct gz_file *f)
{
	uint32_t i;

	gz_json_object(j, key);
	gz_json_bytes(j, "filename", gz_bytes_span(&f->name));
	if (f->nb_sids > 0 && tx->app->ctx->desk != NULL) {
		gz_json_array(j, "sid");
		for (i = 0; i < f->nb_sids; i++)
			gz_json_u64(j, NULL, f->sids[i]);
		gz_json_array_end(j);
	}
	if (f->kind.len > 0)
		gz_json_bytes(j, "magic", gz_bytes_span(&f->kind));
	gz_json_bool(j, "gaps", f->gaps);
	gz_json_str(j, "state", state_names[f->state]);
	write_digest(j, "md5", f, GZ_HASH_MD5);
	write_digest(j, "sha1", f, GZ_HASH_SHA1);
	write_digest(j, "sha256", f, GZ_HASH_SHA256);
	gz_json_bool(j, "stored", f->stored != 0);
	if (f->stored != 0)
		gz_json_u64(j, "file_id", f->stored);
	gz_json_u64(j, "size", f->size);
	if (f->has_range) {
		gz_json_u64(j, "start", f->start);
		gz_json_u64(j, "end", f->end);
	}
	gz_json_u64(j, "tx_id", tx->id);
	gz_json_object_end(j);
}

static void
tell_file(const struct proto_teller *t, const struct gz_tx *tx, const struct gz_file *f)
{
	struct gz_event *e = gz_event_begin(t->ring, &fileinfo_event, TEXT_MOST);
	struct gz_json *j;

	if (e == NULL)
		return;
	gz_flow_event(e, t->app->flow, t->pkt);
	if (f->dir == GZ_S2C)
		proto_event_turn(e, t->app->flow);
	e->app_proto = gz_proto_eve_name(tx->proto);
	j = gz_event_json(t->ring);
	if (tx->proto->log != NULL)
		tx->proto->log(tx, GZ_LOG_ALERT, 0, j);
	write_file(j, "fileinfo", tx, f);
	gz_event_commit(t->ring);
}

void
gz_files_log(const struct gz_tx *tx, enum gz_dir dir, struct gz_json *j)
{
	const struct gz_file *f;

	if (tx->files[dir] == NULL)
		return;
	gz_json_array(j, "files");
	for (f = tx->files[dir]; f != NULL; f = f->next)
		write_file(j, NULL, tx, f);
	gz_json_array_end(j);
}

void
proto_tell_files(const struct proto_teller *t, struct gz_tx *tx)
{
	struct gz_file *f;
	int dir;

	for (dir = GZ_C2S; dir <= GZ_S2C; dir++) {
		for (f = tx->files[dir]; f != NULL; f = f->next) {
			if (f->state == GZ_FILE_OPEN || f->told)
				continue;
			f->told = true;
			proto_keep_settle(tx, f);
			tell_file(t, tx, f);
		}
	}
}

void
proto_close_files(struct gz_tx *tx)
{
	struct gz_file *f;
	int dir;

	for (dir = GZ_C2S; dir <= GZ_S2C; dir++) {
		for (f = tx->files[dir]; f != NULL; f = f->next)
			if (f->whole == NULL)
				gz_file_close(f, f->may_end ? GZ_FILE_CLOSED : GZ_FILE_TRUNCATED);
	}
}

void
proto_want_hashes(struct gz_proto_ctx *c, const struct gz_event_ring *ring)
{
	c->hashes = c->hashes_always;
	if (gz_event_is_wanted(ring, &fileinfo_event))
		c->hashes |= c->hashes_told;
}
