/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sink_internal.h"

GZ_EVENT_TYPE(regatta_event, "regatta", "boats that race")

enum {
	TEXT_MOST = 256,
};

static union {
	struct gz_event e;
	uint8_t room[sizeof(struct gz_event) + TEXT_MOST];
} record;

static struct gz_event *
event(const char *text)
{
	struct gz_event *e = &record.e;

	memset(&record, 0, sizeof(record));
	e->type = (uint16_t)regatta_event.reg.id;
	e->wire = GZ_EVENT_NONE;
	e->tx_id = UINT64_MAX;
	e->time_us = UINT64_C(1700000000123456);
	e->text_len = (uint32_t)strlen(text);
	memcpy(e->text, text, e->text_len);
	return e;
}

static const char *
line(const struct gz_event *e, const char *wire)
{
	static char buf[GZ_EVE_HEADER_MOST + TEXT_MOST + 1];

	buf[gz_eve_line(e, wire, true, buf)] = '\0';
	return buf;
}

static void
set_v4(struct gz_event *e)
{
	static const uint8_t a[] = { 10, 16, 1, 11 }, b[] = { 82, 165, 50, 255 };

	e->has_addr = true;
	e->src = gz_addr_v4(a);
	e->dst = gz_addr_v4(b);
}

static void
an_event_without_packet_has_time_and_type(void **state)
{
	assert_string_equal(line(event("\"regatta\":{}"), NULL),
			"{\"timestamp\":\"2023-11-14T22:13:20.123456+0000\","
			"\"event_type\":\"regatta\",\"regatta\":{}}\n");
}

static void
an_event_without_text_is_whole(void **state)
{
	assert_string_equal(line(event(""), NULL),
			"{\"timestamp\":\"2023-11-14T22:13:20.123456+0000\","
			"\"event_type\":\"regatta\"}\n");
}

static void
stations_are_told_where_it_is_wanted(void **state)
{
	struct gz_event *e = event("");
	char buf[GZ_EVE_HEADER_MOST];

	assert_null(strstr(line(e, NULL), "ether"));
	e->has_mac = true;
	memcpy(e->src_mac, "\x02\x00\x5e\x10\xff\x01", 6);
	memcpy(e->dst_mac, "\x02\x00\x00\x00\x00\x02", 6);
	assert_non_null(strstr(line(e, NULL),
			",\"ether\":{\"src_mac\":\"02:00:5e:10:ff:01\","
			"\"dest_mac\":\"02:00:00:00:00:02\"}"));
	buf[gz_eve_line(e, NULL, false, buf)] = '\0';
	assert_null(strstr(buf, "ether"));
}

static void
members_come_in_eves_order(void **state)
{
	struct gz_event *e = event("\"a\":1");

	set_v4(e);
	e->flow_id = 1234567890123456;
	e->parent_id = 77;
	e->pkt_number = 12;
	e->nb_vlan = 2;
	e->vlan[0] = 100;
	e->vlan[1] = 4094;
	e->proto = 6;
	e->has_ports = true;
	e->sport = 65535;
	e->dport = 80;
	e->pkt_src = "wire/pcap";
	e->tx_id = 0;
	e->app_proto = "http";
	e->direction = "to_server";
	assert_string_equal(line(e, "\"outside\""),
			"{\"timestamp\":\"2023-11-14T22:13:20.123456+0000\","
			"\"flow_id\":1234567890123456,\"parent_id\":77,\"in_iface\":\"outside\","
			"\"pcap_cnt\":12,\"event_type\":\"regatta\",\"vlan\":[100,4094],"
			"\"src_ip\":\"10.16.1.11\",\"src_port\":65535,"
			"\"dest_ip\":\"82.165.50.255\",\"dest_port\":80,\"proto\":\"TCP\",\"ip_v\":4,"
			"\"pkt_src\":\"wire/pcap\",\"tx_id\":0,\"app_proto\":\"http\","
			"\"direction\":\"to_server\",\"a\":1}\n");
}

static void
icmp_has_type_and_code_and_no_ports(void **state)
{
	struct gz_event *e = event("");

	set_v4(e);
	e->proto = 1;
	e->has_icmp = true;
	e->icmp_type = 3;
	e->icmp_code = 13;
	assert_non_null(strstr(line(e, NULL),
			"\"dest_ip\":\"82.165.50.255\",\"proto\":\"ICMP\",\"ip_v\":4,\"icmp_type\":3,"
			"\"icmp_code\":13}"));
}

static void
ipv6_is_written_in_full(void **state)
{
	static const uint8_t a[16] = { 0xfe, 0x80, [14] = 0x0a, 0xbc };
	struct gz_event *e = event("");

	e->has_addr = true;
	e->src = e->dst = gz_addr_v6(a);
	e->proto = 58;
	assert_non_null(strstr(
			line(e, NULL), "\"src_ip\":\"fe80:0000:0000:0000:0000:0000:0000:0abc\","));
	assert_non_null(strstr(line(e, NULL), "\"proto\":\"IPv6-ICMP\",\"ip_v\":6}"));
}

static void
protocols_have_ianas_names(void **state)
{
	struct gz_event *e = event("");

	set_v4(e);
	e->proto = 132;
	assert_non_null(strstr(line(e, NULL), "\"proto\":\"SCTP\""));
	e->proto = 253;
	assert_non_null(strstr(line(e, NULL), "\"proto\":\"253\""));
}

static void
the_longest_header_fits(void **state)
{
	struct gz_event *e = event("");
	char wire[256 + 1];

	memset(wire, 'w', sizeof(wire));
	wire[sizeof(wire) - 1] = '\0';
	e->has_addr = e->has_ports = e->has_icmp = true;
	memset(&e->src, 0xee, sizeof(e->src));
	memset(&e->dst, 0xee, sizeof(e->dst));
	e->flow_id = e->parent_id = e->pkt_number = UINT64_MAX;
	e->tx_id = UINT64_MAX - 1;
	e->nb_vlan = 3;
	e->vlan[0] = e->vlan[1] = e->vlan[2] = 4095;
	e->sport = e->dport = 65535;
	e->icmp_type = e->icmp_code = 255;
	e->proto = 134;
	e->app_proto = "a-protocol-with-a-long-name";
	e->direction = "to_client";
	e->pkt_src = "stream (flow timeout)";
	assert_true(strlen(line(e, wire)) < GZ_EVE_HEADER_MOST);
}

static int
use_utc(void **state)
{
	gz_registry_seal(&gz_event_types);
	return setenv("TZ", "UTC", 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_without_packet_has_time_and_type),
		cmocka_unit_test(an_event_without_text_is_whole),
		cmocka_unit_test(stations_are_told_where_it_is_wanted),
		cmocka_unit_test(members_come_in_eves_order),
		cmocka_unit_test(icmp_has_type_and_code_and_no_ports),
		cmocka_unit_test(ipv6_is_written_in_full),
		cmocka_unit_test(protocols_have_ianas_names),
		cmocka_unit_test(the_longest_header_fits),
	};

	return cmocka_run_group_tests(tests, use_utc, NULL);
}
