/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * GRE (RFC 1701, 2784, 2890), its version 1 for PPTP (RFC 2637), and ERSPAN,
 * frames copied by a switch (draft-foschiano-erspan).
 */

#include "pkt_internal.h"

enum {
	GRE_LEN = 4,
	GRE_WORD = 4, /* what each flag adds to the header */
	ROUTE_LEN = 4, /* an entry of the source route, without its addresses */
	ERSPAN_LEN = 8,
	ERSPAN_TYPE_II = 1,
	ERSPAN_VLAN = 0xfff,
};

/* The first 16 bits. */
enum {
	HAS_SUM = 0x8000,
	HAS_ROUTE = 0x4000,
	HAS_KEY = 0x2000,
	HAS_SEQUENCE = 0x1000,
	STRICT_ROUTE = 0x0800,
	RECURSION = 0x0700,
	HAS_ACK = 0x0080, /* version 1 */
	FLAGS_0 = 0x00f8,
	FLAGS_1 = 0x0078,
	VERSION = 0x0007,
};

enum {
	CARRIES_IPV4 = 0x0800,
	CARRIES_ARP = 0x0806,
	CARRIES_ETHERNET = 0x6558,
	CARRIES_IPV6 = 0x86dd,
	CARRIES_PPP = 0x880b,
	CARRIES_ERSPAN = 0x88be,
};

/* Behind the source route at @p *len of the payload. @return false: it is longer than the packet. */
static bool
skip_route(const struct gz_pkt *p, uint32_t *len)
{
	const uint8_t *route;
	uint32_t entry;

	do {
		if (p->payload_len - *len < ROUTE_LEN)
			return false;
		route = gz_pkt_payload(p) + *len;
		entry = ROUTE_LEN + route[3];
		if (entry > p->payload_len - *len)
			return false;
		*len += entry;
	} while (entry > ROUTE_LEN);
	return true;
}

static void
carried(struct decode *d, uint16_t type, uint16_t flags, uint32_t off)
{
	switch (type) {
	case CARRIES_IPV4:
	case CARRIES_IPV6:
		pkt_carries(d, off, GZ_LINK_RAW, GZ_CARRIER_GRE);
		break;
	case CARRIES_ETHERNET:
		pkt_carries(d, off, GZ_LINK_ETHERNET, GZ_CARRIER_GRE);
		break;
	case CARRIES_ARP:
		pkt_carries(d, off, GZ_LINK_ARP, GZ_CARRIER_GRE);
		break;
	case CARRIES_PPP:
		pkt_carries(d, off, GZ_LINK_PPP, GZ_CARRIER_GRE);
		break;
	case CARRIES_ERSPAN:
		/* Type I is the bare frame; only type II counts its packets. */
		pkt_carries(d, off, (flags & HAS_SEQUENCE) != 0 ? GZ_LINK_ERSPAN : GZ_LINK_ETHERNET,
				GZ_CARRIER_GRE);
		break;
	default:
		break;
	}
}

static void
version_0(struct decode *d, uint16_t flags, uint16_t type)
{
	const struct gz_pkt *p = d->p;
	uint32_t len = GRE_LEN;

	if ((flags & RECURSION) != 0) {
		pkt_bad(d, GZ_PKT_EVENT_GRE_VERSION0_RECUR);
		return;
	}
	if ((flags & FLAGS_0) != 0) {
		pkt_bad(d, GZ_PKT_EVENT_GRE_VERSION0_FLAGS);
		return;
	}
	/* A sum and where the route goes on share a word. */
	len += (flags & (HAS_SUM | HAS_ROUTE)) != 0 ? GRE_WORD : 0;
	len += (flags & HAS_KEY) != 0 ? GRE_WORD : 0;
	len += (flags & HAS_SEQUENCE) != 0 ? GRE_WORD : 0;
	if (len > p->payload_len) {
		pkt_bad(d, GZ_PKT_EVENT_GRE_VERSION0_HDR_TOO_BIG);
		return;
	}
	if ((flags & HAS_ROUTE) != 0 && !skip_route(p, &len)) {
		pkt_bad(d, GZ_PKT_EVENT_GRE_VERSION0_MALFORMED_SRE_HDR);
		return;
	}
	carried(d, type, flags, p->payload_off + len);
}

/* What version 1 forbids, in the order of the header. */
static const struct {
	uint16_t flags;
	enum gz_pkt_event event;
} forbidden[] = {
	{ HAS_SUM, GZ_PKT_EVENT_GRE_VERSION1_CHKSUM },
	{ HAS_ROUTE, GZ_PKT_EVENT_GRE_VERSION1_ROUTE },
	{ STRICT_ROUTE, GZ_PKT_EVENT_GRE_VERSION1_SSR },
	{ RECURSION, GZ_PKT_EVENT_GRE_VERSION1_RECUR },
	{ FLAGS_1, GZ_PKT_EVENT_GRE_VERSION1_FLAGS },
};

static void
version_1(struct decode *d, uint16_t flags, uint16_t type)
{
	const struct gz_pkt *p = d->p;
	uint32_t len = GRE_LEN + GRE_WORD, i;

	for (i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		if ((flags & forbidden[i].flags) == 0)
			continue;
		pkt_bad(d, forbidden[i].event);
		return;
	}
	if ((flags & HAS_KEY) == 0) {
		pkt_bad(d, GZ_PKT_EVENT_GRE_VERSION1_NO_KEY);
		return;
	}
	if (type != CARRIES_PPP) {
		pkt_bad(d, GZ_PKT_EVENT_GRE_VERSION1_WRONG_PROTOCOL);
		return;
	}
	len += (flags & HAS_SEQUENCE) != 0 ? GRE_WORD : 0;
	len += (flags & HAS_ACK) != 0 ? GRE_WORD : 0;
	if (len > p->payload_len) {
		pkt_bad(d, GZ_PKT_EVENT_GRE_VERSION1_HDR_TOO_BIG);
		return;
	}
	carried(d, type, flags, p->payload_off + len);
}

void
pkt_gre(struct decode *d)
{
	const struct gz_pkt *p = d->p;
	uint16_t flags, type;

	pkt_count(PKT_COUNT_GRE, 1);
	if (p->payload_len < GRE_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_GRE_PKT_TOO_SMALL);
		return;
	}
	flags = pkt_be16(gz_pkt_payload(p));
	type = pkt_be16(gz_pkt_payload(p) + 2);
	switch (flags & VERSION) {
	case 0:
		version_0(d, flags, type);
		break;
	case 1:
		version_1(d, flags, type);
		break;
	default:
		pkt_bad(d, GZ_PKT_EVENT_GRE_WRONG_VERSION);
		break;
	}
}

void
pkt_erspan(struct decode *d)
{
	struct gz_pkt *p = d->p;
	uint16_t vlan;

	pkt_count(PKT_COUNT_ERSPAN, 1);
	if (pkt_left(d) < ERSPAN_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_ERSPAN_HEADER_TOO_SMALL);
		return;
	}
	if (*pkt_at(d) >> 4 != ERSPAN_TYPE_II) {
		pkt_bad(d, GZ_PKT_EVENT_ERSPAN_UNSUPPORTED_VERSION);
		return;
	}
	vlan = pkt_be16(pkt_at(d)) & ERSPAN_VLAN;
	if (vlan != 0)
		p->vlan[p->nb_vlan++] = vlan;
	d->off += ERSPAN_LEN;
	pkt_ethernet(d);
}
