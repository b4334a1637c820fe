/* SPDX-License-Identifier: BSD-3-Clause */

/* Ethernet, its tags, and what its ethertypes say. */

#include <rte_branch_prediction.h>

#include "pkt_internal.h"

enum {
	ETHER_LEN = 14,
	ETHER_TYPE_OFF = 12,
	ETHER_TYPE_LEAST = 0x600, /* below it is a length, and LLC follows */
	VLAN_LEN = 4,
	PBB_LEN = 18, /* I-TAG, the customer's addresses, ethertype */
	VNTAG_LEN = 6,
	FABRICPATH_LEN = 2, /* the rest of its tag; an Ethernet frame follows */
};

enum {
	TYPE_IPV4 = 0x0800,
	TYPE_ARP = 0x0806,
	TYPE_VLAN = 0x8100,
	TYPE_IPV6 = 0x86dd,
	TYPE_MPLS = 0x8847,
	TYPE_MPLS_UPSTREAM = 0x8848,
	TYPE_PPPOE_DISCOVERY = 0x8863,
	TYPE_PPPOE_SESSION = 0x8864,
	TYPE_QINQ = 0x88a8,
	TYPE_PBB = 0x88e7,
	TYPE_FABRICPATH = 0x8903,
	TYPE_VNTAG = 0x8926,
	TYPE_NSH = 0x894f,
	TYPE_QINQ_OLD = 0x9100,
};

bool
pkt_ethertype_is_known(uint16_t type)
{
	switch (type) {
	case TYPE_IPV4:
	case TYPE_IPV6:
	case TYPE_ARP:
	case TYPE_VLAN:
	case TYPE_QINQ:
	case TYPE_QINQ_OLD:
	case TYPE_MPLS:
	case TYPE_MPLS_UPSTREAM:
	case TYPE_PPPOE_SESSION:
	case TYPE_PPPOE_DISCOVERY:
	case TYPE_PBB:
	case TYPE_FABRICPATH:
	case TYPE_VNTAG:
	case TYPE_NSH:
		return true;
	default:
		return false;
	}
}

bool
pkt_ethertype(struct decode *d, uint16_t type)
{
	d->p->ethertype = type;
	if (likely(type == TYPE_IPV4)) {
		pkt_ipv4(d);
		return true;
	}
	if (unlikely(!pkt_deeper(d)))
		return true;

	switch (type) {
	case TYPE_IPV6:
		pkt_ipv6(d);
		return true;
	case TYPE_ARP:
		pkt_arp(d);
		return true;
	case TYPE_VLAN:
	case TYPE_QINQ:
	case TYPE_QINQ_OLD:
		pkt_vlan(d);
		return true;
	case TYPE_MPLS:
	case TYPE_MPLS_UPSTREAM:
		pkt_mpls(d);
		return true;
	case TYPE_PPPOE_SESSION:
		pkt_pppoe_session(d);
		return true;
	case TYPE_PPPOE_DISCOVERY:
		pkt_pppoe_discovery(d);
		return true;
	case TYPE_PBB:
		pkt_pbb(d);
		return true;
	case TYPE_FABRICPATH:
		pkt_fabricpath(d);
		return true;
	case TYPE_VNTAG:
		pkt_vntag(d);
		return true;
	case TYPE_NSH:
		pkt_nsh(d);
		return true;
	default:
		pkt_count(PKT_COUNT_OTHER, 1);
		return false;
	}
}

void
pkt_ethernet(struct decode *d)
{
	uint16_t type;

	if (likely(d->p->carrier != GZ_CARRIER_VXLAN && d->p->carrier != GZ_CARRIER_GENEVE))
		pkt_count(PKT_COUNT_ETHERNET, 1);
	if (unlikely(pkt_left(d) < ETHER_LEN)) {
		pkt_bad(d, GZ_PKT_EVENT_ETHERNET_PKT_TOO_SMALL);
		return;
	}

	type = pkt_be16(pkt_at(d) + ETHER_TYPE_OFF);
	d->off += ETHER_LEN;
	if (unlikely(type < ETHER_TYPE_LEAST)) {
		d->p->ethertype = 0;
		pkt_count(PKT_COUNT_OTHER, 1);
		return;
	}
	pkt_ethertype(d, type);
}

void
pkt_vlan(struct decode *d)
{
	static const enum pkt_count counts[GZ_PKT_VLANS] = { PKT_COUNT_VLAN, PKT_COUNT_QINQ,
		PKT_COUNT_QINQINQ };
	struct gz_pkt *p = d->p;
	uint16_t type, id;

	if (pkt_left(d) < VLAN_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_VLAN_HEADER_TOO_SMALL);
		return;
	}
	if (p->nb_vlan == GZ_PKT_VLANS) {
		pkt_bad_why(d, GZ_PKT_EVENT_VLAN_TOO_MANY_LAYERS, GZ_WHY_HEADERS);
		return;
	}

	pkt_count(counts[p->nb_vlan], 1);
	/* a tag of number 0 tells a priority and no VLAN: hosts take the frame as one without it */
	id = pkt_be16(pkt_at(d)) & 0xfff;
	if (id != 0)
		p->vlan[p->nb_vlan++] = id;
	type = pkt_be16(pkt_at(d) + 2);
	d->off += VLAN_LEN;
	if (type < ETHER_TYPE_LEAST)
		p->ethertype = 0;
	else if (!pkt_ethertype(d, type))
		gz_pkt_note(p, GZ_PKT_EVENT_VLAN_UNKNOWN_TYPE);
}

void
pkt_pbb(struct decode *d)
{
	uint16_t type;

	if (pkt_left(d) < PBB_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_IEEE8021AH_HEADER_TOO_SMALL);
		return;
	}

	pkt_count(PKT_COUNT_PBB, 1);
	type = pkt_be16(pkt_at(d) + PBB_LEN - 2);
	d->off += PBB_LEN;
	pkt_ethertype(d, type);
}

void
pkt_vntag(struct decode *d)
{
	uint16_t type;

	if (pkt_left(d) < VNTAG_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_VNTAG_HEADER_TOO_SMALL);
		return;
	}

	pkt_count(PKT_COUNT_VNTAG, 1);
	type = pkt_be16(pkt_at(d) + VNTAG_LEN - 2);
	d->off += VNTAG_LEN;
	if (!pkt_ethertype(d, type))
		gz_pkt_note(d->p, GZ_PKT_EVENT_VNTAG_UNKNOWN_TYPE);
}

void
pkt_fabricpath(struct decode *d)
{
	if (pkt_left(d) < FABRICPATH_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_DCE_PKT_TOO_SMALL);
		return;
	}

	d->off += FABRICPATH_LEN;
	pkt_ethernet(d);
}
