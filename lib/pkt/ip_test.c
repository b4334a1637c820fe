/* SPDX-License-Identifier: BSD-3-Clause */

#include <rte_common.h>

#include "pkt_test_frame.h"

/* IPv4 header of 24 + n bytes with options, then a UDP header. */
#define IP4_OPTIONS(ihl, total, options) \
	"4" ihl " 00 " total             \
	" 00 01 00 00 40 11 00 00 0a 00 00 01 0a 00 00 02 " options TEST_UDP("00 08")

static bool
raises(const char *digits, enum gz_pkt_event e)
{
	return test_raises(GZ_LINK_RAW, digits, e);
}

static void
ipv4_that_does_not_fit_has_no_addresses(void **state)
{
	struct gz_pkt p = test_decode(
			GZ_LINK_RAW, TEST_IP4("00 1f", "11") TEST_UDP("00 0a") "61 62");

	assert_int_equal(p.flags, GZ_PKT_BAD);
	assert_int_equal(p.why, GZ_WHY_DECODE);
	assert_true(test_has_event(&p, GZ_PKT_EVENT_IPV4_TRUNC_PKT));
	assert_int_equal(p.src.q[0], 0);
	assert_int_equal(p.src.q[1], 0);
	test_done(&p);

	assert_true(raises("44 00 00 14 00 01 00 00 40 11 00 00 0a 00 00 01 0a 00 00 02",
			GZ_PKT_EVENT_IPV4_HLEN_TOO_SMALL));
	assert_true(raises(
			"46 00 00 14 00 01 00 00 40 11 00 00 0a 00 00 01 0a 00 00 02 00 00 00 00",
			GZ_PKT_EVENT_IPV4_IPLEN_SMALLER_THAN_HLEN));
	assert_true(test_raises(GZ_LINK_ETHERNET, TEST_MACS "08 00 " TEST_IP6("00 00", "3b"),
			GZ_PKT_EVENT_IPV4_WRONG_IP_VERSION));
}

static void
ipv4_options_are_checked(void **state)
{
	/* a record route with room for one address, padded */
	assert_false(raises(IP4_OPTIONS("7", "00 24", "07 07 04 00 00 00 00 00 "),
			GZ_PKT_EVENT_IPV4_OPT_MALFORMED));
	assert_true(raises(IP4_OPTIONS("7", "00 24", "07 07 05 00 00 00 00 00 "),
			GZ_PKT_EVENT_IPV4_OPT_MALFORMED));
	assert_true(raises(IP4_OPTIONS("7", "00 24", "07 09 04 00 00 00 00 00 "),
			GZ_PKT_EVENT_IPV4_OPT_INVALID_LEN));
	assert_true(raises(IP4_OPTIONS("7", "00 24", "94 04 00 00 94 04 00 00 "),
			GZ_PKT_EVENT_IPV4_OPT_DUPLICATE));
	assert_true(raises(IP4_OPTIONS("6", "00 20", "94 04 00 00 "),
			GZ_PKT_EVENT_IPV4_OPT_PAD_REQUIRED));
	assert_true(raises(IP4_OPTIONS("7", "00 24", "5e 04 00 00 00 00 00 00 "),
			GZ_PKT_EVENT_IPV4_OPT_INVALID));
	assert_true(raises(IP4_OPTIONS("6", "00 20", "01 01 01 94 "),
			GZ_PKT_EVENT_IPV4_OPT_EOL_REQUIRED));
	assert_true(raises(IP4_OPTIONS("7", "00 24", "44 08 05 00 00 00 00 00 "),
				    GZ_PKT_EVENT_IPV4_OPT_PAD_REQUIRED) == false);
	assert_true(raises(IP4_OPTIONS("7", "00 24", "44 08 06 00 00 00 00 00 "),
			GZ_PKT_EVENT_IPV4_OPT_MALFORMED));
}

static void
options_that_cannot_be_read_have_their_own_exception(void **state)
{
	struct gz_pkt p = test_decode(GZ_LINK_RAW, IP4_OPTIONS("6", "00 20", "94 01 00 00 "));

	assert_true((p.flags & GZ_PKT_BAD) != 0);
	assert_int_equal(p.why, GZ_WHY_IP_OPTIONS);
	assert_int_equal(gz_whys[GZ_WHY_IP_OPTIONS].verdict, GZ_DROP);
	assert_int_equal(p.flags & GZ_PKT_UDP, 0);
	test_done(&p);
}

static void
layer_4_is_found_behind_good_options(void **state)
{
	struct gz_pkt p = test_decode(GZ_LINK_RAW, IP4_OPTIONS("6", "00 20", "94 04 00 00 "));

	assert_int_equal(p.flags, GZ_PKT_IPV4 | GZ_PKT_UDP);
	assert_int_equal(p.l4_off, 24);
	assert_int_equal(p.dport, 53);
	test_done(&p);
}

