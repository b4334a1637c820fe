/* SPDX-License-Identifier: BSD-3-Clause */

#include <stdio.h>

#include "pkt_test_frame.h"

#define ADDRS "0a 00 00 01 0a 00 00 02 "
#define OUTER(total, proto) "45 00 " total " 00 01 00 00 40 " proto " 00 00 " ADDRS
#define INNER4 "45 00 00 1e 00 01 00 00 40 11 00 00 c0 a8 00 01 c0 a8 00 02 "
#define INNER4_ALL INNER4 TEST_UDP("00 0a") "61 62 "
#define INNER6_ALL TEST_IP6("00 0a", "11") TEST_UDP("00 0a") "61 62 "
#define OUTER_UDP(port, len) "30 39 " port " " len " 00 00 "

static struct gz_decode_opts opts;

static struct gz_pkt
decode(enum gz_link link, const char *digits)
{
	struct gz_pkt p = test_frame(link, digits);

	gz_pkt_decode(&p, &opts);
	return p;
}

/* The datagram "ab" to port 53 is in it, one tunnel deep. */
static void
carries_the_datagram(const char *digits, enum gz_carrier carrier, const char *src)
{
	struct gz_pkt p = decode(GZ_LINK_RAW, digits), inner;

	assert_int_equal(p.flags & GZ_PKT_BAD, 0);
	assert_int_equal(p.nb_events, 0);
	assert_true(p.inner.len > 0);
	assert_int_equal(p.inner.carrier, carrier);
	gz_pkt_enter(&p, &inner, &opts);
	assert_int_equal(inner.flags & (GZ_PKT_UDP | GZ_PKT_BAD), GZ_PKT_UDP);
	assert_int_equal(inner.dport, 53);
	assert_int_equal(inner.payload_len, 2);
	assert_memory_equal(gz_pkt_payload(&inner), "ab", 2);
	assert_int_equal(inner.depth, 1);
	assert_ptr_equal(inner.root, &p);
	assert_string_equal(gz_pkt_src(&inner), src);
	test_done(&p);
}

static void
each_tunnel_carries_a_packet(void **state)
{
	carries_the_datagram(OUTER("00 36", "2f") "00 00 08 00 " INNER4_ALL, GZ_CARRIER_GRE,
			"gre tunnel");
	/* with checksum, key and sequence number */
	carries_the_datagram(
			OUTER("00 42", "2f") "b0 00 08 00 00 00 00 00 00 00 00 01 00 00 00 02 " INNER4_ALL,
			GZ_CARRIER_GRE, "gre tunnel");
	/* a source route of one entry and its end */
	carries_the_datagram(
			OUTER("00 46", "2f") "40 00 08 00 00 00 00 00 08 00 00 04 01 01 01 01 00 00 00 00 " INNER4_ALL,
			GZ_CARRIER_GRE, "gre tunnel");
	carries_the_datagram(OUTER("00 44", "2f") "00 00 65 58 " TEST_MACS "08 00 " INNER4_ALL,
			GZ_CARRIER_GRE, "gre tunnel");
	/* version 1: PPP, key, sequence number, acknowledgement */
	carries_the_datagram(
			OUTER("00 46", "2f") "30 81 88 0b 00 20 00 01 00 00 00 01 00 00 00 02 ff 03 00 21 " INNER4_ALL,
			GZ_CARRIER_GRE, "gre tunnel");
	/* ERSPAN type I, without anything in front of the frame */
	carries_the_datagram(OUTER("00 44", "2f") "00 00 88 be " TEST_MACS "08 00 " INNER4_ALL,
			GZ_CARRIER_GRE, "gre tunnel");
	carries_the_datagram(OUTER("00 32", "04") INNER4_ALL, GZ_CARRIER_IPV4, "ipv4 tunnel");
	carries_the_datagram(OUTER("00 46", "29") INNER6_ALL, GZ_CARRIER_IPV4, "ipv4 tunnel");
	carries_the_datagram(TEST_IP6("00 1e", "04") INNER4_ALL, GZ_CARRIER_IPV6, "ipv6 tunnel");
	carries_the_datagram(TEST_IP6("00 32", "29") INNER6_ALL, GZ_CARRIER_IPV6, "ipv6 tunnel");
	carries_the_datagram(TEST_IP6("00 22", "2f") "00 00 08 00 " INNER4_ALL, GZ_CARRIER_GRE,
			"gre tunnel");
	carries_the_datagram(OUTER("00 50", "11") OUTER_UDP(
					     "12 b5", "00 3c") "08 00 00 00 00 00 07 00 " TEST_MACS
							       "08 00 " INNER4_ALL,
			GZ_CARRIER_VXLAN, "vxlan encapsulation");
	/* with 4 bytes of options */
	carries_the_datagram(
			OUTER("00 54", "11") OUTER_UDP("17 c1",
					"00 40") "01 00 65 58 00 00 07 00 01 02 03 04 " TEST_MACS
						 "08 00 " INNER4_ALL,
			GZ_CARRIER_GENEVE, "geneve encapsulation");
	carries_the_datagram(OUTER("00 42", "11") OUTER_UDP("17 c1",
					     "00 2e") "00 00 08 00 00 00 07 00 " INNER4_ALL,
			GZ_CARRIER_GENEVE, "geneve encapsulation");
	carries_the_datagram(OUTER("00 4e", "11") OUTER_UDP("0d d8", "00 3a") INNER6_ALL,
			GZ_CARRIER_TEREDO, "teredo tunnel");
	/* authentication and origin in front */
	carries_the_datagram(
			OUTER("00 63", "11") OUTER_UDP("0d d8",
					"00 4f") "00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 11 22 0a 00 00 01 " INNER6_ALL,
			GZ_CARRIER_TEREDO, "teredo tunnel");
}

