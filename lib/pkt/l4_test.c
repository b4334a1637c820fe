/* SPDX-License-Identifier: BSD-3-Clause */

#include "pkt_test_frame.h"

static bool
raises(const char *digits, enum gz_pkt_event e)
{
	return test_raises(GZ_LINK_RAW, digits, e);
}

/* A TCP header of 32 bytes: 12 of options. */
#define TCP_OPTIONS(options) TEST_IP4("00 34", "06") TEST_TCP("80 10") options

static void
a_tcp_header_is_read(void **state)
{
	struct gz_pkt p = test_decode(
			GZ_LINK_RAW, TEST_IP4("00 2b", "06") TEST_TCP("50 18") "61 62 63");

	assert_int_equal(p.flags, GZ_PKT_IPV4 | GZ_PKT_TCP);
	assert_int_equal(p.tcp_flags, 0x18);
	assert_int_equal(p.sport, 12345);
	assert_int_equal(p.dport, 80);
	assert_int_equal(p.payload_len, 3);
	assert_memory_equal(gz_pkt_payload(&p), "abc", 3);
	test_done(&p);
}

static void
a_tcp_header_that_does_not_fit_leaves_addresses_and_protocol(void **state)
{
	struct gz_pkt p = test_decode(GZ_LINK_RAW, TEST_IP4("00 28", "06") TEST_TCP("60 18"));

	assert_true(test_has_event(&p, GZ_PKT_EVENT_TCP_HLEN_TOO_SMALL));
	assert_int_equal(p.flags, GZ_PKT_IPV4 | GZ_PKT_BAD);
	assert_int_equal(p.proto, 6);
	assert_int_equal(p.sport, 0);
	assert_int_not_equal(p.src.q[1], 0);
	test_done(&p);

	assert_true(raises(TEST_IP4("00 28", "06") TEST_TCP("40 18"),
			GZ_PKT_EVENT_TCP_INVALID_OPTLEN));
	assert_true(raises(TEST_IP4("00 18", "06") "30 39 00 50", GZ_PKT_EVENT_TCP_PKT_TOO_SMALL));
}

static void
tcp_options_are_checked_and_the_segment_stays(void **state)
{
	struct gz_pkt p;

	p = test_decode(GZ_LINK_RAW, TCP_OPTIONS("01 01 08 0a 00 00 00 01 00 00 00 02"));
	assert_int_equal(p.nb_events, 0);
	test_done(&p);
	p = test_decode(GZ_LINK_RAW, TCP_OPTIONS("02 04 05 b4 03 03 07 04 02 00 00 00"));
	assert_int_equal(p.nb_events, 0);
	test_done(&p);

	p = test_decode(GZ_LINK_RAW, TCP_OPTIONS("02 0d 05 b4 01 01 01 01 01 01 01 01"));
	assert_true(test_has_event(&p, GZ_PKT_EVENT_TCP_OPT_INVALID_LEN));
	assert_int_equal(p.flags, GZ_PKT_IPV4 | GZ_PKT_TCP);
	test_done(&p);

	assert_true(raises(TCP_OPTIONS("02 01 05 b4 01 01 01 01 01 01 01 01"),
			GZ_PKT_EVENT_TCP_OPT_INVALID_LEN));
	assert_true(raises(TCP_OPTIONS("02 03 05 01 01 01 01 01 01 01 01 01"),
			GZ_PKT_EVENT_TCP_OPT_INVALID_LEN));
	assert_true(raises(TCP_OPTIONS("02 04 05 b4 02 04 05 b4 01 01 01 01"),
			GZ_PKT_EVENT_TCP_OPT_DUPLICATE));
	assert_true(raises(TCP_OPTIONS("22 05 01 02 03 01 01 01 01 01 01 01"),
			GZ_PKT_EVENT_TCP_OPT_INVALID_LEN));
}