static void
ipv4_fragments_have_no_layer_4(void **state)
{
	struct gz_pkt p = test_decode(GZ_LINK_RAW,
			"45 00 00 1c 12 34 20 b9 40 11 00 00 0a 00 00 01 0a 00 00 02 " TEST_UDP(
					"00 08"));

	assert_int_equal(p.flags, GZ_PKT_IPV4 | GZ_PKT_FRAGMENT);
	assert_int_equal(p.frag_id, 0x1234);
	assert_int_equal(p.frag_off, 0xb9 * 8);
	assert_true(p.frag_more);
	assert_int_equal(p.payload_off, 20);
	assert_int_equal(p.payload_len, 8);
	assert_int_equal(p.sport, 0);
	test_done(&p);
}

static void
the_wrong_icmp_is_refused(void **state)
{
	assert_true(raises(TEST_IP4("00 1c", "3a") "80 00 00 00 00 00 00 00",
			GZ_PKT_EVENT_IPV4_ICMPV6));
	assert_true(raises(TEST_IP6("00 08", "01") "08 00 00 00 00 00 00 00",
			GZ_PKT_EVENT_IPV6_ICMPV4));
}

static void
ipv6_that_does_not_fit_says_so(void **state)
{
	assert_true(raises(TEST_IP6("00 09", "11") TEST_UDP("00 08"), GZ_PKT_EVENT_IPV6_TRUNC_PKT));
	assert_true(raises("60 00 00 00 00 00 3b 40 20 01 0d b8 00 00 00 00 00 00 00 00 00 00",
			GZ_PKT_EVENT_IPV6_PKT_TOO_SMALL));
	assert_true(test_raises(GZ_LINK_ETHERNET,
			TEST_MACS "86 dd " TEST_IP4("00 2c",
					"fd") "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
			GZ_PKT_EVENT_IPV6_WRONG_IP_VERSION));
}

static void
layer_4_is_found_behind_all_extension_headers(void **state)
{
	struct gz_pkt p = test_decode(GZ_LINK_RAW,
			TEST_IP6("00 4e", "00") /* hop-by-hop: router alert */
			"3c 00 05 02 00 00 00 00 "
			"2b 00 c9 04 00 00 00 00 " /* destination options */
			"33 02 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 " /* routing */
			"2c 01 00 00 00 00 00 01 00 00 00 01 " /* AH */
			"3c 00 00 00 00 00 00 07 " /* atomic fragment */
			"11 00 c9 04 00 00 00 00 " /* destination options again */
			"30 39 00 35 00 0a 00 00 61 62");

	assert_int_equal(p.flags, GZ_PKT_IPV6 | GZ_PKT_UDP);
	assert_int_equal(p.proto, 17);
	assert_int_equal(p.l4_off, 40 + 64 + 4);
	assert_int_equal(p.payload_len, 2);
	assert_int_equal(p.nb_events, 1);
	assert_int_equal(p.events[0], GZ_PKT_EVENT_IPV6_EXTHDR_USELESS_FH);
	test_done(&p);
}

