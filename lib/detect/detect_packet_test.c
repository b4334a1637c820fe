/* SPDX-License-Identifier: BSD-3-Clause */
#include "detect_toy.h"

static void
a_payload_that_has_the_content_alerts(void **state)
{
	use_rules("alert udp any any -> any any (msg:\"found\"; content:\"evil\"; sid:1;)\n");
	new_flow(TOY_UDP);
	judge(GZ_C2S, "some harmless words");
	assert_int_equal(alerts(1), 0);
	judge(GZ_C2S, "some evil words");
	assert_int_equal(alerts(1), 1);
	assert_false(w.blocked[0]);
	assert_true(w.flow.flags & GZ_FLOW_ALERTED);
}

static void
an_alert_tells_what_peers_tell(void **state)
{
	static const char *const members[] = { "\"alert\":{\"action\":\"allowed\",\"gid\":1,"
					       "\"signature_id\":1,\"rev\":3,"
					       "\"signature\":\"found \\\"it\\\"\"",
		"\"category\":\"\"", "\"severity\":3", "\"direction\":\"to_server\"",
		"\"flow\":{\"pkts_toserver\":2", "\"bytes_toclient\":0", "\"src_ip\":\"192.0.2.1\"",
		"\"dest_ip\":\"10.0.0.1\"", "\"src_port\":40000", "\"dest_port\":8000" };
	uint32_t i;

	use_rules("alert udp any any -> any any (msg:\"found \\\"it\\\"\"; content:\"evil\"; sid:1; rev:3;)\n");
	new_flow(TOY_UDP);
	w.flow.count[GZ_C2S].pkts = 2;
	judge(GZ_C2S, "evil");
	assert_int_equal(alerts(1), 1);
	for (i = 0; i < RTE_DIM(members); i++)
		assert_non_null(strstr(w.text[0], members[i]));
}

static void
headers_decide_before_contents(void **state)
{
	use_rules("alert udp 192.0.2.0/24 any -> any 8000 (content:\"evil\"; sid:1;)\n"
		  "alert udp 192.0.3.0/24 any -> any any (content:\"evil\"; sid:2;)\n"
		  "alert udp any any -> any 8001 (content:\"evil\"; sid:3;)\n"
		  "alert tcp any any -> any any (content:\"evil\"; sid:4;)\n"
		  "alert udp any any -> any any (flow:to_client; content:\"evil\"; sid:5;)\n"
		  "alert udp any 8000 <> any any (content:\"evil\"; sid:6;)\n"
		  "alert ip6 any any -> any any (content:\"evil\"; sid:7;)\n"
		  "alert ip any any -> any any (content:\"evil\"; sid:8;)\n");
	new_flow(TOY_UDP);
	judge(GZ_C2S, "evil");
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(6), 1);
	assert_int_equal(alerts(8), 1);
	assert_int_equal(w.nb_alerts, 3);
	forget();
	judge(GZ_S2C, "evil");
	assert_int_equal(alerts(5), 1);
	assert_int_equal(alerts(6), 1);
	assert_int_equal(alerts(8), 1);
	assert_int_equal(w.nb_alerts, 3);
}

static void
rules_about_addresses_speak_once_in_each_direction(void **state)
{
	use_rules("alert ip [192.0.2.0/24,198.51.100.0/24] any -> any any (sid:1;)\n"
		  "alert ip any any -> 192.0.2.1 any (sid:2;)\n"
		  "alert ip any any -> any any (sid:3;)\n");
	packet(GZ_C2S, GZ_SPAN("x"))->flags |= GZ_PKT_FIRST;
	assert_true(gz_detect_flow(w.detect, &w.pkt));
	gz_detect_packet(w.detect, &w.pkt);
	gz_detect_finish(w.detect, &w.pkt);
	judge(GZ_C2S, "x");
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 0);
	assert_int_equal(alerts(3), 1);
	packet(GZ_S2C, GZ_SPAN("x"))->flags |= GZ_PKT_FIRST;
	gz_detect_packet(w.detect, &w.pkt);
	gz_detect_finish(w.detect, &w.pkt);
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 1);
	assert_int_equal(alerts(3), 2);
}

