/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * What a refused sender is told: a reset to TCP, an ICMP "administratively
 * prohibited" to others. Both are made from the offending packet alone, so that
 * they fit what the two ends know; the Ethernet header and its tags are the
 * packet's own, turned round for the sender.
 */

#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_icmp.h>
#include <rte_ip.h>
#include <rte_tcp.h>

#include "gz_stat.h"

#include "act_internal.h"

enum {
	REJECT_RST,
	REJECT_ICMP,
	REJECT_LIMITED,
};

static const struct gz_stat_row reject_rows[] = {
	[REJECT_RST] = { "reject.rst", "TCP resets sent" },
	[REJECT_ICMP] = { "reject.icmp", "ICMP errors sent" },
	[REJECT_LIMITED] = { "reject.limited", "resets and errors not sent: over reject.rate" },
};
GZ_STAT_REGISTER(reject, reject_rows)

enum {
	TTL = 64,
	ICMP_HEADER = 8,
	ICMP4_UNREACHABLE = 3,
	ICMP4_PROHIBITED = 13,
	ICMP6_UNREACHABLE = 1,
	ICMP6_PROHIBITED = 1,
};

/* Who is told: the packet's sender, or its receiver as if the sender spoke. */
enum target {
	TO_SENDER,
	TO_RECEIVER,
};

static bool
may_send(struct gz_act *a, uint64_t now_us)
{
	uint64_t second = now_us / 1000000;

	if (second != a->reject_second) {
		a->reject_second = second;
		a->reject_tokens = a->reject_rate;
	}
	if (a->reject_tokens == 0) {
		GZ_STAT_ADD(reject, REJECT_LIMITED, 1);
		return false;
	}
	a->reject_tokens--;
	return true;
}

static enum gz_side
other_side(enum gz_side side)
{
	return side == GZ_OUTSIDE ? GZ_INSIDE : GZ_OUTSIDE;
}

/* A frame with @p p's link header in front and room for @p l3_len bytes behind it. */
static struct gz_pkt *
new_frame(struct gz_act *a, const struct gz_pkt *p, enum target to, uint32_t l3_len)
{
	enum gz_side side = to == TO_SENDER ? p->side : other_side(p->side);
	struct gz_pkt *r = gz_port_new(a->opts.port, p->wire, side, p->l3_off + l3_len);
	struct rte_ether_hdr *eth;

	if (r == NULL)
		return NULL;
	memcpy(r->data, p->data, p->l3_off);
	r->link = p->link;
	r->time_us = p->time_us;
	if (to == TO_SENDER && p->link == GZ_LINK_ETHERNET && p->l3_off >= sizeof(*eth)) {
		eth = (struct rte_ether_hdr *)r->data;
		memcpy(&eth->src_addr, p->data, RTE_ETHER_ADDR_LEN);
		memcpy(&eth->dst_addr, p->data + RTE_ETHER_ADDR_LEN, RTE_ETHER_ADDR_LEN);
	}
	return r;
}

static uint8_t *
put_ipv4(struct gz_pkt *r, const struct gz_pkt *p, enum target to, uint8_t proto, uint32_t len)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(r->data + p->l3_off);
	const struct gz_addr *src = to == TO_SENDER ? &p->dst : &p->src;
	const struct gz_addr *dst = to == TO_SENDER ? &p->src : &p->dst;

	*ip = (struct rte_ipv4_hdr){
		.version_ihl = RTE_IPV4_VHL_DEF,
		.total_length = rte_cpu_to_be_16((uint16_t)(sizeof(*ip) + len)),
		.fragment_offset = RTE_BE16(RTE_IPV4_HDR_DF_FLAG),
		.time_to_live = TTL,
		.next_proto_id = proto,
	};
	memcpy(&ip->src_addr, &src->b[12], sizeof(ip->src_addr));
	memcpy(&ip->dst_addr, &dst->b[12], sizeof(ip->dst_addr));
	return (uint8_t *)(ip + 1);
}

static uint8_t *
put_ipv6(struct gz_pkt *r, const struct gz_pkt *p, enum target to, uint8_t proto, uint32_t len)
{
	struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)(r->data + p->l3_off);

	*ip = (struct rte_ipv6_hdr){
		.vtc_flow = RTE_BE32(6u << 28),
		.payload_len = rte_cpu_to_be_16((uint16_t)len),
		.proto = proto,
		.hop_limits = TTL,
	};
	memcpy(ip->src_addr, to == TO_SENDER ? p->dst.b : p->src.b, sizeof(ip->src_addr));
	memcpy(ip->dst_addr, to == TO_SENDER ? p->src.b : p->dst.b, sizeof(ip->dst_addr));
	return (uint8_t *)(ip + 1);
}

static uint32_t
ip_header_len(const struct gz_pkt *p)
{
	return p->flags & GZ_PKT_IPV4 ? sizeof(struct rte_ipv4_hdr) : sizeof(struct rte_ipv6_hdr);
}

static uint8_t *
put_ip(struct gz_pkt *r, const struct gz_pkt *p, enum target to, uint8_t proto, uint32_t len)
{
	return p->flags & GZ_PKT_IPV4 ? put_ipv4(r, p, to, proto, len)
				      : put_ipv6(r, p, to, proto, len);
}

