/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_FRAME_H
#define GZ_FRAME_H

/*
 * Frames: stretches of the bytes as they came, which a parser names for rules
 * (`frame:dns.pdu`). A protocol lists their kinds as rows of fields, GZ_FRAME();
 * its parser notes each one where it begins. They are noted only while rules
 * look into frames, live until they were judged, and are judged as their bytes
 * come, so far as the stream still has them (stream.window).
 */

#include "gz_app.h"

struct gz_input;

enum {
	GZ_FRAME_KINDS = 16, /* of one protocol */
	GZ_FRAMES_MOST = 256, /* of a direction that are not judged yet; beyond: app.frames-lost */
	GZ_FRAME_TOLD = 6, /* rules that one frame remembers to have matched */
};

/** The length of one whose end is not known yet. */
#define GZ_FRAME_OPEN UINT64_MAX

struct gz_frame {
	const struct gz_proto *proto;
	uint64_t offset; /* of its first byte in the stream or datagram */
	uint64_t len; /* or GZ_FRAME_OPEN */
	uint32_t id; /* from 0 within the flow's direction */
	uint8_t kind; /* index in proto->frames */
	/* detect's */
	bool seen; /* judged by some of its bytes */
	uint8_t nb_told;
	uint32_t generation;
	uint32_t told[GZ_FRAME_TOLD];
};

/** Those of one direction, in the order they were noted. */
struct gz_frames {
	const struct gz_proto *proto; /* whose the next two are */
	uint64_t from[GZ_FRAME_KINDS]; /* where one of a kind may begin that was not noted before */
	uint32_t next_id;
	uint32_t nb, room; /* in v[] */
	uint32_t size; /* bytes of all of it */
	struct gz_frame v[];
};

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
/** The last one of @p kind ends at @p at. */
void
gz_app_frame_end(struct gz_app *app, const struct gz_input *in, uint32_t kind, const uint8_t *at);

#endif /* GZ_FRAME_H */
