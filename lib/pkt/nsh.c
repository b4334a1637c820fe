/* SPDX-License-Identifier: BSD-3-Clause */

/* The network service header (RFC 8300). */

#include "pkt_internal.h"

enum {
	NSH_LEAST = 8,
	NSH_UNIT = 4,
	NSH_FIXED_LEN = 24, /* with metadata of type 1 */
	VERSION_SHIFT = 14,
	LENGTH_MASK = 0x3f,
	METADATA_MASK = 0xf,
};

enum {
	METADATA_RESERVED = 0,
	METADATA_FIXED = 1,
	METADATA_VARIABLE = 2,
};

enum {
	NEXT_IPV4 = 1,
	NEXT_IPV6 = 2,
	NEXT_ETHERNET = 3,
	NEXT_NSH = 4,
	NEXT_MPLS = 5,
};

static bool
metadata_is_good(struct decode *d, uint8_t type, uint32_t len)
{
	switch (type) {
	case METADATA_RESERVED:
		pkt_bad(d, GZ_PKT_EVENT_NSH_RESERVED_TYPE);
		return false;
	case METADATA_FIXED:
		if (len == NSH_FIXED_LEN)
			return true;
		pkt_bad(d, GZ_PKT_EVENT_NSH_BAD_HEADER_LENGTH);
		return false;
	case METADATA_VARIABLE:
		return true;
	default:
		pkt_bad(d, GZ_PKT_EVENT_NSH_UNSUPPORTED_TYPE);
		return false;
	}
}

static void
carried(struct decode *d, uint8_t next)
{
	switch (next) {
	case NEXT_IPV4:
		pkt_ipv4(d);
		break;
	case NEXT_IPV6:
		pkt_ipv6(d);
		break;
	case NEXT_ETHERNET:
		pkt_ethernet(d);
		break;
	case NEXT_NSH:
		if (pkt_deeper(d))
			pkt_nsh(d);
		break;
	case NEXT_MPLS:
		pkt_mpls(d);
		break;
	default:
		gz_pkt_note(d->p, GZ_PKT_EVENT_NSH_UNKNOWN_PAYLOAD);
		break;
	}
}

void
pkt_nsh(struct decode *d)
{
	const uint8_t *h = pkt_at(d);
	uint32_t len;

	if (pkt_left(d) < NSH_LEAST) {
		pkt_bad(d, GZ_PKT_EVENT_NSH_HEADER_TOO_SMALL);
		return;
	}
	len = (h[1] & LENGTH_MASK) * (uint32_t)NSH_UNIT;
	if (pkt_be16(h) >> VERSION_SHIFT != 0) {
		pkt_bad(d, GZ_PKT_EVENT_NSH_UNSUPPORTED_VERSION);
		return;
	}
	if (len < NSH_LEAST || len > pkt_left(d)) {
		pkt_bad(d, GZ_PKT_EVENT_NSH_BAD_HEADER_LENGTH);
		return;
	}
	if (!metadata_is_good(d, h[2] & METADATA_MASK, len))
		return;

	pkt_count(PKT_COUNT_NSH, 1);
	d->off += len;
	carried(d, h[3]);
}
