/* SPDX-License-Identifier: BSD-3-Clause */
/* The `alert` event. */
#include <netinet/in.h>
#include <string.h>

#include "gz_clock.h"
#include "gz_ether.h"
#include "gz_file.h"
#include "gz_ipproto.h"

#include "detect_internal.h"

enum {
	TEXT_MOST = 8 * 1024, /* bytes beside the rule's own words and the transaction's */
};

struct gz_event_type detect_alert_event = { .reg = { .name = "alert" },
	.help = "rules that matched, and what was done" };
GZ_REGISTER(gz_event_types, detect_alert_event)

void
detect_fill_event(struct gz_event *e, const struct gz_pkt *p)
{
	e->time_us = p->time_us;
	e->pkt_number = p->number;
	e->wire = p->wire;
	e->nb_vlan = p->nb_vlan;
	memcpy(e->vlan, p->vlan, sizeof(e->vlan));
	e->pkt_src = gz_pkt_src(p);
	e->has_mac = gz_pkt_macs(p, e->src_mac, e->dst_mac);
	if (p->flow != NULL) {
		e->flow_id = p->flow->id;
		e->parent_id = p->flow->parent_id;
	}
	if (!(p->flags & (GZ_PKT_IPV4 | GZ_PKT_IPV6)))
		return;
	e->has_addr = true;
	e->src = p->src;
	e->dst = p->dst;
	e->proto = p->proto;
	e->sport = p->sport;
	e->dport = p->dport;
	/* cut off, they are told as 0 */
	e->has_ports = (p->flags & (GZ_PKT_TCP | GZ_PKT_UDP | GZ_PKT_SCTP)) != 0 ||
			((p->flags & GZ_PKT_BAD) != 0 &&
					(p->proto == IPPROTO_TCP || p->proto == IPPROTO_UDP ||
							p->proto == IPPROTO_SCTP));
	e->has_icmp = (p->flags & (GZ_PKT_ICMP4 | GZ_PKT_ICMP6)) != 0;
	e->icmp_type = p->icmp_type;
	e->icmp_code = p->icmp_code;
}

static void
tell_side(struct gz_json *j, const char *key, const struct gz_addr *a, bool has_port, uint16_t port)
{
	char text[GZ_ADDR_TEXT];

	gz_json_object(j, key);
	gz_json_str(j, "ip", gz_addr_text(a, text));
	if (has_port)
		gz_json_u64(j, "port", port);
	gz_json_object_end(j);
}

static void
tell_target(struct gz_json *j, const struct gz_pkt *p, const struct gz_sig *s)
{
	bool ports = (p->flags & (GZ_PKT_TCP | GZ_PKT_UDP | GZ_PKT_SCTP)) != 0;
	bool to_source = s->target == 1;

	tell_side(j, to_source ? "target" : "source", &p->src, ports, p->sport);
	tell_side(j, to_source ? "source" : "target", &p->dst, ports, p->dport);
}

static void
tell_rule(struct gz_json *j, const struct gz_pkt *p, const struct gz_sig *s, bool blocked)
{
	gz_json_object(j, "alert");
	gz_json_str(j, "action", blocked ? "blocked" : "allowed");
	gz_json_raw(j, s->eve, s->eve_len);
	if (s->target != 0)
		tell_target(j, p, s);
	if (s->eve_meta != NULL)
		gz_json_raw(j, s->eve_meta, s->eve_meta_len);
	gz_json_object_end(j);
}

/* What its protocol says of a transaction, and the files in it. */
static void
say_tx(struct gz_json *j, const struct gz_tx *tx, enum gz_dir dir)
{
	if (tx->proto->log != NULL)
		tx->proto->log(tx, GZ_LOG_ALERT, 0, j);
	gz_files_log(tx, dir, j);
}