static void
new_rules_about_addresses_are_asked_of_flows_that_go_on(void **state)
{
	use_rules("alert ip any any -> any any (content:\"old\"; sid:9;)\n");
	judge(GZ_C2S, "x");
	judge(GZ_S2C, "x");
	use_rules("drop ip 192.0.2.1 any -> any any (sid:1;)\n"
		  "alert ip any any -> 192.0.2.1 any (sid:2;)\n");
	judge(GZ_S2C, "x");
	judge(GZ_S2C, "x");
	assert_int_equal(alerts(2), 1);
	judge(GZ_C2S, "x");
	assert_int_equal(alerts(1), 1);
	assert_int_equal(w.pkt.verdict, GZ_DROP);
	judge(GZ_C2S, "x");
	assert_int_equal(alerts(1), 1);
}

static void
a_packet_without_a_flow_is_judged_by_itself(void **state)
{
	use_rules("alert udp 192.0.2.1 any -> any any (content:\"evil\"; sid:1;)\n"
		  "alert udp any any -> any any (flow:to_server; content:\"evil\"; sid:2;)\n");
	new_flow(TOY_UDP);
	packet(GZ_C2S, GZ_SPAN("evil"))->flow = NULL;
	assert_true(gz_detect_flow(w.detect, &w.pkt));
	gz_detect_packet(w.detect, &w.pkt);
	gz_detect_finish(w.detect, &w.pkt);
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 0);
}

static void
a_drop_stops_the_packet_and_its_flow(void **state)
{
	struct gz_pkt *p;

	use_rules("drop ip 192.0.2.1 any -> any any (msg:\"out\"; sid:1;)\n");
	packet(GZ_C2S, GZ_SPAN("x"))->flags |= GZ_PKT_FIRST;
	p = &w.pkt;
	assert_true(gz_detect_flow(w.detect, p));
	gz_detect_packet(w.detect, p);
	assert_int_equal(p->verdict, GZ_PASS);
	gz_detect_finish(w.detect, p);
	assert_int_equal(p->verdict, GZ_DROP);
	assert_int_equal(p->why, GZ_WHY_RULE);
	assert_int_equal(p->rule, 1);
	assert_true(w.flow.flags & GZ_FLOW_DROP);
	assert_int_equal(alerts(1), 1);
	assert_true(w.blocked[0]);
	assert_non_null(strstr(w.text[0], "\"action\":\"blocked\""));
}

static void
a_drop_about_one_packet_leaves_the_flow_alone(void **state)
{
	use_rules("drop udp any any -> any any (content:\"evil\"; sid:1;)\n");
	new_flow(TOY_UDP);
	assert_int_equal(judge(GZ_C2S, "evil")->verdict, GZ_DROP);
	assert_false(w.flow.flags & GZ_FLOW_DROP);
	assert_int_equal(judge(GZ_C2S, "good")->verdict, GZ_PASS);
}

static void
a_reject_says_whom_to_tell(void **state)
{
	use_rules("rejectboth udp any any -> any any (content:\"evil\"; sid:1;)\n"
		  "rejectdst udp any any -> any any (content:\"wicked\"; sid:2;)\n");
	new_flow(TOY_UDP);
	assert_int_equal(judge(GZ_C2S, "evil")->verdict, GZ_REJECT);
	assert_int_equal(w.pkt.why, GZ_WHY_RULE_REJECT);
	assert_int_equal(w.pkt.reject, GZ_REJECT_SENDER | GZ_REJECT_RECEIVER);
	judge(GZ_C2S, "wicked");
	assert_int_equal(w.pkt.reject, GZ_REJECT_RECEIVER);
}

static void
where_the_mode_is_to_detect_nothing_is_stopped(void **state)
{
	use_rules("drop udp any any -> any any (content:\"evil\"; sid:1;)\n");
	use_policy("detect");
	new_flow(TOY_UDP);
	assert_int_equal(judge(GZ_C2S, "evil")->verdict, GZ_PASS);
	assert_int_equal(alerts(1), 1);
	assert_false(w.blocked[0]);
	assert_non_null(strstr(w.text[0], "\"action\":\"allowed\""));
}

