/* SPDX-License-Identifier: BSD-3-Clause */
#define OPENSSL_SUPPRESS_DEPRECATED /* its contexts live in our memory, EVP's in malloc()'s */
#include "gz_file.h"

#include <openssl/md5.h>
#include <openssl/sha.h>

#include "proto_internal.h"

enum {
	FILE_WINDOW = 32 * 1024, /* judged bytes that stay in view */
	KIND_MOST = 1024,
};

struct gz_file_hashes {
	uint32_t wanted;
	bool done;
	MD5_CTX md5;
	SHA_CTX sha1;
	SHA256_CTX sha256;
	uint8_t md5_digest[MD5_DIGEST_LENGTH];
	uint8_t sha1_digest[SHA_DIGEST_LENGTH];
	uint8_t sha256_digest[SHA256_DIGEST_LENGTH];
};

static struct gz_file_hashes *
hashes_create(struct gz_app *app)
{
	struct gz_file_hashes *h;

	if (app->ctx->hashes == 0)
		return NULL;
	h = gz_app_alloc(app, sizeof(*h));
	if (h == NULL)
		return NULL;
	h->wanted = app->ctx->hashes;
	if (h->wanted & GZ_HASH_MD5)
		MD5_Init(&h->md5);
	if (h->wanted & GZ_HASH_SHA1)
		SHA1_Init(&h->sha1);
	if (h->wanted & GZ_HASH_SHA256)
		SHA256_Init(&h->sha256);
	return h;
}

static void
hashes_add(struct gz_file_hashes *h, struct gz_span s)
{
	if (h->wanted & GZ_HASH_MD5)
		MD5_Update(&h->md5, s.p, s.len);
	if (h->wanted & GZ_HASH_SHA1)
		SHA1_Update(&h->sha1, s.p, s.len);
	if (h->wanted & GZ_HASH_SHA256)
		SHA256_Update(&h->sha256, s.p, s.len);
}

static void
hashes_finish(struct gz_file_hashes *h)
{
	if (h->done)
		return;
	h->done = true;
	if (h->wanted & GZ_HASH_MD5)
		MD5_Final(h->md5_digest, &h->md5);
	if (h->wanted & GZ_HASH_SHA1)
		SHA1_Final(h->sha1_digest, &h->sha1);
	if (h->wanted & GZ_HASH_SHA256)
		SHA256_Final(h->sha256_digest, &h->sha256);
}

struct gz_file *
gz_file_open(struct gz_tx *tx, enum gz_dir dir, struct gz_span name, struct gz_body *body)
{
	struct gz_file **at = &tx->files[dir];
	struct gz_file *f;
	uint32_t n = 0;

	for (; *at != NULL; at = &(*at)->next) {
		if (++n == GZ_FILES_MOST)
			return NULL;
	}
	f = gz_app_alloc(tx->app, sizeof(*f));
	if (f == NULL)
		return NULL;
	name.len = RTE_MIN(name.len, (uint32_t)GZ_FILE_NAME_MOST);
	gz_bytes_add(tx->app, &f->name, name, GZ_FILE_NAME_MOST);
	f->dir = (uint8_t)dir;
	f->body = body != NULL ? body : &f->own;
	f->hashes = hashes_create(tx->app);
	if (tx->app->ctx->store_wanted || ((tx->keeps | tx->app->keeps) & 1 << dir))
		proto_keep_begin(tx, f);
	*at = f;
	gz_tx_changed(tx, dir);
	return f;
}

/* A gap among the first bytes ends them: what stands behind it stands elsewhere. */
static void
head_add(struct gz_tx *tx, struct gz_file *f, struct gz_span s)
{
	if (!tx->app->ctx->magic_wanted || f->gaps || f->head.len != f->size)
		return;
	s.len = RTE_MIN(s.len, GZ_FILE_HEAD - f->head.len);
	gz_bytes_add(tx->app, &f->head, s, GZ_FILE_HEAD);
}

void
gz_file_add(struct gz_tx *tx, struct gz_file *f, struct gz_span s)
{
	if (f->head.len < GZ_FILE_HEAD)
		head_add(tx, f, s);
	f->size += s.len;
	if (f->hashes != NULL)
		hashes_add(f->hashes, s);
	if (f->store != NULL)
		gz_store_add(tx->app->ctx->desk, f->store, s);
	if (f->part_of != NULL)
		proto_whole_add(tx, f, f->start + f->size - s.len, s);
	if (f->body == &f->own)
		gz_body_add(tx->app, &f->own, s, FILE_WINDOW, tx->app->ctx->file_limit);
	gz_tx_changed(tx, f->dir);
}

