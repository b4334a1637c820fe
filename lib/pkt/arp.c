/* SPDX-License-Identifier: BSD-3-Clause */

/* ARP and its kin for Ethernet and IPv4 (RFC 826, 903, 2390); what is odd about it is told and passes. */

#include "pkt_internal.h"

enum {
	ARP_LEN = 28,
	HARDWARE_ETHERNET = 1,
	PROTOCOL_IPV4 = 0x0800,
	HARDWARE_SIZE = 6,
	PROTOCOL_SIZE = 4,
};

static bool
opcode_is_known(uint16_t opcode)
{
	switch (opcode) {
	case 1: /* ARP */
	case 2:
	case 3: /* RARP */
	case 4:
	case 8: /* InARP */
	case 9:
		return true;
	default:
		return false;
	}
}

static bool
fits(struct decode *d, const uint8_t *h)
{
	enum gz_pkt_event e;

	if (pkt_left(d) < ARP_LEN)
		e = GZ_PKT_EVENT_ARP_PKT_TOO_SMALL;
	else if (pkt_be16(h) != HARDWARE_ETHERNET)
		e = GZ_PKT_EVENT_ARP_UNSUPPORTED_HARDWARE;
	else if (pkt_be16(h + 2) != PROTOCOL_IPV4)
		e = GZ_PKT_EVENT_ARP_UNSUPPORTED_PROTOCOL;
	else if (h[4] != HARDWARE_SIZE)
		e = GZ_PKT_EVENT_ARP_INVALID_HARDWARE_SIZE;
	else if (h[5] != PROTOCOL_SIZE)
		e = GZ_PKT_EVENT_ARP_INVALID_PROTOCOL_SIZE;
	else if (!opcode_is_known(pkt_be16(h + 6)))
		e = GZ_PKT_EVENT_ARP_UNSUPPORTED_OPCODE;
	else
		return true;
	gz_pkt_note(d->p, e);
	return false;
}

void
pkt_arp(struct decode *d)
{
	struct gz_pkt *p = d->p;

	p->flags |= GZ_PKT_ARP;
	pkt_count(PKT_COUNT_ARP, 1);
	if (!fits(d, pkt_at(d)))
		return;
	p->l3_off = d->off;
	p->l3_len = ARP_LEN;
}
