/* SPDX-License-Identifier: BSD-3-Clause */

/* A stack of MPLS labels (RFC 3032) and the best guess at what follows. */

#include "pkt_internal.h"

enum {
	LABEL_LEN = 4,
	PSEUDOWIRE_LEN = 4, /* control word before an Ethernet frame (RFC 4448) */
	LABEL_SHIFT = 12,
	BOTTOM = 1 << 8,
};

enum {
	LABEL_IPV4 = 0,
	LABEL_ROUTER_ALERT = 1,
	LABEL_IPV6 = 2,
	LABEL_IMPLICIT_NULL = 3,
	LABEL_RESERVED_LAST = 15,
};

static void
unlabelled(struct decode *d)
{
	if (pkt_left(d) < PSEUDOWIRE_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_MPLS_PKT_TOO_SMALL);
		return;
	}

	switch (*pkt_at(d) >> 4) {
	case 4:
		pkt_ipv4(d);
		break;
	case 6:
		pkt_ipv6(d);
		break;
	case 0:
		d->off += PSEUDOWIRE_LEN;
		pkt_ethernet(d);
		break;
	default:
		gz_pkt_note(d->p, GZ_PKT_EVENT_MPLS_UNKNOWN_PAYLOAD_TYPE);
		break;
	}
}

void
pkt_mpls(struct decode *d)
{
	uint32_t entry;

	pkt_count(PKT_COUNT_MPLS, 1);
	do {
		if (pkt_left(d) < LABEL_LEN) {
			pkt_bad(d, GZ_PKT_EVENT_MPLS_HEADER_TOO_SMALL);
			return;
		}
		if (!pkt_deeper(d))
			return;
		entry = pkt_be32(pkt_at(d));
		d->off += LABEL_LEN;
	} while ((entry & BOTTOM) == 0);

	switch (entry >> LABEL_SHIFT) {
	case LABEL_IPV4:
		pkt_ipv4(d);
		break;
	case LABEL_IPV6:
		pkt_ipv6(d);
		break;
	case LABEL_ROUTER_ALERT:
		pkt_bad(d, GZ_PKT_EVENT_MPLS_BAD_LABEL_ROUTER_ALERT);
		break;
	case LABEL_IMPLICIT_NULL:
		pkt_bad(d, GZ_PKT_EVENT_MPLS_BAD_LABEL_IMPLICIT_NULL);
		break;
	default:
		if (entry >> LABEL_SHIFT <= LABEL_RESERVED_LAST)
			pkt_bad(d, GZ_PKT_EVENT_MPLS_BAD_LABEL_RESERVED);
		else
			unlabelled(d);
		break;
	}
}
