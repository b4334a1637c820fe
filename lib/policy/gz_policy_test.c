/* SPDX-License-Identifier: BSD-3-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "gz_policy.h"

/* The wires' rows live in a room that policy does not stand on; a stand-in for the tests. */
static const struct gz_setting wire_settings[] = {
	{ "wires", GZ_SETTING_LIST, .help = "wires" },
	{ "wires[].name", GZ_SETTING_STRING, .required = true, .help = "name" },
};
GZ_CONF_REGISTER(wire_settings)

static struct gz_policy *
build(const char *const *assignments, const struct gz_rule_state *states, uint32_t n,
		struct gz_errors *errors)
{
	struct gz_conf *c = gz_conf_create();
	struct gz_policy *p;

	for (; *assignments != NULL; assignments++)
		assert_int_equal(gz_conf_set(c, *assignments, errors), 0);
	p = gz_policy_build(c, states, n, errors);
	gz_conf_destroy(c);
	return p;
}

static uint16_t
find(const struct gz_policy *p, const char *address, uint16_t wire, uint16_t vlan)
{
	struct gz_prefix a;

	assert_true(gz_prefix_parse(address, &a));
	return gz_policy_find(p, &a.addr, wire, &vlan, vlan != 0);
}

static void
the_longest_prefix_decides(void **state)
{
	static const char *const conf[] = {
		"servers[0].name=net",
		"servers[0].address=10.0.0.0/8",
		"servers[0].mode=detect",
		"servers[1].name=web",
		"servers[1].address=10.1.2.3",
		"servers[2].name=six",
		"servers[2].address=2001:db8::/32",
		NULL,
	};
	struct gz_errors e = GZ_ERRORS_INIT;
	struct gz_policy *p = build(conf, NULL, 0, &e);

	assert_non_null(p);
	assert_int_equal(find(p, "10.1.2.3", 0, 0), 1);
	assert_int_equal(find(p, "10.1.2.4", 0, 0), 0);
	assert_int_equal(find(p, "2001:db8:7::1", 0, 0), 2);
	assert_int_equal(find(p, "11.0.0.1", 0, 0), GZ_SERVER_NONE);
	assert_int_equal(find(p, "::10.1.2.3", 0, 0), GZ_SERVER_NONE);
	assert_int_equal(gz_policy_mode(p, 0), GZ_MODE_DETECT);
	assert_int_equal(gz_policy_mode(p, 1), GZ_MODE_PREVENT);
	gz_policy_destroy(p);
}

static void
a_server_may_be_bound_to_a_wire_and_a_vlan(void **state)
{
	static const char *const conf[] = {
		"wires[0].name=dmz",
		"wires[1].name=lan",
		"servers[0].name=a",
		"servers[0].address=10.0.0.1",
		"servers[0].wire=lan",
		"servers[1].name=b",
		"servers[1].address=10.0.0.1",
		"servers[1].vlan=7",
		"servers[2].name=c",
		"servers[2].address=10.0.0.0/24",
		NULL,
	};
	struct gz_errors e = GZ_ERRORS_INIT;
	struct gz_policy *p = build(conf, NULL, 0, &e);

	assert_non_null(p);
	assert_int_equal(find(p, "10.0.0.1", 1, 0), 0);
	assert_int_equal(find(p, "10.0.0.1", 0, 7), 1);
	assert_int_equal(find(p, "10.0.0.1", 0, 8), 2);
	assert_int_equal(find(p, "10.0.0.1", 0, 0), 2);
	gz_policy_destroy(p);
}

