/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_debug.h>

#include "gz_frame.h"
#include "gz_stat.h"

#include "proto_internal.h"

enum {
	FRAMES_FIRST = 6, /* room at first */

	FRAMES_LOST = 0,
};

static const struct gz_stat_row frame_rows[] = {
	[FRAMES_LOST] = { "app.frames-lost", "frames not judged: too many at once, or no memory" },
};
GZ_STAT_REGISTER(proto_frame, frame_rows)

/** Room for one more. NULL: none. */
static struct gz_frames *
grow(struct gz_app *app, enum gz_dir dir)
{
	struct gz_frames *all = app->frames[dir];
	uint32_t want = all == NULL ? FRAMES_FIRST : all->room * 2;
	size_t size;

	if (all != NULL && all->nb < all->room)
		return all;
	if (all != NULL && all->room >= GZ_FRAMES_MOST)
		return NULL;
	size = gz_mem_fits(sizeof(*all) + want * sizeof(struct gz_frame));
	all = all == NULL
			? gz_mem_zero(gz_app_mem(app), &proto_mem, size)
			: gz_mem_grow(gz_app_mem(app), &proto_mem, all, all->size, all->size, size);
	if (all == NULL) {
		gz_app_forgot(app);
		return NULL;
	}
	all->size = (uint32_t)size;
	all->room = (uint32_t)((size - sizeof(*all)) / sizeof(struct gz_frame));
	app->frames[dir] = all;
	return all;
}

/** Has the parser noted it before? Else it has now. */
static bool
is_known(struct gz_frames *all, const struct gz_proto *proto, uint32_t kind, uint64_t offset)
{
	if (all->proto != proto) {
		all->proto = proto;
		memset(all->from, 0, sizeof(all->from));
	}
	if (offset < all->from[kind])
		return true;
	all->from[kind] = offset + 1;
	return false;
}

static void
note(struct gz_app *app, enum gz_dir dir, const struct gz_frame *f)
{
	struct gz_frames *all = grow(app, dir);

	if (all == NULL) {
		GZ_STAT_ADD(proto_frame, FRAMES_LOST, 1);
		return;
	}
	if (is_known(all, app->proto, f->kind, f->offset))
		return;
	all->v[all->nb] = *f;
	all->v[all->nb].proto = app->proto;
	all->v[all->nb++].id = ++all->last_id;
}

void
gz_app_frame(struct gz_app *app, const struct gz_input *in, uint32_t kind, const uint8_t *at,
		uint64_t len)
{
	const struct gz_frame f = {
		.kind = (uint8_t)kind,
		.offset = in->offset + (uint64_t)(at - in->p),
		.len = len,
		.tx_id = GZ_FRAME_NO_TX,
	};

	if (unlikely(app->ctx->frames) && kind < app->proto->nb_frames)
		note(app, in->dir, &f);
}

bool
gz_app_frames_wanted(const struct gz_app *app)
{
	return app->ctx->frames;
}

/** The last one of @p kind. NULL: it was not noted, or is over. */
static struct gz_frame *
last_of(struct gz_app *app, enum gz_dir dir, uint32_t kind)
{
	struct gz_frames *all = app->frames[dir];
	uint32_t i;

	for (i = all == NULL ? 0 : all->nb; i > 0; i--) {
		if (all->v[i - 1].proto == app->proto && all->v[i - 1].kind == kind)
			return &all->v[i - 1];
	}
	return NULL;
}

void
gz_app_frame_end(struct gz_app *app, enum gz_dir dir, uint32_t kind, uint64_t end)
{
	struct gz_frame *f = last_of(app, dir, kind);

	if (f != NULL && f->len == GZ_FRAME_OPEN && f->offset <= end)
		f->len = end - f->offset;
}

void
gz_app_frame_tx(struct gz_app *app, enum gz_dir dir, uint32_t kind, const struct gz_tx *tx)
{
	struct gz_frame *f = last_of(app, dir, kind);

	if (f != NULL && tx != NULL)
		f->tx_id = tx->id;
}

/** One that was noted late, and judged by nobody yet, stays for the next chunk. */
static bool
is_over(const struct gz_frame *f, uint64_t offset)
{
	return f->seen && f->len != GZ_FRAME_OPEN && f->offset + f->len <= offset;
}

void
proto_frames_judged(struct gz_app *app, const struct gz_chunk *chunk)
{
	struct gz_frames *all = app->frames[chunk->dir];
	bool datagram = app->flow->proto != IPPROTO_TCP;
	uint32_t i, kept = 0;

	if (likely(all == NULL))
		return;
	for (i = 0; !datagram && i < all->nb; i++)
		if (!is_over(&all->v[i], chunk->offset))
			all->v[kept++] = all->v[i];
	all->nb = kept;
	if (datagram)
		memset(all->from, 0, sizeof(all->from));
}

void
proto_frames_destroy(struct gz_app *app)
{
	for (int dir = GZ_C2S; dir <= GZ_S2C; dir++) {
		if (app->frames[dir] != NULL)
			gz_mem_put(gz_app_mem(app), &proto_mem, app->frames[dir],
					app->frames[dir]->size);
		app->frames[dir] = NULL;
	}
}

/* ---- streams ---- */

/** A row for the stream of each protocol. */
static struct {
	struct gz_field_set set;
	struct gz_field_row row;
	char name[48];
} streams[PROTO_MOST];
static uint32_t nb_streams;

void
proto_register_stream(struct gz_proto *p)
{
	RTE_VERIFY(p->nb_frames < GZ_FRAME_KINDS);
	if ((p->l4 & GZ_L4_TCP) == 0)
		return;
	RTE_VERIFY(nb_streams < PROTO_MOST);
	snprintf(streams[nb_streams].name, sizeof(streams[0].name), "frame:%s.stream",
			p->alias != NULL ? p->alias : p->reg.name);
	streams[nb_streams].row = (struct gz_field_row)GZ_FRAME("", "all that it says over TCP");
	streams[nb_streams].row.name = streams[nb_streams].name;
	p->stream = &streams[nb_streams].row;
	streams[nb_streams].set = (struct gz_field_set){ p, p->stream, 1, { NULL } };
	gz_field_register(&streams[nb_streams++].set);
}

/** Another protocol takes over at @p offset: what was open of the one before ends there. */
static void
end_others(struct gz_app *app, enum gz_dir dir, uint64_t offset)
{
	struct gz_frames *all = app->frames[dir];
	uint32_t i;

	for (i = 0; all != NULL && i < all->nb; i++) {
		struct gz_frame *f = &all->v[i];

		if (f->proto != app->proto && f->len == GZ_FRAME_OPEN && f->offset <= offset)
			f->len = offset - f->offset;
	}
}

void
proto_frame_stream(struct gz_app *app, const struct gz_input *in)
{
	const struct gz_frame f = {
		.kind = (uint8_t)app->proto->nb_frames,
		.offset = in->offset,
		.len = GZ_FRAME_OPEN,
		.tx_id = GZ_FRAME_NO_TX,
	};
	struct gz_frames *all = app->frames[in->dir];

	if (in->len == 0 || app->flow->proto != IPPROTO_TCP ||
			(all != NULL && all->proto == app->proto && all->from[f.kind] > 0))
		return;
	end_others(app, in->dir, in->offset);
	note(app, in->dir, &f);
	all = app->frames[in->dir];
	if (all != NULL && all->proto == app->proto)
		all->from[f.kind] = UINT64_MAX;
}