static void
send_frame(struct gz_act *a, struct gz_pkt *r, const struct gz_pkt *p)
{
	static const struct gz_decode_opts opts = { .verify_checksums = false };

	gz_pkt_decode_ip(r, p->l3_off, &opts);
	gz_pkt_fix_checksums(r);
	gz_port_inject(a->opts.port, r);
}

/*
 * RFC 9293 section 3.10.7.1: to a segment with ACK the reset has its
 * acknowledgement as sequence; to one without, it acknowledges the segment.
 * The receiver of the offending packet gets its reset where it expects the
 * next byte, which is the offending packet's own sequence (RFC 5961).
 */
static void
put_rst(struct rte_tcp_hdr *rst, const struct gz_pkt *p, enum target to)
{
	const struct rte_tcp_hdr *tcp = (const struct rte_tcp_hdr *)gz_pkt_l4(p);
	bool acks = (tcp->tcp_flags & RTE_TCP_ACK_FLAG) != 0;
	uint32_t len = p->payload_len + ((tcp->tcp_flags & RTE_TCP_SYN_FLAG) != 0) +
			((tcp->tcp_flags & RTE_TCP_FIN_FLAG) != 0);

	*rst = (struct rte_tcp_hdr){
		.data_off = sizeof(*rst) / 4 << 4,
		.tcp_flags = RTE_TCP_RST_FLAG,
	};
	if (to == TO_RECEIVER) {
		rst->src_port = tcp->src_port;
		rst->dst_port = tcp->dst_port;
		rst->sent_seq = tcp->sent_seq;
		rst->recv_ack = tcp->recv_ack;
		rst->tcp_flags |= acks ? RTE_TCP_ACK_FLAG : 0;
		return;
	}
	rst->src_port = tcp->dst_port;
	rst->dst_port = tcp->src_port;
	if (acks) {
		rst->sent_seq = tcp->recv_ack;
		return;
	}
	rst->recv_ack = rte_cpu_to_be_32(rte_be_to_cpu_32(tcp->sent_seq) + len);
	rst->tcp_flags |= RTE_TCP_ACK_FLAG;
}

static void
send_rst(struct gz_act *a, const struct gz_pkt *p, enum target to)
{
	struct gz_pkt *r = new_frame(a, p, to, ip_header_len(p) + ACT_RST_LEN);

	if (r == NULL)
		return;
	put_rst((struct rte_tcp_hdr *)put_ip(r, p, to, IPPROTO_TCP, ACT_RST_LEN), p, to);
	send_frame(a, r, p);
	GZ_STAT_ADD(reject, REJECT_RST, 1);
}

/* RFC 1122 section 3.2.2, RFC 4443 section 2.4 (e): about what no error may be sent. */
static bool
deserves_icmp(const struct gz_pkt *p)
{
	if (p->frag_off != 0 || (p->flags & GZ_PKT_WHOLE) != 0)
		return false;
	if ((p->flags & GZ_PKT_ICMP4) != 0)
		return p->icmp_type == RTE_IP_ICMP_ECHO_REQUEST;
	if ((p->flags & GZ_PKT_ICMP6) != 0)
		return p->icmp_type >= 128;
	if ((p->flags & GZ_PKT_IPV4) != 0)
		return p->dst.b[12] < 224 && p->src.b[12] < 224 && p->src.b[12] != 0;
	return p->dst.b[0] != 0xff && p->src.b[0] != 0xff;
}

static void
send_icmp(struct gz_act *a, const struct gz_pkt *p)
{
	bool v4 = (p->flags & GZ_PKT_IPV4) != 0;
	uint32_t most = (v4 ? ACT_ICMP4_MOST : ACT_ICMP6_MOST) - ip_header_len(p) - ICMP_HEADER;
	uint32_t body = RTE_MIN(p->l3_len, most);
	struct gz_pkt *r;
	uint8_t *icmp;

	if (!deserves_icmp(p))
		return;
	r = new_frame(a, p, TO_SENDER, ip_header_len(p) + ICMP_HEADER + body);
	if (r == NULL)
		return;
	icmp = put_ip(r, p, TO_SENDER, v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6, ICMP_HEADER + body);
	memset(icmp, 0, ICMP_HEADER);
	icmp[0] = v4 ? ICMP4_UNREACHABLE : ICMP6_UNREACHABLE;
	icmp[1] = v4 ? ICMP4_PROHIBITED : ICMP6_PROHIBITED;
	memcpy(icmp + ICMP_HEADER, gz_pkt_l3(p), body);
	send_frame(a, r, p);
	GZ_STAT_ADD(reject, REJECT_ICMP, 1);
}

void
act_reject(struct gz_act *a, const struct gz_pkt *p)
{
	bool is_tcp = (p->flags & GZ_PKT_TCP) != 0;

	if ((p->flags & (GZ_PKT_IPV4 | GZ_PKT_IPV6)) == 0 || (p->flags & GZ_PKT_BAD) != 0)
		return;
	if (is_tcp && (p->tcp_flags & RTE_TCP_RST_FLAG) != 0)
		return;
	if ((p->reject & GZ_REJECT_SENDER) != 0 && may_send(a, p->time_us)) {
		if (is_tcp)
			send_rst(a, p, TO_SENDER);
		else
			send_icmp(a, p);
	}
	if (is_tcp && (p->reject & GZ_REJECT_RECEIVER) != 0 && may_send(a, p->time_us))
		send_rst(a, p, TO_RECEIVER);
}
