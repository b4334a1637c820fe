/* SPDX-License-Identifier: BSD-3-Clause */

/* Packets within packets: where they are, IP in IP (RFC 2003, 2473, 4213), and the way in. */

#include <netinet/in.h>

#include <rte_common.h>

#include "gz_conf.h"
#include "gz_stat.h"

#include "pkt_internal.h"

enum {
	IPV4_LEAST = 20,
	IPV6_LEAST = 40,
	IPV4_FRAG_OFF = 6,
	IPV4_FRAG_MASK = 0x3fff, /* more fragments, offset */
	IPV4_PROTO_OFF = 9,
	IPV6_NEXT_OFF = 6,
	ETHER_LEN = 14,
	ETHER_TYPE_OFF = 12,
	TYPE_IPV4 = 0x0800,
	TENANT_DEPTH_SHIFT = 28, /* depth above, network below */
};

static const struct gz_setting tunnel_settings[] = {
	{ "decode.vxlan-port", GZ_SETTING_UINT, "4789", .max = UINT16_MAX,
			.help = "UDP port whose packets are looked into as VXLAN; 0: none" },
	{ "decode.geneve-port", GZ_SETTING_UINT, "6081", .max = UINT16_MAX,
			.help = "UDP port whose packets are looked into as GENEVE; 0: none" },
	{ "decode.teredo-port", GZ_SETTING_UINT, "3544", .max = UINT16_MAX,
			.help = "UDP port whose packets are looked into as Teredo; 0: none" },
};
GZ_CONF_REGISTER(tunnel_settings)

void
gz_tunnel_ports_init(struct gz_tunnel_ports *ports, const struct gz_conf *conf)
{
	*ports = (struct gz_tunnel_ports){ .vxlan = 4789, .geneve = 6081, .teredo = 3544 };
	if (conf == NULL)
		return;
	ports->vxlan = (uint16_t)gz_conf_uint(conf, "decode.vxlan-port");
	ports->geneve = (uint16_t)gz_conf_uint(conf, "decode.geneve-port");
	ports->teredo = (uint16_t)gz_conf_uint(conf, "decode.teredo-port");
}

void
pkt_carries(struct decode *d, uint32_t off, enum gz_link link, enum gz_carrier carrier)
{
	struct gz_pkt *p = d->p;
	uint32_t end = p->payload_off + p->payload_len;

	if (p->depth == GZ_PKT_TUNNELS) {
		pkt_bad_why(d, GZ_PKT_EVENT_TOO_MANY_LAYERS, GZ_WHY_HEADERS);
		return;
	}
	if (off >= end)
		return;
	p->inner.off = off;
	p->inner.len = end - off;
	p->inner.link = (uint8_t)link;
	p->inner.carrier = (uint8_t)carrier;
	if (carrier != GZ_CARRIER_VXLAN && carrier != GZ_CARRIER_GENEVE)
		p->inner.network = 0;
}

void
pkt_ip_in_ipv4(struct decode *d)
{
	struct gz_pkt *p = d->p;

	pkt_count(p->proto == IPPROTO_IPIP ? PKT_COUNT_IPV4_IN_IPV4 : PKT_COUNT_IPV6_IN_IPV4, 1);
	pkt_carries(d, p->payload_off, GZ_LINK_RAW, GZ_CARRIER_IPV4);
}

void
pkt_ip_in_ipv6(struct decode *d)
{
	struct gz_pkt *p = d->p;
	bool v4 = p->proto == IPPROTO_IPIP;

	pkt_count(v4 ? PKT_COUNT_IPV4_IN_IPV6 : PKT_COUNT_IPV6_IN_IPV6, 1);
	if (p->payload_len < (v4 ? IPV4_LEAST : IPV6_LEAST)) {
		pkt_bad(d,
				v4 ? GZ_PKT_EVENT_IPV4_IN_IPV6_TOO_SMALL
				   : GZ_PKT_EVENT_IPV6_IN_IPV6_TOO_SMALL);
		return;
	}
	if (*gz_pkt_payload(p) >> 4 != (v4 ? 4 : 6)) {
		pkt_bad(d,
				v4 ? GZ_PKT_EVENT_IPV4_IN_IPV6_WRONG_VERSION
				   : GZ_PKT_EVENT_IPV6_IN_IPV6_WRONG_VERSION);
		return;
	}
	pkt_carries(d, p->payload_off, GZ_LINK_RAW, GZ_CARRIER_IPV6);
}

