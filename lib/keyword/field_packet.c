/* SPDX-License-Identifier: BSD-3-Clause */
#include <netinet/in.h>

#include <rte_common.h>

#include "sctp_chunk.h"

/* Sticky buffers of a packet's headers. */

enum {
	ETHER_BYTES = 14,
	UDP_BYTES = 8,
	ICMP_BYTES = 8,
	ICMP_TIMESTAMP_BYTES = 20,
};

static bool
give(struct gz_value *v, const uint8_t *p, uint32_t len)
{
	*v = (struct gz_value){ .p = p, .len = len, .complete = true };
	return true;
}

/** Has it that layer, whole? */
static bool
has(const struct gz_pkt *p, uint32_t flag)
{
	return (p->flags & flag) != 0 && !(p->flags & GZ_PKT_PSEUDO);
}

static bool
give_addr(struct gz_value *v, const struct gz_pkt *p, const struct gz_addr *a)
{
	if (has(p, GZ_PKT_IPV4))
		return give(v, a->b + 12, 4);
	return has(p, GZ_PKT_IPV6) && give(v, a->b, 16);
}

static bool
get_ip_src(const struct gz_pkt *p, uint32_t index, struct gz_value *v)
{
	return give_addr(v, p, &p->src);
}

static bool
get_ip_dst(const struct gz_pkt *p, uint32_t index, struct gz_value *v)
{
	return give_addr(v, p, &p->dst);
}

static bool
get_ether(const struct gz_pkt *p, uint32_t index, struct gz_value *v)
{
	return p->link == GZ_LINK_ETHERNET && !(p->flags & GZ_PKT_PSEUDO) &&
			p->len >= ETHER_BYTES && give(v, p->data, ETHER_BYTES);
}

static bool
get_ipv4(const struct gz_pkt *p, uint32_t index, struct gz_value *v)
{
	return has(p, GZ_PKT_IPV4) && give(v, gz_pkt_l3(p), (gz_pkt_l3(p)[0] & 15) * 4u);
}

/** With its extension headers. */
static bool
get_ipv6(const struct gz_pkt *p, uint32_t index, struct gz_value *v)
{
	return has(p, GZ_PKT_IPV6) && p->l4_off >= p->l3_off &&
			give(v, gz_pkt_l3(p), p->l4_off - p->l3_off);
}

static bool
get_tcp(const struct gz_pkt *p, uint32_t index, struct gz_value *v)
{
	return has(p, GZ_PKT_TCP) && give(v, gz_pkt_l4(p), (gz_pkt_l4(p)[12] >> 4) * 4u);
}

static bool
get_udp(const struct gz_pkt *p, uint32_t index, struct gz_value *v)
{
	return has(p, GZ_PKT_UDP) && give(v, gz_pkt_l4(p), UDP_BYTES);
}

/** A timestamp's header (RFC 792) goes on behind the usual eight bytes. */
static bool
get_icmp4(const struct gz_pkt *p, uint32_t index, struct gz_value *v)
{
	bool stamp = p->icmp_type == 13 || p->icmp_type == 14;
	uint32_t len = stamp ? ICMP_TIMESTAMP_BYTES : ICMP_BYTES;

	if (!has(p, GZ_PKT_ICMP4))
		return false;
	return give(v, gz_pkt_l4(p), RTE_MIN(len, p->l3_off + p->l3_len - p->l4_off));
}

static bool
get_icmp6(const struct gz_pkt *p, uint32_t index, struct gz_value *v)
{
	return has(p, GZ_PKT_ICMP6) &&
			give(v, gz_pkt_l4(p),
					RTE_MIN((uint32_t)ICMP_BYTES,
							p->l3_off + p->l3_len - p->l4_off));
}

static bool
get_igmp(const struct gz_pkt *p, uint32_t index, struct gz_value *v)
{
	if (!has(p, GZ_PKT_IPV4) || p->proto != IPPROTO_IGMP || (p->flags & GZ_PKT_FRAGMENT))
		return false;
	return give(v, gz_pkt_l4(p), p->payload_len);
}

/** With all its chunks. */
static bool
get_sctp(const struct gz_pkt *p, uint32_t index, struct gz_value *v)
{
	return has(p, GZ_PKT_SCTP) &&
			give(v, gz_pkt_l4(p), p->payload_off - p->l4_off + p->payload_len);
}

static bool
get_sctp_data(const struct gz_pkt *p, uint32_t index, struct gz_value *v)
{
	struct sctp_chunk c = SCTP_CHUNK_FIRST;

	while (sctp_chunk_next(p, &c)) {
		if (c.type == SCTP_DATA && index-- == 0)
			return give(v, c.value.p, c.value.len);
	}
	return false;
}

static const struct gz_field_row packet_fields[] = {
	{ .name = "ip.src", .help = "the source address, 4 or 16 bytes", .get_pkt = get_ip_src },
	{ .name = "ip.dst",
			.help = "the destination address, 4 or 16 bytes",
			.get_pkt = get_ip_dst },
	{ .name = "ether.hdr", .help = "the Ethernet header, without tags", .get_pkt = get_ether },
	{ .name = "ipv4.hdr", .help = "the IPv4 header with its options", .get_pkt = get_ipv4 },
	{ .name = "ipv6.hdr", .help = "the IPv6 header with its extensions", .get_pkt = get_ipv6 },
	{ .name = "tcp.hdr", .help = "the TCP header with its options", .get_pkt = get_tcp },
	{ .name = "udp.hdr", .help = "the UDP header", .get_pkt = get_udp },
	{ .name = "icmpv4.hdr", .help = "the header of an ICMP message", .get_pkt = get_icmp4 },
	{ .name = "icmpv6.hdr", .help = "the header of an ICMPv6 message", .get_pkt = get_icmp6 },
	{ .name = "igmp.hdr", .help = "an IGMP message", .get_pkt = get_igmp },
	{ .name = "sctp.hdr", .help = "the SCTP header with all chunks", .get_pkt = get_sctp },
	{ .name = "sctp.chunk_data",
			.help = "what each SCTP chunk of data carries",
			.get_pkt = get_sctp_data,
			.flags = GZ_FIELD_MULTI },
};
GZ_FIELDS_REGISTER(packet_fields)
