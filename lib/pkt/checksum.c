/* SPDX-License-Identifier: BSD-3-Clause */

/* Checksums, verified and written (RFC 1071, 8200 section 8.1, 9260 appendix A). */

#include <netinet/in.h>

#include <rte_branch_prediction.h>
#include <rte_byteorder.h>
#include <rte_hash_crc.h>
#include <rte_ip.h>

#include "pkt_internal.h"

enum {
	SUM_GOOD = 0xffff, /* what right bytes and their checksum add up to */
	SCTP_CRC_OFF = 8,
	SCTP_CRC_LEN = 4,
	SCTP_LEN = 12,
	IPV4_SUM_OFF = 10,
	TCP_SUM_OFF = 16,
	UDP_SUM_OFF = 6,
	ICMP_SUM_OFF = 2,
};

static uint16_t
fold(uint64_t sum)
{
	sum = (sum & UINT32_MAX) + (sum >> 32);
	sum = (sum & UINT32_MAX) + (sum >> 32);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	return (uint16_t)sum;
}

/* Words of 32 bits into 64: the compiler makes vectors of it. */
static uint64_t
add(const uint8_t *b, uint32_t len, uint64_t sum)
{
	uint32_t i, word;

	for (i = 0; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, b + i, sizeof(word));
		sum += word;
	}
	if (i < len) {
		word = 0;
		memcpy(&word, b + i, len - i);
		sum += word;
	}
	return sum;
}

static uint64_t
pseudo_header(const struct gz_pkt *p, uint32_t len)
{
	uint64_t sum = rte_cpu_to_be_32(len);

	sum += rte_cpu_to_be_32(p->proto);
	if ((p->flags & GZ_PKT_IPV4) != 0)
		return sum + p->src.w[3] + p->dst.w[3];
	sum += (uint64_t)p->src.w[0] + p->src.w[1] + p->src.w[2] + p->src.w[3];
	return sum + p->dst.w[0] + p->dst.w[1] + p->dst.w[2] + p->dst.w[3];
}

static uint16_t
internet_sum(const struct gz_pkt *p, uint32_t len)
{
	uint64_t sum = p->proto == IPPROTO_ICMP ? 0 : pseudo_header(p, len);

	return fold(add(gz_pkt_l4(p), len, sum));
}

static uint32_t
crc32c(const uint8_t *b, uint32_t len, uint32_t crc)
{
	uint64_t word;

	for (; len >= sizeof(word); len -= sizeof(word), b += sizeof(word)) {
		memcpy(&word, b, sizeof(word));
		crc = rte_hash_crc_8byte(word, crc);
	}
	for (; len > 0; len--)
		crc = rte_hash_crc_1byte(*b++, crc);
	return crc;
}

/* As the sender's: over all bytes, those of the checksum as zeroes; stored least byte first. */
static uint32_t
sctp_crc(const uint8_t *h, uint32_t len)
{
	static const uint8_t zeroes[SCTP_CRC_LEN];
	uint32_t crc = UINT32_MAX;

	crc = crc32c(h, SCTP_CRC_OFF, crc);
	crc = crc32c(zeroes, SCTP_CRC_LEN, crc);
	crc = crc32c(h + SCTP_LEN, len - SCTP_LEN, crc);
	return rte_cpu_to_le_32(~crc);
}

static bool
sctp_is_good(const struct gz_pkt *p, uint32_t len)
{
	uint32_t said;

	memcpy(&said, gz_pkt_l4(p) + SCTP_CRC_OFF, sizeof(said));
	return said == sctp_crc(gz_pkt_l4(p), len);
}

bool
pkt_ipv4_sum_is_good(const uint8_t *header, uint32_t len)
{
	return fold(add(header, len, 0)) == SUM_GOOD;
}