static void
a_copied_frame_has_the_switchs_vlan(void **state)
{
	struct gz_pkt p = decode(GZ_LINK_RAW,
			OUTER("00 50", "2f") "10 00 88 be 00 00 00 01 10 17 00 00 00 00 00 00 " TEST_MACS
					     "08 00 " INNER4_ALL);
	struct gz_pkt inner;

	gz_pkt_enter(&p, &inner, &opts);
	assert_int_equal(inner.dport, 53);
	assert_int_equal(inner.nb_vlan, 1);
	assert_int_equal(inner.vlan[0], 0x17);
	test_done(&p);
}

static bool
raises(const char *digits, enum gz_pkt_event e)
{
	struct gz_pkt p = decode(GZ_LINK_RAW, digits), inner;
	bool has = test_has_event(&p, e);

	if (p.inner.len > 0) {
		gz_pkt_enter(&p, &inner, &opts);
		has = has || test_has_event(&inner, e);
	}
	test_done(&p);
	return has;
}

static void
headers_that_do_not_fit_are_told(void **state)
{
	assert_true(raises(OUTER("00 17", "2f") "00 00 08 ", GZ_PKT_EVENT_GRE_PKT_TOO_SMALL));
	assert_true(raises(OUTER("00 18", "2f") "00 02 08 00 ", GZ_PKT_EVENT_GRE_WRONG_VERSION));
	assert_true(raises(OUTER("00 18", "2f") "01 00 08 00 ", GZ_PKT_EVENT_GRE_VERSION0_RECUR));
	assert_true(raises(OUTER("00 18", "2f") "00 08 08 00 ", GZ_PKT_EVENT_GRE_VERSION0_FLAGS));
	assert_true(raises(OUTER("00 18", "2f") "80 00 08 00 ",
			GZ_PKT_EVENT_GRE_VERSION0_HDR_TOO_BIG));
	assert_true(raises(OUTER("00 20", "2f") "40 00 08 00 00 00 00 00 08 00 00 04 ",
			GZ_PKT_EVENT_GRE_VERSION0_MALFORMED_SRE_HDR));
	assert_true(raises(OUTER("00 18", "2f") "80 01 88 0b ", GZ_PKT_EVENT_GRE_VERSION1_CHKSUM));
	assert_true(raises(OUTER("00 18", "2f") "40 01 88 0b ", GZ_PKT_EVENT_GRE_VERSION1_ROUTE));
	assert_true(raises(OUTER("00 18", "2f") "08 01 88 0b ", GZ_PKT_EVENT_GRE_VERSION1_SSR));
	assert_true(raises(OUTER("00 18", "2f") "01 01 88 0b ", GZ_PKT_EVENT_GRE_VERSION1_RECUR));
	assert_true(raises(OUTER("00 18", "2f") "00 09 88 0b ", GZ_PKT_EVENT_GRE_VERSION1_FLAGS));
	assert_true(raises(OUTER("00 18", "2f") "00 01 88 0b ", GZ_PKT_EVENT_GRE_VERSION1_NO_KEY));
	assert_true(raises(OUTER("00 18", "2f") "20 01 08 00 ",
			GZ_PKT_EVENT_GRE_VERSION1_WRONG_PROTOCOL));
	assert_true(raises(OUTER("00 18", "2f") "20 01 88 0b ",
			GZ_PKT_EVENT_GRE_VERSION1_HDR_TOO_BIG));
	assert_true(raises(OUTER("00 1e", "2f") "10 00 88 be 00 00 00 01 10 17 ",
			GZ_PKT_EVENT_ERSPAN_HEADER_TOO_SMALL));
	assert_true(raises(OUTER("00 24", "2f") "10 00 88 be 00 00 00 01 20 17 00 00 00 00 00 00 ",
			GZ_PKT_EVENT_ERSPAN_UNSUPPORTED_VERSION));
	assert_true(raises(TEST_IP6("00 04", "04") "45 00 00 00 ",
			GZ_PKT_EVENT_IPV4_IN_IPV6_TOO_SMALL));
	assert_true(raises(TEST_IP6("00 28", "29") TEST_IP4("00 1e", "11") INNER4,
			GZ_PKT_EVENT_IPV6_IN_IPV6_WRONG_VERSION));
}

