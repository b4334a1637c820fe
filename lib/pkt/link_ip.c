/* SPDX-License-Identifier: BSD-3-Clause */

/* Links with little or nothing in front of IP: raw, loopback, Linux cooked, Cisco HDLC. */

#include "pkt_internal.h"

enum {
	IPV4_LEAST = 20,
	NULL_LEN = 4,
	SLL_LEN = 16,
	SLL_TYPE_OFF = 14,
	SLL2_LEN = 20,
	CHDLC_LEN = 4,
};

/* Address families of those who write loopback captures; one of the two byte orders. */
enum {
	FAMILY_INET = 2,
	FAMILY_INET6_LINUX = 10,
	FAMILY_INET6_BSD = 24,
	FAMILY_INET6_FREEBSD = 28,
	FAMILY_INET6_DARWIN = 30,
};

void
pkt_ip(struct decode *d)
{
	if (pkt_left(d) < IPV4_LEAST) {
		pkt_bad(d, GZ_PKT_EVENT_IPV4_PKT_TOO_SMALL);
		return;
	}

	switch (*pkt_at(d) >> 4) {
	case 4:
		pkt_ipv4(d);
		break;
	case 6:
		pkt_ipv6(d);
		break;
	default:
		pkt_bad(d, GZ_PKT_EVENT_IPRAW_INVALID_IP_VERSION);
		break;
	}
}

void
pkt_raw(struct decode *d)
{
	if (d->p->depth == 0)
		pkt_count(PKT_COUNT_RAW, 1);
	pkt_ip(d);
}

void
pkt_null(struct decode *d)
{
	uint32_t family;

	pkt_count(PKT_COUNT_NULL, 1);
	if (pkt_left(d) < NULL_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_LTNULL_PKT_TOO_SMALL);
		return;
	}

	family = pkt_be32(pkt_at(d));
	if (family > UINT16_MAX)
		family = __builtin_bswap32(family);
	d->off += NULL_LEN;
	switch (family) {
	case FAMILY_INET:
		pkt_ipv4(d);
		break;
	case FAMILY_INET6_LINUX:
	case FAMILY_INET6_BSD:
	case FAMILY_INET6_FREEBSD:
	case FAMILY_INET6_DARWIN:
		pkt_ipv6(d);
		break;
	default:
		gz_pkt_note(d->p, GZ_PKT_EVENT_LTNULL_UNSUPPORTED_TYPE);
		break;
	}
}

void
pkt_sll(struct decode *d)
{
	uint16_t type;

	pkt_count(PKT_COUNT_SLL, 1);
	if (pkt_left(d) < SLL_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_SLL_PKT_TOO_SMALL);
		return;
	}

	type = pkt_be16(pkt_at(d) + SLL_TYPE_OFF);
	d->off += SLL_LEN;
	pkt_ethertype(d, type);
}

void
pkt_sll2(struct decode *d)
{
	uint16_t type;

	pkt_count(PKT_COUNT_SLL2, 1);
	if (pkt_left(d) < SLL2_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_SLL2_PKT_TOO_SMALL);
		return;
	}

	type = pkt_be16(pkt_at(d));
	d->off += SLL2_LEN;
	pkt_ethertype(d, type);
}

void
pkt_chdlc(struct decode *d)
{
	uint16_t type;

	pkt_count(PKT_COUNT_CHDLC, 1);
	if (pkt_left(d) < CHDLC_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_CHDLC_PKT_TOO_SMALL);
		return;
	}

	type = pkt_be16(pkt_at(d) + 2);
	d->off += CHDLC_LEN;
	pkt_ethertype(d, type);
}
