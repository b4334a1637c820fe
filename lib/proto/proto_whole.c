/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Files that come in parts, each in a response of its own and perhaps in a flow
 * of its own (RFC 9110 section 14): beside its parts the whole is a file, too,
 * which belongs to the transaction that brings its next byte and wanders on to
 * that which brings the byte after. So rules see it in order, its digest is that
 * of all of it, and it is told and stored when its last byte has come. Bytes
 * that come early wait. One worker sees what its own flows bring.
 */

#include "gz_file.h"
#include "gz_stat.h"

#include "proto_internal.h"

enum {
	WHOLES_MOST = 32, /* files at a time */
	PIECES_MOST = 32, /* stretches of one that wait */
	WAITING_MOST = 256 * 1024, /* bytes of one that wait: they may be judged at a time */
	KEY_MOST = 4096,
	IDLE_US = 60 * 1000 * 1000,
};

enum whole_stat {
	WHOLE_JOINED,
	WHOLE_GIVEN_UP,
};

static const struct gz_stat_row whole_rows[] = {
	[WHOLE_JOINED] = { "app.files-joined", "files that came in ranges and were put together" },
	[WHOLE_GIVEN_UP] = { "app.files-not-joined",
			"files in ranges that were not put together: too many, or too much out of "
			"order" },
};
GZ_STAT_REGISTER(proto_whole, whole_rows)

/** Bytes that wait for those before them. */
struct piece {
	struct piece *next; /* behind it in the file */
	uint64_t at;
	struct gz_bytes data;
};

struct proto_whole {
	TAILQ_ENTRY(proto_whole) link;
	struct gz_bytes key; /* what tells it from others */
	uint64_t size, at; /* bytes of all of it, and of those that came in order */
	uint64_t last_us;
	uint32_t users; /* parts that are in transfer or not judged */
	bool over; /* complete, or given up */
	struct gz_file *file; /* NULL: none yet, or no more */
	struct gz_tx *tx; /* that has the file; NULL: nobody */
	struct piece *pieces;
	uint32_t nb_pieces, waiting;
};

static void
pieces_free(struct gz_app *app, struct proto_whole *w)
{
	struct piece *piece;

	while ((piece = w->pieces) != NULL) {
		w->pieces = piece->next;
		gz_bytes_free(app, &piece->data);
		gz_app_free(app, piece, sizeof(*piece));
	}
	app->ctx->wholes_waiting -= w->waiting;
	w->nb_pieces = w->waiting = 0;
}

/** Nobody knows it any more. */
static void
whole_free(struct gz_app *app, struct proto_whole *w)
{
	TAILQ_REMOVE(&app->ctx->wholes, w, link);
	app->ctx->nb_wholes--;
	pieces_free(app, w);
	if (w->file != NULL)
		proto_file_free(app, w->file);
	gz_bytes_free(app, &w->key);
	gz_app_free(app, w, sizeof(*w));
}

static void
unlink_file(struct proto_whole *w)
{
	struct gz_file **at;

	if (w->tx == NULL)
		return;
	for (at = &w->tx->files[w->file->dir]; *at != w->file; at = &(*at)->next)
		;
	*at = w->file->next;
	w->file->next = NULL;
	w->tx = NULL;
}

/** No more comes to it: a file that is somewhere stays there as one that is whole, or goes untold. */
static void
end(struct gz_app *app, struct proto_whole *w, bool whole)
{
	w->over = true;
	pieces_free(app, w);
	GZ_STAT_ADD(proto_whole, whole ? WHOLE_JOINED : WHOLE_GIVEN_UP, 1);
	if (w->file == NULL)
		return;
	w->file->whole = NULL;
	w->file->told = !whole;
	gz_file_close(w->file, whole ? GZ_FILE_CLOSED : GZ_FILE_TRUNCATED);
	if (w->tx == NULL)
		proto_file_free(app, w->file);
	w->file = NULL;
	w->tx = NULL;
}

/* ---- which file ---- */

/** The one with this key. Those that nobody has brought a byte of for long are forgotten on the way. */
static struct proto_whole *
find(struct gz_app *app, struct gz_span key, uint64_t size, uint64_t now_us)
{
	struct proto_whole *w, *next, *found = NULL;

	for (w = TAILQ_FIRST(&app->ctx->wholes); w != NULL; w = next) {
		next = TAILQ_NEXT(w, link);
		if (!w->over && w->size == size && gz_span_equal(gz_bytes_span(&w->key), key))
			found = w;
		else if (w->users == 0 && w->last_us + IDLE_US < now_us)
			whole_free(app, w);
	}
	return found;
}

/** Make room: the oldest of which no part is in transfer. false: there is none. */
static bool
evict(struct gz_app *app)
{
	struct proto_whole *w;

	TAILQ_FOREACH(w, &app->ctx->wholes, link) {
		if (w->users > 0)
			continue;
		GZ_STAT_ADD(proto_whole, WHOLE_GIVEN_UP, 1);
		whole_free(app, w);
		return true;
	}
	return false;
}

