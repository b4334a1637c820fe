/* SPDX-License-Identifier: BSD-3-Clause */

#include "pkt_test_frame.h"

#define UDP_IN_IP4 TEST_IP4("00 1e", "11") TEST_UDP("00 0a") "61 62 "

/* Every test of a link carries this datagram: 10.0.0.1:12345 to 10.0.0.2:53, "ab". */
static void
assert_is_the_datagram(const struct gz_pkt *p, uint32_t l3_off)
{
	static const uint8_t one[] = { 10, 0, 0, 1 }, two[] = { 10, 0, 0, 2 };
	struct gz_addr src = gz_addr_v4(one), dst = gz_addr_v4(two);

	assert_int_equal(p->flags, GZ_PKT_IPV4 | GZ_PKT_UDP);
	assert_int_equal(p->nb_events, 0);
	assert_int_equal(p->l3_off, l3_off);
	assert_int_equal(p->l3_len, 30);
	assert_int_equal(p->l4_off, l3_off + 20);
	assert_int_equal(p->payload_off, l3_off + 28);
	assert_int_equal(p->payload_len, 2);
	assert_memory_equal(gz_pkt_payload(p), "ab", 2);
	assert_int_equal(p->proto, 17);
	assert_int_equal(p->ttl, 64);
	assert_int_equal(p->sport, 12345);
	assert_int_equal(p->dport, 53);
	assert_true(gz_addr_equal(&p->src, &src));
	assert_true(gz_addr_equal(&p->dst, &dst));
	assert_int_equal(p->verdict, GZ_PASS);
	assert_null(p->flow);
	assert_null(p->next);
	assert_null(p->root);
}

static void
link_carries_the_datagram(enum gz_link link, const char *digits, uint32_t l3_off)
{
	struct gz_pkt p = test_decode(link, digits);

	assert_is_the_datagram(&p, l3_off);
	test_done(&p);
}

static void
ip_is_found_behind_every_link(void **state)
{
	link_carries_the_datagram(GZ_LINK_ETHERNET, TEST_MACS "08 00 " UDP_IN_IP4, 14);
	link_carries_the_datagram(GZ_LINK_RAW, UDP_IN_IP4, 0);
	link_carries_the_datagram(GZ_LINK_NULL, "02 00 00 00 " UDP_IN_IP4, 4);
	link_carries_the_datagram(GZ_LINK_NULL, "00 00 00 02 " UDP_IN_IP4, 4);
	link_carries_the_datagram(GZ_LINK_SLL,
			"00 00 00 01 00 06 02 00 00 00 00 01 00 00 08 00 " UDP_IN_IP4, 16);
	link_carries_the_datagram(GZ_LINK_SLL2,
			"08 00 00 00 00 00 00 02 00 01 00 06 02 00 00 00 00 01 00 00 " UDP_IN_IP4,
			20);
	link_carries_the_datagram(GZ_LINK_PPP, "ff 03 00 21 " UDP_IN_IP4, 4);
	link_carries_the_datagram(GZ_LINK_PPP, "00 21 " UDP_IN_IP4, 2);
	link_carries_the_datagram(GZ_LINK_PPP, "21 " UDP_IN_IP4, 1);
	link_carries_the_datagram(GZ_LINK_CHDLC, "0f 00 08 00 " UDP_IN_IP4, 4);
}

static void
ip_is_found_behind_what_lies_between(void **state)
{
	link_carries_the_datagram(GZ_LINK_ETHERNET,
			TEST_MACS "88 64 11 00 00 07 00 20 00 21 " UDP_IN_IP4, 22);
	/* two labels, the second one "IPv4" */
	link_carries_the_datagram(GZ_LINK_ETHERNET,
			TEST_MACS "88 47 00 01 00 40 00 00 01 40 " UDP_IN_IP4, 22);
	/* an ordinary label: the first nibble tells */
	link_carries_the_datagram(GZ_LINK_ETHERNET, TEST_MACS "88 47 00 01 01 40 " UDP_IN_IP4, 18);
	/* a pseudowire with an Ethernet frame */
	link_carries_the_datagram(GZ_LINK_ETHERNET,
			TEST_MACS "88 47 00 01 01 40 00 00 00 00 " TEST_MACS "08 00 " UDP_IN_IP4,
			36);
	link_carries_the_datagram(GZ_LINK_ETHERNET,
			TEST_MACS "88 e7 00 00 00 01 " TEST_MACS "08 00 " UDP_IN_IP4, 32);
	link_carries_the_datagram(
			GZ_LINK_ETHERNET, TEST_MACS "89 26 00 00 00 00 08 00 " UDP_IN_IP4, 20);
	link_carries_the_datagram(GZ_LINK_ETHERNET,
			TEST_MACS "89 4f 00 02 02 01 00 00 01 02 " UDP_IN_IP4, 22);
	link_carries_the_datagram(GZ_LINK_ETHERNET,
			TEST_MACS "89 03 00 01 " TEST_MACS "08 00 " UDP_IN_IP4, 30);
}

