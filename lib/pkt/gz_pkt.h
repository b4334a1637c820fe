/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_PKT_H
#define GZ_PKT_H

/*
 * A packet as we see it: where its headers lie, who sends what to whom, and
 * what was decided about it and why. It lives in the private area of its mbuf
 * (or on the stack of a test) and belongs to the worker that holds the mbuf.
 *
 * The frame is contiguous. Lengths and offsets are 32 bits wide.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gz_addr.h"
#include "gz_link.h"
#include "gz_pkt_event.h"
#include "gz_tunnel.h"
#include "gz_why.h"

struct rte_mbuf;
struct gz_flow;
struct gz_conf;

/** Where a packet came from, relative to what is protected. */
enum gz_side {
	GZ_OUTSIDE, /* from the outside port */
	GZ_INSIDE, /* from the inside port: sent by a protected server */
};

/** Direction within a flow. */
enum gz_dir {
	GZ_C2S, /* to the server */
	GZ_S2C, /* to the client */
};

enum {
	GZ_PKT_IPV4 = 1 << 0,
	GZ_PKT_IPV6 = 1 << 1,
	GZ_PKT_TCP = 1 << 2,
	GZ_PKT_UDP = 1 << 3,
	GZ_PKT_ICMP4 = 1 << 4,
	GZ_PKT_ICMP6 = 1 << 5,
	GZ_PKT_SCTP = 1 << 6,
	GZ_PKT_ARP = 1 << 7,
	GZ_PKT_FRAGMENT = 1 << 8, /* of a datagram; no layer 4 */
	GZ_PKT_WHOLE = 1 << 9, /* put together by defrag: not what was on the wire */
	GZ_PKT_BAD = 1 << 10, /* headers do not fit: see events */
	GZ_PKT_BAD_IP_SUM = 1 << 11,
	GZ_PKT_BAD_L4_SUM = 1 << 12,
	GZ_PKT_SUM_PARTIAL = 1 << 13, /* checksum left to the sender's NIC: correct by definition */
	GZ_PKT_CHANGED = 1 << 14, /* rewritten by us: checksums are right again */
	GZ_PKT_ESTABLISHED = 1 << 15, /* its flow has been seen both ways (TCP: handshake done) */
	GZ_PKT_FIRST = 1 << 16, /* first of its flow in its direction */
	GZ_PKT_STREAM = 1 << 17, /* all of its payload was searched in the stream, as it came */
	GZ_PKT_PSEUDO = 1 << 18, /* made by us at a flow's end; never forwarded */
	GZ_PKT_NO_INSPECT = 1 << 19, /* flow passed or bypassed */
	GZ_PKT_SIDED = 1 << 20, /* from a wire of two ports: whoever it is from sits on ->side */
	GZ_PKT_OBSERVE = 1 << 21, /* the policy only looks here: never stopped, never changed */
	GZ_PKT_TRACE = 1 << 22, /* somebody follows its path through the stages */
	GZ_PKT_REFUSED = 1 << 23, /* well formed, and yet no receiver takes it */
	GZ_PKT_CARRIED = 1 << 24, /* a fragment in a tunnel, held with its carrier */
};

/** Whom a GZ_REJECT tells. */
enum {
	GZ_REJECT_SENDER = 1 << 0,
	GZ_REJECT_RECEIVER = 1 << 1,
};

enum {
	GZ_PKT_VLANS = 3,
	GZ_PKT_EVENTS = 8,
	GZ_PKT_TUNNELS = 4, /* within each other, that decode follows */
};

/** Ordered by use: what every stage reads is in the first 128 bytes. */
struct gz_pkt {
	uint8_t *data; /* the frame; may be written only with a reason */
	uint32_t len; /* bytes of data */
	uint32_t flags;
	uint32_t l3_off, l4_off, payload_off; /* from data */
	uint32_t l3_len; /* by the IP header, cut to the frame */
	uint32_t payload_len; /* of layer 4; of IP where there is none */
	uint32_t hash; /* symmetric, of the flow key */
	uint16_t sport, dport; /* host order; 0 without ports */
	uint16_t vlan[GZ_PKT_VLANS]; /* ids, outermost first */
	uint8_t nb_vlan;
	uint8_t nb_events;
	uint16_t ethertype; /* after all tags; 0 where the link has none */
	uint8_t proto; /* IP protocol number, after extension headers */
	uint8_t ttl;
	uint8_t tcp_flags;
	uint8_t icmp_type, icmp_code;
	uint8_t link; /* enum gz_link */
	uint8_t side; /* enum gz_side */
	uint8_t dir; /* enum gz_dir, set with the flow */
	uint8_t verdict; /* enum gz_verdict */
	uint8_t why; /* enum gz_why; with GZ_PKT_BAD or REFUSED, until settled, the exception to ask for */

	struct gz_addr src, dst;
	struct gz_flow *flow; /* NULL: none */
	struct rte_mbuf *mbuf; /* NULL in tests and for pseudo packets */
	uint64_t time_us;
	uint32_t tenant;
	uint16_t wire;