static struct proto_whole *
create(struct gz_app *app, struct gz_span key, uint64_t size)
{
	struct proto_whole *w;

	if (app->ctx->nb_wholes >= WHOLES_MOST && !evict(app))
		return NULL;
	w = gz_app_alloc(app, sizeof(*w));
	if (w == NULL)
		return NULL;
	if (!gz_bytes_add(app, &w->key, key, KEY_MOST)) {
		gz_app_free(app, w, sizeof(*w));
		return NULL;
	}
	w->size = size;
	TAILQ_INSERT_TAIL(&app->ctx->wholes, w, link);
	app->ctx->nb_wholes++;
	return w;
}

void
proto_whole_join(struct gz_tx *tx, struct gz_file *f, struct gz_span key, uint64_t size)
{
	uint64_t now_us = tx->app->flow->last_us;
	struct proto_whole *w;

	if (tx->app->ctx->wholes_room == 0 || f->part_of != NULL || f->end >= size ||
			f->end - f->start + 1 >= size)
		return;
	w = find(tx->app, key, size, now_us);
	if (w == NULL)
		w = create(tx->app, key, size);
	if (w == NULL)
		return;
	w->last_us = now_us;
	w->users++;
	f->part_of = w;
}

void
proto_whole_leave(struct gz_app *app, struct gz_file *f)
{
	struct proto_whole *w = f->part_of;

	if (w == NULL)
		return;
	f->part_of = NULL;
	if (--w->users == 0 && w->over)
		whole_free(app, w);
}

bool
proto_whole_take_back(struct gz_file *f)
{
	if (f->whole == NULL)
		return false;
	f->next = NULL;
	f->whole->tx = NULL;
	return true;
}

void
gz_files_drop_wholes(struct gz_proto_ctx *c)
{
	struct gz_app app = { .ctx = c };
	struct proto_whole *w;

	while ((w = TAILQ_FIRST(&c->wholes)) != NULL) {
		if (w->file != NULL)
			w->file->store = NULL; /* the store's own, which may be gone */
		whole_free(&app, w);
	}
}

/* ---- its bytes ---- */

/** The file goes to @p tx, which has the next bytes. false: it cannot be had. */
static bool
bring_file(struct gz_tx *tx, struct proto_whole *w, const struct gz_file *part)
{
	struct gz_file **at;

	if (w->file == NULL) {
		w->file = gz_file_open(tx, part->dir, gz_bytes_span(&part->name), NULL);
		if (w->file == NULL)
			return false;
		w->file->whole = w;
		w->tx = tx;
	}
	if (w->tx == tx)
		return true;
	unlink_file(w);
	for (at = &tx->files[part->dir]; *at != NULL; at = &(*at)->next)
		;
	*at = w->file;
	w->tx = tx;
	if ((tx->keeps | tx->app->keeps) & 1 << part->dir)
		gz_file_keep(tx, w->file);
	return true;
}

/** What comes next, as far as it was not there before. */
static void
append(struct gz_tx *tx, struct proto_whole *w, uint64_t at, struct gz_span s)
{
	uint64_t seen = w->at - at;

	if (seen >= s.len)
		return;
	s = gz_span(s.p + seen, s.len - (uint32_t)seen);
	s.len = (uint32_t)RTE_MIN((uint64_t)s.len, w->size - w->at);
	gz_file_add(tx, w->file, s);
	w->at += s.len;
}

static void
append_waiting(struct gz_tx *tx, struct proto_whole *w)
{
	struct piece *piece;

	while ((piece = w->pieces) != NULL && piece->at <= w->at) {
		append(tx, w, piece->at, gz_bytes_span(&piece->data));
		w->pieces = piece->next;
		w->nb_pieces--;
		w->waiting -= piece->data.len;
		tx->app->ctx->wholes_waiting -= piece->data.len;
		gz_bytes_free(tx->app, &piece->data);
		gz_app_free(tx->app, piece, sizeof(*piece));
	}
}

/** They wait. false: they cannot. */
static bool
keep(struct gz_app *app, struct proto_whole *w, uint64_t at, struct gz_span s)
{
	struct piece **p = &w->pieces, *piece = NULL;

	if (w->waiting + s.len > WAITING_MOST ||
			app->ctx->wholes_waiting + s.len > app->ctx->wholes_room)
		return false;
	for (; *p != NULL && (*p)->at <= at; p = &piece->next)
		piece = *p;
	if (piece == NULL || piece->at + piece->data.len != at) {
		piece = w->nb_pieces == PIECES_MOST ? NULL : gz_app_alloc(app, sizeof(*piece));
		if (piece == NULL)
			return false;
		piece->at = at;
		piece->next = *p;
		*p = piece;
		w->nb_pieces++;
	}
	if (!gz_bytes_add(app, &piece->data, s, WAITING_MOST))
		return false;
	w->waiting += s.len;
	app->ctx->wholes_waiting += s.len;
	return true;
}

void
proto_whole_add(struct gz_tx *tx, struct gz_file *part, uint64_t at, struct gz_span s)
{
	struct proto_whole *w = part->part_of;
	bool good = true;

	if (w->over || at > part->end)
		return;
	s.len = (uint32_t)RTE_MIN((uint64_t)s.len, part->end + 1 - at);
	w->last_us = tx->app->flow->last_us;
	if (at > w->at) {
		good = keep(tx->app, w, at, s);
	} else if (at + s.len > w->at) {
		good = bring_file(tx, w, part);
		if (good) {
			append(tx, w, at, s);
			append_waiting(tx, w);
		}
	}
	if (!good || w->at == w->size)
		end(tx->app, w, good);
}
