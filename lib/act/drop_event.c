/* SPDX-License-Identifier: BSD-3-Clause */

/* The `drop` event: the headers of a packet that was not forwarded, and why. */

#include <netinet/in.h>

#include "gz_cursor.h"

#include "act_internal.h"

enum {
	DROP_TEXT = 16 * 1024, /* the rule's own words are the long part */

	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
};

GZ_EVENT_TYPE(drop_event, "drop", "packets that were not forwarded, and why")

void
gz_act_event_pkt(struct gz_event *e, const struct gz_pkt *p)
{
	e->time_us = p->time_us;
	e->pkt_number = p->number;
	e->wire = p->wire;
	e->nb_vlan = p->nb_vlan;
	memcpy(e->vlan, p->vlan, sizeof(e->vlan));
	e->pkt_src = gz_pkt_src(p);
	if (p->flow != NULL) {
		e->flow_id = p->flow->id;
		e->parent_id = p->flow->parent_id;
	}
	if ((p->flags & (GZ_PKT_IPV4 | GZ_PKT_IPV6)) == 0)
		return;
	e->has_addr = true;
	e->src = p->src;
	e->dst = p->dst;
	e->proto = p->proto;
	e->sport = p->sport;
	e->dport = p->dport;
	e->has_ports = (p->flags & (GZ_PKT_TCP | GZ_PKT_UDP | GZ_PKT_SCTP)) != 0;
	e->has_icmp = (p->flags & (GZ_PKT_ICMP4 | GZ_PKT_ICMP6)) != 0;
	e->icmp_type = p->icmp_type;
	e->icmp_code = p->icmp_code;
}

static void
tell_ipv4(const struct gz_pkt *p, struct gz_json *j)
{
	struct gz_cursor c = gz_cursor(gz_pkt_l3(p), p->len - p->l3_off);
	uint16_t len, id;
	uint8_t tos;

	if (!gz_cursor_skip(&c, 1) || !gz_cursor_u8(&c, &tos) || !gz_cursor_be16(&c, &len) ||
			!gz_cursor_be16(&c, &id))
		return;
	gz_json_u64(j, "len", len);
	gz_json_u64(j, "tos", tos);
	gz_json_u64(j, "ttl", p->ttl);
	gz_json_u64(j, "ipid", id);
}

static void
tell_ipv6(const struct gz_pkt *p, struct gz_json *j)
{
	struct gz_cursor c = gz_cursor(gz_pkt_l3(p), p->len - p->l3_off);
	uint32_t first;
	uint16_t len;

	if (!gz_cursor_be32(&c, &first) || !gz_cursor_be16(&c, &len))
		return;
	gz_json_u64(j, "len", len);
	gz_json_u64(j, "tc", first >> 20 & 0xff);
	gz_json_u64(j, "hoplimit", p->ttl);
	gz_json_u64(j, "flowlbl", first & 0xfffff);
}

static void
tell_tcp(const struct gz_pkt *p, struct gz_json *j)
{
	struct gz_cursor c = gz_cursor(gz_pkt_l4(p), p->len - p->l4_off);
	uint16_t window, urgent;
	uint32_t seq, ack;
	uint8_t offset, flags;

	if (!gz_cursor_skip(&c, 4) || !gz_cursor_be32(&c, &seq) || !gz_cursor_be32(&c, &ack) ||
			!gz_cursor_u8(&c, &offset) || !gz_cursor_u8(&c, &flags) ||
			!gz_cursor_be16(&c, &window) || !gz_cursor_skip(&c, 2) ||
			!gz_cursor_be16(&c, &urgent))
		return;
	gz_json_u64(j, "tcpseq", seq);
	gz_json_u64(j, "tcpack", ack);
	gz_json_u64(j, "tcpwin", window);
	gz_json_bool(j, "syn", (flags & TCP_SYN) != 0);
	gz_json_bool(j, "ack", (flags & TCP_ACK) != 0);
	gz_json_bool(j, "psh", (flags & TCP_PSH) != 0);
	gz_json_bool(j, "rst", (flags & TCP_RST) != 0);
	gz_json_bool(j, "urg", (flags & TCP_URG) != 0);
	gz_json_bool(j, "fin", (flags & TCP_FIN) != 0);
	gz_json_u64(j, "tcpres", offset & 0x0f);
	gz_json_u64(j, "tcpurgp", urgent);
}

static void
tell_icmp(const struct gz_pkt *p, struct gz_json *j)
{
	struct gz_cursor c = gz_cursor(gz_pkt_l4(p), p->len - p->l4_off);
	uint16_t id, seq;

	if (!gz_cursor_skip(&c, 4) || !gz_cursor_be16(&c, &id) || !gz_cursor_be16(&c, &seq))
		return;
	gz_json_u64(j, "icmp_id", id);
	gz_json_u64(j, "icmp_seq", seq);
}

static void
tell_headers(const struct gz_pkt *p, struct gz_json *j)
{
	if (p->flags & GZ_PKT_IPV4)
		tell_ipv4(p, j);
	else if (p->flags & GZ_PKT_IPV6)
		tell_ipv6(p, j);
	if (p->flags & GZ_PKT_TCP)
		tell_tcp(p, j);
	else if (p->flags & GZ_PKT_UDP)
		gz_json_u64(j, "udplen", p->payload_len);
	else if (p->flags & (GZ_PKT_ICMP4 | GZ_PKT_ICMP6))
		tell_icmp(p, j);
}

/* With drop.flows = start a flow tells once in each direction: of its first packet dropped. */
static bool
was_told(const struct gz_act *a, const struct gz_pkt *p)
{
	return !a->all_drops && p->why == GZ_WHY_FLOW;
}

void
act_drop_event(struct gz_act *a, const struct gz_pkt *p)
{
	struct gz_event *e;
	struct gz_json *j;

	if (was_told(a, p))
		return;
	e = gz_event_begin(a->opts.ring, &drop_event, DROP_TEXT);
	if (e == NULL)
		return;
	gz_act_event_pkt(e, p);
	if (p->flow != NULL)
		e->direction = p->dir == GZ_C2S ? "to_server" : "to_client";
	j = gz_event_json(a->opts.ring);
	gz_json_object(j, "drop");
	tell_headers(p, j);
	gz_json_str(j, "reason", gz_whys[p->why].reason);
	gz_json_object_end(j);
	gz_event_verdict(j, "drop", (p->reject & GZ_REJECT_SENDER) != 0,
			(p->reject & GZ_REJECT_RECEIVER) != 0, p->proto);
	if (a->opts.tell != NULL)
		a->opts.tell(a->opts.tell_arg, p, j);
	gz_event_commit(a->opts.ring);
}