static void
up_to_three_tags_are_read_outermost_first(void **state)
{
	struct gz_pkt p = test_decode(GZ_LINK_ETHERNET,
			TEST_MACS "91 00 20 01 88 a8 e0 02 81 00 00 03 08 00 " UDP_IN_IP4);

	assert_is_the_datagram(&p, 26);
	assert_int_equal(p.nb_vlan, 3);
	assert_int_equal(p.vlan[0], 1);
	assert_int_equal(p.vlan[1], 2);
	assert_int_equal(p.vlan[2], 3);
	assert_int_equal(p.ethertype, 0x0800);
	test_done(&p);
}

static void
a_fourth_tag_is_one_too_many(void **state)
{
	struct gz_pkt p = test_decode(GZ_LINK_ETHERNET,
			TEST_MACS
			"81 00 00 01 81 00 00 02 81 00 00 03 81 00 00 04 08 00 " UDP_IN_IP4);

	assert_true(test_has_event(&p, GZ_PKT_EVENT_VLAN_TOO_MANY_LAYERS));
	assert_int_equal(p.flags, GZ_PKT_BAD);
	assert_int_equal(p.why, GZ_WHY_HEADERS);
	test_done(&p);
}

static void
endless_layers_end(void **state)
{
	char digits[4096] = TEST_MACS "88 47 ";
	uint32_t i;

	for (i = 0; i < 30; i++)
		strcat(digits, "00 01 00 40 ");
	strcat(digits, "00 00 01 40 " UDP_IN_IP4);
	assert_true(test_raises(GZ_LINK_ETHERNET, digits, GZ_PKT_EVENT_TOO_MANY_LAYERS));
}

static void
padding_is_not_part_of_the_packet(void **state)
{
	struct gz_pkt p = test_decode(GZ_LINK_ETHERNET,
			TEST_MACS "08 00 " UDP_IN_IP4
				  "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");

	assert_is_the_datagram(&p, 14);
	assert_int_equal(p.len, 60);
	test_done(&p);
}

static void
what_is_not_ip_passes_without_a_note(void **state)
{
	struct gz_pkt p = test_decode(GZ_LINK_ETHERNET,
			TEST_MACS "08 06 00 01 08 00 06 04 00 01 "
				  "02 00 00 00 00 01 0a 4d 00 01 00 00 00 00 00 00 0a 4d 00 02");

	assert_int_equal(p.flags, GZ_PKT_ARP);
	assert_int_equal(p.nb_events, 0);
	test_done(&p);
	p = test_decode(GZ_LINK_ETHERNET, TEST_MACS "88 cc 02 07 04");
	assert_int_equal(p.flags, 0);
	assert_int_equal(p.ethertype, 0x88cc);
	assert_int_equal(p.nb_events, 0);
	test_done(&p);
	/* spanning tree: a length and LLC */
	p = test_decode(GZ_LINK_ETHERNET, TEST_MACS "00 26 42 42 03 00 00 00 00 00");
	assert_int_equal(p.flags, 0);
	assert_int_equal(p.ethertype, 0);
	assert_int_equal(p.nb_events, 0);
	test_done(&p);
}

