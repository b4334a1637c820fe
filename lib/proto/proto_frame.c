/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include <rte_branch_prediction.h>

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

void
gz_app_frame(struct gz_app *app, const struct gz_input *in, uint32_t kind, const uint8_t *at,
		uint64_t len)
{
	uint64_t offset = in->offset + (uint64_t)(at - in->p);
	struct gz_frames *all;

	if (likely(!app->ctx->frames) || kind >= app->proto->nb_frames)
		return;
	all = grow(app, in->dir);
	if (all == NULL) {
		GZ_STAT_ADD(proto_frame, FRAMES_LOST, 1);
		return;
	}
	if (is_known(all, app->proto, kind, offset))
		return;
	all->v[all->nb++] = (struct gz_frame){
		.proto = app->proto,
		.kind = (uint8_t)kind,
		.id = all->next_id++,
		.offset = offset,
		.len = len,
	};
}

void
gz_app_frame_end(struct gz_app *app, const struct gz_input *in, uint32_t kind, const uint8_t *at)
{
	struct gz_frames *all = app->frames[in->dir];
	uint64_t end = in->offset + (uint64_t)(at - in->p);
	uint32_t i;

	for (i = all == NULL ? 0 : all->nb; i > 0; i--) {
		struct gz_frame *f = &all->v[i - 1];

		if (f->proto != app->proto || f->kind != kind)
			continue;
		if (f->len == GZ_FRAME_OPEN && f->offset <= end)
			f->len = end - f->offset;
		return;
	}
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
