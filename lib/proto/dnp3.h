/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DNP3_H
#define DNP3_H

/* DNP3 (IEEE 1815): each message of the application layer is a transaction. */

#include "gz_cursor.h"
#include "gz_dnp3.h"
#include "gz_proto.h"

enum {
	DNP3_MESSAGE_MOST = 8192, /* bytes of one that is put together */
	DNP3_JOINS_MOST = 8, /* in the middle of being put together, in one direction */
	DNP3_READ = 1,
	DNP3_RESPONSE = 129,
	DNP3_UNSOLICITED = 130,
};

enum dnp3_event {
	DNP3_EVENT_FLOODED,
	DNP3_EVENT_LEN_TOO_SMALL,
	DNP3_EVENT_TOO_LONG,
	DNP3_EVENT_BAD_LINK_CRC,
	DNP3_EVENT_BAD_TRANSPORT_CRC,
	DNP3_EVENT_UNKNOWN_OBJECT,
};

struct dnp3_link {
	uint8_t control;
	uint16_t dst, src;
};

struct dnp3_tx {
	uint8_t dir;
	bool told; /* its head was whole */
	bool complete; /* all of its objects are known */
	struct dnp3_link link; /* of its first frame */
	uint8_t control, function;
	uint16_t iin;
	struct gz_bytes data; /* of the application layer, all of it */
	uint32_t objects; /* where they start in it */
};

/** A message that comes in parts: each station puts together what is for it. */
struct dnp3_join {
	bool open; /* its first part has come */
	uint8_t sequence; /* of the part that comes next */
	struct dnp3_link link;
	struct gz_bytes message; /* what has come of it */
};

struct dnp3_side {
	bool lost; /* where the next frame starts is not known */
	uint8_t evict; /* the join that makes room next */
	struct dnp3_join joins[DNP3_JOINS_MOST];
};

struct dnp3_state {
	struct dnp3_side side[2];
	uint32_t unanswered;
};

/** An object's head, and where its points are. */
struct dnp3_object {
	uint8_t group, variation, qualifier, prefix_code, range_code;
	uint32_t start, stop, count;
	bool known;
	const char *points; /* what they are made of; NULL: it has none */
	struct gz_cursor c;
};

static inline struct dnp3_tx *
dnp3_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

/** Take the next object off @p c. @return false: there is none, or it is not whole: see o->known. */
bool dnp3_object_next(const struct dnp3_tx *t, struct gz_cursor *c, struct dnp3_object *o);
void dnp3_log_points(struct gz_json *j, const struct dnp3_tx *t, const struct dnp3_object *o);
void dnp3_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* DNP3_H */
