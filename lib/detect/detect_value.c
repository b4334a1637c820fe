/* SPDX-License-Identifier: BSD-3-Clause */
/* Buffers: get their bytes, transform them, walk their chain. */
#include "detect_internal.h"

bool
detect_transform(struct gz_detect *d, const struct gz_sig_buffer *b, struct gz_span *v)
{
	const struct gz_transform *t;
	uint32_t i, room;
	uint8_t *out;

	for (i = 0; i < b->nb_transforms; i++) {
		t = b->transforms[i];
		room = t->room(b->transform_args[i], v->len);
		if (room > DETECT_ROOM - d->room_used) {
			detect_count(DETECT_NO_ROOM, 1);
			return false;
		}
		out = d->room + d->room_used;
		v->len = t->apply(b->transform_args[i], *v, out, d->eval.regex);
		v->p = out;
		d->room_used += v->len;
	}
	return true;
}

static bool
chain(struct gz_detect *d, const struct rs_buffer *b, struct gz_span bytes, uint64_t offset,
		bool end)
{
	struct gz_eval *e = &d->eval;

	e->buf = bytes;
	e->buf_offset = offset;
	e->buf_end = end;
	return gz_eval_chain(e, b->b->first);
}

/* The @p index-th value of a packet: its payload, or one of a field. */
static bool
packet_value(const struct rs_buffer *b, const struct gz_pkt *p, uint32_t index, struct gz_value *v)
{
	const struct gz_field *field = b->b->field;

	if (field != NULL) {
		if (index > 0 && !(field->flags & GZ_FIELD_MULTI))
			return false;
		return field->rows[0].row->get_pkt(p, index, v) && v->p != NULL;
	}
	*v = (struct gz_value){ .p = gz_pkt_payload(p), .len = p->payload_len };
	/* A piece of a datagram has no payload of its own: the whole has. */
	return index == 0 && v->p != NULL && (p->flags & GZ_PKT_FRAGMENT) == 0;
}

bool
detect_packet_buffer(struct gz_detect *d, const struct rs_buffer *b, struct gz_pkt *p)
{
	uint32_t i, used = d->room_used;
	struct gz_span bytes;
	struct gz_value v;
	bool yes = false;

	for (i = 0; !yes && i < DETECT_VALUES && packet_value(b, p, i, &v); i++) {
		if (b->b->absent)
			return false;
		bytes = gz_span(v.p, v.len);
		yes = detect_transform(d, b->b, &bytes) && chain(d, b, bytes, 0, true);
		d->room_used = used;
	}
	return i == 0 ? b->b->absent || b->b->absent_or_else : yes;
}

bool
detect_chunk_buffer(struct gz_detect *d, const struct rs_buffer *b, const struct gz_chunk *c)
{
	struct gz_span bytes = gz_span(c->data - c->before, c->before + c->len);
	uint32_t used = d->room_used;
	bool yes;

	yes = detect_transform(d, b->b, &bytes) &&
			chain(d, b, bytes, b->b->nb_transforms > 0 ? 0 : c->offset - c->before,
					true);
	d->room_used = used;
	return yes;
}

/* A value after the transforms, kept for the round: candidates ask for it again. */
static bool
transformed(struct gz_detect *d, const struct rs_buffer *b, const struct gz_value *v, bool keep,
		struct gz_span *bytes)
{
	struct rs_value *kept = &d->work->values[b->engine];

	*bytes = gz_span(v->p, v->len);
	if (b->b->nb_transforms == 0)
		return true;
	if (keep && kept->stamp == d->work->stamp) {
		*bytes = kept->bytes;
		return true;
	}
	if (!detect_transform(d, b->b, bytes))
		return false;
	if (keep)
		*kept = (struct rs_value){ d->work->stamp, *bytes };
	return true;
}

/* One value. */
static enum detect_answer
ask_value(struct gz_detect *d, const struct rs_buffer *b, const struct gz_value *v, bool multi,
		bool grows)
{
	bool whole = !grows || v->complete;
	uint32_t used = d->room_used;
	struct gz_span bytes;
	bool yes;

	if (!whole && (b->flags & RS_BUFFER_NEEDS_END))
		return DETECT_LATER;
	yes = transformed(d, b, v, !multi, &bytes) &&
			chain(d, b, bytes, b->b->nb_transforms > 0 ? 0 : v->offset, whole);
	if (multi)
		d->room_used = used;
	if (yes)
		return DETECT_YES;
	return whole ? DETECT_NO : DETECT_LATER;
}

enum detect_answer
detect_frame_buffer(struct gz_detect *d, const struct rs_buffer *b, const struct gz_value *v)
{
	return ask_value(d, b, v, true, true);
}

enum detect_answer
detect_tx_buffer(struct gz_detect *d, const struct rs_buffer *b, const struct gz_field_row *row,
		struct gz_tx *tx, enum gz_dir dir)
{
	bool multi = (row->flags & GZ_FIELD_MULTI) != 0,
	     grows = (row->flags & GZ_FIELD_STREAM) != 0;
	enum detect_answer answer, all = DETECT_NO;
	struct gz_value v = { 0 };
	uint32_t i;

	for (i = 0; i < (multi ? DETECT_VALUES : 1); i++, v = (struct gz_value){ 0 }) {
		if (!row->get(tx, dir, i, &v))
			break;
		if (b->b->absent)
			return DETECT_NO;
		/* Nothing more will come to a transaction that is complete. */
		v.complete = v.complete || tx->complete[dir];
		answer = ask_value(d, b, &v, multi, grows);
		if (answer == DETECT_YES)
			return DETECT_YES;
		all = answer == DETECT_LATER ? DETECT_LATER : all;
	}
	if ((multi || grows) && !tx->complete[dir])
		return DETECT_LATER;
	if (i == 0 && (b->b->absent || b->b->absent_or_else))
		return DETECT_YES;
	return all;
}
