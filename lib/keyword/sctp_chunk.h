/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SCTP_CHUNK_H
#define SCTP_CHUNK_H

/* The chunks of an SCTP packet (RFC 9260 section 3.2), one after the other. */

#include "number_internal.h"

enum {
	SCTP_DATA = 0,
};

struct sctp_chunk {
	uint32_t next; /* where the one after it begins, behind the common header */
	uint8_t type;
	struct gz_span value; /* of a chunk of data: what it carries; else all behind the length */
};

#define SCTP_CHUNK_FIRST  \
	{                 \
		.next = 0 \
	}

/** false: there is no further whole one. */
bool sctp_chunk_next(const struct gz_pkt *p, struct sctp_chunk *c);

#endif /* SCTP_CHUNK_H */
