/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_DCERPC_H
#define GZ_DCERPC_H

/*
 * A remote procedure call of DCE/RPC (C706, MS-RPCE) within a transaction,
 * whatever carried it: TCP, UDP or a named pipe of SMB. For rules' keywords.
 */

#include "gz_app.h"

enum {
	GZ_UUID_BYTES = 16,
	GZ_UUID_TEXT = 37, /* with its NUL */
};

/** An interface that was asked for in a bind. */
struct gz_dcerpc_iface {
	uint8_t uuid[GZ_UUID_BYTES]; /* in the order in which it is written */
	uint16_t context; /* number by which requests name it */
	uint16_t major, minor;
	bool answered; /* then what the server said: */
	uint16_t result, reason; /* 0: accepted */
};

struct gz_dcerpc_call {
	uint16_t opnum;
	bool first; /* its first fragment was seen */
	bool little; /* its numbers are little endian */
	bool has_iface; /* the interface that it calls is known and was not refused */
	struct gz_dcerpc_iface iface;
};

/** The request in @p tx. false: it has none. */
bool gz_dcerpc_call_of(const struct gz_tx *tx, struct gz_dcerpc_call *c);

/** 16 bytes in the order in which they are written: "367abb81-9844-35f1-ad32-98f038001003". */
void gz_uuid_text(const uint8_t uuid[GZ_UUID_BYTES], char text[GZ_UUID_TEXT]);
/** The other way. false: it is none. */
bool gz_uuid_parse(struct gz_span text, uint8_t uuid[GZ_UUID_BYTES]);

#endif /* GZ_DCERPC_H */
