/* SPDX-License-Identifier: BSD-3-Clause */

#include <rte_ip.h>

#include "pkt_test_frame.h"

static const struct gz_decode_opts verify = { .verify_checksums = true };

#define TCP4 TEST_IP4("00 2b", "06") TEST_TCP("50 18") "61 62 63"
#define UDP6 TEST_IP6("00 0b", "11") TEST_UDP("00 0b") "61 62 63"
#define SCTP4 TEST_IP4("00 24", "84") "30 39 0b 59 00 00 00 01 00 00 00 00 0b 00 00 04"

static struct gz_pkt
fixed(const char *digits)
{
	struct gz_pkt p = test_decode(GZ_LINK_RAW, digits);

	gz_pkt_fix_checksums(&p);
	return p;
}

static void
fixed_sums_are_those_of_an_independent_reckoning(void **state)
{
	struct gz_pkt p = fixed(TCP4);
	const struct rte_ipv4_hdr *ip4 = (const struct rte_ipv4_hdr *)p.data;

	assert_int_equal(p.flags, GZ_PKT_IPV4 | GZ_PKT_TCP | GZ_PKT_CHANGED);
	assert_int_equal(rte_raw_cksum(ip4, sizeof(*ip4)), 0xffff);
	assert_int_equal(rte_ipv4_udptcp_cksum_verify(ip4, gz_pkt_l4(&p)), 0);
	test_done(&p);

	p = test_decode(GZ_LINK_RAW, UDP6);
	p.data[p.l4_off + 6] = 1;
	gz_pkt_fix_checksums(&p);
	assert_int_equal(rte_ipv6_udptcp_cksum_verify(
					 (const struct rte_ipv6_hdr *)p.data, gz_pkt_l4(&p)),
			0);
	test_done(&p);
}

static void
any_wrong_byte_is_noticed(void **state)
{
	struct gz_pkt p = fixed(TCP4);
	uint32_t i;

	gz_pkt_decode(&p, &verify);
	assert_int_equal(p.flags, GZ_PKT_IPV4 | GZ_PKT_TCP);
	for (i = 0; i < p.len; i++) {
		if (i == 0 || i == 2 || i == 3 || i == 6 || i == 7 || i == 9 || i == 32)
			continue; /* what decides how the rest is read */
		p.data[i] ^= 0x10;
		gz_pkt_decode(&p, &verify);
		assert_true((p.flags & (GZ_PKT_BAD_IP_SUM | GZ_PKT_BAD_L4_SUM)) != 0);
		assert_true(i >= 20 || (p.flags & GZ_PKT_BAD_IP_SUM) != 0);
		p.data[i] ^= 0x10;
	}
	test_done(&p);
}

static void
a_left_out_udp_sum_is_good_over_ipv4_and_bad_over_ipv6(void **state)
{
	struct gz_pkt p = fixed(TEST_IP4("00 1c", "11") TEST_UDP("00 08"));

	gz_pkt_decode(&p, &verify);
	assert_int_equal(p.flags, GZ_PKT_IPV4 | GZ_PKT_UDP);
	test_done(&p);
	p = test_frame(GZ_LINK_RAW, UDP6);
	gz_pkt_decode(&p, &verify);
	assert_int_equal(p.flags, GZ_PKT_IPV6 | GZ_PKT_UDP | GZ_PKT_BAD_L4_SUM);
	test_done(&p);
}

static void
a_sum_left_to_the_nic_is_good(void **state)
{
	struct gz_pkt p = test_frame(GZ_LINK_RAW, TCP4);

	p.flags = GZ_PKT_SUM_PARTIAL;
	gz_pkt_decode(&p, &verify);
	assert_int_equal(p.flags & GZ_PKT_BAD_L4_SUM, 0);
	assert_true((p.flags & GZ_PKT_SUM_PARTIAL) != 0);
	gz_pkt_fix_checksums(&p);
	assert_int_equal(p.flags & GZ_PKT_SUM_PARTIAL, 0);
	gz_pkt_decode(&p, &verify);
	assert_int_equal(p.flags, GZ_PKT_IPV4 | GZ_PKT_TCP);
	test_done(&p);
}

