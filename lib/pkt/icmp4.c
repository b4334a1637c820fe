/* SPDX-License-Identifier: BSD-3-Clause */

/* ICMP for IPv4 (RFC 792, 950, 1256). */

#include "pkt_internal.h"

enum {
	HEADER_LEN = 8,
	IPV4_LEAST = 20,
};

enum {
	ECHO_REPLY = 0,
	UNREACHABLE = 3,
	SOURCE_QUENCH = 4,
	REDIRECT = 5,
	ECHO_REQUEST = 8,
	ROUTER_ADVERT = 9,
	ROUTER_SOLICIT = 10,
	TIME_EXCEEDED = 11,
	PARAMETER_PROBLEM = 12,
	TIMESTAMP = 13,
	TIMESTAMP_REPLY = 14,
	INFO_REQUEST = 15,
	INFO_REPLY = 16,
	ADDRESS = 17,
	ADDRESS_REPLY = 18,
	ROUTER_ADVERT_MOBILE_ONLY = 16, /* a code (RFC 5944) */
};

/* The highest code of a type, or -1 for no type. */
static int
code_most(uint8_t type)
{
	switch (type) {
	case UNREACHABLE:
		return 15;
	case REDIRECT:
		return 3;
	case TIME_EXCEEDED:
		return 1;
	case PARAMETER_PROBLEM:
		return 2;
	case ROUTER_ADVERT:
		return ROUTER_ADVERT_MOBILE_ONLY;
	case ECHO_REPLY:
	case SOURCE_QUENCH:
	case ECHO_REQUEST:
	case ROUTER_SOLICIT:
	case TIMESTAMP:
	case TIMESTAMP_REPLY:
	case INFO_REQUEST:
	case INFO_REPLY:
	case ADDRESS:
	case ADDRESS_REPLY:
		return 0;
	default:
		return -1;
	}
}

static bool
quotes_a_packet(uint8_t type)
{
	return type == UNREACHABLE || type == SOURCE_QUENCH || type == REDIRECT ||
			type == TIME_EXCEEDED || type == PARAMETER_PROBLEM;
}

/* The head of the packet that an error is about. */
static void
quoted(struct decode *d)
{
	const struct gz_pkt *p = d->p;

	if (p->payload_len == 0)
		return;
	if (p->payload_len < IPV4_LEAST)
		gz_pkt_note(d->p, GZ_PKT_EVENT_ICMPV4_IPV4_TRUNC_PKT);
	else if (*gz_pkt_payload(p) >> 4 != 4)
		gz_pkt_note(d->p, GZ_PKT_EVENT_ICMPV4_IPV4_UNKNOWN_VER);
}

void
pkt_icmp4(struct decode *d)
{
	struct gz_pkt *p = d->p;
	uint32_t len = p->payload_len;
	int most;

	pkt_count(PKT_COUNT_ICMP4, 1);
	if (len < HEADER_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_ICMPV4_PKT_TOO_SMALL);
		return;
	}

	p->flags |= GZ_PKT_ICMP4;
	p->icmp_type = gz_pkt_l4(p)[0];
	p->icmp_code = gz_pkt_l4(p)[1];
	p->payload_off = p->l4_off + HEADER_LEN;
	p->payload_len = len - HEADER_LEN;
	if (d->verify && !pkt_l4_sum_is_good(p, len))
		p->flags |= GZ_PKT_BAD_L4_SUM;

	most = code_most(p->icmp_type);
	if (most < 0)
		gz_pkt_note(p, GZ_PKT_EVENT_ICMPV4_UNKNOWN_TYPE);
	else if (p->icmp_code > most)
		gz_pkt_note(p, GZ_PKT_EVENT_ICMPV4_UNKNOWN_CODE);
	else if (quotes_a_packet(p->icmp_type))
		quoted(d);
}
