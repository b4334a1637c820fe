/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * What events say of frames. Each has an event of its own, off by default: when
 * it is whole, or so much of it is there that waiting would say no more.
 */

#include <netinet/in.h>

#include "gz_frame.h"

#include "proto_internal.h"

enum {
	ENOUGH = 2500, /* bytes of one that is not whole yet */
	PAYLOAD_MOST = 4 << 10, /* bytes that are told */
	TEXT_MOST = 32 << 10,
};

static struct gz_event_type frame_event = {
	.reg = { .name = "frame" },
	.help = "stretches of bytes that parsers have named",
	.off = true,
};
GZ_REGISTER(gz_event_types, frame_event)

bool
gz_frame_here(const struct gz_frame *f, const struct gz_chunk *c, struct gz_value *v)
{
	uint64_t first = c->offset - c->before, end = c->offset + c->len, from, to;

	from = RTE_MAX(f->offset, first);
	to = f->len == GZ_FRAME_OPEN ? end : RTE_MIN(end, f->offset + f->len);
	if (c->data == NULL || to <= from)
		return false;
	*v = (struct gz_value){
		.p = c->data - c->before + (from - first),
		.len = (uint32_t)(to - from),
		.offset = from - f->offset,
		.complete = f->len != GZ_FRAME_OPEN && f->offset + f->len <= end,
	};
	return true;
}

void
gz_frame_log(struct gz_json *j, const struct gz_flow *flow, const struct gz_frame *f,
		enum gz_dir dir, const struct gz_value *v, bool payload)
{
	struct gz_span bytes = gz_span(v->p, RTE_MIN(v->len, (uint32_t)PAYLOAD_MOST));

	gz_json_object(j, "frame");
	gz_json_str(j, "type", gz_frame_name(gz_frame_row(f)));
	gz_json_u64(j, "id", f->id);
	gz_json_str(j, "direction", dir == GZ_C2S ? "toserver" : "toclient");
	if (flow->proto == IPPROTO_TCP)
		gz_json_u64(j, "stream_offset", f->offset);
	gz_json_u64(j, "length", f->len == GZ_FRAME_OPEN ? v->offset + v->len : f->len);
	if (payload) {
		gz_json_base64(j, "payload", bytes);
		gz_json_printable(j, "payload_printable", bytes);
	}
	gz_json_bool(j, "complete", v->complete);
	if (f->tx_id != GZ_FRAME_NO_TX)
		gz_json_u64(j, "tx_id", f->tx_id);
	gz_json_object_end(j);
}

bool
gz_frames_are_told(const struct gz_event_ring *ring)
{
	return gz_event_is_wanted(ring, &frame_event);
}

static void
tell(const struct proto_teller *t, const struct gz_frame *f, enum gz_dir dir,
		const struct gz_value *v)
{
	struct gz_event *e = gz_event_begin(t->ring, &frame_event, TEXT_MOST);

	if (e == NULL)
		return;
	gz_flow_event(e, t->app->flow, t->pkt);
	e->app_proto = gz_proto_eve_name(f->proto);
	if (dir == GZ_S2C)
		proto_event_turn(e, t->app->flow);
	gz_frame_log(gz_event_json(t->ring), t->app->flow, f, dir, v, v->len > 0);
	gz_event_commit(t->ring);
}

/** What there is to tell of @p f now. @return false: it is not due. */
static bool
is_due(struct gz_frame *f, const struct gz_chunk *c, struct gz_value *v)
{
	bool over = (c->flags & GZ_CHUNK_END) != 0;

	if (f->logged)
		return false;
	*v = (struct gz_value){ .offset = RTE_MAX(c->offset, f->offset) - f->offset };
	if (gz_frame_here(f, c, v))
		f->seen = true;
	else if (!over)
		return false;
	return over || v->complete || f->len == GZ_FRAME_OPEN || v->offset + v->len >= ENOUGH;
}

void
gz_frames_tell(const struct gz_app *app, const struct gz_pkt *p, const struct gz_chunk *c,
		struct gz_event_ring *ring)
{
	const struct proto_teller t = { (struct gz_app *)(uintptr_t)app, p, ring };
	struct gz_frames *all = app->frames[c->dir];
	struct gz_value v;
	uint32_t i;

	for (i = 0; all != NULL && i < all->nb; i++) {
		if (!is_due(&all->v[i], c, &v))
			continue;
		tell(&t, &all->v[i], c->dir, &v);
		all->v[i].logged = true;
	}
}
