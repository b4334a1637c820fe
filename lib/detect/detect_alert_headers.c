/* SPDX-License-Identifier: BSD-3-Clause */
/* What alerts say of the headers of SCTP and IGMP. */
#include <netinet/in.h>

#include "gz_cursor.h"

#include "detect_internal.h"

enum {
	CHUNKS_MOST = 32, /* counted; told are as many as are named */
	CHUNK_HEADER = 4,
	SCTP_VTAG_OFF = 4,
	CHUNK_DATA = 0,
	CHUNK_INIT = 1,
	CHUNK_INIT_ACK = 2,
	CHUNK_ABORT = 6,

	IGMP_QUERY = 0x11,
	IGMP_V1_REPORT = 0x12,
	IGMP_V3_REPORT = 0x22,
	IGMP_V3_QUERY_LEN = 12,
	RGMP_FIRST = 0xfc, /* RFC 3488 */
};

static const char *const chunk_names[] = { "data", "init", "init_ack", "sack", "heartbeat",
	"heartbeat_ack", "abort", "shutdown", "shutdown_ack", "error", "cookie_echo", "cookie_ack",
	"ecne", "cwr", "shutdown_complete" };

/* Types of the chunks in @p c, of which there are at most CHUNKS_MOST. @return how many. */
static uint32_t
read_chunks(struct gz_cursor c, uint8_t *types)
{
	uint8_t type, flags;
	uint32_t n;
	uint16_t len;

	for (n = 0; n < CHUNKS_MOST; n++) {
		if (!gz_cursor_u8(&c, &type) || !gz_cursor_u8(&c, &flags) ||
				!gz_cursor_be16(&c, &len) || len < CHUNK_HEADER)
			break;
		types[n] = type;
		len = (uint16_t)RTE_MIN(RTE_ALIGN(len - CHUNK_HEADER, 4), UINT16_MAX);
		if (!gz_cursor_skip(&c, RTE_MIN((size_t)len, (size_t)gz_cursor_left(&c))))
			break;
	}
	return n;
}

static void
tell_sctp(struct gz_json *j, const struct gz_pkt *p)
{
	struct gz_cursor head = gz_cursor(gz_pkt_l4(p), p->payload_off - p->l4_off);
	uint8_t types[CHUNKS_MOST];
	uint32_t n = read_chunks(gz_cursor(gz_pkt_payload(p), p->payload_len), types), i, vtag;
	uint64_t seen = 0;

	if (!gz_cursor_skip(&head, SCTP_VTAG_OFF) || !gz_cursor_be32(&head, &vtag))
		return;
	gz_json_object(j, "sctp");
	gz_json_u64(j, "vtag", vtag);
	gz_json_array(j, "chunk_types");
	for (i = 0; i < n; i++) {
		seen |= UINT64_C(1) << (types[i] & 63);
		if (types[i] < RTE_DIM(chunk_names))
			gz_json_str(j, NULL, chunk_names[types[i]]);
		else
			gz_json_fmt(j, NULL, "unknown_%u", types[i]);
	}
	gz_json_array_end(j);
	gz_json_u64(j, "chunk_cnt", n);
	gz_json_bool(j, "has_init", (seen >> CHUNK_INIT & 1) != 0);
	gz_json_bool(j, "has_init_ack", (seen >> CHUNK_INIT_ACK & 1) != 0);
	gz_json_bool(j, "has_data", (seen >> CHUNK_DATA & 1) != 0);
	gz_json_bool(j, "has_abort", (seen >> CHUNK_ABORT & 1) != 0);
	gz_json_object_end(j);
}

/* RFC 3376 section 7.1: a query's version is in its length and its response code. */
static uint32_t
igmp_version(uint8_t type, uint8_t response, uint32_t len)
{
	switch (type) {
	case IGMP_QUERY:
		if (len >= IGMP_V3_QUERY_LEN)
			return 3;
		return response == 0 ? 1 : 2;
	case IGMP_V1_REPORT:
		return 1;
	case IGMP_V3_REPORT:
		return 3;
	default:
		return 2;
	}
}

static void
tell_igmp(struct gz_json *j, const struct gz_pkt *p)
{
	struct gz_cursor c = gz_cursor(gz_pkt_l4(p), p->payload_len);
	uint8_t type, response;

	if (!gz_cursor_u8(&c, &type) || !gz_cursor_u8(&c, &response))
		return;
	gz_json_object(j, type >= RGMP_FIRST ? "rgmp" : "igmp");
	if (type < RGMP_FIRST)
		gz_json_u64(j, "version", igmp_version(type, response, p->payload_len));
	gz_json_u64(j, "type", type);
	gz_json_object_end(j);
}

void
detect_tell_headers(struct gz_json *j, const struct gz_pkt *p)
{
	if ((p->flags & GZ_PKT_SCTP) != 0)
		tell_sctp(j, p);
	else if (p->proto == IPPROTO_IGMP &&
			(p->flags & (GZ_PKT_IPV4 | GZ_PKT_BAD | GZ_PKT_FRAGMENT)) == GZ_PKT_IPV4)
		tell_igmp(j, p);
}
