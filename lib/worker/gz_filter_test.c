/* SPDX-License-Identifier: BSD-3-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "gz_filter.h"
#include "gz_flow.h"

static char error[256];

static struct gz_pkt
a_packet(void)
{
	struct gz_pkt p = { .proto = 6, .sport = 40000, .dport = 443, .nb_vlan = 1 };

	p.vlan[0] = 7;
	p.src = gz_addr_v4("\x0a\x00\x00\x01");
	p.dst = gz_addr_v4("\xc0\xa8\x01\x02");
	return p;
}

static bool
selects(const char *text)
{
	struct gz_pkt p = a_packet();
	struct gz_filter f;

	assert_true(gz_filter_parse(&f, text, error, sizeof(error)));
	return gz_filter_has_pkt(&f, &p);
}

static void
no_words_select_everything(void **state)
{
	assert_true(selects(""));
	assert_true(selects("   "));
}

static void
each_word_must_hold(void **state)
{
	assert_true(selects("host 10.0.0.0/8 port 443 tcp vlan 7"));
	assert_false(selects("host 10.0.0.0/8 port 80 tcp vlan 7"));
	assert_false(selects("host 10.0.0.0/8 port 443 udp vlan 7"));
	assert_false(selects("host 11.0.0.0/8 port 443 tcp vlan 7"));
	assert_false(selects("host 10.0.0.0/8 port 443 tcp vlan 8"));
}

static void
a_host_or_port_may_be_on_either_side(void **state)
{
	assert_true(selects("host 10.0.0.1"));
	assert_true(selects("host 192.168.1.2"));
	assert_true(selects("port 40000"));
	assert_true(selects("port 443"));
}

static void
two_hosts_are_the_two_ends(void **state)
{
	assert_true(selects("host 192.168.1.2 host 10.0.0.1"));
	assert_true(selects("host 10.0.0.1 host 192.168.1.2"));
	assert_false(selects("host 10.0.0.1 host 10.0.0.1"));
}

static void
a_protocol_may_be_a_number(void **state)
{
	assert_true(selects("proto 6"));
	assert_false(selects("proto 17"));
}

static void
what_is_no_filter_is_told(void **state)
{
	static const char *const bad[] = { "host", "host nowhere", "port 0", "port 65536",
		"vlan 4095", "proto 256", "fish", "host 10.0.0.1 port",
		"host 1.1.1.1 host 2.2.2.2 host 3.3.3.3" };
	struct gz_filter f;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		error[0] = '\0';
		assert_false(gz_filter_parse(&f, bad[i], error, sizeof(error)));
		assert_non_null(strstr(error, "expected"));
	}
}

static void
a_flow_is_selected_by_either_end(void **state)
{
	struct gz_flow flow = { .proto = 17, .port = { 5000, 53 } };
	struct gz_filter f;

	flow.addr[0] = gz_addr_v4("\x0a\x00\x00\x01");
	flow.addr[1] = gz_addr_v4("\x08\x08\x08\x08");
	assert_true(gz_filter_parse(&f, "host 8.8.8.8 port 53 udp", error, sizeof(error)));
	assert_true(gz_filter_has_flow(&f, &flow));
	assert_true(gz_filter_parse(&f, "vlan 7", error, sizeof(error)));
	assert_false(gz_filter_has_flow(&f, &flow));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_words_select_everything),
		cmocka_unit_test(each_word_must_hold),
		cmocka_unit_test(a_host_or_port_may_be_on_either_side),
		cmocka_unit_test(two_hosts_are_the_two_ends),
		cmocka_unit_test(a_protocol_may_be_a_number),
		cmocka_unit_test(what_is_no_filter_is_told),
		cmocka_unit_test(a_flow_is_selected_by_either_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