static void
a_sum_left_unfinished_is_that_of_the_pseudo_header(void **state)
{
	struct gz_pkt p = fixed(TCP4);
	uint16_t sum;

	gz_pkt_leave_checksum(&p);
	assert_true((p.flags & GZ_PKT_SUM_PARTIAL) != 0);
	memcpy(&sum, gz_pkt_l4(&p) + 16, sizeof(sum));
	assert_int_equal(sum, rte_ipv4_phdr_cksum((const struct rte_ipv4_hdr *)p.data, 0));
	gz_pkt_fix_checksums(&p);
	gz_pkt_decode(&p, &verify);
	assert_int_equal(p.flags, GZ_PKT_IPV4 | GZ_PKT_TCP);
	test_done(&p);
}

static uint32_t
crc32c_by_bits(const uint8_t *b, uint32_t len)
{
	uint32_t crc = UINT32_MAX, i, j;

	for (i = 0; i < len; i++) {
		crc ^= b[i];
		for (j = 0; j < 8; j++)
			crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

static void
sctp_carries_a_crc(void **state)
{
	struct gz_pkt p = fixed(SCTP4);
	uint32_t said, right;

	memcpy(&said, gz_pkt_l4(&p) + 8, sizeof(said));
	memset(p.data + p.l4_off + 8, 0, sizeof(said));
	right = crc32c_by_bits(gz_pkt_l4(&p), 16);
	assert_int_equal(said, right);
	gz_pkt_decode(&p, &verify);
	assert_true((p.flags & GZ_PKT_BAD_L4_SUM) != 0);
	memcpy(p.data + p.l4_off + 8, &said, sizeof(said));
	gz_pkt_decode(&p, &verify);
	assert_int_equal(p.flags, GZ_PKT_IPV4 | GZ_PKT_SCTP);
	test_done(&p);
}

static void
icmp_is_summed_with_and_without_addresses(void **state)
{
	struct gz_pkt p = fixed(TEST_IP4("00 1d", "01") "08 00 00 00 00 01 00 02 61");

	assert_int_equal(rte_raw_cksum(gz_pkt_l4(&p), 9), 0xffff);
	test_done(&p);
	p = fixed(TEST_IP6("00 08", "3a") "80 00 00 00 00 01 00 02");
	assert_int_equal(rte_ipv6_udptcp_cksum_verify(
					 (const struct rte_ipv6_hdr *)p.data, gz_pkt_l4(&p)),
			0);
	test_done(&p);
}

static void
a_fragment_gets_its_header_sum_only(void **state)
{
	struct gz_pkt p = test_decode(GZ_LINK_RAW,
			"45 00 00 1c 12 34 20 00 40 11 00 00 0a 00 00 01 0a 00 00 02 30 39 00 35 00 08 12 34");

	gz_pkt_fix_checksums(&p);
	assert_int_equal(rte_raw_cksum(p.data, 20), 0xffff);
	assert_memory_equal(p.data + 26, "\x12\x34", 2);
	test_done(&p);
}

static void
a_routing_header_on_its_way_hides_the_sum(void **state)
{
	struct gz_pkt p = test_frame(GZ_LINK_RAW,
			TEST_IP6("00 20",
					"2b") "11 02 02 01 00 00 00 00 20 01 0d b8 00 00 00 00 00 00 00 00 "
					      "00 00 00 03 30 39 00 35 00 08 ab cd");

	gz_pkt_decode(&p, &verify);
	assert_int_equal(p.flags, GZ_PKT_IPV6 | GZ_PKT_UDP);
	test_done(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fixed_sums_are_those_of_an_independent_reckoning),
		cmocka_unit_test(any_wrong_byte_is_noticed),
		cmocka_unit_test(a_left_out_udp_sum_is_good_over_ipv4_and_bad_over_ipv6),
		cmocka_unit_test(a_sum_left_to_the_nic_is_good),
		cmocka_unit_test(a_sum_left_unfinished_is_that_of_the_pseudo_header),
		cmocka_unit_test(sctp_carries_a_crc),
		cmocka_unit_test(icmp_is_summed_with_and_without_addresses),
		cmocka_unit_test(a_fragment_gets_its_header_sum_only),
		cmocka_unit_test(a_routing_header_on_its_way_hides_the_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
