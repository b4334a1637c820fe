/* SPDX-License-Identifier: BSD-3-Clause */

/* IPv6 and its chain of extension headers (RFC 8200, 4302, 5871, 7045). */

#include <netinet/in.h>

#include <rte_branch_prediction.h>
#include <rte_byteorder.h>
#include <rte_ip.h>

#include "pkt_internal.h"

enum {
	HEADER_LEN = sizeof(struct rte_ipv6_hdr),
	EXT_UNIT = 8,
	EXT_LEAST = 2, /* next header and length */
	FRAG_LEN = 8,
	FRAG_OFF_MASK = 0xfff8,
	FRAG_MORE = 1,
	FRAG_RESERVED = 6,
	AH_LEAST = 12,
	AH_UNIT = 4,
	NEXT_MOBILITY = 135,
	NEXT_HIP = 139,
	NEXT_SHIM6 = 140,
	ROUTING_MOBILE = 2, /* types that routers and hosts know: to RPL's and segment routing's */
	ROUTING_SEGMENTS = 4,
};

/* Headers of which one is enough. */
enum {
	SEEN_HOP = 1 << 0,
	SEEN_ROUTING = 1 << 1,
	SEEN_AH = 1 << 2,
	SEEN_FRAGMENT = 1 << 3,
	SEEN_DST = 1 << 4,
	SEEN_DST_AGAIN = 1 << 5,
};

/* The walk along the chain: d->off is at the next header, of kind next. */
struct chain {
	struct decode *d;
	uint32_t end; /* of the IP packet, from p->data */
	uint32_t seen;
	uint8_t next;
};

static uint32_t
chain_left(const struct chain *c)
{
	return c->end - c->d->off;
}

/* Note a second header of its kind. @return true when it is the first. */
static bool
is_first(struct chain *c, uint32_t bit, enum gz_pkt_event again)
{
	if ((c->seen & bit) != 0) {
		gz_pkt_note(c->d->p, again);
		return false;
	}
	c->seen |= bit;
	return true;
}

/* Is there a whole header of @p len bytes? Told when not. */
static bool
has(struct chain *c, uint32_t len)
{
	if (chain_left(c) >= len)
		return true;
	pkt_bad(c->d, GZ_PKT_EVENT_IPV6_TRUNC_EXTHDR);
	return false;
}

/* Behind the present header of @p len bytes. */
static bool
pass(struct chain *c, uint32_t len)
{
	c->next = pkt_at(c->d)[0];
	c->d->off += len;
	return true;
}

static bool
take_options(struct chain *c)
{
	const uint8_t *h = pkt_at(c->d);
	uint32_t len = (h[1] + 1u) * EXT_UNIT;
	bool first;

	if (!has(c, len))
		return false;
	if (c->next == IPPROTO_HOPOPTS) {
		/* elsewhere than first it is a next header that nobody knows */
		if (c->d->off != c->d->p->l3_off + HEADER_LEN)
			pkt_refused(c->d, GZ_WHY_EXT_HEADER);
		first = is_first(c, SEEN_HOP, GZ_PKT_EVENT_IPV6_EXTHDR_DUPL_HH);
	} else if ((c->seen & SEEN_DST) == 0) {
		/* One before a routing header and one at the end are in order. */
		c->seen |= SEEN_DST;
		first = true;
	} else {
		first = is_first(c, SEEN_DST_AGAIN, GZ_PKT_EVENT_IPV6_EXTHDR_DUPL_DH);
	}
	if (first)
		pkt_ipv6_options(c->d, h, len, c->next);
	return pass(c, len);
}