static void
tell_tx(struct gz_json *j, const struct detect_match *m)
{
	struct gz_json before = *j;

	if (m->tx != NULL)
		say_tx(j, m->tx, m->dir);
	else if (m->tx_text.len > 0)
		gz_json_raw(j, (const char *)m->tx_text.p, m->tx_text.len);
	/* An alert without its transaction is better than none. */
	if (gz_json_full(j))
		*j = before;
}

static void
tell_app(struct gz_json *j, const struct gz_flow *f)
{
	const char *name;

	if (strcmp(gz_app_name(f), "unknown") == 0)
		return;
	gz_json_str(j, "app_proto", gz_app_name(f));
	if ((name = gz_app_dir_name(f, GZ_C2S)) != NULL)
		gz_json_str(j, "app_proto_ts", name);
	if ((name = gz_app_dir_name(f, GZ_S2C)) != NULL)
		gz_json_str(j, "app_proto_tc", name);
	if ((name = gz_app_orig_name(f)) != NULL)
		gz_json_str(j, "app_proto_orig", name);
	if ((name = gz_app_expected_name(f)) != NULL)
		gz_json_str(j, "app_proto_expected", name);
}

static void
tell_flow(struct gz_json *j, const struct gz_pkt *p)
{
	const struct gz_flow *f = p->flow;
	const struct gz_flow_count *ts = &f->count[GZ_C2S], *tc = &f->count[GZ_S2C];
	char text[GZ_ADDR_TEXT], time[GZ_TIME_TEXT];

	gz_json_object(j, "flow");
	gz_json_u64(j, "pkts_toserver", ts->pkts);
	gz_json_u64(j, "pkts_toclient", tc->pkts);
	gz_json_u64(j, "bytes_toserver", ts->bytes);
	gz_json_u64(j, "bytes_toclient", tc->bytes);
	gz_json_str(j, "start", gz_time_text(f->start_us, time));
	gz_json_str(j, "src_ip", gz_addr_text(&f->addr[GZ_C2S], text));
	gz_json_str(j, "dest_ip", gz_addr_text(&f->addr[GZ_S2C], text));
	if (p->flags & (GZ_PKT_TCP | GZ_PKT_UDP | GZ_PKT_SCTP)) {
		gz_json_u64(j, "src_port", f->port[GZ_C2S]);
		gz_json_u64(j, "dest_port", f->port[GZ_S2C]);
	}
	gz_json_object_end(j);
}

/* What became of the packet, whichever rule did it; and what a reject rule asks for. */
static void
tell_verdict(struct gz_json *j, const struct gz_pkt *p, const struct detect_match *m, bool passed)
{
	bool stopped = gz_pkt_is_stopped(p);
	uint8_t rejects = stopped && p->reject != 0 ? p->reject : detect_rejects(m->action);

	gz_event_verdict(j,
			stopped                  ? "drop"
					: passed ? "pass"
						 : "alert",
			(rejects & GZ_REJECT_SENDER) != 0, (rejects & GZ_REJECT_RECEIVER) != 0,
			p->proto);
}

/* The packet around it, on the wire. */
static void
tell_tunnel(struct gz_json *j, const struct gz_pkt *p)
{
	const struct gz_pkt *outer = p->root;
	char text[GZ_ADDR_TEXT];

	gz_json_object(j, "tunnel");
	gz_json_str(j, "src_ip", gz_addr_text(&outer->src, text));
	gz_json_u64(j, "src_port", outer->sport);
	gz_json_str(j, "dest_ip", gz_addr_text(&outer->dst, text));
	gz_json_u64(j, "dest_port", outer->dport);
	gz_json_str(j, "proto", gz_ipproto_name(outer->proto));
	gz_json_u64(j, "depth", p->depth);
	if (outer->number != 0)
		gz_json_u64(j, "pcap_cnt", outer->number);
	gz_json_str(j, "pkt_src", gz_pkt_src(outer));
	gz_json_object_end(j);
}

