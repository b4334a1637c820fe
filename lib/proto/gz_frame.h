/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_FRAME_H
#define GZ_FRAME_H

/*
 * Frames: stretches of the bytes as they came, which a parser names for rules
 * (`frame:dns.pdu`). A protocol lists their kinds as rows of fields, GZ_FRAME();
 * its parser notes each one where it begins. What a protocol says over TCP is a
 * frame by itself (`frame:smtp.stream`), which the room notes. They are noted
 * only while rules or events look into frames, live until they were judged, and
 * are judged as their bytes come, so far as the stream still has them
 * (stream.window).
 */

#include <string.h>

#include "gz_proto.h"

enum {
	GZ_FRAME_KINDS = 16, /* of one protocol, its stream's included */
	GZ_FRAMES_MOST = 256, /* of a direction that are not judged yet; beyond: app.frames-lost */
	GZ_FRAME_TOLD = 6, /* rules that one frame remembers to have matched */
};

/** The length of one whose end is not known yet. */
#define GZ_FRAME_OPEN UINT64_MAX
#define GZ_FRAME_NO_TX UINT64_MAX

struct gz_frame {
	const struct gz_proto *proto;
	uint64_t offset; /* of its first byte in the stream or datagram */
	uint64_t len; /* or GZ_FRAME_OPEN */
	uint64_t tx_id; /* GZ_FRAME_NO_TX: its parser does not say */
	uint32_t id; /* from 1 within the flow's direction */
	uint8_t kind; /* index in proto->frames; behind the last: its stream */
	bool seen; /* judged by some of its bytes */
	bool logged; /* its event is written */
	/* detect's */
	uint8_t nb_told;
	uint32_t generation;
	uint32_t told[GZ_FRAME_TOLD];
};

/** Those of one direction, in the order they were noted. */
struct gz_frames {
	const struct gz_proto *proto; /* whose the next two are */
	uint64_t from[GZ_FRAME_KINDS]; /* where one of a kind may begin that was not noted before */
	uint32_t last_id;
	uint32_t nb, room; /* in v[] */
	uint32_t size; /* bytes of all of it */
	struct gz_frame v[];
};

/** The row of a frame's kind. */
static inline const struct gz_field_row *
gz_frame_row(const struct gz_frame *f)
{
	return f->kind < f->proto->nb_frames ? &f->proto->frames[f->kind] : f->proto->stream;
}

/** "pdu" of "frame:dns.pdu". */
static inline const char *
gz_frame_name(const struct gz_field_row *row)
{
	return strchr(row->name, '.') + 1;
}

/** A row of gz_proto.frames. */
#define GZ_FRAME(text, sentence)                                                         \
	{                                                                                \
		.name = "frame:" text, .help = sentence,                                 \
		.flags = GZ_FIELD_FRAME | GZ_FIELD_STREAM | GZ_FIELD_C2S | GZ_FIELD_S2C, \
	}

/** For parsers: one begins at @p at, within what @p in brings or right behind it. Noting it again, when
 * the parser comes by once more, does nothing. */
void gz_app_frame(struct gz_app *app, const struct gz_input *in, uint32_t kind, const uint8_t *at,
		uint64_t len);
/** The last one of @p kind ends at @p end, an offset in the stream. */
void gz_app_frame_end(struct gz_app *app, enum gz_dir dir, uint32_t kind, uint64_t end);
/** The last one of @p kind is @p tx's. */
void gz_app_frame_tx(struct gz_app *app, enum gz_dir dir, uint32_t kind, const struct gz_tx *tx);
/** Does anybody look into frames? Ask before work is done for them. */
bool gz_app_frames_wanted(const struct gz_app *app);

/** What of @p f lies in @p c and before. @return false: nothing. */
bool gz_frame_here(const struct gz_frame *f, const struct gz_chunk *c, struct gz_value *v);
/** Write EVE's "frame", with what is there of it. */
void gz_frame_log(struct gz_json *j, const struct gz_flow *flow, const struct gz_frame *f,
		enum gz_dir dir, const struct gz_value *v, bool payload);
/** Would a sink write events about frames? Then they are noted, by gz_proto_needs(). */
bool gz_frames_are_told(const struct gz_event_ring *ring);
/** @p c, which @p p has brought, is judged: write the events of its frames that are due. */
void gz_frames_tell(const struct gz_app *app, const struct gz_pkt *p, const struct gz_chunk *c,
		struct gz_event_ring *ring);

#endif /* GZ_FRAME_H */