static bool
take_routing(struct chain *c)
{
	const uint8_t *h = pkt_at(c->d);
	uint32_t len = (h[1] + 1u) * EXT_UNIT;

	if (!has(c, len))
		return false;
	if (is_first(c, SEEN_ROUTING, GZ_PKT_EVENT_IPV6_EXTHDR_DUPL_RH) && h[2] == 0)
		gz_pkt_note(c->d->p, GZ_PKT_EVENT_IPV6_RH_TYPE_0);
	if (h[3] != 0) {
		c->d->final_dst_unknown = true;
		/* RFC 5095, and RFC 8200 section 4.4 for types that are not known */
		if (h[2] < ROUTING_MOBILE || h[2] > ROUTING_SEGMENTS)
			pkt_refused(c->d, GZ_WHY_EXT_HEADER);
	}
	return pass(c, len);
}

static bool
take_ah(struct chain *c)
{
	const uint8_t *h = pkt_at(c->d);
	uint32_t len = AH_LEAST;

	if (h[1] > 1)
		len += (h[1] - 1u) * AH_UNIT;
	if (!has(c, len))
		return false;
	if (is_first(c, SEEN_AH, GZ_PKT_EVENT_IPV6_EXTHDR_DUPL_AH) && pkt_be16(h + 2) != 0)
		gz_pkt_note(c->d->p, GZ_PKT_EVENT_IPV6_EXTHDR_AH_RES_NOT_NULL);
	return pass(c, len);
}

/* @return false: what follows is a piece of a datagram (or nothing that fits). */
static bool
take_fragment(struct chain *c)
{
	const uint8_t *h = pkt_at(c->d);
	struct gz_pkt *p = c->d->p;
	uint16_t field;
	bool first;

	if (!has(c, FRAG_LEN))
		return false;
	first = is_first(c, SEEN_FRAGMENT, GZ_PKT_EVENT_IPV6_EXTHDR_DUPL_FH);
	field = pkt_be16(h + 2);
	if (h[1] != 0 || (field & FRAG_RESERVED) != 0)
		gz_pkt_note(p, GZ_PKT_EVENT_IPV6_FH_NON_ZERO_RESERVED_FIELD);

	if ((field & (FRAG_OFF_MASK | FRAG_MORE)) == 0) {
		/* An atomic fragment is a whole packet (RFC 6946). */
		if (first)
			gz_pkt_note(p, GZ_PKT_EVENT_IPV6_EXTHDR_USELESS_FH);
		return pass(c, FRAG_LEN);
	}

	p->flags |= GZ_PKT_FRAGMENT;
	p->frag_id = pkt_be32(h + 4);
	p->frag_off = field & FRAG_OFF_MASK;
	p->frag_more = (field & FRAG_MORE) != 0;
	if (p->frag_more && (chain_left(c) - FRAG_LEN) % EXT_UNIT != 0)
		gz_pkt_note(p, GZ_PKT_EVENT_IPV6_FRAG_INVALID_LENGTH);
	pass(c, FRAG_LEN);
	return false;
}

static bool
take_other(struct chain *c)
{
	uint32_t len = (pkt_at(c->d)[1] + 1u) * EXT_UNIT;

	if (!has(c, len))
		return false;
	/* nothing follows the first two (RFC 6275, 7401); hosts without the third do not know it */
	pkt_refused(c->d, GZ_WHY_EXT_HEADER);
	return pass(c, len);
}

/* Walk on while there are extension headers. @return false when layer 4 is out of reach. */
static bool
walk(struct chain *c)
{
	uint32_t i;
	bool more = true;

	for (i = 0; more; i++) {
		switch (c->next) {
		case IPPROTO_HOPOPTS:
		case IPPROTO_DSTOPTS:
		case IPPROTO_ROUTING:
		case IPPROTO_FRAGMENT:
		case IPPROTO_AH:
		case NEXT_MOBILITY:
		case NEXT_HIP:
		case NEXT_SHIM6:
			break;
		default:
			return true;
		}
		if (i == PKT_IPV6_EXT_MOST) {
			pkt_bad_why(c->d, GZ_PKT_EVENT_TOO_MANY_LAYERS, GZ_WHY_HEADERS);
			return false;
		}
		if (!has(c, EXT_LEAST))
			return false;

		if (c->next == IPPROTO_HOPOPTS || c->next == IPPROTO_DSTOPTS)
			more = take_options(c);
		else if (c->next == IPPROTO_ROUTING)
			more = take_routing(c);
		else if (c->next == IPPROTO_FRAGMENT)
			more = take_fragment(c);
		else if (c->next == IPPROTO_AH)
			more = take_ah(c);
		else
			more = take_other(c);
	}
	return false;
}