static void
a_rule_does_the_weaker_of_server_and_patch(void **state)
{
	static const char *const conf[] = {
		"servers[0].name=a",
		"servers[0].address=10.0.0.1",
		"servers[0].mode=prevent",
		"servers[1].name=b",
		"servers[1].address=10.0.0.2",
		"servers[1].mode=detect",
		"policy.mode=off",
		NULL,
	};
	static const struct gz_rule_state states[] = {
		{ GZ_SERVER_NONE, 1, 100, GZ_MODE_OFF },
		{ 0, 1, 100, GZ_MODE_DETECT },
		{ GZ_SERVER_NONE, 1, 101, GZ_MODE_OFF },
		{ 0, 1, 101, GZ_MODE_PREVENT },
		{ 1, 1, 101, GZ_MODE_PREVENT },
	};
	struct gz_errors e = GZ_ERRORS_INIT;
	struct gz_policy *p = build(conf, states, 5, &e);

	assert_non_null(p);
	assert_int_equal(gz_policy_rule(p, 0, 1, 1), GZ_MODE_PREVENT);
	assert_int_equal(gz_policy_rule(p, 0, 1, 100), GZ_MODE_DETECT);
	assert_int_equal(gz_policy_rule(p, 1, 1, 100), GZ_MODE_OFF);
	assert_int_equal(gz_policy_rule(p, 0, 1, 101), GZ_MODE_PREVENT);
	assert_int_equal(gz_policy_rule(p, 1, 1, 101), GZ_MODE_DETECT);
	assert_int_equal(gz_policy_rule(p, GZ_SERVER_NONE, 1, 101), GZ_MODE_OFF);
	assert_int_equal(gz_policy_rule(p, GZ_SERVER_NONE, 1, 1), GZ_MODE_OFF);
	gz_policy_destroy(p);
}

static void
every_mistake_in_servers_is_told(void **state)
{
	static const char *const conf[] = {
		"servers[0].name=a",
		"servers[0].address=10.0.0.300",
		"servers[1].name=a",
		"servers[1].address=10.0.0.1",
		"servers[2].name=c",
		"servers[2].address=10.0.0.2",
		"servers[2].wire=none",
		NULL,
	};
	struct gz_errors e = GZ_ERRORS_INIT;

	assert_null(build(conf, NULL, 0, &e));
	assert_int_equal(e.count, 3);
	assert_non_null(strstr(e.v[0].text, "neither an address nor a prefix"));
	assert_non_null(strstr(e.v[1].text, "already"));
	assert_non_null(strstr(e.v[2].text, "not the name of a wire"));
	gz_errors_clear(&e);
}

static void
many_states_are_all_found(void **state)
{
	static struct gz_rule_state states[5000];
	struct gz_errors e = GZ_ERRORS_INIT;
	struct gz_policy *p;

	for (uint32_t i = 0; i < 5000; i++)
		states[i] = (struct gz_rule_state){ GZ_SERVER_NONE, 1, 1000 + i, i % 2 };
	p = gz_policy_build(NULL, states, 5000, &e);
	for (uint32_t i = 0; i < 5000; i++)
		assert_int_equal(gz_policy_rule(p, GZ_SERVER_NONE, 1, 1000 + i), i % 2);
	assert_int_equal(gz_policy_rule(p, GZ_SERVER_NONE, 2, 1000), GZ_MODE_DETECT);
	gz_policy_destroy(p);
}

static void
a_snapshot_replaces_the_one_before(void **state)
{
	struct gz_errors e = GZ_ERRORS_INIT;
	struct gz_policy *a = gz_policy_build(NULL, NULL, 0, &e);
	struct gz_policy *b = gz_policy_build(NULL, NULL, 0, &e);

	assert_true(gz_policy_generation(b) > gz_policy_generation(a));
	assert_null(gz_policy_publish(a));
	assert_ptr_equal(gz_policy_live(), a);
	assert_ptr_equal(gz_policy_publish(b), a);
	assert_ptr_equal(gz_policy_publish(NULL), b);
	gz_policy_destroy(a);
	gz_policy_destroy(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_prefix_decides),
		cmocka_unit_test(a_server_may_be_bound_to_a_wire_and_a_vlan),
		cmocka_unit_test(a_rule_does_the_weaker_of_server_and_patch),
		cmocka_unit_test(every_mistake_in_servers_is_told),
		cmocka_unit_test(many_states_are_all_found),
		cmocka_unit_test(a_snapshot_replaces_the_one_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