static void
where_the_mode_is_off_nothing_is_looked_at(void **state)
{
	struct gz_pkt *p = packet(GZ_C2S, GZ_SPAN("evil"));

	use_rules("drop udp any any -> any any (content:\"evil\"; sid:1;)\n");
	use_policy("off");
	assert_false(gz_detect_flow(w.detect, p));
}

static void
a_pass_silences_the_rules_behind_it(void **state)
{
	use_rules("pass udp any any -> any any (content:\"friend\"; sid:1;)\n"
		  "drop udp any any -> any any (content:\"evil\"; sid:2;)\n"
		  "alert udp any any -> any any (content:\"evil\"; sid:3;)\n");
	new_flow(TOY_UDP);
	assert_int_equal(judge(GZ_C2S, "evil friend")->verdict, GZ_PASS);
	assert_int_equal(alerts(2) + alerts(3), 0);
	assert_false(w.flow.flags & GZ_FLOW_PASS);
	assert_int_equal(judge(GZ_C2S, "evil foe")->verdict, GZ_DROP);
	assert_int_equal(alerts(2) + alerts(3), 2);
}

static void
a_pass_by_address_passes_the_flow(void **state)
{
	use_rules("pass ip 192.0.2.1 any <> any any (sid:1;)\n"
		  "drop tcp any any -> any any (content:\"evil\"; sid:2;)\n");
	packet(GZ_C2S, GZ_SPAN("evil"))->flags |= GZ_PKT_FIRST;
	assert_true(gz_detect_flow(w.detect, &w.pkt));
	gz_detect_packet(w.detect, &w.pkt);
	gz_detect_finish(w.detect, &w.pkt);
	assert_true(w.flow.flags & GZ_FLOW_PASS);
	assert_int_equal(w.pkt.verdict, GZ_PASS);
	assert_false(gz_detect_flow(w.detect, &w.pkt));
}

static void
noalert_acts_in_silence(void **state)
{
	use_rules("drop udp any any -> any any (content:\"evil\"; noalert; sid:1;)\n");
	new_flow(TOY_UDP);
	assert_int_equal(judge(GZ_C2S, "evil")->verdict, GZ_DROP);
	assert_int_equal(alerts(1), 0);
}

static void
only_the_first_alerts_of_a_packet_are_told(void **state)
{
	char text[8000] = "", rule[128];
	uint32_t i;

	for (i = 1; i <= 40; i++) {
		snprintf(rule, sizeof(rule),
				"alert udp any any -> any any (content:\"evil\"; priority:%u; sid:%u;)\n",
				1 + i % 2, i);
		strcat(text, rule);
	}
	use_rules(text);
	new_flow(TOY_UDP);
	judge(GZ_C2S, "evil");
	toy_drain();
	assert_int_equal(w.nb_alerts, 15);
	for (i = 0; i < 15; i++)
		assert_int_equal(w.sid[i], 2 * (i + 1));
}

static void
rules_without_contents_are_asked_of_every_packet(void **state)
{
	use_rules("alert tcp any any -> any any (flow:to_server; sid:1;)\n"
		  "alert udp any any -> any any (content:!\"good\"; sid:2;)\n");
	judge(GZ_C2S, "x");
	judge(GZ_C2S, "");
	judge(GZ_S2C, "x");
	assert_int_equal(alerts(1), 2);
	new_flow(TOY_UDP);
	judge(GZ_C2S, "x");
	judge(GZ_C2S, "good");
	assert_int_equal(alerts(2), 1);
}

static void
a_flow_looks_anew_when_rules_or_policy_changed(void **state)
{
	use_rules("alert udp 192.0.2.1 any -> any any (content:\"evil\"; sid:1;)\n");
	new_flow(TOY_UDP);
	judge(GZ_C2S, "evil");
	use_rules("alert udp [198.51.100.0/24,10.0.0.0/8] any -> any any (content:\"evil\"; sid:1;)\n"
		  "alert udp [203.0.113.0/24,192.0.2.0/28] any -> any any (content:\"evil\"; sid:2;)\n");
	judge(GZ_C2S, "evil");
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 1);
	use_policy("off");
	judge(GZ_C2S, "evil");
	assert_int_equal(alerts(2), 1);
}

