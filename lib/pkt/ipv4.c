/* SPDX-License-Identifier: BSD-3-Clause */

/* IPv4 (RFC 791). */

#include <netinet/in.h>

#include <rte_branch_prediction.h>
#include <rte_byteorder.h>
#include <rte_ip.h>

#include "pkt_internal.h"

enum {
	HEADER_LEAST = sizeof(struct rte_ipv4_hdr),
	FRAG_UNIT = 8, /* bytes */
};

/* @return the header's length when header and packet fit, else 0. */
static uint32_t
fit(struct decode *d, const struct rte_ipv4_hdr *h)
{
	uint32_t left = pkt_left(d);
	uint32_t hlen, total;

	if (unlikely(left < HEADER_LEAST)) {
		pkt_bad(d, GZ_PKT_EVENT_IPV4_PKT_TOO_SMALL);
		return 0;
	}
	if (unlikely(h->version_ihl >> 4 != 4)) {
		pkt_bad(d, GZ_PKT_EVENT_IPV4_WRONG_IP_VERSION);
		return 0;
	}
	hlen = rte_ipv4_hdr_len(h);
	total = rte_be_to_cpu_16(h->total_length);
	if (unlikely(hlen < HEADER_LEAST)) {
		pkt_bad(d, GZ_PKT_EVENT_IPV4_HLEN_TOO_SMALL);
		return 0;
	}
	if (unlikely(total < hlen)) {
		pkt_bad(d, GZ_PKT_EVENT_IPV4_IPLEN_SMALLER_THAN_HLEN);
		return 0;
	}
	if (unlikely(total > left)) {
		pkt_bad(d, GZ_PKT_EVENT_IPV4_TRUNC_PKT);
		return 0;
	}
	return hlen;
}

static void
fragment(struct gz_pkt *p, const struct rte_ipv4_hdr *h, uint16_t field)
{
	p->flags |= GZ_PKT_FRAGMENT;
	p->frag_id = rte_be_to_cpu_16(h->packet_id);
	p->frag_off = (field & RTE_IPV4_HDR_OFFSET_MASK) * FRAG_UNIT;
	p->frag_more = (field & RTE_IPV4_HDR_MF_FLAG) != 0;
}

void
pkt_ipv4(struct decode *d)
{
	struct gz_pkt *p = d->p;
	const struct rte_ipv4_hdr *h = (const struct rte_ipv4_hdr *)pkt_at(d);
	uint32_t hlen;
	uint16_t field;

	pkt_count(PKT_COUNT_IPV4, 1);
	hlen = fit(d, h);
	if (unlikely(hlen == 0))
		return;

	p->flags |= GZ_PKT_IPV4;
	p->l3_off = d->off;
	p->l3_len = rte_be_to_cpu_16(h->total_length);
	p->l4_off = p->payload_off = d->off + hlen;
	p->payload_len = p->l3_len - hlen;
	p->proto = h->next_proto_id;
	p->ttl = h->time_to_live;
	p->src = gz_addr_v4(&h->src_addr);
	p->dst = gz_addr_v4(&h->dst_addr);

	if (d->verify && unlikely(!pkt_ipv4_sum_is_good(pkt_at(d), hlen)))
		p->flags |= GZ_PKT_BAD_IP_SUM;
	if (unlikely(hlen > HEADER_LEAST) &&
			!pkt_ipv4_options(d, pkt_at(d) + HEADER_LEAST, hlen - HEADER_LEAST))
		return;

	field = rte_be_to_cpu_16(h->fragment_offset);
	if (unlikely((field & (RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK)) != 0)) {
		fragment(p, h, field);
		return;
	}
	if (unlikely(p->proto == IPPROTO_ICMPV6)) {
		pkt_bad(d, GZ_PKT_EVENT_IPV4_ICMPV6);
		return;
	}
	pkt_l4(d);
}