static void
empty_sack_and_fast_open_requests_are_in_order(void **state)
{
	assert_false(raises(TCP_OPTIONS("05 02 01 01 01 01 01 01 01 01 01 01"),
			GZ_PKT_EVENT_TCP_OPT_INVALID_LEN));
	assert_false(raises(TCP_OPTIONS("22 02 22 06 01 02 03 04 01 01 01 01"),
			GZ_PKT_EVENT_TCP_OPT_INVALID_LEN));
	assert_false(raises(TCP_OPTIONS("fe 04 f9 89 01 01 01 01 01 01 01 01"),
			GZ_PKT_EVENT_TCP_OPT_INVALID_LEN));
	assert_true(raises(TCP_OPTIONS("fe 05 f9 89 01 01 01 01 01 01 01 01"),
			GZ_PKT_EVENT_TCP_OPT_INVALID_LEN));
}

static void
udp_lengths_are_checked(void **state)
{
	struct gz_pkt p;

	assert_true(raises(TEST_IP4("00 18", "11") "30 39 00 35", GZ_PKT_EVENT_UDP_HLEN_TOO_SMALL));
	assert_true(raises(
			TEST_IP4("00 1c", "11") TEST_UDP("00 09"), GZ_PKT_EVENT_UDP_PKT_TOO_SMALL));
	assert_true(raises(
			TEST_IP4("00 1c", "11") TEST_UDP("00 07"), GZ_PKT_EVENT_UDP_LEN_INVALID));

	p = test_decode(GZ_LINK_RAW, TEST_IP4("00 1f", "11") TEST_UDP("00 09") "61 62 63");
	assert_int_equal(p.flags, GZ_PKT_IPV4 | GZ_PKT_UDP);
	assert_int_equal(p.payload_len, 1);
	test_done(&p);
}

static void
a_udp_length_left_out_over_ipv6_is_that_of_the_packet(void **state)
{
	struct gz_pkt p;

	p = test_decode(GZ_LINK_RAW, TEST_IP6("00 0b", "11") TEST_UDP("00 00") "61 62 63");
	assert_int_equal(p.flags, GZ_PKT_IPV6 | GZ_PKT_UDP);
	assert_int_equal(p.payload_len, 3);
	assert_true(test_has_event(&p, GZ_PKT_EVENT_UDP_LEN_INVALID));
	test_done(&p);
	p = test_decode(GZ_LINK_RAW, TEST_IP4("00 1f", "11") TEST_UDP("00 00") "61 62 63");
	assert_true((p.flags & GZ_PKT_BAD) != 0);
	test_done(&p);
}

static void
sctp_and_esp_are_recognised(void **state)
{
	struct gz_pkt p = test_decode(GZ_LINK_RAW,
			TEST_IP4("00 21", "84") "30 39 0b 59 00 00 00 01 00 00 00 00 0b");

	assert_int_equal(p.flags, GZ_PKT_IPV4 | GZ_PKT_SCTP);
	assert_int_equal(p.dport, 2905);
	assert_int_equal(p.payload_len, 1);
	test_done(&p);
	assert_true(raises(TEST_IP4("00 18", "84") "04 d2 16 2e", GZ_PKT_EVENT_SCTP_PKT_TOO_SMALL));
	assert_true(raises(TEST_IP4("00 18", "32") "00 00 00 01", GZ_PKT_EVENT_ESP_PKT_TOO_SMALL));
}

static void
an_unknown_protocol_has_its_payload_behind_ip(void **state)
{
	struct gz_pkt p = test_decode(GZ_LINK_RAW, TEST_IP4("00 16", "fd") "61 62");

	assert_int_equal(p.flags, GZ_PKT_IPV4);
	assert_int_equal(p.proto, 253);
	assert_int_equal(p.payload_off, 20);
	assert_int_equal(p.payload_len, 2);
	assert_true(test_has_event(&p, GZ_PKT_EVENT_IPV4_UNKNOWN_PROTOCOL));
	test_done(&p);
}

