/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PKT_INTERNAL_H
#define PKT_INTERNAL_H

/*
 * Decoding, from header to header. A decoder finds its header at d->off, checks
 * that it fits, moves d->off behind it and goes on with the next one's decoder.
 * Headers are checked once against the bytes left and then read in place.
 *
 * A protocol that carries packets (GRE, VXLAN, IP in IP ...) is one file with
 * one decoder, called from pkt_l4() or by the UDP port.
 */

#include "gz_pkt.h"

enum {
	PKT_LAYERS_MOST = 16, /* headers of the link and between link and IP */
	PKT_IPV6_EXT_MOST = 64, /* extension headers */
};

struct decode {
	struct gz_pkt *p;
	uint32_t off; /* of the next header, from p->data */
	uint8_t layers;
	bool verify;
	const struct gz_tunnel_ports *tunnels;
	bool final_dst_unknown; /* a routing header hides the address that layer 4 is summed with */
};

/* What is decoded is counted: one row each, named as EVE's stats. */
/* clang-format off */
#define PKT_COUNTS(X) \
	X(PKTS, "pkts", "packets decoded") \
	X(BYTES, "bytes", "bytes of the packets decoded") \
	X(INVALID, "invalid", "packets with headers that do not fit") \
	X(IPV4, "ipv4", "packets with an IPv4 header") \
	X(IPV6, "ipv6", "packets with an IPv6 header") \
	X(ETHERNET, "ethernet", "packets with an Ethernet header") \
	X(CHDLC, "chdlc", "packets with a Cisco HDLC header") \
	X(RAW, "raw", "packets that begin with IP") \
	X(NULL, "null", "packets with a loopback header") \
	X(SLL, "sll", "packets with a Linux cooked header, version 1") \
	X(SLL2, "sll2", "packets with a Linux cooked header, version 2") \
	X(TCP, "tcp", "packets with a TCP header") \
	X(UDP, "udp", "packets with a UDP header") \
	X(SCTP, "sctp", "packets with an SCTP header") \
	X(ESP, "esp", "packets with an ESP header") \
	X(ICMP4, "icmpv4", "packets with an ICMP header") \
	X(ICMP6, "icmpv6", "packets with an ICMPv6 header") \
	X(IGMP, "igmp", "packets with an IGMP header") \
	X(PPP, "ppp", "packets with a PPP header") \
	X(PPPOE, "pppoe", "packets with a PPPoE header") \
	X(VLAN, "vlan", "packets with one VLAN tag") \
	X(QINQ, "vlan_qinq", "packets with two VLAN tags") \
	X(QINQINQ, "vlan_qinqinq", "packets with three VLAN tags") \
	X(VNTAG, "vntag", "packets with a VNTAG header") \
	X(PBB, "ieee8021ah", "packets with an IEEE 802.1ah header") \
	X(MPLS, "mpls", "packets with an MPLS header") \
	X(GRE, "gre", "packets with a GRE header") \
	X(ERSPAN, "erspan", "packets with an ERSPAN header") \
	X(VXLAN, "vxlan", "packets with a VXLAN header") \
	X(GENEVE, "geneve", "packets with a GENEVE header") \
	X(TEREDO, "teredo", "packets of Teredo tunnels") \
	X(IPV4_IN_IPV4, "ipv4_in_ipv4", "IPv4 packets that carry an IPv4 packet") \
	X(IPV6_IN_IPV4, "ipv6_in_ipv4", "IPv4 packets that carry an IPv6 packet") \
	X(IPV4_IN_IPV6, "ipv4_in_ipv6", "IPv6 packets that carry an IPv4 packet") \
	X(IPV6_IN_IPV6, "ipv6_in_ipv6", "IPv6 packets that carry an IPv6 packet") \
	X(NSH, "nsh", "packets with a network service header") \
	X(ARP, "arp", "ARP packets") \
	X(OTHER, "unknown_ethertype", "packets of an ethertype that is not looked into")
/* clang-format on */

enum pkt_count {
#define PKT_COUNT_ENUM(id, name, help) PKT_COUNT_##id,
	PKT_COUNTS(PKT_COUNT_ENUM)
#undef PKT_COUNT_ENUM
};

