/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <rte_common.h>

#include <cmocka.h>

#include "gz_addr.h"
#include "gz_clock.h"

static struct gz_addr
addr(const char *text)
{
	struct gz_prefix p;

	assert_true(gz_prefix_parse(text, &p));
	assert_int_equal(p.bits, 128);
	return p.addr;
}

static void
assert_text(const char *given, const char *text)
{
	struct gz_addr a = addr(given);
	char buf[GZ_ADDR_TEXT];

	assert_string_equal(gz_addr_text(&a, buf), text);
}

static void
an_ipv4_address_is_dotted(void **state)
{
	assert_text("0.0.0.0", "0.0.0.0");
	assert_text("10.20.3.100", "10.20.3.100");
	assert_text("255.255.255.255", "255.255.255.255");
	assert_text("::ffff:1.2.3.4", "1.2.3.4");
}

static void
an_ipv6_address_is_written_in_full(void **state)
{
	assert_text("2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001");
	assert_text("::", "0000:0000:0000:0000:0000:0000:0000:0000");
	assert_text("FE80::A", "fe80:0000:0000:0000:0000:0000:0000:000a");
}

static bool
has(const char *prefix, const char *text)
{
	struct gz_addr a = addr(text);
	struct gz_prefix p;

	assert_true(gz_prefix_parse(prefix, &p));
	return gz_prefix_has(&p, &a);
}

static void
a_prefix_has_the_addresses_under_it(void **state)
{
	assert_true(has("10.0.0.0/8", "10.255.1.2"));
	assert_false(has("10.0.0.0/8", "11.0.0.0"));
	assert_true(has("192.168.1.128/25", "192.168.1.128"));
	assert_false(has("192.168.1.128/25", "192.168.1.127"));
	assert_true(has("0.0.0.0/0", "8.8.8.8"));
	assert_false(has("0.0.0.0/0", "2001:db8::1"));
	assert_true(has("2001:db8::/33", "2001:db8:7fff::"));
	assert_false(has("2001:db8::/33", "2001:db8:8000::"));
	assert_true(has("10.1.2.3", "10.1.2.3"));
}

static void
host_bits_of_a_prefix_are_ignored(void **state)
{
	struct gz_prefix p;
	char buf[GZ_ADDR_TEXT];

	assert_true(gz_prefix_parse("10.1.2.3/16", &p));
	assert_string_equal(gz_addr_text(&p.addr, buf), "10.1.0.0");
	assert_int_equal(p.bits, 112);
}

static void
a_range_runs_from_the_first_address_to_the_last(void **state)
{
	struct gz_addr first, last;
	struct gz_prefix p;
	char buf[GZ_ADDR_TEXT];

	assert_true(gz_prefix_parse("10.1.2.64/27", &p));
	gz_prefix_range(&p, &first, &last);
	assert_string_equal(gz_addr_text(&first, buf), "10.1.2.64");
	assert_string_equal(gz_addr_text(&last, buf), "10.1.2.95");
}

static void
what_is_no_prefix_is_refused(void **state)
{
	static const char *const bad[] = { "", "/", "10.0.0", "10.0.0.1/", "10.0.0.1/33",
		"10.0.0.256", "::1/129", "10.0.0.1/ 8", "x", "1.2.3.4/-1", " 1.2.3.4",
		"0000:0000:0000:0000:0000:0000:0000:00000000000000000000001" };
	struct gz_prefix p;
	size_t i;

	for (i = 0; i < RTE_DIM(bad); i++)
		assert_false(gz_prefix_parse(bad[i], &p));
}

static void
time_is_written_as_eve_wants_it(void **state)
{
	char buf[GZ_TIME_TEXT];

	setenv("TZ", "UTC", 1);
	assert_string_equal(gz_time_text(0, buf), "1970-01-01T00:00:00.000000+0000");
	assert_string_equal(gz_time_text(1700000000123456, buf), "2023-11-14T22:13:20.123456+0000");
	assert_string_equal(gz_time_text(1700000000000007, buf), "2023-11-14T22:13:20.000007+0000");
}

static void
clocks_run_forwards(void **state)
{
	uint64_t mono = gz_clock_mono_ms();

	assert_true(gz_clock_mono_ms() >= mono);
	assert_true(gz_clock_wall_us() > 1700000000000000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ipv4_address_is_dotted),
		cmocka_unit_test(an_ipv6_address_is_written_in_full),
		cmocka_unit_test(a_prefix_has_the_addresses_under_it),
		cmocka_unit_test(host_bits_of_a_prefix_are_ignored),
		cmocka_unit_test(a_range_runs_from_the_first_address_to_the_last),
		cmocka_unit_test(what_is_no_prefix_is_refused),
		cmocka_unit_test(time_is_written_as_eve_wants_it),
		cmocka_unit_test(clocks_run_forwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
