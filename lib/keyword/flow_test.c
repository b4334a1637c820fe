/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_test.h"

/* Keywords about the flow of a packet, its tags and a buffer as a whole. */

static bool
flow_matches(const char *options, struct gz_flow *f, struct gz_pkt *p, uint64_t now_us)
{
	struct gz_sig *s = build_options(options);
	struct gz_eval e;
	bool yes;

	eval_init(&e, s);
	e.flow = f;
	e.pkt = p;
	e.now_us = now_us;
	yes = gz_eval_all(&e, s->packet);
	assert_false(s->flags & GZ_SIG_IP_ONLY);
	gz_sig_destroy(s);
	return yes;
}

static void
the_age_of_a_flow_is_in_seconds(void **state)
{
	struct gz_flow f = { .start_us = 1000000 };
	struct gz_pkt p = { 0 };

	assert_true(flow_matches("flow.age:2;", &f, &p, 3999999));
	assert_false(flow_matches("flow.age:2;", &f, &p, 4000000));
	assert_true(flow_matches("flow.age:>=3;", &f, &p, 4000000));
	assert_true(flow_matches("flow.age:1<>3;", &f, &p, 3000000));
	assert_false(flow_matches("flow.age:0;", &f, &p, 0));
	assert_false(flow_matches("flow.age:0;", NULL, &p, 0));
}

static void
what_a_flow_has_carried_is_counted_by_direction(void **state)
{
	struct gz_flow f = { .count = { { .bytes = 1000, .pkts = 3 },
					     { .bytes = 50, .pkts = 7 } } };
	struct gz_pkt p = { 0 };

	assert_true(flow_matches("flow.pkts:toserver,3;", &f, &p, 0));
	assert_false(flow_matches("flow.pkts:toclient,3;", &f, &p, 0));
	assert_true(flow_matches("flow.pkts:toclient,>5;", &f, &p, 0));
	assert_true(flow_matches("flow.pkts:either,>5;", &f, &p, 0));
	assert_false(flow_matches("flow.pkts:both,>5;", &f, &p, 0));
	assert_true(flow_matches("flow.pkts:both,2<>8;", &f, &p, 0));
	assert_true(flow_matches("flow.pkts_toserver:3;", &f, &p, 0));
	assert_true(flow_matches("flow.pkts_toclient:7;", &f, &p, 0));
	assert_true(flow_matches("flow.bytes:toserver,1000;", &f, &p, 0));
	assert_true(flow_matches("flow.bytes:toclient,<51;", &f, &p, 0));
	assert_true(flow_matches("flow.bytes_toserver:>999;", &f, &p, 0));
	assert_false(flow_matches("flow.bytes_toclient:>50;", &f, &p, 0));
	assert_false(flow_matches("flow.bytes:either,>0;", NULL, &p, 0));
}

static void
tags_are_told_by_layer(void **state)
{
	struct gz_pkt two = { .vlan = { 666, 123 }, .nb_vlan = 2 }, none = { 0 };

	assert_true(flow_matches("vlan.id:666;", NULL, &two, 0));
	assert_true(flow_matches("vlan.id:123;", NULL, &two, 0));
	assert_true(flow_matches("vlan.id:666,0;", NULL, &two, 0));
	assert_true(flow_matches("vlan.id:666,-2;", NULL, &two, 0));
	assert_false(flow_matches("vlan.id:666,-1;", NULL, &two, 0));
	assert_false(flow_matches("vlan.id:666,2;", NULL, &two, 0));
	assert_true(flow_matches("vlan.id:>100,all;", NULL, &two, 0));
	assert_false(flow_matches("vlan.id:>200,all;", NULL, &two, 0));
	assert_true(flow_matches("vlan.id:>200,any;", NULL, &two, 0));
	assert_false(flow_matches("vlan.id:0;", NULL, &none, 0));
	assert_true(flow_matches("vlan.layers:2;", NULL, &two, 0));
	assert_true(flow_matches("vlan.layers:0;", NULL, &none, 0));
	assert_false(flow_matches("vlan.layers:>1;", NULL, &none, 0));
}

