/* SPDX-License-Identifier: BSD-3-Clause */

#include "frames.h"

#include <netinet/in.h>
#include <string.h>

#include <rte_common.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

enum {
	HEAD = 5,
	KIND_RAW = 0,
	KIND_TCP = 1,
	KIND_UDP = 2,
	KIND_TIME = 3,
	ALSO_FIN = 1,
	ALSO_RST = 2,
	ALSO_LOST = 3,

	CLIENT_PORT = 40000,
	BETWEEN_US = 1000,
	FIRST_SEQ = 1000,
};

/** A record's first byte, taken apart. */
struct kind {
	uint32_t conn, dir, also;
	bool v6;
	uint16_t port;
};

static struct kind
read_kind(const uint8_t *head)
{
	return (struct kind){
		.conn = head[0] >> 2 & 3,
		.dir = head[0] >> 4 & 1,
		.v6 = head[0] & 0x20,
		.also = head[0] >> 6,
		.port = (uint16_t)(head[1] << 8 | head[2]),
	};
}

static uint8_t *
put_ip(uint8_t *at, const struct kind *k, uint8_t proto, uint32_t len)
{
	struct rte_ipv4_hdr *v4 = (struct rte_ipv4_hdr *)at;
	struct rte_ipv6_hdr *v6 = (struct rte_ipv6_hdr *)at;

	if (k->v6) {
		memset(v6, 0, sizeof(*v6));
		v6->vtc_flow = rte_cpu_to_be_32(6u << 28);
		v6->payload_len = rte_cpu_to_be_16((uint16_t)len);
		v6->proto = proto;
		v6->hop_limits = 64;
		v6->src_addr[0] = v6->dst_addr[0] = 0xfd;
		v6->src_addr[15] = k->dir ? 2 : 1;
		v6->dst_addr[15] = k->dir ? 1 : 2;
		return at + sizeof(*v6);
	}
	memset(v4, 0, sizeof(*v4));
	v4->version_ihl = RTE_IPV4_VHL_DEF;
	v4->total_length = rte_cpu_to_be_16((uint16_t)(sizeof(*v4) + len));
	v4->time_to_live = 64;
	v4->next_proto_id = proto;
	v4->src_addr = rte_cpu_to_be_32(RTE_IPV4(10, 0, 0, k->dir ? 2 : 1));
	v4->dst_addr = rte_cpu_to_be_32(RTE_IPV4(10, 0, 0, k->dir ? 1 : 2));
	return at + sizeof(*v4);
}

static uint8_t *
put_ether(uint8_t *at, const struct kind *k)
{
	struct rte_ether_hdr *eth = (struct rte_ether_hdr *)at;

	memset(eth, 0x02, sizeof(*eth));
	eth->ether_type = rte_cpu_to_be_16(k->v6 ? RTE_ETHER_TYPE_IPV6 : RTE_ETHER_TYPE_IPV4);
	return at + sizeof(*eth);
}

static uint32_t
put_udp(uint8_t *frame, const struct kind *k, const uint8_t *b, uint32_t len)
{
	uint16_t ports[2] = { (uint16_t)(CLIENT_PORT + k->conn), k->port };
	uint8_t *at = put_ip(put_ether(frame, k), k, IPPROTO_UDP,
			(uint32_t)sizeof(struct rte_udp_hdr) + len);
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)at;

	udp->src_port = rte_cpu_to_be_16(ports[k->dir]);
	udp->dst_port = rte_cpu_to_be_16(ports[!k->dir]);
	udp->dgram_len = rte_cpu_to_be_16((uint16_t)(sizeof(*udp) + len));
	udp->dgram_cksum = 0;
	memcpy(udp + 1, b, len);
	return (uint32_t)((uint8_t *)(udp + 1) + len - frame);
}