static void
extension_headers_are_checked(void **state)
{
	assert_true(raises(TEST_IP6("00 08", "00") "11 01 01 04 00 00 00 00",
			GZ_PKT_EVENT_IPV6_TRUNC_EXTHDR));
	assert_true(raises(TEST_IP6("00 01", "00") "11", GZ_PKT_EVENT_IPV6_TRUNC_EXTHDR));
	assert_true(raises(TEST_IP6("00 08", "00") "3b 00 01 04 00 00 00 00",
			GZ_PKT_EVENT_IPV6_HOPOPTS_ONLY_PADDING));
	assert_true(raises(TEST_IP6("00 08", "3c") "3b 00 01 04 00 00 00 00",
			GZ_PKT_EVENT_IPV6_DSTOPTS_ONLY_PADDING));
	assert_true(raises(TEST_IP6("00 08", "00") "3b 00 1e 04 00 00 00 00",
			GZ_PKT_EVENT_IPV6_HOPOPTS_UNKNOWN_OPT));
	assert_true(raises(TEST_IP6("00 08", "3c") "3b 00 1e 04 00 00 00 00",
			GZ_PKT_EVENT_IPV6_DSTOPTS_UNKNOWN_OPT));
	assert_true(raises(TEST_IP6("00 08", "3c") "3b 00 1e 05 00 00 00 00",
			GZ_PKT_EVENT_IPV6_EXTHDR_INVALID_OPTLEN));
	assert_true(raises(TEST_IP6("00 08", "3c") "3b 00 01 00 01 02 00 00",
			GZ_PKT_EVENT_IPV6_ZERO_LEN_PADN));
	assert_true(raises(
			TEST_IP6("00 10", "00") "00 00 05 02 00 00 01 00 3b 00 05 02 00 00 01 00",
			GZ_PKT_EVENT_IPV6_EXTHDR_DUPL_HH));
	assert_true(raises(
			TEST_IP6("00 18", "3c") "3c 00 c9 04 00 00 00 00 3c 00 c9 04 00 00 00 00 "
						"3b 00 c9 04 00 00 00 00",
			GZ_PKT_EVENT_IPV6_EXTHDR_DUPL_DH));
	assert_true(raises(
			TEST_IP6("00 10", "2b") "2b 00 02 00 00 00 00 00 3b 00 02 00 00 00 00 00",
			GZ_PKT_EVENT_IPV6_EXTHDR_DUPL_RH));
	assert_true(raises(TEST_IP6("00 08", "2b") "3b 00 00 00 00 00 00 00",
			GZ_PKT_EVENT_IPV6_RH_TYPE_0));
	assert_true(raises(TEST_IP6("00 0c", "33") "3b 01 00 01 00 00 00 01 00 00 00 01",
			GZ_PKT_EVENT_IPV6_EXTHDR_AH_RES_NOT_NULL));
	assert_true(raises(TEST_IP6("00 18", "33") "33 01 00 00 00 00 00 01 00 00 00 01 "
						   "3b 01 00 00 00 00 00 01 00 00 00 01",
			GZ_PKT_EVENT_IPV6_EXTHDR_DUPL_AH));
	assert_true(raises(TEST_IP6("00 09", "3c") "06 00 c9 04 00 00 00 00 30",
			GZ_PKT_EVENT_IPV6_TRUNC_EXTHDR));
	assert_true(raises(TEST_IP6("00 01", "3b") "00", GZ_PKT_EVENT_IPV6_DATA_AFTER_NONE_HEADER));
	assert_true(raises(TEST_IP6("00 01", "fd") "00", GZ_PKT_EVENT_IPV6_UNKNOWN_NEXT_HEADER));
}

static enum gz_why
refused_for(const char *digits)
{
	struct gz_pkt p = test_decode(GZ_LINK_RAW, digits);
	enum gz_why why = (p.flags & GZ_PKT_REFUSED) != 0 ? (enum gz_why)p.why : GZ_WHY_NONE;

	assert_false(p.flags & GZ_PKT_BAD);
	test_done(&p);
	return why;
}

static void
what_hosts_discard_is_refused(void **state)
{
	static const char *const refused[] = {
		/* a type 0 routing header that is not at its end, and one of an unknown type */
		TEST_IP6("00 08", "2b") "3b 00 00 01 00 00 00 00",
		TEST_IP6("00 08", "2b") "3b 00 c8 01 00 00 00 00",
		/* options whose type says: discard, tell, tell unless multicast */
		TEST_IP6("00 08", "3c") "3b 00 7e 04 00 00 00 00",
		TEST_IP6("00 08", "3c") "3b 00 be 04 00 00 00 00",
		TEST_IP6("00 08", "00") "3b 00 fe 04 00 00 00 00",
		/* a jumbo payload option where it has no place; one longer than its header */
		TEST_IP6("00 08", "3c") "3b 00 c2 04 00 00 00 00",
		TEST_IP6("00 08", "3c") "3b 00 01 44 00 00 00 00",
		/* filling that hides something, and too much of it */
		TEST_IP6("00 08", "3c") "3b 00 01 04 00 00 07 00",
		TEST_IP6("00 10", "3c") "3b 01 01 0c 00 00 00 00 00 00 00 00 00 00 00 00",
		/* hop-by-hop options that are not first; mobility before another header */
		TEST_IP6("00 10", "3c") "00 00 01 04 00 00 00 00 3b 00 01 04 00 00 00 00",
		TEST_IP6("00 08", "87") "3b 00 00 00 00 00 00 00",
	};
	static const char *const taken[] = {
		TEST_IP6("00 08", "2b") "3b 00 00 00 00 00 00 00",
		TEST_IP6("00 08", "2b") "3b 00 04 01 00 00 00 00",
		TEST_IP6("00 08", "3c") "3b 00 1e 04 00 00 00 00",
		TEST_IP6("00 08", "00") "3b 00 c2 04 00 01 00 00",
		TEST_IP6("00 10", "00") "3c 00 01 04 00 00 00 00 3b 00 01 04 00 00 00 00",
	};

	assert_int_equal(refused_for(IP4_OPTIONS("7", "00 24", "83 07 04 0a 00 00 02 00 ")),
			GZ_WHY_SOURCE_ROUTE);
	assert_int_equal(refused_for(IP4_OPTIONS("7", "00 24", "89 07 04 0a 00 00 02 00 ")),
			GZ_WHY_SOURCE_ROUTE);
	assert_int_equal(refused_for(IP4_OPTIONS("6", "00 20", "01 01 01 94 ")), GZ_WHY_IP_OPTIONS);
	assert_int_equal(refused_for(IP4_OPTIONS(
					 "8", "00 28", "07 03 04 07 03 04 00 00 00 00 00 00 ")),
			GZ_WHY_IP_OPTIONS);
	assert_int_equal(refused_for(IP4_OPTIONS("7", "00 24", "07 07 04 00 00 00 00 00 ")),
			GZ_WHY_NONE);
	for (uint32_t i = 0; i < RTE_DIM(refused); i++)
		assert_int_equal(refused_for(refused[i]), GZ_WHY_EXT_HEADER);
	for (uint32_t i = 0; i < RTE_DIM(taken); i++)
		assert_int_equal(refused_for(taken[i]), GZ_WHY_NONE);
}