static void
tell_payload(struct gz_json *j, const struct gz_pkt *p, const struct detect_match *m)
{
	struct gz_span payload = gz_span(gz_pkt_payload(p), p->payload_len);

	if (m->stream.len > 0)
		payload = m->stream;
	if (payload.len > 0) {
		gz_json_base64(j, "payload", payload);
		gz_json_printable(j, "payload_printable", payload);
	}
	gz_json_u64(j, "stream", m->how == DETECT_BY_STREAM);
}

void
detect_tell_packet(struct gz_json *j, const struct gz_pkt *p)
{
	const struct gz_link_row *link = gz_pkt_link(p);
	struct gz_span bytes = gz_span(p->data, p->len);

	/* A datagram put together was never in a frame. */
	if ((p->flags & GZ_PKT_WHOLE) != 0)
		bytes = gz_span(gz_pkt_l3(p), p->l3_len);
	gz_json_base64(j, "packet", bytes);
	gz_json_object(j, "packet_info");
	gz_json_u64(j, "linktype", link->dlt);
	gz_json_str(j, "linktype_name", link->name);
	gz_json_object_end(j);
}

static uint32_t
text_most(const struct gz_detect *d, const struct gz_pkt *p, const struct gz_sig *s,
		const struct detect_match *m)
{
	uint32_t most = TEXT_MOST + s->eve_len + s->eve_meta_len;

	most += m->frame.len;
	if (m->tx != NULL || m->tx_text.len > 0)
		most += DETECT_TEXT;
	if (d->payload)
		most += RTE_MAX(p->payload_len, m->stream.len) * 8; /* base64, escapes of six */
	if (d->packet)
		most += p->len * 2;
	return RTE_MIN(most, (uint32_t)GZ_EVENT_TEXT_MOST);
}

void
detect_alert(struct gz_detect *d, const struct gz_pkt *p, const struct detect_match *m,
		bool blocked)
{
	const struct gz_sig *s = d->rs->rules[m->rule].sig;
	struct gz_event *e;
	struct gz_json *j;

	detect_count(DETECT_ALERTS, 1);
	e = gz_event_begin(d->ring, &detect_alert_event, text_most(d, p, s, m));
	if (e == NULL)
		return;
	detect_fill_event(e, p);
	e->tx_id = m->tx_id;
	e->blocked = blocked;
	e->gid = s->gid;
	e->sid = s->sid;
	if (p->flow != NULL && p->flow->server != GZ_SERVER_NONE)
		e->server = p->flow->server;
	j = gz_event_json(d->ring);
	tell_rule(j, p, s, blocked);
	if (p->root != NULL)
		tell_tunnel(j, p);
	tell_verdict(j, p, m, d->passed);
	if (unlikely(p->proto == IPPROTO_SCTP || p->proto == IPPROTO_IGMP))
		detect_tell_headers(j, p);
	tell_tx(j, m);
	if (m->frame.len > 0)
		gz_json_raw(j, (const char *)m->frame.p, m->frame.len);
	if (p->flow != NULL) {
		tell_app(j, p->flow);
		gz_json_str(j, "direction", m->dir == GZ_C2S ? "to_server" : "to_client");
		tell_flow(j, p);
	}
	if (d->payload)
		tell_payload(j, p, m);
	if (d->packet && p->data != NULL)
		detect_tell_packet(j, p);
	gz_event_commit(d->ring);
}

void
gz_detect_tx_end(void *detect, struct gz_tx *tx)
{
	struct gz_detect *d = detect;
	struct gz_json j;
	uint32_t i, dir;

	for (dir = 0; dir < 2; dir++)
		detect_tx_forget(d, tx, dir);
	for (i = 0; i < d->nb_matches; i++) {
		if (d->match[i].tx != tx)
			continue;
		d->match[i].tx = NULL;
		gz_json_init(&j, d->text + d->text_len, DETECT_TEXT - d->text_len);
		say_tx(&j, tx, d->match[i].dir);
		if (gz_json_full(&j))
			continue;
		d->match[i].tx_text = gz_span(j.buf, j.len);
		d->text_len += j.len;
	}
}
