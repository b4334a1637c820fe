/* SPDX-License-Identifier: BSD-3-Clause */

/* PPP, by itself and in PPPoE sessions (RFC 1661, 1662, 2516). */

#include "pkt_internal.h"

enum {
	PPP_ADDRESS_CONTROL = 0xff03,
	PPPOE_LEN = 6,
	PPPOE_TAG_LEN = 4,
	PPPOE_VERSION_TYPE = 0x11,
	IPV4_LEAST = 20,
	IPV6_LEAST = 40,
	VJ_UNCOMPRESSED_LEAST = IPV4_LEAST,
};

enum {
	PPP_IPV4 = 0x0021,
	PPP_OSI = 0x0023,
	PPP_APPLETALK = 0x0029,
	PPP_IPX = 0x002b,
	PPP_VJ_COMPRESSED = 0x002d,
	PPP_VJ_UNCOMPRESSED = 0x002f,
	PPP_BRIDGING = 0x0031,
	PPP_STREAM = 0x0033,
	PPP_VINES = 0x0035,
	PPP_COMPRESSED = 0x00fd,
	PPP_IPV6 = 0x0057,
	PPP_MPLS_UNICAST = 0x0281,
	PPP_MPLS_MULTICAST = 0x0283,
	/* network, link and authentication control: in order, and nobody's */
	PPP_CONTROL_FIRST = 0x8000,
};

enum {
	PPPOE_SESSION_CODE = 0x00,
	PPPOE_PADO = 0x07,
	PPPOE_PADI = 0x09,
	PPPOE_PADR = 0x19,
	PPPOE_PADS = 0x65,
	PPPOE_PADT = 0xa7,
};

static bool
is_known_but_not_read(uint16_t protocol)
{
	switch (protocol) {
	case PPP_OSI:
	case PPP_APPLETALK:
	case PPP_IPX:
	case PPP_VJ_COMPRESSED:
	case PPP_BRIDGING:
	case PPP_STREAM:
	case PPP_VINES:
	case PPP_COMPRESSED:
		return true;
	default:
		return false;
	}
}

void
pkt_ppp_protocol(struct decode *d, uint16_t protocol)
{
	uint32_t left = pkt_left(d);

	switch (protocol) {
	case PPP_IPV4:
		if (left < IPV4_LEAST)
			pkt_bad(d, GZ_PKT_EVENT_PPP_IP4_PKT_TOO_SMALL);
		else
			pkt_ipv4(d);
		break;
	case PPP_IPV6:
		if (left < IPV6_LEAST)
			pkt_bad(d, GZ_PKT_EVENT_PPP_IP6_PKT_TOO_SMALL);
		else
			pkt_ipv6(d);
		break;
	case PPP_VJ_UNCOMPRESSED:
		if (left < VJ_UNCOMPRESSED_LEAST)
			pkt_bad(d, GZ_PKT_EVENT_PPP_VJU_PKT_TOO_SMALL);
		else
			pkt_ipv4(d);
		break;
	case PPP_MPLS_UNICAST:
	case PPP_MPLS_MULTICAST:
		pkt_mpls(d);
		break;
	default:
		if (is_known_but_not_read(protocol))
			gz_pkt_note(d->p, GZ_PKT_EVENT_PPP_UNSUP_PROTO);
		else if (protocol < PPP_CONTROL_FIRST)
			gz_pkt_note(d->p, GZ_PKT_EVENT_PPP_WRONG_TYPE);
		break;
	}
}

/* The protocol field may be compressed to one byte: the last one is odd (RFC 1661 section 2). */
static bool
read_protocol(struct decode *d, uint16_t *protocol)
{
	const uint8_t *b = pkt_at(d);
	uint32_t left = pkt_left(d);

	if (left >= 1 && (b[0] & 1) != 0) {
		*protocol = b[0];
		d->off += 1;
		return true;
	}
	if (left < 2)
		return false;
	*protocol = pkt_be16(b);
	d->off += 2;
	return true;
}

void
pkt_ppp(struct decode *d)
{
	uint16_t protocol;

	pkt_count(PKT_COUNT_PPP, 1);
	if (pkt_left(d) >= 2 && pkt_be16(pkt_at(d)) == PPP_ADDRESS_CONTROL)
		d->off += 2;
	if (!read_protocol(d, &protocol)) {
		pkt_bad(d, GZ_PKT_EVENT_PPP_PKT_TOO_SMALL);
		return;
	}
	pkt_ppp_protocol(d, protocol);
}

void
pkt_pppoe_session(struct decode *d)
{
	uint16_t protocol;

	pkt_count(PKT_COUNT_PPPOE, 1);
	if (pkt_left(d) <= PPPOE_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_PPPOE_PKT_TOO_SMALL);
		return;
	}
	if (pkt_at(d)[0] != PPPOE_VERSION_TYPE || pkt_at(d)[1] != PPPOE_SESSION_CODE)
		gz_pkt_note(d->p, GZ_PKT_EVENT_PPPOE_WRONG_CODE);

	d->off += PPPOE_LEN;
	if (!read_protocol(d, &protocol)) {
		pkt_bad(d, GZ_PKT_EVENT_PPPOE_PKT_TOO_SMALL);
		return;
	}
	pkt_ppp_protocol(d, protocol);
}

static bool
tags_fit(const uint8_t *tags, uint32_t len)
{
	uint32_t tag_len;

	while (len > 0) {
		if (len < PPPOE_TAG_LEN)
			return false;
		tag_len = PPPOE_TAG_LEN + pkt_be16(tags + 2);
		if (tag_len > len)
			return false;
		tags += tag_len;
		len -= tag_len;
	}
	return true;
}

void
pkt_pppoe_discovery(struct decode *d)
{
	const uint8_t *h = pkt_at(d);
	uint32_t tags_len;

	pkt_count(PKT_COUNT_PPPOE, 1);
	if (pkt_left(d) < PPPOE_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_PPPOE_PKT_TOO_SMALL);
		return;
	}

	switch (h[1]) {
	case PPPOE_PADO:
	case PPPOE_PADI:
	case PPPOE_PADR:
	case PPPOE_PADS:
	case PPPOE_PADT:
		break;
	default:
		gz_pkt_note(d->p, GZ_PKT_EVENT_PPPOE_WRONG_CODE);
		return;
	}

	tags_len = pkt_be16(h + 4);
	if (tags_len > pkt_left(d) - PPPOE_LEN)
		pkt_bad(d, GZ_PKT_EVENT_PPPOE_PKT_TOO_SMALL);
	else if (!tags_fit(h + PPPOE_LEN, tags_len))
		pkt_bad(d, GZ_PKT_EVENT_PPPOE_MALFORMED_TAGS);
}