static void
upper(struct chain *c)
{
	struct decode *d = c->d;

	switch (c->next) {
	case IPPROTO_NONE:
		if (chain_left(c) > 0)
			gz_pkt_note(d->p, GZ_PKT_EVENT_IPV6_DATA_AFTER_NONE_HEADER);
		break;
	case IPPROTO_ICMP:
		pkt_bad(d, GZ_PKT_EVENT_IPV6_ICMPV4);
		break;
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_ICMPV6:
	case IPPROTO_SCTP:
	case IPPROTO_ESP:
	case IPPROTO_GRE:
		pkt_l4(d);
		break;
	case IPPROTO_IPIP:
	case IPPROTO_IPV6:
		pkt_ip_in_ipv6(d);
		break;
	default:
		gz_pkt_note(d->p, GZ_PKT_EVENT_IPV6_UNKNOWN_NEXT_HEADER);
		break;
	}
}

/* @return whether the fixed header and the packet's length fit the frame. */
static bool
fits(struct decode *d)
{
	if (unlikely(pkt_left(d) < HEADER_LEN)) {
		pkt_bad(d, GZ_PKT_EVENT_IPV6_PKT_TOO_SMALL);
		return false;
	}
	if (unlikely(*pkt_at(d) >> 4 != 6)) {
		pkt_bad(d, GZ_PKT_EVENT_IPV6_WRONG_IP_VERSION);
		return false;
	}
	if (unlikely(pkt_be16(pkt_at(d) + 4) > pkt_left(d) - HEADER_LEN)) {
		pkt_bad(d, GZ_PKT_EVENT_IPV6_TRUNC_PKT);
		return false;
	}
	return true;
}

/* A length of 0 before a hop-by-hop header is a jumbogram's (RFC 2675). There is none on a wire of
 * ours; but Linux does not miss the option that makes it one, and takes all that the frame holds. */
static bool
is_jumbo(struct chain *c)
{
	if (c->next != IPPROTO_HOPOPTS || chain_left(c) > 0)
		return false;
	pkt_bad_why(c->d, GZ_PKT_EVENT_IPV6_TRUNC_EXTHDR, GZ_WHY_EXT_HEADER);
	return true;
}

void
pkt_ipv6(struct decode *d)
{
	struct gz_pkt *p = d->p;
	const struct rte_ipv6_hdr *h = (const struct rte_ipv6_hdr *)pkt_at(d);
	struct chain c = { .d = d };
	bool reached;

	pkt_count(PKT_COUNT_IPV6, 1);
	if (!fits(d))
		return;

	p->flags |= GZ_PKT_IPV6;
	p->l3_off = d->off;
	p->l3_len = HEADER_LEN + rte_be_to_cpu_16(h->payload_len);
	p->ttl = h->hop_limits;
	p->src = gz_addr_v6(h->src_addr);
	p->dst = gz_addr_v6(h->dst_addr);

	c.end = d->off + p->l3_len;
	c.next = h->proto;
	d->off += HEADER_LEN;
	reached = !unlikely(is_jumbo(&c)) && walk(&c);

	p->proto = c.next;
	p->l4_off = p->payload_off = d->off;
	p->payload_len = chain_left(&c);
	if (!reached)
		return;
	/* Behind extension headers there is another header, or the chain is cut. */
	if (c.next != h->proto && c.next != IPPROTO_NONE && !has(&c, EXT_LEAST))
		return;
	upper(&c);
}