static void
what_only_alerted_while_it_detected_drops_what_goes_on(void **state)
{
	use_policy("detect");
	use_rules("drop ip 192.0.2.1 any -> any any (sid:1;)\n");
	new_flow(TOY_UDP);
	judge(GZ_C2S, "x");
	assert_int_equal(w.pkt.verdict, GZ_PASS);
	use_policy("prevent");
	judge(GZ_C2S, "x");
	assert_int_equal(w.pkt.verdict, GZ_DROP);
}

/** What the last packet's rules replace, as "off:bytes …". */
static const char *
replaced(void)
{
	static char text[128];
	const struct gz_replace *v;
	uint32_t i, n, len = 0;

	text[0] = '\0';
	assert_true(gz_detect_replaces(w.detect, &v, &n));
	for (i = 0; i < n; i++)
		len += (uint32_t)snprintf(text + len, sizeof(text) - len, "%u:%.*s ", v[i].off,
				(int)v[i].len, (const char *)v[i].bytes);
	return text;
}

static void
what_is_replaced_is_told_to_who_sends_the_packet(void **state)
{
	static const char rules[] =
			"alert udp any any -> any any (content:\"bb\"; replace:\"BB\"; sid:1;)\n"
			"alert udp any any -> any any (content:\"c\"; content:\"b\"; replace:\"X\"; "
			"sid:2;)\n"
			"pass udp any any -> any any (content:\"pass\"; sid:3;)\n";

	new_flow(TOY_UDP);
	use_rules(rules);
	judge(GZ_C2S, "a-bb-c");
	assert_string_equal(replaced(), "2:BB 2:X ");
	assert_int_equal(alerts(1), 1);
	judge(GZ_C2S, "a-bb-");
	assert_string_equal(replaced(), "2:BB ");
	judge(GZ_C2S, "a-b-");
	assert_string_equal(replaced(), "");
	judge(GZ_C2S, "bb pass");
	assert_string_equal(replaced(), "");
	use_policy("detect");
	judge(GZ_C2S, "a-bb-c");
	assert_string_equal(replaced(), "");
	assert_int_equal(alerts(1), 3);
}

static void
more_than_can_be_replaced_is_told(void **state)
{
	char rules[8192];
	uint32_t i, n, len = 0;
	const struct gz_replace *v;

	for (i = 0; i <= DETECT_REPLACES; i++)
		len += (uint32_t)snprintf(rules + len, sizeof(rules) - len,
				"alert udp any any -> any any (content:\"ab\"; replace:\"xy\"; "
				"sid:%u;)\n",
				i + 1);
	new_flow(TOY_UDP);
	use_rules(rules);
	judge(GZ_C2S, "ab");
	assert_false(gz_detect_replaces(w.detect, &v, &n));
	judge(GZ_C2S, "a");
	assert_true(gz_detect_replaces(w.detect, &v, &n));
	assert_int_equal(n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JUDGED(a_payload_that_has_the_content_alerts),
		JUDGED(an_alert_tells_what_peers_tell),
		JUDGED(headers_decide_before_contents),
		JUDGED(what_is_replaced_is_told_to_who_sends_the_packet),
		JUDGED(more_than_can_be_replaced_is_told),
		JUDGED(rules_about_addresses_speak_once_in_each_direction),
		JUDGED(new_rules_about_addresses_are_asked_of_flows_that_go_on),
		JUDGED(a_packet_without_a_flow_is_judged_by_itself),
		JUDGED(a_drop_stops_the_packet_and_its_flow),
		JUDGED(a_drop_about_one_packet_leaves_the_flow_alone),
		JUDGED(a_reject_says_whom_to_tell),
		JUDGED(where_the_mode_is_to_detect_nothing_is_stopped),
		JUDGED(where_the_mode_is_off_nothing_is_looked_at),
		JUDGED(a_pass_silences_the_rules_behind_it),
		JUDGED(a_pass_by_address_passes_the_flow),
		JUDGED(noalert_acts_in_silence),
		JUDGED(only_the_first_alerts_of_a_packet_are_told),
		JUDGED(rules_without_contents_are_asked_of_every_packet),
		JUDGED(a_flow_looks_anew_when_rules_or_policy_changed),
		JUDGED(what_only_alerted_while_it_detected_drops_what_goes_on),
	};

	return cmocka_run_group_tests(tests, toy_start, toy_stop);
}