/* decode.c */

/** From the link on. root, carrier and depth are the caller's. */
void pkt_decode(struct gz_pkt *p, const struct gz_decode_opts *opts);
void pkt_count(enum pkt_count what, uint64_t n);
/** The headers do not fit: note why, and that the exception is @p why. */
void pkt_bad_why(struct decode *d, enum gz_pkt_event e, enum gz_why why);
/** The headers fit, but the receiver discards the packet; the exception is @p why. */
void pkt_refused(struct decode *d, enum gz_why why);
/** One more layer. @return false when there are too many. */
bool pkt_deeper(struct decode *d);

static inline void
pkt_bad(struct decode *d, enum gz_pkt_event e)
{
	pkt_bad_why(d, e, GZ_WHY_DECODE);
}

/* links: at d->off is the first header */
void pkt_ethernet(struct decode *d);
void pkt_raw(struct decode *d);
void pkt_null(struct decode *d);
void pkt_sll(struct decode *d);
void pkt_sll2(struct decode *d);
void pkt_ppp(struct decode *d);
void pkt_chdlc(struct decode *d);
void pkt_erspan(struct decode *d);
void pkt_arp(struct decode *d);

/* between link and IP */

/** Is it an ethertype that pkt_ethertype() looks into? */
bool pkt_ethertype_is_known(uint16_t type);
/** What an ethertype says is next. @return false when it is none that is looked into. */
bool pkt_ethertype(struct decode *d, uint16_t type);
void pkt_vlan(struct decode *d);
void pkt_pbb(struct decode *d);
void pkt_vntag(struct decode *d);
void pkt_fabricpath(struct decode *d);
void pkt_mpls(struct decode *d);
void pkt_nsh(struct decode *d);
void pkt_pppoe_session(struct decode *d);
void pkt_pppoe_discovery(struct decode *d);
/** What a PPP protocol number says is next. */
void pkt_ppp_protocol(struct decode *d, uint16_t protocol);

/* IP and above; p->proto, payload_off and payload_len say what is left for layer 4 */
/** Either version, by the first nibble. */
void pkt_ip(struct decode *d);
void pkt_ipv4(struct decode *d);
/** @return false: the options cannot be read. */
bool pkt_ipv4_options(struct decode *d, const uint8_t *options, uint32_t len);
void pkt_ipv6(struct decode *d);
/** One TLV-coded header (hop-by-hop or destination options) of @p len bytes. */
void pkt_ipv6_options(struct decode *d, const uint8_t *header, uint32_t len, uint8_t which);
void pkt_l4(struct decode *d);
void pkt_tcp(struct decode *d);
void pkt_udp(struct decode *d);
void pkt_icmp4(struct decode *d);
void pkt_icmp6(struct decode *d);
void pkt_igmp(struct decode *d);
void pkt_sctp(struct decode *d);

/* tunnels: the packet carried is found, not decoded */

/** It lies at @p off, to the end of the layer 4 payload. */
void pkt_carries(struct decode *d, uint32_t off, enum gz_link link, enum gz_carrier carrier);
void pkt_gre(struct decode *d);
void pkt_ip_in_ipv4(struct decode *d);
void pkt_ip_in_ipv6(struct decode *d);
/** UDP by its ports. */
void pkt_udp_tunnel(struct decode *d);

/* checksum.c */

/** Is the layer 4 checksum over the @p len bytes from l4_off right? p->proto says which. */
bool pkt_l4_sum_is_good(const struct gz_pkt *p, uint32_t len);
bool pkt_ipv4_sum_is_good(const uint8_t *header, uint32_t len);

/** Bytes from the next header to the end of the frame. */
static inline uint32_t
pkt_left(const struct decode *d)
{
	return d->p->len - d->off;
}

static inline const uint8_t *
pkt_at(const struct decode *d)
{
	return d->p->data + d->off;
}

static inline uint16_t
pkt_be16(const uint8_t *b)
{
	return (uint16_t)(b[0] << 8 | b[1]);
}

static inline uint32_t
pkt_be32(const uint8_t *b)
{
	return (uint32_t)pkt_be16(b) << 16 | pkt_be16(b + 2);
}

#endif /* PKT_INTERNAL_H */
