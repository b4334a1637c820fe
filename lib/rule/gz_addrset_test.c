/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_common.h>

#include <cmocka.h>

#include "gz_addrset.h"

static const struct gz_place place = { "t.rules", 3, 10 };

static struct gz_addr
addr(const char *text)
{
	struct gz_prefix p;

	assert_true(gz_prefix_parse(text, &p));
	return p.addr;
}

static bool
has(const struct gz_vars *vars, const char *set_text, const char *addr_text)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_addr a = addr(addr_text);
	struct gz_addrset set;
	bool found;

	assert_int_equal(gz_addrset_parse(set_text, vars, place, &set, &errors), 0);
	found = gz_addrset_has(&set, &a);
	gz_addrset_clear(&set);
	return found;
}

static void
assert_ports(const struct gz_vars *vars, const char *text, const char *expected)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_portset set;
	char said[200] = "any";
	int len = 0;
	uint32_t i;

	assert_int_equal(gz_portset_parse(text, vars, place, &set, &errors), 0);
	for (i = 0; i < set.count; i++)
		len += snprintf(said + len, sizeof(said) - (size_t)len, "%s%u-%u",
				i == 0 ? "" : " ", set.v[i].first, set.v[i].last);
	assert_string_equal(said, expected);
	gz_portset_clear(&set);
}

static void
a_set_of_addresses_has_what_its_text_says(void **state)
{
	static const struct {
		const char *set, *addr;
		bool in;
	} cases[] = {
		{ "any", "1.2.3.4", true },
		{ "any", "2001:db8::1", true },
		{ "1.2.3.4", "1.2.3.4", true },
		{ "1.2.3.4", "1.2.3.5", false },
		{ "10.0.0.0/8", "10.255.255.255", true },
		{ "10.0.0.0/255.255.0.0", "10.0.255.1", true },
		{ "10.0.0.0/255.255.0.0", "10.1.0.0", false },
		{ "10.0.0.5-10.0.1.7", "10.0.1.7", true },
		{ "10.0.0.5-10.0.1.7", "10.0.0.4", false },
		{ "2001:db8::/32", "2001:db8:ffff::1", true },
		{ "[1.2.3.4, 2001:db8::1]", "2001:db8::1", true },
		{ "1.2.3.4,5.6.7.8", "5.6.7.8", true },
		{ "[10.0.0.0/8,!10.1.0.0/16]", "10.1.2.3", false },
		{ "[10.0.0.0/8,!10.1.0.0/16]", "10.2.2.3", true },
		{ "[10.0.0.0/8,![10.1.0.0/16,!10.1.1.1]]", "10.1.1.1", true },
		{ "[!10.1.0.0/16,10.0.0.0/8]", "10.1.2.3", false },
		{ "!10.0.0.0/8", "11.0.0.0", true },
		{ "!10.0.0.0/8", "10.0.0.1", false },
		{ "![10.0.0.0/8,11.0.0.0/8]", "11.0.0.0", false },
		{ "!2001:db8::1", "2001:db8::2", true },
		{ "[!10.0.0.1,!2001:db8::1]", "2001:db8::2", true },
		{ "[!10.0.0.1,!2001:db8::1]", "10.0.0.2", true },
		{ "[any,!10.0.0.1]", "2001:db8::2", true },
		{ "[any,!10.0.0.1]", "10.0.0.1", false },
		{ "$HOME_NET", "192.168.7.7", true },
		{ "$EXTERNAL_NET", "192.168.7.7", false },
		{ "$EXTERNAL_NET", "8.8.8.8", true },
		{ "!$EXTERNAL_NET", "10.0.0.1", true },
		{ "!$EXTERNAL_NET", "8.8.8.8", false },
		{ "[$HTTP_SERVERS,!10.0.0.0/8]", "172.16.0.1", true },
		{ "0.0.0.0/0", "255.255.255.255", true },
		{ "0.0.0.0/0", "::1", false },
	};
	struct gz_vars *vars = gz_vars_create(NULL, NULL);
	uint32_t i;

	for (i = 0; i < RTE_DIM(cases); i++) {
		if (has(vars, cases[i].set, cases[i].addr) != cases[i].in)
			fail_msg("%s in %s", cases[i].addr, cases[i].set);
	}
	gz_vars_destroy(vars);
}