	uint64_t number; /* in its capture, from 1; 0 when live */
	const struct gz_pkt *root; /* of an inner packet: the outermost; else NULL */
	struct gz_pkt *next; /* chain of the holder: fragments of a datagram, inner packets */
	uint8_t events[GZ_PKT_EVENTS]; /* enum gz_pkt_event, in the order found */
	uint32_t frag_id; /* this and the next two: valid with GZ_PKT_FRAGMENT */
	uint32_t frag_off; /* bytes */
	bool frag_more;
	uint8_t reject; /* GZ_REJECT_*, with that verdict */
	uint8_t carrier, depth; /* enum gz_carrier that it was found in; tunnels around it */
	uint32_t rule; /* that stopped it: its number in this turn's ruleset + 1; 0: none */
	struct gz_inner inner; /* the packet that it carries */
};

static inline const uint8_t *
gz_pkt_l3(const struct gz_pkt *p)
{
	return p->data + p->l3_off;
}

static inline const uint8_t *
gz_pkt_l4(const struct gz_pkt *p)
{
	return p->data + p->l4_off;
}

static inline const uint8_t *
gz_pkt_payload(const struct gz_pkt *p)
{
	return p->data + p->payload_off;
}

/** Is there a verdict that stops it? A settled packet keeps its first reason. */
static inline bool
gz_pkt_is_stopped(const struct gz_pkt *p)
{
	return p->verdict == GZ_DROP || p->verdict == GZ_REJECT;
}

/**
 * Decide a packet: the first verdict that stops it wins, and its reason is counted as drop.<why>. One
 * that is only observed (GZ_PKT_OBSERVE) is not stopped: that is counted as observed.<why>.
 */
void gz_pkt_settle(struct gz_pkt *p, enum gz_verdict verdict, enum gz_why why);
/** A packet that could not be carried: gone, and counted as drop.<why>, also where it was only observed. */
void gz_pkt_lose(struct gz_pkt *p, enum gz_why why);

/** What the exceptions' settings say for each reason; shared, read-only after the start. */
struct gz_exceptions {
	uint8_t verdict[GZ_NB_WHYS];
};

/** Read exception.* and copy; @p conf NULL: the defaults. */
void gz_exceptions_init(struct gz_exceptions *x, const struct gz_conf *conf);
/** Count as observed.<why> what the exception table would stop; the packet is left alone. */
void gz_pkt_observe(const struct gz_pkt *p, const struct gz_exceptions *x, enum gz_why why);
/** Settle @p p as the exception table says for @p why. @return the verdict: GZ_PASS when only observed. */
enum gz_verdict gz_pkt_except(struct gz_pkt *p, const struct gz_exceptions *x, enum gz_why why);
/** Note @p e and count it; a packet keeps the first GZ_PKT_EVENTS. */
void gz_pkt_note(struct gz_pkt *p, enum gz_pkt_event e);

struct gz_decode_opts {
	bool verify_checksums; /* else both sums count as good */
	struct gz_tunnel_ports tunnels;
};
/**
 * Find the headers of the frame in @p p (data, len, link, and what port set: mbuf, number, side, wire,
 * tenant, time, flags SUM_PARTIAL). Everything else is written here. Never reads beyond len.
 *
 * A packet that is not IP has neither addresses nor layer 4. What does not fit is GZ_PKT_BAD, and why
 * is the exception that its verdict comes from: IP that does not fit has no addresses, a layer 4 that
 * does not fit leaves addresses and proto. RFC 791, 8200, 9293, 768, 792, 4443, 9260, IEEE 802.1Q/ad.
 */
void gz_pkt_decode(struct gz_pkt *p, const struct gz_decode_opts *opts);

/** As above, from the IP header at @p l3_off on: for whole datagrams, and for our own packets, which are
 * not counted. What the link said, root, events so far and flags WHOLE and PSEUDO stay. */
void gz_pkt_decode_ip(struct gz_pkt *p, uint32_t l3_off, const struct gz_decode_opts *opts);

/** Is the IPv4 header's checksum right; that of layer 4? Of a decoded packet that has it, whatever was
 * verified when it was decoded. */
bool gz_pkt_ip_sum_is_good(const struct gz_pkt *p);
bool gz_pkt_l4_sum_is_good(const struct gz_pkt *p);

/** Write IP and layer 4 checksums anew after the packet was changed; sets GZ_PKT_CHANGED. A UDP
 * checksum that the sender left out stays out; of a fragment only IP's own is written. */
void gz_pkt_fix_checksums(struct gz_pkt *p);
/** Write of TCP's or UDP's checksum only what is known before the payload is (the addresses' part), for
 * a NIC that does the rest; sets GZ_PKT_SUM_PARTIAL. */
void gz_pkt_leave_checksum(struct gz_pkt *p);

#endif /* GZ_PKT_H */
