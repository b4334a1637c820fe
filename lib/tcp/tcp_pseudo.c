/* SPDX-License-Identifier: BSD-3-Clause */

/* A packet of our own for what is judged when a flow ends: headers as its sender's would be. */

#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_ip.h>
#include <rte_tcp.h>

#include "tcp_internal.h"

enum {
	PSEUDO_TTL = 64,
	WORDS_OF_32_BITS = 4,
};

static uint32_t
put_ip(uint8_t *at, const struct gz_flow *f, enum gz_dir dir)
{
	const struct gz_addr *src = &f->addr[dir], *dst = &f->addr[gz_dir_other(dir)];
	struct rte_ipv4_hdr *v4 = (struct rte_ipv4_hdr *)at;
	struct rte_ipv6_hdr *v6 = (struct rte_ipv6_hdr *)at;

	if (!gz_addr_is_v4(src)) {
		v6->vtc_flow = rte_cpu_to_be_32(UINT32_C(6) << 28);
		v6->payload_len = rte_cpu_to_be_16(sizeof(struct rte_tcp_hdr));
		v6->proto = IPPROTO_TCP;
		v6->hop_limits = PSEUDO_TTL;
		memcpy(v6->src_addr, src->b, sizeof(v6->src_addr));
		memcpy(v6->dst_addr, dst->b, sizeof(v6->dst_addr));
		return sizeof(*v6);
	}
	v4->version_ihl = RTE_IPV4_VHL_DEF;
	v4->total_length = rte_cpu_to_be_16(sizeof(*v4) + sizeof(struct rte_tcp_hdr));
	v4->time_to_live = PSEUDO_TTL;
	v4->next_proto_id = IPPROTO_TCP;
	memcpy(&v4->src_addr, &src->b[12], sizeof(v4->src_addr));
	memcpy(&v4->dst_addr, &dst->b[12], sizeof(v4->dst_addr));
	return sizeof(*v4);
}

static void
put_tcp(uint8_t *at, const struct gz_flow *f, enum gz_dir dir)
{
	struct rte_tcp_hdr *h = (struct rte_tcp_hdr *)at;
	uint32_t seq = 0, ack = 0;

	gz_tcp_next(f, dir, &seq, &ack);
	h->src_port = rte_cpu_to_be_16(f->port[dir]);
	h->dst_port = rte_cpu_to_be_16(f->port[gz_dir_other(dir)]);
	h->sent_seq = rte_cpu_to_be_32(seq);
	h->recv_ack = rte_cpu_to_be_32(ack);
	h->data_off = (sizeof(*h) / WORDS_OF_32_BITS) << 4;
	h->tcp_flags = TCP_ACK;
}

void
tcp_pseudo_make(struct tcp_pseudo *x, struct gz_flow *f, enum gz_dir dir)
{
	static const struct gz_decode_opts opts = { .verify_checksums = false };
	uint32_t header;

	memset(x, 0, sizeof(*x));
	header = put_ip(x->frame, f, dir);
	put_tcp(x->frame + header, f, dir);
	x->p.data = x->frame;
	x->p.len = header + (uint32_t)sizeof(struct rte_tcp_hdr);
	x->p.link = GZ_LINK_RAW;
	x->p.flags = GZ_PKT_PSEUDO;
	gz_pkt_decode_ip(&x->p, 0, &opts);
	x->p.flags |= GZ_PKT_PSEUDO | (f->state != GZ_FLOW_NEW ? GZ_PKT_ESTABLISHED : 0);
	x->p.time_us = f->last_us;
	x->p.wire = f->wire;
	x->p.tenant = f->tenant;
	x->p.nb_vlan = f->nb_vlan;
	memcpy(x->p.vlan, f->vlan, sizeof(x->p.vlan));
	x->p.side = (uint8_t)(f->side ^ (uint8_t)dir);
	x->p.hash = f->hash;
	x->p.flow = f;
	x->p.dir = (uint8_t)dir;
}
