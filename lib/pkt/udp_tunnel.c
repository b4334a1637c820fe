/* SPDX-License-Identifier: BSD-3-Clause */

/* What UDP carries packets in: VXLAN (RFC 7348), GENEVE (RFC 8926), Teredo (RFC 4380). */

#include <rte_branch_prediction.h>

#include "pkt_internal.h"

enum {
	VXLAN_LEN = 8,
	VXLAN_HAS_NETWORK = 0x08,
	GENEVE_LEN = 8,
	GENEVE_VERSION_SHIFT = 6,
	GENEVE_OPTIONS = 0x3f, /* their length, in words of 4 bytes */
	GENEVE_TYPE_OFF = 2,
	NETWORK_OFF = 4, /* of both */
	ETHER_LEN = 14,
	ETHER_TYPE_OFF = 12,
	ETHER_TYPE_LEAST = 0x600,
	TYPE_IPV4 = 0x0800,
	TYPE_IPV6 = 0x86dd,
	TYPE_ETHERNET = 0x6558,
	TEREDO_AUTH = 0x0001,
	TEREDO_AUTH_LEN = 13, /* with no identifier and no value */
	TEREDO_ORIGIN = 0x0000,
	TEREDO_ORIGIN_LEN = 8,
	IPV6_LEN = 40,
};

/* Does the frame at @p off hold what is looked into? Length fields (IEEE 802.3) are in order. */
static bool
frame_is_known(const struct gz_pkt *p, uint32_t off)
{
	uint16_t type;

	if (off + ETHER_LEN > p->payload_off + p->payload_len)
		return true;
	type = pkt_be16(p->data + off + ETHER_TYPE_OFF);
	return type < ETHER_TYPE_LEAST || pkt_ethertype_is_known(type);
}

static void
vxlan(struct decode *d)
{
	struct gz_pkt *p = d->p;
	const uint8_t *h = gz_pkt_payload(p);
	uint32_t off = p->payload_off + VXLAN_LEN;

	if (p->payload_len < VXLAN_LEN || (h[0] & VXLAN_HAS_NETWORK) == 0)
		return;
	pkt_count(PKT_COUNT_VXLAN, 1);
	if (!frame_is_known(p, off))
		gz_pkt_note(p, GZ_PKT_EVENT_VXLAN_UNKNOWN_PAYLOAD_TYPE);
	p->inner.network = pkt_be32(h + NETWORK_OFF) >> 8;
	pkt_carries(d, off, GZ_LINK_ETHERNET, GZ_CARRIER_VXLAN);
}

static void
geneve(struct decode *d)
{
	struct gz_pkt *p = d->p;
	const uint8_t *h = gz_pkt_payload(p);
	uint32_t len, off;

	if (p->payload_len < GENEVE_LEN || h[0] >> GENEVE_VERSION_SHIFT != 0)
		return;
	len = GENEVE_LEN + (h[0] & GENEVE_OPTIONS) * 4u;
	if (len > p->payload_len)
		return;
	pkt_count(PKT_COUNT_GENEVE, 1);
	off = p->payload_off + len;
	p->inner.network = pkt_be32(h + NETWORK_OFF) >> 8;
	switch (pkt_be16(h + GENEVE_TYPE_OFF)) {
	case TYPE_ETHERNET:
		if (!frame_is_known(p, off))
			gz_pkt_note(p, GZ_PKT_EVENT_GENEVE_UNKNOWN_PAYLOAD_TYPE);
		pkt_carries(d, off, GZ_LINK_ETHERNET, GZ_CARRIER_GENEVE);
		break;
	case TYPE_IPV4:
	case TYPE_IPV6:
		pkt_carries(d, off, GZ_LINK_RAW, GZ_CARRIER_GENEVE);
		break;
	default:
		gz_pkt_note(p, GZ_PKT_EVENT_GENEVE_UNKNOWN_PAYLOAD_TYPE);
		break;
	}
}

/* An authentication header and an origin, in this order, may be in front. @return the IPv6 packet's
 * offset in the payload. */
static uint32_t
teredo_head(const uint8_t *b, uint32_t len)
{
	uint32_t at = 0;

	if (len >= TEREDO_AUTH_LEN && pkt_be16(b) == TEREDO_AUTH)
		at = TEREDO_AUTH_LEN + b[2] + b[3];
	if (at + TEREDO_ORIGIN_LEN <= len && pkt_be16(b + at) == TEREDO_ORIGIN)
		at += TEREDO_ORIGIN_LEN;
	return at;
}

/* Anybody may use the port: only what is an IPv6 packet of the right length is one. */
static void
teredo(struct decode *d)
{
	const struct gz_pkt *p = d->p;
	const uint8_t *b = gz_pkt_payload(p);
	uint32_t at = teredo_head(b, p->payload_len);

	if (at + IPV6_LEN > p->payload_len || b[at] >> 4 != 6 ||
			pkt_be16(b + at + 4) > p->payload_len - at - IPV6_LEN)
		return;
	pkt_count(PKT_COUNT_TEREDO, 1);
	pkt_carries(d, p->payload_off + at, GZ_LINK_RAW, GZ_CARRIER_TEREDO);
}

void
pkt_udp_tunnel(struct decode *d)
{
	const struct gz_tunnel_ports *ports = d->tunnels;
	const struct gz_pkt *p = d->p;

	if (unlikely(p->dport == ports->vxlan && p->dport != 0))
		vxlan(d);
	else if (unlikely(p->dport == ports->geneve && p->dport != 0))
		geneve(d);
	else if (unlikely((p->dport == ports->teredo || p->sport == ports->teredo) &&
				 ports->teredo != 0))
		teredo(d);
}