static void
ipv6_fragments_are_recognised(void **state)
{
	struct gz_pkt p = test_decode(GZ_LINK_RAW,
			TEST_IP6("00 10", "2c") "11 00 05 c9 00 01 02 03 61 62 63 64 65 66 67 68");

	assert_int_equal(p.flags, GZ_PKT_IPV6 | GZ_PKT_FRAGMENT);
	assert_int_equal(p.nb_events, 0);
	assert_int_equal(p.frag_id, 0x00010203);
	assert_int_equal(p.frag_off, 0x5c8);
	assert_true(p.frag_more);
	assert_int_equal(p.proto, 17);
	assert_int_equal(p.payload_off, 48);
	assert_int_equal(p.payload_len, 8);
	test_done(&p);

	assert_true(raises(TEST_IP6("00 0f", "2c") "11 00 00 01 00 00 00 01 61 62 63 64 65 66 67",
			GZ_PKT_EVENT_IPV6_FRAG_INVALID_LENGTH));
	assert_true(raises(
			TEST_IP6("00 10", "2c") "11 01 00 01 00 00 00 01 61 62 63 64 65 66 67 68",
			GZ_PKT_EVENT_IPV6_FH_NON_ZERO_RESERVED_FIELD));
	assert_true(raises(
			TEST_IP6("00 10", "2c") "2c 00 00 00 00 00 00 01 3b 00 00 00 00 00 00 01",
			GZ_PKT_EVENT_IPV6_EXTHDR_DUPL_FH));
}

static void
a_chain_without_end_is_dropped(void **state)
{
	char digits[8192] = "60 00 00 00 02 80 3c 40 "
			    "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 "
			    "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 ";
	struct gz_pkt p;
	uint32_t i;

	for (i = 0; i < 80; i++)
		strcat(digits, "3c 00 c9 04 00 00 00 00 ");
	p = test_decode(GZ_LINK_RAW, digits);
	assert_true((p.flags & GZ_PKT_BAD) != 0);
	assert_int_equal(p.why, GZ_WHY_HEADERS);
	test_done(&p);
}

static void
a_length_of_0_before_a_hop_by_hop_header_is_refused(void **state)
{
	struct gz_pkt p = test_decode(GZ_LINK_RAW,
			TEST_IP6("00 00", "00") "06 00 01 04 00 00 00 00 " TEST_TCP("50 18"));

	assert_int_equal(p.flags, GZ_PKT_IPV6 | GZ_PKT_BAD);
	assert_int_equal(p.why, GZ_WHY_EXT_HEADER);
	test_done(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_length_of_0_before_a_hop_by_hop_header_is_refused),
		cmocka_unit_test(ipv4_that_does_not_fit_has_no_addresses),
		cmocka_unit_test(ipv4_options_are_checked),
		cmocka_unit_test(options_that_cannot_be_read_have_their_own_exception),
		cmocka_unit_test(layer_4_is_found_behind_good_options),
		cmocka_unit_test(ipv4_fragments_have_no_layer_4),
		cmocka_unit_test(the_wrong_icmp_is_refused),
		cmocka_unit_test(ipv6_that_does_not_fit_says_so),
		cmocka_unit_test(layer_4_is_found_behind_all_extension_headers),
		cmocka_unit_test(extension_headers_are_checked),
		cmocka_unit_test(what_hosts_discard_is_refused),
		cmocka_unit_test(ipv6_fragments_are_recognised),
		cmocka_unit_test(a_chain_without_end_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