static uint32_t
put_tcp(struct fuzz_conn *c, uint8_t *frame, const struct kind *k, uint8_t flags, const uint8_t *b,
		uint32_t len)
{
	uint16_t ports[2] = { (uint16_t)(CLIENT_PORT + k->conn), k->port };
	uint8_t *at = put_ip(put_ether(frame, k), k, IPPROTO_TCP,
			(uint32_t)sizeof(struct rte_tcp_hdr) + len);
	struct rte_tcp_hdr *tcp = (struct rte_tcp_hdr *)at;

	memset(tcp, 0, sizeof(*tcp));
	tcp->src_port = rte_cpu_to_be_16(ports[k->dir]);
	tcp->dst_port = rte_cpu_to_be_16(ports[!k->dir]);
	tcp->sent_seq = rte_cpu_to_be_32(c->seq[k->dir]);
	tcp->recv_ack = rte_cpu_to_be_32(c->seq[!k->dir]);
	tcp->data_off = sizeof(*tcp) / 4 << 4;
	tcp->tcp_flags = flags;
	tcp->rx_win = UINT16_MAX;
	if (len > 0)
		memcpy(tcp + 1, b, len);
	return (uint32_t)((uint8_t *)(tcp + 1) + len - frame);
}

/* The three steps of opening, one a call. @return 0: it is open. */
static uint32_t
open_conn(struct fuzz_conn *c, uint8_t *frame, struct kind k)
{
	uint8_t flags = RTE_TCP_ACK_FLAG;
	uint32_t len;

	if (c->is_open)
		return 0;
	k.dir = c->seq[0] != 0 && c->seq[1] == 0;
	if (c->seq[0] == 0)
		flags = RTE_TCP_SYN_FLAG;
	else if (c->seq[1] == 0)
		flags = RTE_TCP_SYN_FLAG | RTE_TCP_ACK_FLAG;
	else
		c->is_open = true;
	if (flags & RTE_TCP_SYN_FLAG)
		c->seq[k.dir] = FIRST_SEQ;
	len = put_tcp(c, frame, &k, flags, NULL, 0);
	if (flags & RTE_TCP_SYN_FLAG)
		c->seq[k.dir]++;
	return len;
}

static uint32_t
say(struct fuzz_conn *c, uint8_t *frame, const struct kind *k, const uint8_t *b, uint32_t len)
{
	static const uint8_t flags[] = {
		[0] = RTE_TCP_ACK_FLAG | RTE_TCP_PSH_FLAG,
		[ALSO_FIN] = RTE_TCP_ACK_FLAG | RTE_TCP_FIN_FLAG,
		[ALSO_RST] = RTE_TCP_ACK_FLAG | RTE_TCP_RST_FLAG,
		[ALSO_LOST] = 0,
	};
	uint32_t n = 0;

	if (k->also != ALSO_LOST)
		n = put_tcp(c, frame, k, flags[k->also], b, len);
	c->seq[k->dir] += len + (k->also == ALSO_FIN);
	return n;
}

bool
fuzz_next_frame(struct fuzz_input *in, uint8_t *frame, uint32_t *len)
{
	const uint8_t *head = in->data, *b = in->data + HEAD;
	uint32_t n, used = HEAD;
	struct kind k;

	if (in->size < HEAD)
		return false;
	k = read_kind(head);
	in->time_us += BETWEEN_US;
	n = (uint32_t)head[3] << 8 | head[4];
	if ((head[0] & 3) == KIND_TIME) {
		in->time_us += n * UINT64_C(1000);
		*len = 0;
	} else {
		n = RTE_MIN(RTE_MIN(n, in->size - HEAD), (uint32_t)FRAME_MOST - 128);
		used += n;
		if ((head[0] & 3) == KIND_TCP) {
			*len = open_conn(&in->conn[k.conn], frame, k);
			if (*len > 0)
				return true; /* this record again, when it is open */
			*len = say(&in->conn[k.conn], frame, &k, b, n);
		} else if ((head[0] & 3) == KIND_UDP) {
			*len = put_udp(frame, &k, b, n);
		} else {
			memcpy(frame, b, n);
			*len = n;
		}
	}
	in->data += used;
	in->size -= used;
	return true;
}
