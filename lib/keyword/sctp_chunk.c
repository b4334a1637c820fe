/* SPDX-License-Identifier: BSD-3-Clause */
#include "sctp_chunk.h"

#include "gz_cursor.h"

enum {
	CHUNK_HEADER = 4,
	DATA_HEADER = 12, /* TSN, stream, number in it, protocol: section 3.3.1 */
};

bool
sctp_chunk_next(const struct gz_pkt *p, struct sctp_chunk *c)
{
	struct gz_cursor at = gz_cursor(gz_pkt_payload(p), p->payload_len);
	uint16_t len;

	if (!(p->flags & GZ_PKT_SCTP) || (p->flags & GZ_PKT_FRAGMENT) ||
			!gz_cursor_skip(&at, c->next) || !gz_cursor_u8(&at, &c->type) ||
			!gz_cursor_skip(&at, 1) || !gz_cursor_be16(&at, &len) || len < CHUNK_HEADER)
		return false;
	if (!gz_cursor_take(&at, len - CHUNK_HEADER, &c->value))
		return false;
	c->next += (len + 3u) & ~3u;
	if (c->type != SCTP_DATA)
		return true;
	if (c->value.len < DATA_HEADER)
		return false;
	c->value = gz_span(c->value.p + DATA_HEADER, c->value.len - DATA_HEADER);
	return true;
}