void
gz_file_gap(struct gz_file *f, uint64_t len)
{
	f->gaps = true;
	f->size += len;
}

void
gz_file_close(struct gz_file *f, enum gz_file_state state)
{
	if (f->state != GZ_FILE_OPEN)
		return;
	f->state = (uint8_t)(state == GZ_FILE_CLOSED && f->gaps ? GZ_FILE_TRUNCATED : state);
	f->body->complete = true;
	if (f->state == GZ_FILE_CLOSED)
		gz_file_hash_end(f);
}

void
gz_file_hash_end(struct gz_file *f)
{
	if (f->hashes != NULL)
		hashes_finish(f->hashes);
}

void
proto_file_free(struct gz_app *app, struct gz_file *f)
{
	proto_whole_leave(app, f);
	proto_keep_end(app, f);
	gz_bytes_free(app, &f->name);
	gz_body_free(app, &f->own);
	gz_bytes_free(app, &f->head);
	gz_bytes_free(app, &f->kind);
	gz_app_free(app, f->hashes, sizeof(*f->hashes));
	gz_app_free(app, f, sizeof(*f));
}

void
gz_files_free(struct gz_tx *tx)
{
	struct gz_file *f;
	int dir;

	for (dir = GZ_C2S; dir <= GZ_S2C; dir++) {
		while ((f = tx->files[dir]) != NULL) {
			tx->files[dir] = f->next;
			if (!proto_whole_take_back(f))
				proto_file_free(tx->app, f);
		}
	}
}

void
gz_files_judged(struct gz_tx *tx, enum gz_dir dir)
{
	struct gz_file *f;

	for (f = tx->files[dir]; f != NULL; f = f->next)
		gz_body_judged(&f->own);
}

bool
gz_file_digest(const struct gz_file *f, uint32_t hash, uint8_t out[32], uint32_t *len)
{
	const struct gz_file_hashes *h = f->hashes;

	if (h == NULL || !h->done || (h->wanted & hash) == 0)
		return false;
	switch (hash) {
	case GZ_HASH_MD5:
		*len = sizeof(h->md5_digest);
		memcpy(out, h->md5_digest, *len);
		return true;
	case GZ_HASH_SHA1:
		*len = sizeof(h->sha1_digest);
		memcpy(out, h->sha1_digest, *len);
		return true;
	default:
		*len = sizeof(h->sha256_digest);
		memcpy(out, h->sha256_digest, *len);
		return true;
	}
}

bool
gz_file_kind(struct gz_tx *tx, struct gz_file *f, struct gz_span *kind)
{
	const char *text;

	if (!f->kind_known && f->head.len > 0 &&
			(f->head.len == GZ_FILE_HEAD || f->state != GZ_FILE_OPEN)) {
		f->kind_known = true;
		text = gz_magic_of(tx->app->ctx->magic, gz_bytes_span(&f->head));
		if (text != NULL)
			gz_bytes_add(tx->app, &f->kind, gz_span_str(text), KIND_MOST);
	}
	*kind = gz_bytes_span(&f->kind);
	return kind->len > 0;
}

static struct gz_file *
nth(const struct gz_tx *tx, int dir, uint32_t index)
{
	struct gz_file *f = tx->files[dir];

	while (f != NULL && index-- > 0)
		f = f->next;
	return f;
}

bool
gz_file_get_name(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct gz_file *f = nth(tx, dir, index);

	if (f == NULL)
		return false;
	*v = (struct gz_value){ f->name.p, f->name.len, 0, true };
	return true;
}

bool
gz_file_get_data(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct gz_file *f = nth(tx, dir, index);

	if (f == NULL)
		return false;
	*v = (struct gz_value){ NULL, 0, f->body->offset, f->body->complete };
	gz_body_value(f->body, v);
	return true;
}

bool
gz_file_get_magic(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	struct gz_file *f = nth(tx, dir, index);
	struct gz_span kind;

	if (f == NULL)
		return false;
	*v = (struct gz_value){ NULL, 0, 0, true };
	if (gz_file_kind(tx, f, &kind))
		*v = (struct gz_value){ kind.p, kind.len, 0, true };
	return v->p != NULL || f->state != GZ_FILE_OPEN;
}