bool
pkt_l4_sum_is_good(const struct gz_pkt *p, uint32_t len)
{
	if ((p->flags & GZ_PKT_SUM_PARTIAL) != 0)
		return true;
	if (p->proto == IPPROTO_SCTP)
		return sctp_is_good(p, len);
	/* UDP over IPv4 may do without; over IPv6 it may not. */
	if (p->proto == IPPROTO_UDP && pkt_be16(gz_pkt_l4(p) + UDP_SUM_OFF) == 0)
		return (p->flags & GZ_PKT_IPV4) != 0;
	return internet_sum(p, len) == SUM_GOOD;
}

bool
gz_pkt_ip_sum_is_good(const struct gz_pkt *p)
{
	return pkt_ipv4_sum_is_good(gz_pkt_l3(p), (gz_pkt_l3(p)[0] & 15) * 4u);
}

bool
gz_pkt_l4_sum_is_good(const struct gz_pkt *p)
{
	return pkt_l4_sum_is_good(p, p->payload_off - p->l4_off + p->payload_len);
}

static void
write_internet_sum(struct gz_pkt *p, uint32_t off, uint32_t len)
{
	uint8_t *at = p->data + p->l4_off + off;
	uint16_t sum = 0;

	memcpy(at, &sum, sizeof(sum));
	sum = (uint16_t)~internet_sum(p, len);
	if (sum == 0 && p->proto == IPPROTO_UDP)
		sum = UINT16_MAX;
	memcpy(at, &sum, sizeof(sum));
}

static void
fix_l4(struct gz_pkt *p)
{
	uint32_t len = p->payload_off - p->l4_off + p->payload_len;
	uint32_t crc;

	switch (p->flags & (GZ_PKT_TCP | GZ_PKT_UDP | GZ_PKT_ICMP4 | GZ_PKT_ICMP6 | GZ_PKT_SCTP)) {
	case GZ_PKT_TCP:
		write_internet_sum(p, TCP_SUM_OFF, len);
		break;
	case GZ_PKT_UDP:
		if (pkt_be16(gz_pkt_l4(p) + UDP_SUM_OFF) != 0)
			write_internet_sum(p, UDP_SUM_OFF, len);
		break;
	case GZ_PKT_ICMP4:
	case GZ_PKT_ICMP6:
		write_internet_sum(p, ICMP_SUM_OFF, len);
		break;
	case GZ_PKT_SCTP:
		crc = sctp_crc(gz_pkt_l4(p), len);
		memcpy(p->data + p->l4_off + SCTP_CRC_OFF, &crc, sizeof(crc));
		break;
	default:
		break;
	}
}

void
gz_pkt_fix_checksums(struct gz_pkt *p)
{
	uint8_t *ip = p->data + p->l3_off;
	uint16_t sum = 0;

	if ((p->flags & GZ_PKT_IPV4) != 0) {
		memcpy(ip + IPV4_SUM_OFF, &sum, sizeof(sum));
		sum = (uint16_t)~fold(add(ip, (ip[0] & 0xfu) * 4u, 0));
		memcpy(ip + IPV4_SUM_OFF, &sum, sizeof(sum));
	}
	if ((p->flags & GZ_PKT_FRAGMENT) == 0)
		fix_l4(p);
	p->flags &= ~(uint32_t)(GZ_PKT_BAD_IP_SUM | GZ_PKT_BAD_L4_SUM | GZ_PKT_SUM_PARTIAL);
	p->flags |= GZ_PKT_CHANGED;
}

void
gz_pkt_leave_checksum(struct gz_pkt *p)
{
	uint32_t off = (p->flags & GZ_PKT_TCP) != 0 ? TCP_SUM_OFF : UDP_SUM_OFF;
	uint32_t len = p->payload_off - p->l4_off + p->payload_len;
	uint16_t sum;

	if ((p->flags & (GZ_PKT_TCP | GZ_PKT_UDP)) == 0)
		return;
	sum = fold(pseudo_header(p, len));
	memcpy(p->data + p->l4_off + off, &sum, sizeof(sum));
	p->flags |= GZ_PKT_SUM_PARTIAL;
}