static void
negation_alone_stays_within_the_family_it_names(void **state)
{
	struct gz_vars *vars = gz_vars_create(NULL, NULL);

	assert_false(has(vars, "!10.0.0.1", "2001:db8::1"));
	assert_false(has(vars, "!2001:db8::1", "10.0.0.1"));
	gz_vars_destroy(vars);
}

static void
a_set_of_ports_is_sorted_disjoint_ranges(void **state)
{
	static const struct {
		const char *text, *ranges;
	} cases[] = {
		{ "any", "any" },
		{ "0:65535", "any" },
		{ "[any]", "any" },
		{ "80", "80-80" },
		{ "[443,80,81]", "80-81 443-443" },
		{ "1024:", "1024-65535" },
		{ ":1023", "0-1023" },
		{ "[1:10,5:20,!7]", "1-6 8-20" },
		{ "!80", "0-79 81-65535" },
		{ "![80,443]", "0-79 81-442 444-65535" },
		{ "[!80,!443]", "0-79 81-442 444-65535" },
		{ "[80:90,![81:83,!82]]", "80-80 82-82 84-90" },
		{ "$HTTP_PORTS", "80-80" },
		{ "[$FILE_DATA_PORTS,!$HTTP_PORTS]", "110-110 143-143" },
		{ "!$SHELLCODE_PORTS", "80-80" },
		{ "[80:90,!80,!90]", "81-89" },
	};
	struct gz_vars *vars = gz_vars_create(NULL, NULL);
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_portset set;
	uint32_t i;

	for (i = 0; i < RTE_DIM(cases); i++)
		assert_ports(vars, cases[i].text, cases[i].ranges);
	gz_portset_parse("[80,443]", vars, place, &set, &errors);
	assert_true(gz_portset_has(&set, 443));
	assert_false(gz_portset_has(&set, 81));
	gz_portset_clear(&set);
	gz_vars_destroy(vars);
}

static void
an_error_names_the_byte_that_offends(void **state)
{
	static const struct {
		const char *text, *error;
	} addrs[] = {
		{ "1.2.3.400", "t.rules:3:10: \"1.2.3.400\" is no address: expected an address, a "
			       "prefix, a range, a list in brackets, a variable or any" },
		{ "[1.2.3.4,10.0.0.0/33]", "t.rules:3:19: \"10.0.0.0/33\" is no address: expected an "
					   "address, a prefix, a range, a list in brackets, a "
					   "variable or any" },
		{ "[1.2.3.4,$HOME_NTE]", "t.rules:3:19: unknown address variable $HOME_NTE: did you "
					 "mean $HOME_NET?" },
		{ "$XYZZY", "t.rules:3:10: unknown address variable $XYZZY" },
		{ "!any", "t.rules:3:10: nothing is left in this set" },
		{ "[10.0.0.1,!10.0.0.1]", "t.rules:3:10: nothing is left in this set" },
		{ "[10.0.0.1 10.0.0.2]", "t.rules:3:20: expected , or ] in the list" },
		{ "[10.0.0.1", "t.rules:3:19: expected , or ] in the list" },
		{ "[]", "t.rules:3:11: expected an address, a prefix, a range, a list in brackets, "
			"a variable or any" },
		{ "10.0.0.9-10.0.0.1", "t.rules:3:10: \"10.0.0.9-10.0.0.1\" is no address: expected "
				       "an address, a prefix, a range, a list in brackets, a "
				       "variable or any" },
		{ "10.0.0.1]", "t.rules:3:18: expected a comma or the end of the list" },
	}, ports[] = {
		{ "65536", "t.rules:3:10: \"65536\" is no port: expected a port, a range, a list in "
			   "brackets, a variable or any" },
		{ "[80,90:80]", "t.rules:3:14: \"90:80\" is no port: expected a port, a range, a "
				"list in brackets, a variable or any" },
		{ ":", "t.rules:3:10: \":\" is no port: expected a port, a range, a list in "
		       "brackets, a variable or any" },
	};
	struct gz_vars *vars = gz_vars_create(NULL, NULL);
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_addrset a;
	struct gz_portset p;
	char line[256];
	uint32_t i;

	for (i = 0; i < RTE_DIM(addrs); i++) {
		assert_int_equal(
				gz_addrset_parse(addrs[i].text, vars, place, &a, &errors), -EINVAL);
		gz_error_format(&errors.v[i], line, sizeof(line));
		assert_string_equal(line, addrs[i].error);
	}
	gz_errors_clear(&errors);
	for (i = 0; i < RTE_DIM(ports); i++) {
		assert_int_equal(
				gz_portset_parse(ports[i].text, vars, place, &p, &errors), -EINVAL);
		gz_error_format(&errors.v[i], line, sizeof(line));
		assert_string_equal(line, ports[i].error);
	}
	gz_errors_clear(&errors);
	gz_vars_destroy(vars);
}

