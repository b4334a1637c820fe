/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DCERPC_H
#define DCERPC_H

/*
 * DCE/RPC's packets (C706 chapter 12, MS-RPCE 2.2), for those who carry them.
 * An association is what a bind agrees on: interfaces by the number of their
 * context. A call is a request and its response, each of one or more fragments.
 */

#include "gz_cursor.h"
#include "gz_dcerpc.h"
#include "gz_proto.h"

enum dcerpc_type {
	DCERPC_REQUEST = 0,
	DCERPC_RESPONSE = 2,
	DCERPC_FAULT = 3,
	DCERPC_REJECT = 6,
	DCERPC_BIND = 11,
	DCERPC_BINDACK = 12,
	DCERPC_BINDNAK = 13,
	DCERPC_ALTER_CONTEXT = 14,
	DCERPC_ALTER_CONTEXT_RESP = 15,
	DCERPC_AUTH3 = 16,
	DCERPC_LAST_TYPE = 20,
	DCERPC_UNKNOWN = UINT8_MAX, /* never seen */
};

enum {
	DCERPC_HEAD = 16, /* bytes of a header, connection-oriented */
	DCERPC_FIRST_FRAG = 0x01,
	DCERPC_LAST_FRAG = 0x02,
	DCERPC_OBJECT = 0x80, /* a request with the UUID of an object */

	DCERPC_IFACES_MOST = 256, /* of one association */
	DCERPC_CALLS_MOST = 256, /* that wait for their response */
};

/** A header, connection-oriented. */
struct dcerpc_head {
	uint8_t minor, type, flags;
	bool little;
	uint16_t frag_len; /* the header included */
	uint32_t call_id;
};

struct dcerpc_assoc {
	struct gz_bytes ifaces; /* struct gz_dcerpc_iface, one after the other */
};

/** What one side said in a call. */
struct dcerpc_side {
	bool seen, done;
	uint8_t type; /* enum dcerpc_type, as it came */
	uint16_t frags;
	struct gz_body stub; /* the arguments */
};

struct dcerpc_call {
	uint32_t id;
	uint16_t opnum;
	bool first, little, has_iface;
	uint8_t minor;
	struct dcerpc_side side[2]; /* request, response */
	struct gz_bytes ifaces; /* what a bind asks for, or what a request calls */
};

static inline uint32_t
dcerpc_nb_ifaces(const struct gz_bytes *b)
{
	return b->len / (uint32_t)sizeof(struct gz_dcerpc_iface);
}

static inline struct gz_dcerpc_iface *
dcerpc_iface(const struct gz_bytes *b, uint32_t i)
{
	return (struct gz_dcerpc_iface *)(void *)b->p + i;
}

/** Does a response have this type? */
bool dcerpc_is_response(uint8_t type);
/** May these bytes begin a packet? SURE needs the first ten. */
enum gz_probe dcerpc_probe_head(struct gz_span s);
/** @return false: not all there, or not DCE/RPC version 5. */
bool dcerpc_read_head(struct gz_span s, struct dcerpc_head *h);

/** A packet of a request or response, whole or cut off, goes into its call. */
void dcerpc_take(struct gz_app *app, struct dcerpc_assoc *a, struct dcerpc_call *c,
		const struct dcerpc_head *h, struct gz_span pdu);
/** Stub data that follows what dcerpc_take() was given. */
void
dcerpc_add_stub(struct gz_app *app, struct dcerpc_call *c, enum gz_dir side, struct gz_span stub);
void dcerpc_assoc_free(struct gz_app *app, struct dcerpc_assoc *a);
void dcerpc_call_free(struct gz_app *app, struct dcerpc_call *c);

/** Read a UUID into the order in which it is written. */
bool dcerpc_read_uuid(struct gz_cursor *c, bool little, uint8_t uuid[GZ_UUID_BYTES]);
bool dcerpc_read16(struct gz_cursor *c, bool little, uint16_t *v);
bool dcerpc_read32(struct gz_cursor *c, bool little, uint32_t *v);

/* ---- over UDP: dcerpc_udp.c ---- */

/** What tells a call from others there. */
struct dcerpc_key {
	uint8_t activity[GZ_UUID_BYTES];
	uint32_t seq;
};

enum gz_probe dcerpc_udp_probe(enum gz_dir dir, struct gz_span datagram);
enum gz_parse dcerpc_udp_parse(struct gz_app *app, struct gz_input *in);

/* ---- a transaction of DCE/RPC's own ---- */

struct dcerpc_tx {
	struct dcerpc_call call;
	struct dcerpc_key key; /* over UDP */
};

static inline struct dcerpc_tx *
dcerpc_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

/** A new transaction; the oldest that waits is given up when there are too many. */
struct gz_tx *dcerpc_new_tx(struct gz_app *app);
/** That side of the call has come as far as it is there. */
void dcerpc_progress(struct gz_tx *tx, enum gz_dir dir, enum gz_dir side);

/* ---- words: dcerpc_log.c ---- */

enum dcerpc_over {
	DCERPC_OVER_TCP,
	DCERPC_OVER_UDP,
	DCERPC_OVER_SMB,
};

/** Members about a call, as they stand in the events of what carries it. */
void dcerpc_log_call(const struct dcerpc_call *c, enum dcerpc_over over, struct gz_json *j);
void dcerpc_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

bool dcerpc_get_stub(const struct dcerpc_call *c, int dir, uint32_t index, struct gz_value *v);

#endif /* DCERPC_H */