/* Two networks may use the same addresses, and so may a tunnel and what is around it. */
static uint32_t
tenant_of(const struct gz_pkt *carrier, uint32_t depth)
{
	uint32_t tenant = carrier->tenant;

	if (carrier->inner.network != 0)
		tenant = tenant * 0x9e3779b1u + carrier->inner.network;
	return (tenant & ((1u << TENANT_DEPTH_SHIFT) - 1)) | depth << TENANT_DEPTH_SHIFT;
}

void
gz_pkt_enter(const struct gz_pkt *carrier, struct gz_pkt *p, const struct gz_decode_opts *opts)
{
	const struct gz_inner *in = &carrier->inner;

	*p = (struct gz_pkt){
		.data = carrier->data + in->off,
		.len = in->len,
		.flags = carrier->flags & (GZ_PKT_SUM_PARTIAL | GZ_PKT_SIDED),
		.link = in->link,
		.side = carrier->side,
		.time_us = carrier->time_us,
		.tenant = tenant_of(carrier, carrier->depth + 1u),
		.wire = carrier->wire,
		.number = carrier->number,
		.root = carrier->root != NULL ? carrier->root : carrier,
		.carrier = in->carrier,
		.depth = (uint8_t)(carrier->depth + 1),
	};
	pkt_decode(p, opts);
	p->flags |= carrier->flags & GZ_PKT_OBSERVE;
}

void
gz_pkt_peek(const struct gz_pkt *carrier, struct gz_pkt *p, const struct gz_decode_opts *opts)
{
	uint64_t *counters = gz_stat_pause();

	gz_pkt_enter(carrier, p, opts);
	gz_stat_resume(counters);
}

bool
gz_pkt_inner_is_plain(const struct gz_pkt *carrier)
{
	const uint8_t *ip = carrier->data + carrier->inner.off;
	uint32_t len = carrier->inner.len;

	if (carrier->inner.link == GZ_LINK_ETHERNET && len >= ETHER_LEN) {
		if (pkt_be16(ip + ETHER_TYPE_OFF) != TYPE_IPV4)
			return false;
		ip += ETHER_LEN;
		len -= ETHER_LEN;
	} else if (carrier->inner.link != GZ_LINK_RAW) {
		return false;
	}
	if (len < IPV4_LEAST)
		return true;
	if (ip[0] >> 4 == 6)
		return ip[IPV6_NEXT_OFF] == IPPROTO_TCP;
	return (pkt_be16(ip + IPV4_FRAG_OFF) & IPV4_FRAG_MASK) == 0 &&
			(ip[IPV4_PROTO_OFF] == IPPROTO_TCP || ip[IPV4_PROTO_OFF] == IPPROTO_ICMP);
}

const char *
gz_pkt_src(const struct gz_pkt *p)
{
	static const char *const names[] = {
		[GZ_CARRIER_NONE] = "wire/pcap",
		[GZ_CARRIER_GRE] = "gre tunnel",
		[GZ_CARRIER_IPV4] = "ipv4 tunnel",
		[GZ_CARRIER_IPV6] = "ipv6 tunnel",
		[GZ_CARRIER_VXLAN] = "vxlan encapsulation",
		[GZ_CARRIER_GENEVE] = "geneve encapsulation",
		[GZ_CARRIER_TEREDO] = "teredo tunnel",
	};

	if ((p->flags & GZ_PKT_PSEUDO) != 0)
		return "stream (flow timeout)";
	if ((p->flags & GZ_PKT_WHOLE) != 0)
		return "defrag";
	return names[p->carrier < RTE_DIM(names) ? p->carrier : GZ_CARRIER_NONE];
}