static void
who_only_uses_the_port_carries_nothing(void **state)
{
	/* no network flag; a version to come; IPv6 longer than its datagram */
	static const char *const frames[] = {
		OUTER("00 24", "11") OUTER_UDP("12 b5", "00 10") "00 00 00 00 00 00 07 00 ",
		OUTER("00 24", "11") OUTER_UDP("17 c1", "00 10") "40 00 65 58 00 00 07 00 ",
		OUTER("00 4e", "11") OUTER_UDP("0d d8", "00 3a") TEST_IP6("00 0b", "11")
				TEST_UDP("00 0a") "61 62 ",
		OUTER("00 1e", "11") OUTER_UDP("0d d8", "00 0a") "00 01 ",
	};

	for (uint32_t i = 0; i < 4; i++) {
		struct gz_pkt p = decode(GZ_LINK_RAW, frames[i]);

		assert_int_equal(p.flags, GZ_PKT_IPV4 | GZ_PKT_UDP);
		assert_int_equal(p.inner.len, 0);
		test_done(&p);
	}
}

static void
tunnels_without_end_end(void **state)
{
	static const struct gz_pkt none;
	char digits[4096] = "";
	struct gz_pkt p[GZ_PKT_TUNNELS + 2];
	uint32_t i;

	for (i = 0; i < 10; i++)
		sprintf(digits + strlen(digits), OUTER("%02x %02x", "04"), (10 - i) * 20 >> 8,
				(10 - i) * 20 & 0xff);
	p[0] = decode(GZ_LINK_RAW, digits);
	for (i = 0; p[i].inner.len > 0; i++) {
		assert_true(i < GZ_PKT_TUNNELS);
		p[i + 1] = none;
		gz_pkt_enter(&p[i], &p[i + 1], &opts);
		assert_ptr_equal(p[i + 1].root, &p[0]);
	}
	assert_int_equal(p[i].depth, GZ_PKT_TUNNELS);
	assert_true(test_has_event(&p[i], GZ_PKT_EVENT_TOO_MANY_LAYERS));
	assert_int_equal(p[i].why, GZ_WHY_HEADERS);
	test_done(&p[0]);
}

static uint32_t
tenant_in(const char *network)
{
	char digits[512];
	struct gz_pkt p, inner;

	snprintf(digits, sizeof(digits),
			OUTER("00 50", "11") OUTER_UDP(
					"12 b5", "00 3c") "08 00 00 00 00 00 %s 00 " TEST_MACS
							  "08 00 " INNER4_ALL,
			network);
	p = decode(GZ_LINK_RAW, digits);
	gz_pkt_enter(&p, &inner, &opts);
	test_done(&p);
	return inner.tenant;
}

static void
networks_with_the_same_addresses_are_told_apart(void **state)
{
	assert_int_equal(tenant_in("07"), tenant_in("07"));
	assert_int_not_equal(tenant_in("07"), tenant_in("08"));
	assert_int_not_equal(tenant_in("00"), 0);
}

static int
set_up(void **state)
{
	gz_tunnel_ports_init(&opts.tunnels, NULL);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_tunnel_carries_a_packet),
		cmocka_unit_test(a_copied_frame_has_the_switchs_vlan),
		cmocka_unit_test(headers_that_do_not_fit_are_told),
		cmocka_unit_test(who_only_uses_the_port_carries_nothing),
		cmocka_unit_test(tunnels_without_end_end),
		cmocka_unit_test(networks_with_the_same_addresses_are_told_apart),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
