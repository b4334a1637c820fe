/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RPC_H
#define RPC_H

/* Sun's RPC, version 2 (RFC 5531), in XDR (RFC 4506): its messages' heads and what they are made of. */

#include "gz_cursor.h"
#include "gz_json.h"

enum {
	RPC_CALL = 0,
	RPC_REPLY = 1,

	RPC_AUTH_UNIX = 1,
	RPC_AUTH_MOST = 400, /* bytes of credentials (section 8.2) */
	RPC_MACHINE_MOST = 255,

	RPC_CALL_HEAD = 24, /* bytes, up to the procedure */
	RPC_REPLY_HEAD = 12,
};

struct rpc_message {
	uint32_t xid;
	uint32_t type; /* RPC_CALL or RPC_REPLY */
	/* of a call */
	uint32_t program, version, procedure;
	uint32_t flavor; /* of its credentials */
	bool has_unix;
	uint32_t uid, gid;
	struct gz_span machine;
	/* of a reply */
	uint32_t status; /* 0: accepted, 1: denied */
	uint32_t accept; /* if accepted: 0: results follow */
	struct gz_cursor body; /* arguments or results */
};

/** @return false: malformed, or not all there. */
bool rpc_read(struct gz_span s, struct rpc_message *m);

/** Bytes with their length in front, filled up to a multiple of four; at most @p most. */
bool xdr_opaque(struct gz_cursor *c, uint32_t most, struct gz_span *s);
bool xdr_skip_opaque(struct gz_cursor *c);

/** Bytes that fill @p len up to a multiple of four. */
static inline uint32_t
xdr_pad(uint32_t len)
{
	return -len & 3;
}

/** The members of EVE's "rpc". */
struct rpc_told {
	uint32_t xid, status, flavor;
	bool has_unix;
	uint32_t uid, gid;
	struct gz_span machine;
};

void rpc_log(struct gz_json *j, const struct rpc_told *t);

#endif /* RPC_H */