static void
entropy_is_of_the_bytes_that_are_meant(void **state)
{
	static const struct payload_case cases[] = {
		{ "entropy:value 0;", GZ_SPAN("aaaaaaaa"), true },
		{ "entropy:1;", GZ_SPAN("abababab"), true },
		{ "entropy:value = 2;", GZ_SPAN("abcdabcd"), true },
		{ "entropy:value >= 2;", GZ_SPAN("abcdabcd"), true },
		{ "entropy:value > 2;", GZ_SPAN("abcdabcd"), false },
		{ "entropy:<2.5;", GZ_SPAN("abcdabcd"), true },
		{ "entropy:value != 2;", GZ_SPAN("abcdabcd"), false },
		{ "entropy:value 1.5-2.5;", GZ_SPAN("abcdabcd"), true },
		{ "entropy:value !1.5-2.5;", GZ_SPAN("abcdabcd"), false },
		{ "entropy:bytes 4, offset 4, value 0;", GZ_SPAN("abcdxxxxabcd"), true },
		{ "entropy:offset 4, value 0;", GZ_SPAN("abcdxxxxabcd"), false },
		{ "entropy:bytes 4, offset 9, value 0;", GZ_SPAN("abcdxxxxabcd"), false },
		{ "entropy:value 0;", GZ_SPAN(""), false },
	};

	assert_payloads(cases, RTE_DIM(cases));
}

static void
what_is_said_of_the_flow_adds_up(void **state)
{
	struct gz_sig *s = build_options("flow:to_server; flow:established,no_stream;");

	assert_true(s->flags & GZ_SIG_TO_SERVER);
	assert_true(s->flags & GZ_SIG_ESTABLISHED);
	assert_true(s->flags & GZ_SIG_NO_STREAM);
	gz_sig_destroy(s);
	assert_refused("flow:to_server; flow:to_client;",
			"t:1:52: flow: to_client contradicts what stands before it");
}

static void
a_rule_of_nothing_but_the_protocol_is_known(void **state)
{
	static const struct {
		const char *options;
		bool only;
	} cases[] = {
		{ "app-layer-protocol:dns;", true },
		{ "app-layer-protocol:!failed; flow:to_server; xbits:isset,a,track ip_src;", true },
		{ "app-layer-protocol:dns; flowbits:set,a; noalert;", true },
		{ "app-layer-protocol:dns; flowbits:isnotset,a;", false },
		{ "app-layer-protocol:dns; flow:established;", false },
		{ "app-layer-protocol:dns; dsize:>0;", false },
		{ "app-layer-protocol:dns; content:\"a\";", false },
		{ "flow:to_server;", false },
	};
	struct gz_sig *s;

	for (uint32_t i = 0; i < RTE_DIM(cases); i++) {
		s = build_options(cases[i].options);
		if (((s->flags & GZ_SIG_PROTO_ONLY) != 0) != cases[i].only)
			fail_msg("%s", cases[i].options);
		gz_sig_destroy(s);
	}
}

static void
values_that_say_nothing_are_refused(void **state)
{
	assert_refused("flow.pkts:5;",
			"t:1:41: flow.pkts: expected toserver, toclient, both or either");
	assert_refused("flow.bytes:both,x;",
			"t:1:47: flow.bytes: expected a number or a comparison: 5, !5, <5, >=5, "
			"5<>9");
	assert_refused("vlan.id:4096;",
			"t:1:39: vlan.id: expected a number up to 4095 or a comparison");
	assert_refused("vlan.id:1,3;",
			"t:1:41: vlan.id: expected any, all or a layer from -3 to 2");
	assert_refused("entropy:bytes 4;", "t:1:39: entropy: the value is missing");
	assert_refused("entropy:value 9;",
			"t:1:39: entropy: expected bytes <n>, offset <n>, or value, a comparison "
			"and a number from 0 to 8");
	assert_refused("lua:x.lua;",
			"t:1:31: lua: scripts are not run: say what the rule looks for by other "
			"keywords");
	assert_refused("config:logging disable;",
			"t:1:38: config: expected logging disable, type tx, scope tx");
	assert_refused("config:tracking disable, type flow, scope packet;",
			"t:1:38: config: what can be changed is logging of a transaction: logging "
			"disable, type tx, scope tx");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_age_of_a_flow_is_in_seconds),
		cmocka_unit_test(what_a_flow_has_carried_is_counted_by_direction),
		cmocka_unit_test(tags_are_told_by_layer),
		cmocka_unit_test(entropy_is_of_the_bytes_that_are_meant),
		cmocka_unit_test(what_is_said_of_the_flow_adds_up),
		cmocka_unit_test(a_rule_of_nothing_but_the_protocol_is_known),
		cmocka_unit_test(values_that_say_nothing_are_refused),
	};

	return cmocka_run_group_tests(tests, keyword_setup, keyword_teardown);
}