static void
icmp_types_and_codes_are_checked(void **state)
{
	struct gz_pkt p = test_decode(
			GZ_LINK_RAW, TEST_IP4("00 1d", "01") "08 00 00 00 00 01 00 02 61");

	assert_int_equal(p.flags, GZ_PKT_IPV4 | GZ_PKT_ICMP4);
	assert_int_equal(p.icmp_type, 8);
	assert_int_equal(p.payload_len, 1);
	assert_int_equal(p.nb_events, 0);
	test_done(&p);

	assert_true(raises(
			TEST_IP4("00 18", "01") "08 00 00 00", GZ_PKT_EVENT_ICMPV4_PKT_TOO_SMALL));
	assert_true(raises(TEST_IP4("00 1c", "01") "08 01 00 00 00 00 00 00",
			GZ_PKT_EVENT_ICMPV4_UNKNOWN_CODE));
	assert_true(raises(TEST_IP4("00 1c", "01") "2a 00 00 00 00 00 00 00",
			GZ_PKT_EVENT_ICMPV4_UNKNOWN_TYPE));
	assert_true(raises(TEST_IP4("00 1d", "01") "03 01 00 00 00 00 00 00 45",
			GZ_PKT_EVENT_ICMPV4_IPV4_TRUNC_PKT));
	assert_true(raises(
			TEST_IP4("00 30", "01") "03 01 00 00 00 00 00 00 65 00 00 14 00 00 00 00 "
						"40 11 00 00 0a 00 00 02 0a 00 00 01",
			GZ_PKT_EVENT_ICMPV4_IPV4_UNKNOWN_VER));
}

static void
icmpv6_types_and_codes_are_checked(void **state)
{
	assert_true(raises(
			TEST_IP6("00 04", "3a") "80 00 00 00", GZ_PKT_EVENT_ICMPV6_PKT_TOO_SMALL));
	assert_true(raises(TEST_IP6("00 08", "3a") "80 01 00 00 00 00 00 00",
			GZ_PKT_EVENT_ICMPV6_UNKNOWN_CODE));
	assert_true(raises(TEST_IP6("00 08", "3a") "05 00 00 00 00 00 00 00",
			GZ_PKT_EVENT_ICMPV6_UNASSIGNED_TYPE));
	assert_true(raises(TEST_IP6("00 08", "3a") "64 00 00 00 00 00 00 00",
			GZ_PKT_EVENT_ICMPV6_EXPERIMENTATION_TYPE));
	assert_true(raises(TEST_IP6("00 08", "3a") "00 00 00 00 00 00 00 00",
			GZ_PKT_EVENT_ICMPV6_UNKNOWN_TYPE));
	assert_true(raises(TEST_IP6("00 08", "3a") "82 00 00 00 00 00 00 00",
			GZ_PKT_EVENT_ICMPV6_MLD_MESSAGE_WITH_INVALID_HL));
	assert_true(raises(TEST_IP6("00 09", "3a") "01 00 00 00 00 00 00 00 60",
			GZ_PKT_EVENT_ICMPV6_IPV6_TRUNC_PKT));
}

static void
igmp_is_checked(void **state)
{
	assert_true(raises(TEST_IP4("00 18", "02") "11 00 00 00", GZ_PKT_EVENT_IGMP_PKT_TOO_SMALL));
	assert_true(raises(TEST_IP4("00 1d", "02") "11 00 00 00 00 00 00 00 00",
			GZ_PKT_EVENT_IGMP_V3_PKT_TOO_SMALL));
	assert_true(raises(TEST_IP4("00 1c", "02") "22 00 00 00 00 00 00 01",
			GZ_PKT_EVENT_IGMP_MALFORMED));
	assert_false(raises(
			TEST_IP4("00 24", "02") "22 00 00 00 00 00 00 01 04 00 00 00 e0 00 00 fc",
			GZ_PKT_EVENT_IGMP_MALFORMED));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tcp_header_is_read),
		cmocka_unit_test(a_tcp_header_that_does_not_fit_leaves_addresses_and_protocol),
		cmocka_unit_test(tcp_options_are_checked_and_the_segment_stays),
		cmocka_unit_test(empty_sack_and_fast_open_requests_are_in_order),
		cmocka_unit_test(udp_lengths_are_checked),
		cmocka_unit_test(a_udp_length_left_out_over_ipv6_is_that_of_the_packet),
		cmocka_unit_test(sctp_and_esp_are_recognised),
		cmocka_unit_test(an_unknown_protocol_has_its_payload_behind_ip),
		cmocka_unit_test(icmp_types_and_codes_are_checked),
		cmocka_unit_test(icmpv6_types_and_codes_are_checked),
		cmocka_unit_test(igmp_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
