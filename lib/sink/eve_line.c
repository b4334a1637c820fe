/* SPDX-License-Identifier: BSD-3-Clause */
/* The members that all events share, in EVE's order, and then the event's own. */
#include <string.h>

#include <rte_common.h>

#include "gz_clock.h"
#include "gz_ipproto.h"

#include "sink_internal.h"

#define PUT(at, literal) put((at), (literal), sizeof(literal) - 1)

static char *
put(char *at, const char *text, size_t len)
{
	memcpy(at, text, len);
	return at + len;
}

static char *
put_text(char *at, const char *text)
{
	return put(at, text, strlen(text));
}

static char *
put_u64(char *at, uint64_t v)
{
	char digits[20];
	int i = sizeof(digits);

	do {
		digits[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	return put(at, digits + i, sizeof(digits) - (size_t)i);
}

static char *
put_time(char *at, uint64_t us)
{
	char text[GZ_TIME_TEXT];

	at = PUT(at, "{\"timestamp\":\"");
	at = put_text(at, gz_time_text(us, text));
	return PUT(at, "\"");
}

static char *
put_vlans(char *at, const struct gz_event *e)
{
	uint32_t n = RTE_MIN((uint32_t)e->nb_vlan, RTE_DIM(e->vlan));

	at = PUT(at, ",\"vlan\":[");
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0)
			*at++ = ',';
		at = put_u64(at, e->vlan[i]);
	}
	return PUT(at, "]");
}

static char *
put_addr(char *at, const struct gz_addr *a)
{
	char text[GZ_ADDR_TEXT];

	return put_text(at, gz_addr_text(a, text));
}

static char *
put_addresses(char *at, const struct gz_event *e)
{
	at = PUT(at, ",\"src_ip\":\"");
	at = put_addr(at, &e->src);
	at = PUT(at, "\"");
	if (e->has_ports) {
		at = PUT(at, ",\"src_port\":");
		at = put_u64(at, e->sport);
	}
	at = PUT(at, ",\"dest_ip\":\"");
	at = put_addr(at, &e->dst);
	at = PUT(at, "\"");
	if (e->has_ports) {
		at = PUT(at, ",\"dest_port\":");
		at = put_u64(at, e->dport);
	}
	at = PUT(at, ",\"proto\":\"");
	at = put_text(at, gz_ipproto_name(e->proto));
	at = PUT(at, "\",\"ip_v\":");
	*at++ = gz_addr_is_v4(&e->src) ? '4' : '6';
	if (e->has_icmp) {
		at = PUT(at, ",\"icmp_type\":");
		at = put_u64(at, e->icmp_type);
		at = PUT(at, ",\"icmp_code\":");
		at = put_u64(at, e->icmp_code);
	}
	return at;
}

static char *
put_mac(char *at, const uint8_t mac[6])
{
	static const char digits[] = "0123456789abcdef";

	for (uint32_t i = 0; i < 6; i++) {
		if (i > 0)
			*at++ = ':';
		*at++ = digits[mac[i] >> 4];
		*at++ = digits[mac[i] & 15];
	}
	return at;
}

static char *
put_ether(char *at, const struct gz_event *e)
{
	at = PUT(at, ",\"ether\":{\"src_mac\":\"");
	at = put_mac(at, e->src_mac);
	at = PUT(at, "\",\"dest_mac\":\"");
	at = put_mac(at, e->dst_mac);
	return PUT(at, "\"}");
}

uint32_t
gz_eve_line(const struct gz_event *e, const char *wire, bool ether, char *to)
{
	char *at = put_time(to, e->time_us);

	if (e->flow_id != 0) {
		at = PUT(at, ",\"flow_id\":");
		at = put_u64(at, e->flow_id);
	}
	if (e->parent_id != 0) {
		at = PUT(at, ",\"parent_id\":");
		at = put_u64(at, e->parent_id);
	}
	if (wire != NULL) {
		at = PUT(at, ",\"in_iface\":");
		at = put_text(at, wire);
	}
	if (e->pkt_number != 0) {
		at = PUT(at, ",\"pcap_cnt\":");
		at = put_u64(at, e->pkt_number);
	}
	at = PUT(at, ",\"event_type\":\"");
	at = put_text(at, gz_event_types.by_name[e->type]->name);
	at = PUT(at, "\"");
	if (e->nb_vlan > 0)
		at = put_vlans(at, e);
	if (e->has_addr)
		at = put_addresses(at, e);
	if (e->pkt_src != NULL) {
		at = PUT(at, ",\"pkt_src\":\"");
		at = put_text(at, e->pkt_src);
		at = PUT(at, "\"");
	}
	if (e->tx_id != UINT64_MAX) {
		at = PUT(at, ",\"tx_id\":");
		at = put_u64(at, e->tx_id);
	}
	if (e->app_proto != NULL) {
		at = PUT(at, ",\"app_proto\":\"");
		at = put_text(at, e->app_proto);
		at = PUT(at, "\"");
	}
	if (e->direction != NULL) {
		at = PUT(at, ",\"direction\":\"");
		at = put_text(at, e->direction);
		at = PUT(at, "\"");
	}
	if (ether && e->has_mac)
		at = put_ether(at, e);
	if (e->text_len > 0) {
		at = PUT(at, ",");
		at = put(at, e->text, e->text_len);
	}
	at = PUT(at, "}\n");
	return (uint32_t)(at - to);
}
