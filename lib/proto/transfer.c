/* SPDX-License-Identifier: BSD-3-Clause */
#include "transfer.h"

#include <rte_common.h>

enum {
	AHEAD_MOST = 64, /* pieces that wait for one before them */
	AHEAD_BYTES_MOST = 512 * 1024,
};

static void
drop_piece(struct gz_app *app, struct transfer *t)
{
	struct transfer_piece *c = t->ahead;

	t->ahead = c->next;
	t->nb_ahead--;
	t->ahead_bytes -= c->bytes.len;
	gz_bytes_free(app, &c->bytes);
	gz_app_free(app, c, sizeof(*c));
}

/** The next content of the file. What comes late, behind a gap that was given up, is looked at too. */
static void
put(struct transfer *t, uint64_t at, struct gz_span data)
{
	if (t->file != NULL)
		gz_file_add(t->tx, t->file, data);
	t->at = RTE_MAX(t->at, at + data.len);
}

/** What waited and is in order now. */
static void
drain(struct gz_app *app, struct transfer *t)
{
	struct transfer_piece *c;
	uint64_t old;

	while ((c = t->ahead) != NULL && c->at <= t->at) {
		old = t->at - c->at;
		if (old < c->bytes.len)
			put(t, t->at, gz_span(c->bytes.p + old, c->bytes.len - (uint32_t)old));
		drop_piece(app, t);
	}
}

void
transfer_flush(struct gz_app *app, struct transfer *t)
{
	while (t->ahead != NULL) {
		if (t->file != NULL)
			gz_file_gap(t->file, t->ahead->at - t->at);
		t->at = t->ahead->at;
		drain(app, t);
	}
}

/** The piece that @p at goes on, or a new one in its place. */
static struct transfer_piece *
piece_for(struct gz_app *app, struct transfer *t, uint64_t at)
{
	struct transfer_piece **p, *c;

	for (p = &t->ahead; *p != NULL && (*p)->at <= at; p = &(*p)->next) {
		if ((*p)->at + (*p)->bytes.len == at)
			return *p;
	}
	c = t->nb_ahead < AHEAD_MOST ? gz_app_alloc(app, sizeof(*c)) : NULL;
	if (c == NULL)
		return NULL;
	c->at = at;
	c->next = *p;
	*p = c;
	t->nb_ahead++;
	return c;
}

static enum transfer_fit
keep_ahead(struct gz_app *app, struct transfer *t, uint64_t at, struct gz_span data)
{
	bool room = t->ahead_bytes + data.len <= AHEAD_BYTES_MOST;
	struct transfer_piece *c = room ? piece_for(app, t, at) : NULL;

	if (c != NULL && gz_bytes_add(app, &c->bytes, data, AHEAD_BYTES_MOST)) {
		t->ahead_bytes += data.len;
		return TRANSFER_FITS;
	}
	transfer_flush(app, t);
	if (at > t->at && t->file != NULL)
		gz_file_gap(t->file, at - t->at);
	put(t, at, data);
	return room ? TRANSFER_TOO_MANY : TRANSFER_TOO_LONG;
}

enum transfer_fit
transfer_take(struct gz_app *app, struct transfer *t, uint64_t at, struct gz_span data)
{
	if (at > t->at)
		return keep_ahead(app, t, at, data);
	put(t, at, data);
	drain(app, t);
	return TRANSFER_FITS;
}

void
transfer_lost(struct transfer *t, uint64_t at, uint64_t len)
{
	if (t->tx == NULL || at != t->at)
		return;
	if (t->file != NULL)
		gz_file_gap(t->file, len);
	t->at += len;
}

void
transfer_drop(struct gz_app *app, struct transfer *t)
{
	while (t->ahead != NULL)
		drop_piece(app, t);
}
