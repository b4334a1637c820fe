/* SPDX-License-Identifier: BSD-3-Clause */

#include "port_test.h"

enum {
	QUEUES = 4,
	RETA = 128,
};

static const struct port nic = { .nb_rxq = QUEUES, .reta_size = RETA };

static struct gz_pkt
tcp_packet(uint8_t from, uint8_t to, uint16_t sport, uint16_t dport)
{
	static const uint8_t net[] = { 10, 0, 0 };
	struct gz_pkt p = { .flags = GZ_PKT_IPV4 | GZ_PKT_TCP, .sport = sport, .dport = dport };
	uint8_t src[] = { net[0], net[1], net[2], from }, dst[] = { net[0], net[1], net[2], to };

	p.src = gz_addr_v4(src);
	p.dst = gz_addr_v4(dst);
	return p;
}

static void
both_directions_of_a_connection_come_to_one_queue(void **state)
{
	for (uint16_t port = 1000; port < 1200; port++) {
		struct gz_pkt there = tcp_packet(1, 2, port, 80), back = tcp_packet(2, 1, 80, port);

		assert_int_equal(dev_rss_queue(&nic, &there), dev_rss_queue(&nic, &back));
		there.flags = back.flags = GZ_PKT_IPV6 | GZ_PKT_TCP;
		assert_int_equal(dev_rss_queue(&nic, &there), dev_rss_queue(&nic, &back));
	}
}

static void
connections_of_two_hosts_come_to_all_queues(void **state)
{
	uint32_t seen = 0;

	for (uint16_t port = 1000; port < 1200; port++) {
		struct gz_pkt p = tcp_packet(1, 2, port, 80);

		assert_true(dev_rss_queue(&nic, &p) < QUEUES);
		seen |= 1u << dev_rss_queue(&nic, &p);
	}
	assert_int_equal(seen, (1u << QUEUES) - 1);
}

static void
datagrams_of_two_hosts_come_to_one_queue(void **state)
{
	struct gz_pkt first = tcp_packet(1, 2, 999, 53);

	first.flags = GZ_PKT_IPV4 | GZ_PKT_UDP;
	for (uint16_t port = 1000; port < 1200; port++) {
		struct gz_pkt p = tcp_packet(2, 1, 53, port);

		p.flags = GZ_PKT_IPV4 | GZ_PKT_UDP;
		assert_int_equal(dev_rss_queue(&nic, &p), dev_rss_queue(&nic, &first));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_directions_of_a_connection_come_to_one_queue),
		cmocka_unit_test(connections_of_two_hosts_come_to_all_queues),
		cmocka_unit_test(datagrams_of_two_hosts_come_to_one_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