static void
links_that_are_too_short_say_so(void **state)
{
	assert_true(test_raises(GZ_LINK_ETHERNET, "02 00", GZ_PKT_EVENT_ETHERNET_PKT_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_ETHERNET, "", GZ_PKT_EVENT_ETHERNET_PKT_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_NULL, "02 00", GZ_PKT_EVENT_LTNULL_PKT_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_NULL, "63 00 00 00", GZ_PKT_EVENT_LTNULL_UNSUPPORTED_TYPE));
	assert_true(test_raises(GZ_LINK_SLL, "00 00", GZ_PKT_EVENT_SLL_PKT_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_SLL2, "08 00", GZ_PKT_EVENT_SLL2_PKT_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_CHDLC, "0f 00", GZ_PKT_EVENT_CHDLC_PKT_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_RAW, "45", GZ_PKT_EVENT_IPV4_PKT_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_RAW,
			"55 00 00 1e 00 01 00 00 40 11 00 00 0a 00 00 01 0a 00 00 02",
			GZ_PKT_EVENT_IPRAW_INVALID_IP_VERSION));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "81 00 00 01",
			GZ_PKT_EVENT_VLAN_HEADER_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "81 00 00 01 12 34 00 00",
			GZ_PKT_EVENT_VLAN_UNKNOWN_TYPE));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "89 26 00 00",
			GZ_PKT_EVENT_VNTAG_HEADER_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "89 26 00 00 00 00 12 34",
			GZ_PKT_EVENT_VNTAG_UNKNOWN_TYPE));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "88 e7 00 00",
			GZ_PKT_EVENT_IEEE8021AH_HEADER_TOO_SMALL));
	assert_true(test_raises(
			GZ_LINK_ETHERNET, TEST_MACS "89 03 00", GZ_PKT_EVENT_DCE_PKT_TOO_SMALL));
}

static void
ppp_and_pppoe_say_what_is_wrong(void **state)
{
	assert_true(test_raises(GZ_LINK_PPP, "ff 03", GZ_PKT_EVENT_PPP_PKT_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_PPP, "ff 03 00 21 45", GZ_PKT_EVENT_PPP_IP4_PKT_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_PPP, "ff 03 00 57 60", GZ_PKT_EVENT_PPP_IP6_PKT_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_PPP, "ff 03 00 2f 45", GZ_PKT_EVENT_PPP_VJU_PKT_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_PPP, "ff 03 00 2d 01", GZ_PKT_EVENT_PPP_UNSUP_PROTO));
	assert_false(test_raises(GZ_LINK_PPP, "ff 03 c0 21 01", GZ_PKT_EVENT_PPP_UNSUP_PROTO));
	assert_false(test_raises(GZ_LINK_PPP, "ff 03 c0 21 01", GZ_PKT_EVENT_PPP_WRONG_TYPE));
	assert_true(test_raises(GZ_LINK_PPP, "ff 03 12 34 01", GZ_PKT_EVENT_PPP_WRONG_TYPE));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "88 64 11 00",
			GZ_PKT_EVENT_PPPOE_PKT_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "88 63 11 42 00 00 00 00",
			GZ_PKT_EVENT_PPPOE_WRONG_CODE));
	assert_true(test_raises(GZ_LINK_ETHERNET,
			TEST_MACS "88 63 11 09 00 00 00 05 01 01 00 09 00",
			GZ_PKT_EVENT_PPPOE_MALFORMED_TAGS));
	assert_false(test_raises(GZ_LINK_ETHERNET,
			TEST_MACS "88 63 11 09 00 00 00 05 01 01 00 01 00",
			GZ_PKT_EVENT_PPPOE_MALFORMED_TAGS));
}

static void
mpls_says_what_is_wrong(void **state)
{
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "88 47 00 01",
			GZ_PKT_EVENT_MPLS_HEADER_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "88 47 00 01 01 40 45",
			GZ_PKT_EVENT_MPLS_PKT_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "88 47 00 00 11 40 45 00 00 00",
			GZ_PKT_EVENT_MPLS_BAD_LABEL_ROUTER_ALERT));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "88 47 00 00 31 40 45 00 00 00",
			GZ_PKT_EVENT_MPLS_BAD_LABEL_IMPLICIT_NULL));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "88 47 00 00 51 40 45 00 00 00",
			GZ_PKT_EVENT_MPLS_BAD_LABEL_RESERVED));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "88 47 00 01 01 40 90 00 00 00",
			GZ_PKT_EVENT_MPLS_UNKNOWN_PAYLOAD_TYPE));
}

static void
service_headers_say_what_is_wrong(void **state)
{
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "89 4f 00 02 02 01",
			GZ_PKT_EVENT_NSH_HEADER_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "89 4f 40 02 02 01 00 00 01 02",
			GZ_PKT_EVENT_NSH_UNSUPPORTED_VERSION));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "89 4f 00 03 02 01 00 00 01 02",
			GZ_PKT_EVENT_NSH_BAD_HEADER_LENGTH));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "89 4f 00 02 01 01 00 00 01 02",
			GZ_PKT_EVENT_NSH_BAD_HEADER_LENGTH));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "89 4f 00 02 00 01 00 00 01 02",
			GZ_PKT_EVENT_NSH_RESERVED_TYPE));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "89 4f 00 02 05 01 00 00 01 02",
			GZ_PKT_EVENT_NSH_UNSUPPORTED_TYPE));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "89 4f 00 02 02 77 00 00 01 02",
			GZ_PKT_EVENT_NSH_UNKNOWN_PAYLOAD));
}

