/* SPDX-License-Identifier: BSD-3-Clause */

/* ICMP: what answers what, and which packet an error is about (RFC 792, 4443, 4884). */

#include <netinet/in.h>

#include "gz_cursor.h"

#include "flow_internal.h"

enum {
	ICMP_QUOTE_OFFSET = 8, /* of the quoted packet in an ICMP error */
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
};

struct icmp_pair {
	uint8_t ask, answer;
};

static const struct icmp_pair pairs4[] = {
	{ 8, 0 }, /* echo */
	{ 10, 9 }, /* router */
	{ 13, 14 }, /* timestamp */
	{ 15, 16 }, /* information */
	{ 17, 18 }, /* address mask */
};

static const struct icmp_pair pairs6[] = {
	{ 128, 129 }, /* echo */
	{ 130, 131 }, /* multicast listener */
	{ 133, 134 }, /* router */
	{ 135, 136 }, /* neighbour */
	{ 139, 140 }, /* node information */
	{ 144, 145 }, /* home agent */
};

static int
other_of(const struct icmp_pair *pairs, uint32_t nb, uint8_t type)
{
	for (uint32_t i = 0; i < nb; i++) {
		if (pairs[i].ask == type)
			return pairs[i].answer;
		if (pairs[i].answer == type)
			return pairs[i].ask;
	}
	return -1;
}

int
flow_icmp_answer(uint8_t proto, uint8_t type)
{
	if (proto == IPPROTO_ICMP)
		return other_of(pairs4, RTE_DIM(pairs4), type);
	return other_of(pairs6, RTE_DIM(pairs6), type);
}

bool
flow_icmp_is_error(uint8_t proto, uint8_t type)
{
	if (proto == IPPROTO_ICMP)
		return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
	return type >= 1 && type <= 4;
}

/** The quoted packet's ends, turned round: the error travels as an answer to it. */
static bool
quoted_ports(struct gz_cursor *c, struct flow_key *k)
{
	uint8_t type;
	int answer;

	if (k->proto == IPPROTO_TCP || k->proto == IPPROTO_UDP || k->proto == IPPROTO_SCTP)
		return gz_cursor_be16(c, &k->port[1]) && gz_cursor_be16(c, &k->port[0]);
	k->port[0] = k->port[1] = 0;
	if (k->proto != IPPROTO_ICMP && k->proto != IPPROTO_ICMPV6)
		return true;
	if (!gz_cursor_u8(c, &type) || flow_icmp_is_error(k->proto, type))
		return false;
	answer = flow_icmp_answer(k->proto, type);
	k->port[1] = type;
	k->port[0] = answer < 0 ? UINT16_MAX : (uint16_t)answer;
	return true;
}

static bool
quoted_ipv4(struct gz_cursor *c, struct flow_key *k)
{
	const uint8_t *ip = c->p;
	uint32_t header;

	if (gz_cursor_left(c) < IPV4_HEADER || ip[0] >> 4 != 4)
		return false;
	header = (uint32_t)(ip[0] & 15) * 4;
	/* what follows a later fragment's header are no ports */
	if (header < IPV4_HEADER || ((ip[6] & 0x1f) | ip[7]) != 0)
		return false;
	k->proto = ip[9];
	k->addr[1] = gz_addr_v4(&ip[12]);
	k->addr[0] = gz_addr_v4(&ip[16]);
	return gz_cursor_skip(c, header) && quoted_ports(c, k);
}

static bool
quoted_ipv6(struct gz_cursor *c, struct flow_key *k)
{
	const uint8_t *ip = c->p;

	if (gz_cursor_left(c) < IPV6_HEADER || ip[0] >> 4 != 6)
		return false;
	k->proto = ip[6];
	k->addr[1] = gz_addr_v6(&ip[8]);
	k->addr[0] = gz_addr_v6(&ip[24]);
	return gz_cursor_skip(c, IPV6_HEADER) && quoted_ports(c, k);
}

bool
flow_icmp_quoted(const struct gz_pkt *p, struct flow_key *k)
{
	struct gz_cursor c;
	uint32_t end = p->l3_off + p->l3_len;

	if (end > p->len)
		end = p->len;
	if (p->l4_off > end)
		return false;
	c = gz_cursor(p->data + p->l4_off, end - p->l4_off);
	if (!gz_cursor_skip(&c, ICMP_QUOTE_OFFSET))
		return false;
	return p->proto == IPPROTO_ICMP ? quoted_ipv4(&c, k) : quoted_ipv6(&c, k);
}
