/* SPDX-License-Identifier: BSD-3-Clause */

/* ICMP for IPv6 (RFC 4443, 4861, 2710, 3810, 2894, 4620). */

#include "pkt_internal.h"

enum {
	HEADER_LEN = 8,
	IPV6_LEN = 40,
};

enum {
	UNREACHABLE = 1,
	PACKET_TOO_BIG = 2,
	TIME_EXCEEDED = 3,
	PARAMETER_PROBLEM = 4,
	EXPERIMENT_1 = 100,
	EXPERIMENT_2 = 101,
	ERROR_RESERVED = 127,
	ECHO_REQUEST = 128,
	ECHO_REPLY = 129,
	MLD_QUERY = 130,
	MLD_DONE = 132,
	REDIRECT = 137, /* the last of neighbour discovery, which follows MLD */
	NODE_INFO_QUERY = 139,
	NODE_INFO_REPLY = 140,
	ASSIGNED_LAST = 159,
	EXPERIMENT_3 = 200,
	EXPERIMENT_4 = 201,
	INFO_RESERVED = 255,
};

/* The highest code of a type whose codes are checked; 255: any. */
static uint8_t
code_most(uint8_t type)
{
	switch (type) {
	case UNREACHABLE:
		return 8;
	case TIME_EXCEEDED:
		return 1;
	case PARAMETER_PROBLEM:
		return 10;
	case NODE_INFO_QUERY:
	case NODE_INFO_REPLY:
		return 2;
	case PACKET_TOO_BIG:
	case ECHO_REQUEST:
	case ECHO_REPLY:
		return 0;
	default:
		return type >= MLD_QUERY && type <= REDIRECT ? 0 : UINT8_MAX;
	}
}

static void
quoted(struct decode *d)
{
	const struct gz_pkt *p = d->p;

	if (p->payload_len == 0)
		return;
	if (p->payload_len < IPV6_LEN)
		gz_pkt_note(d->p, GZ_PKT_EVENT_ICMPV6_IPV6_TRUNC_PKT);
	else if (*gz_pkt_payload(p) >> 4 != 6)
		gz_pkt_note(d->p, GZ_PKT_EVENT_ICMPV6_IPV6_UNKNOWN_VERSION);
}

/* Ranges of https://www.iana.org/assignments/icmpv6-parameters. */
static void
judge_type(struct gz_pkt *p)
{
	uint8_t type = p->icmp_type;

	if (type == EXPERIMENT_1 || type == EXPERIMENT_2 || type == EXPERIMENT_3 ||
			type == EXPERIMENT_4)
		gz_pkt_note(p, GZ_PKT_EVENT_ICMPV6_EXPERIMENTATION_TYPE);
	else if (type == 0 || type == ERROR_RESERVED || type == INFO_RESERVED)
		gz_pkt_note(p, GZ_PKT_EVENT_ICMPV6_UNKNOWN_TYPE);
	else if ((type > PARAMETER_PROBLEM && type < ECHO_REQUEST) || type > ASSIGNED_LAST)
		gz_pkt_note(p, GZ_PKT_EVENT_ICMPV6_UNASSIGNED_TYPE);
}

void
pkt_icmp6(struct decode *d)
{
	struct gz_pkt *p = d->p;
	uint32_t len = p->payload_len;

	pkt_count(PKT_COUNT_ICMP6, 1);
	if (len < HEADER_LEN) {
		pkt_bad(d, GZ_PKT_EVENT_ICMPV6_PKT_TOO_SMALL);
		return;
	}

	p->flags |= GZ_PKT_ICMP6;
	p->icmp_type = gz_pkt_l4(p)[0];
	p->icmp_code = gz_pkt_l4(p)[1];
	p->payload_off = p->l4_off + HEADER_LEN;
	p->payload_len = len - HEADER_LEN;
	if (d->verify && !pkt_l4_sum_is_good(p, len))
		p->flags |= GZ_PKT_BAD_L4_SUM;

	judge_type(p);
	if (p->icmp_code > code_most(p->icmp_type))
		gz_pkt_note(p, GZ_PKT_EVENT_ICMPV6_UNKNOWN_CODE);
	else if (p->icmp_type >= UNREACHABLE && p->icmp_type <= PARAMETER_PROBLEM)
		quoted(d);
	if (p->icmp_type >= MLD_QUERY && p->icmp_type <= MLD_DONE && p->ttl != 1)
		gz_pkt_note(p, GZ_PKT_EVENT_ICMPV6_MLD_MESSAGE_WITH_INVALID_HL);
}