static void
an_inner_packet_keeps_what_the_link_said(void **state)
{
	static const struct gz_decode_opts opts = { .verify_checksums = false };
	struct gz_pkt p = test_decode(GZ_LINK_ETHERNET, TEST_MACS "81 00 00 07 08 00 " UDP_IN_IP4);

	p.flags |= GZ_PKT_WHOLE;
	gz_pkt_decode_ip(&p, 18, &opts);
	p.flags &= ~(uint32_t)GZ_PKT_WHOLE;
	assert_is_the_datagram(&p, 18);
	assert_int_equal(p.nb_vlan, 1);
	assert_int_equal(p.vlan[0], 7);
	test_done(&p);
}

/* Whatever the bytes, decoding ends and stays inside (the sanitizers watch), and what it says fits. */
static void
random_bytes_are_decoded_within_their_bounds(void **state)
{
	static const char *const seeds[] = {
		TEST_MACS "08 00 " UDP_IN_IP4,
		TEST_MACS "81 00 00 01 86 dd " TEST_IP6(
				"00 18", "00") "2c 00 01 04 00 00 00 00 "
					       "06 00 00 09 00 00 00 01 61 62 63 64 65 66 67 68",
		TEST_MACS "88 47 00 01 01 40 " TEST_IP4("00 28", "06") TEST_TCP("50 02"),
		TEST_MACS "88 64 11 00 00 07 00 20 00 21 " UDP_IN_IP4,
	};
	static const struct gz_decode_opts opts = { .verify_checksums = true };
	struct gz_pkt p;
	uint32_t i, j;

	srandom(1);
	for (i = 0; i < 20000; i++) {
		p = test_frame((enum gz_link)(random() % (GZ_LINK_CHDLC + 1)), seeds[i % 4]);
		if (i % 3 == 0)
			p.link = GZ_LINK_ETHERNET;
		for (j = 0; j < 4; j++)
			p.data[(unsigned long)random() % p.len] = (uint8_t)random();
		p.len -= (uint32_t)random() % p.len;
		p.data = realloc(p.data, p.len);
		gz_pkt_decode(&p, &opts);
		assert_true(p.l3_off + p.l3_len <= p.len);
		assert_true(p.payload_off + p.payload_len <= p.len);
		assert_true(p.l4_off <= p.payload_off || p.payload_off == 0);
		test_done(&p);
	}
}

static void
a_priority_tag_names_no_vlan(void **state)
{
	struct gz_pkt p = test_decode(GZ_LINK_ETHERNET,
			TEST_MACS "88 a8 00 07 81 00 e0 00 08 00 " TEST_IP4("00 14", "fd"));

	assert_int_equal(p.nb_vlan, 1);
	assert_int_equal(p.vlan[0], 7);
	assert_true((p.flags & GZ_PKT_IPV4) != 0);
	test_done(&p);
	p = test_decode(GZ_LINK_ETHERNET, TEST_MACS "81 00 00 00 08 00 " TEST_IP4("00 14", "fd"));
	assert_int_equal(p.nb_vlan, 0);
	assert_true((p.flags & GZ_PKT_IPV4) != 0);
	test_done(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_priority_tag_names_no_vlan),
		cmocka_unit_test(ip_is_found_behind_every_link),
		cmocka_unit_test(ip_is_found_behind_what_lies_between),
		cmocka_unit_test(up_to_three_tags_are_read_outermost_first),
		cmocka_unit_test(a_fourth_tag_is_one_too_many),
		cmocka_unit_test(endless_layers_end),
		cmocka_unit_test(padding_is_not_part_of_the_packet),
		cmocka_unit_test(what_is_not_ip_passes_without_a_note),
		cmocka_unit_test(links_that_are_too_short_say_so),
		cmocka_unit_test(ppp_and_pppoe_say_what_is_wrong),
		cmocka_unit_test(mpls_says_what_is_wrong),
		cmocka_unit_test(service_headers_say_what_is_wrong),
		cmocka_unit_test(an_inner_packet_keeps_what_the_link_said),
		cmocka_unit_test(random_bytes_are_decoded_within_their_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
