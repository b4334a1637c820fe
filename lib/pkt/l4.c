/* SPDX-License-Identifier: BSD-3-Clause */

/* From IP to what it carries; and the small ones: UDP, SCTP, ESP (RFC 768, 9260, 4303). */

#include <netinet/in.h>

#include <rte_branch_prediction.h>
#include <rte_byteorder.h>
#include <rte_udp.h>

#include "pkt_internal.h"

enum {
	UDP_LEN = sizeof(struct rte_udp_hdr),
	SCTP_LEN = 12,
	ESP_LEAST = 8,
};

/* A UDP length below what IP carries is allowed: the rest is nobody's. Over IPv6 it may be left out,
 * as for jumbograms (RFC 2675 section 4), and Linux takes that from a datagram of any size. */
void
pkt_udp(struct decode *d)
{
	struct gz_pkt *p = d->p;
	const struct rte_udp_hdr *h = (const struct rte_udp_hdr *)gz_pkt_l4(p);
	uint32_t len;

	pkt_count(PKT_COUNT_UDP, 1);
	if (unlikely(p->payload_len < UDP_LEN)) {
		pkt_bad(d, GZ_PKT_EVENT_UDP_HLEN_TOO_SMALL);
		return;
	}
	len = rte_be_to_cpu_16(h->dgram_len);
	if (unlikely(len > p->payload_len)) {
		pkt_bad(d, GZ_PKT_EVENT_UDP_PKT_TOO_SMALL);
		return;
	}
	if (unlikely(len == 0 && (p->flags & GZ_PKT_IPV6) != 0)) {
		gz_pkt_note(p, GZ_PKT_EVENT_UDP_LEN_INVALID);
		len = p->payload_len;
	}
	if (unlikely(len < UDP_LEN)) {
		pkt_bad(d, GZ_PKT_EVENT_UDP_LEN_INVALID);
		return;
	}

	p->flags |= GZ_PKT_UDP;
	p->sport = rte_be_to_cpu_16(h->src_port);
	p->dport = rte_be_to_cpu_16(h->dst_port);
	p->payload_off = p->l4_off + UDP_LEN;
	p->payload_len = len - UDP_LEN;
	if (d->verify && unlikely(!pkt_l4_sum_is_good(p, len)))
		p->flags |= GZ_PKT_BAD_L4_SUM;
	pkt_udp_tunnel(d);
}

void
pkt_sctp(struct decode *d)
{
	struct gz_pkt *p = d->p;
	uint32_t len = p->payload_len;

	pkt_count(PKT_COUNT_SCTP, 1);
	if (len < SCTP_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_SCTP_PKT_TOO_SMALL);
		return;
	}

	p->flags |= GZ_PKT_SCTP;
	p->sport = pkt_be16(gz_pkt_l4(p));
	p->dport = pkt_be16(gz_pkt_l4(p) + 2);
	p->payload_off = p->l4_off + SCTP_LEN;
	p->payload_len = len - SCTP_LEN;
	if (d->verify && !pkt_l4_sum_is_good(p, len))
		p->flags |= GZ_PKT_BAD_L4_SUM;
}

static void
esp(struct decode *d)
{
	pkt_count(PKT_COUNT_ESP, 1);
	if (d->p->payload_len < ESP_LEAST)
		pkt_bad(d, GZ_PKT_EVENT_ESP_PKT_TOO_SMALL);
}

void
pkt_l4(struct decode *d)
{
	if (d->final_dst_unknown)
		d->verify = false;

	switch (d->p->proto) {
	case IPPROTO_TCP:
		pkt_tcp(d);
		break;
	case IPPROTO_UDP:
		pkt_udp(d);
		break;
	case IPPROTO_ICMP:
		pkt_icmp4(d);
		break;
	case IPPROTO_ICMPV6:
		pkt_icmp6(d);
		break;
	case IPPROTO_IGMP:
		pkt_igmp(d);
		break;
	case IPPROTO_SCTP:
		pkt_sctp(d);
		break;
	case IPPROTO_ESP:
		esp(d);
		break;
	case IPPROTO_GRE:
		pkt_gre(d);
		break;
	case IPPROTO_IPIP:
	case IPPROTO_IPV6:
		pkt_ip_in_ipv4(d);
		break;
	default:
		gz_pkt_note(d->p, GZ_PKT_EVENT_IPV4_UNKNOWN_PROTOCOL);
		break;
	}
}
