/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TCP_TEST_FRAME_H
#define TCP_TEST_FRAME_H

/* Segments in words, put into frames. */

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_ip.h>
#include <rte_tcp.h>

#include <cmocka.h>

#include "tcp_internal.h"

enum {
	C = 1000, /* the client's first sequence number */
	S = 5000000, /* the server's */
	FRAME = 4096,
	STREAM = 1 << 20,
	SECOND = 1000 * 1000,
	NO_WSCALE = 0,
	WIN = 60000,
};

static const uint64_t noon = UINT64_C(1800000000) * SECOND;

/** A segment in words; 0 is the usual. */
struct say {
	enum gz_dir dir;
	uint8_t flags;
	uint32_t seq, ack;
	const char *text;
	uint32_t len; /* of text, if not a string's */
	uint16_t win;
	uint16_t urg;
	uint8_t wscale; /* + 1 */
	uint8_t ttl;
	uint32_t tsval, tsecr; /* tsval 0: no option */
	bool md5, fast_open, bad_sum;
};

static inline uint8_t *
put_option(uint8_t *at, uint8_t kind, uint8_t len)
{
	memset(at, 0, len);
	at[0] = kind;
	at[1] = len;
	return at + len;
}

/** @return length of the options, a multiple of 4. */
static inline uint32_t
put_options(uint8_t *start, const struct say *y)
{
	uint8_t *at = start;
	uint32_t be;

	if (y->tsval != 0) {
		be = rte_cpu_to_be_32(y->tsval);
		memcpy(at + 2, &be, 4);
		be = rte_cpu_to_be_32(y->tsecr);
		memcpy(at + 6, &be, 4);
		at[0] = 8;
		at[1] = 10;
		at += 10;
	}
	if (y->wscale != 0) {
		at = put_option(at, 3, 3);
		at[-1] = y->wscale - 1;
	}
	if (y->md5)
		at = put_option(at, 19, 18);
	if (y->fast_open)
		at = put_option(at, 34, 2);
	while ((at - start) % 4 != 0)
		*at++ = 1;
	return (uint32_t)(at - start);
}

static __rte_noinline uint32_t
put_frame(uint8_t *frame, uint16_t port, const struct say *y, uint32_t len)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)frame;
	struct rte_tcp_hdr *h = (struct rte_tcp_hdr *)(ip + 1);
	uint32_t header, client = 0x0a000001, server = 0x0a000002;
	bool c2s = y->dir == GZ_C2S;

	memset(ip, 0, sizeof(*ip) + sizeof(*h));
	header = (uint32_t)sizeof(*h) + put_options(frame + sizeof(*ip) + sizeof(*h), y);
	ip->version_ihl = RTE_IPV4_VHL_DEF;
	ip->total_length = rte_cpu_to_be_16((uint16_t)(sizeof(*ip) + header + len));
	ip->time_to_live = y->ttl != 0 ? y->ttl : 64;
	ip->next_proto_id = IPPROTO_TCP;
	ip->src_addr = rte_cpu_to_be_32(c2s ? client : server);
	ip->dst_addr = rte_cpu_to_be_32(c2s ? server : client);
	h->src_port = rte_cpu_to_be_16(c2s ? port : 80);
	h->dst_port = rte_cpu_to_be_16(c2s ? 80 : port);
	h->sent_seq = rte_cpu_to_be_32(y->seq);
	h->recv_ack = rte_cpu_to_be_32(y->ack);
	h->data_off = (uint8_t)(header / 4 << 4);
	h->tcp_flags = y->flags;
	h->rx_win = rte_cpu_to_be_16(y->win != 0 ? y->win : WIN);
	h->tcp_urp = rte_cpu_to_be_16(y->urg);
	if (len > 0)
		memcpy((uint8_t *)h + header, y->text, len);
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	h->cksum = rte_ipv4_udptcp_cksum(ip, h);
	h->cksum = (uint16_t)(h->cksum ^ (y->bad_sum ? 0x5555 : 0));
	return (uint32_t)sizeof(*ip) + header + len;
}

#endif /* TCP_TEST_FRAME_H */