static void
a_variable_can_be_replaced_but_not_made_to_name_itself(void **state)
{
	struct gz_vars *vars = gz_vars_create(NULL, NULL);
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_place here = { "--home-net", 0, 0 };

	assert_int_equal(gz_vars_set_addr(vars, "HOME_NET", "1.0.0.0/8,2.0.0.0/8", here, &errors),
			0);
	assert_true(has(vars, "$HTTP_SERVERS", "2.3.4.5"));
	assert_true(has(vars, "$EXTERNAL_NET", "10.0.0.1"));
	assert_int_equal(gz_vars_set_addr(vars, "HOME_NET", "$EXTERNAL_NET", here, &errors),
			-EINVAL);
	assert_true(has(vars, "$HTTP_SERVERS", "2.3.4.5"));
	assert_int_equal(gz_vars_set_addr(vars, "NEW", "nonsense", here, &errors), -EINVAL);
	assert_int_equal(gz_vars_set_port(vars, "WEB", "[80,443]", here, &errors), 0);
	assert_ports(vars, "$WEB", "80-80 443-443");
	assert_int_equal(errors.count, 2);
	gz_errors_clear(&errors);
	gz_vars_destroy(vars);
}

/* Random sets of ports against a plain array of all ports. */
static void
any_expression_agrees_with_a_plain_array(void **state)
{
	struct gz_vars *vars = gz_vars_create(NULL, NULL);
	struct gz_errors errors = GZ_ERRORS_INIT;
	static bool in[UINT16_MAX + 1];
	uint32_t round, i, j, n, first, last;
	struct gz_portset set;
	char text[400];
	int len;

	srand(7);
	for (round = 0; round < 200; round++) {
		memset(in, 0, sizeof(in));
		n = 1 + (uint32_t)rand() % 8;
		len = snprintf(text, sizeof(text), "[0");
		in[0] = true;
		for (i = 0; i < n; i++) {
			first = (uint32_t)rand() % 200;
			last = first + (uint32_t)rand() % 50;
			len += snprintf(text + len, sizeof(text) - (size_t)len, ",%u:%u", first,
					last);
			for (j = first; j <= last; j++)
				in[j] = true;
		}
		for (i = 0; i < n; i++) {
			first = 1 + (uint32_t)rand() % 200;
			last = first + (uint32_t)rand() % 10;
			len += snprintf(text + len, sizeof(text) - (size_t)len, ",!%u:%u", first,
					last);
			for (j = first; j <= last; j++)
				in[j] = false;
		}
		snprintf(text + len, sizeof(text) - (size_t)len, "]");
		assert_int_equal(gz_portset_parse(text, vars, place, &set, &errors), 0);
		for (i = 0; i <= UINT16_MAX; i++)
			assert_int_equal(gz_portset_has(&set, (uint16_t)i), in[i]);
		for (i = 1; i < set.count; i++)
			assert_true(set.v[i].first > set.v[i - 1].last + 1);
		gz_portset_clear(&set);
	}
	gz_vars_destroy(vars);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_of_addresses_has_what_its_text_says),
		cmocka_unit_test(negation_alone_stays_within_the_family_it_names),
		cmocka_unit_test(a_set_of_ports_is_sorted_disjoint_ranges),
		cmocka_unit_test(an_error_names_the_byte_that_offends),
		cmocka_unit_test(a_variable_can_be_replaced_but_not_made_to_name_itself),
		cmocka_unit_test(any_expression_agrees_with_a_plain_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
