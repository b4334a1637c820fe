/* SPDX-License-Identifier: BSD-3-Clause */
#include "detect_toy.h"

static struct gz_tx *tx;

static struct toy *
says(void)
{
	return gz_tx_state(tx);
}

static int
fresh(void **state)
{
	toy_fresh(state);
	tx = new_tx();
	return 0;
}

static int
clean(void **state)
{
	while ((tx = TAILQ_FIRST(&w.app.txs)) != NULL)
		end_tx(tx);
	w.flow.app = NULL;
	return toy_clean(state);
}

static void
a_field_is_searched_when_it_is_there(void **state)
{
	use_rules("alert toy any any -> any any (toy.name; content:\"evil\"; sid:1;)\n");
	says()->name[0] = GZ_SPAN("some evil name");
	judge_tx_dir(tx, GZ_C2S, 0, false);
	assert_int_equal(alerts(1), 0);
	judge_tx_dir(tx, GZ_C2S, 1, false);
	assert_int_equal(alerts(1), 1);
	assert_int_equal(w.tx_id[0], 0);
	assert_non_null(strstr(w.text[0], "\"toy\":{\"name\":\"some evil name\"}"));
	assert_non_null(strstr(w.text[0], "\"app_proto\":\"toy\""));
	judge_tx_dir(tx, GZ_C2S, 2, true);
	assert_int_equal(alerts(1), 1);
}

static void
each_transaction_is_judged_for_itself(void **state)
{
	use_rules("alert toy any any -> any any (toy.name; content:\"evil\"; sid:1;)\n");
	says()->name[0] = GZ_SPAN("evil");
	judge_tx_dir(tx, GZ_C2S, 1, true);
	tx = new_tx();
	says()->name[0] = GZ_SPAN("good");
	judge_tx_dir(tx, GZ_C2S, 1, true);
	tx = new_tx();
	says()->name[0] = GZ_SPAN("evil");
	judge_tx_dir(tx, GZ_C2S, 1, true);
	assert_int_equal(alerts(1), 2);
	assert_int_equal(w.tx_id[1], 2);
}

static void
directions_are_kept_apart(void **state)
{
	use_rules("alert toy any any -> any any (flow:to_client; toy.name; content:\"evil\"; sid:1;)\n"
		  "alert toy any any -> any any (toy.name; content:\"evil\"; sid:2;)\n");
	says()->name[0] = GZ_SPAN("evil");
	says()->name[1] = GZ_SPAN("evil");
	judge_tx_dir(tx, GZ_C2S, 1, true);
	assert_int_equal(alerts(1), 0);
	assert_int_equal(alerts(2), 1);
	judge_tx_dir(tx, GZ_S2C, 1, true);
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 2);
}

static void
what_changed_in_the_other_direction_is_judged_too(void **state)
{
	use_rules("alert toy any any -> any any (flow:to_client; toy.name; content:\"evil\"; sid:1;)\n");
	says()->name[1] = GZ_SPAN("evil");
	tx->progress[GZ_S2C] = 1;
	tx->changed[GZ_S2C] = true;
	judge_tx_dir(tx, GZ_C2S, 1, false);
	assert_int_equal(alerts(1), 1);
}

static void
a_rule_for_both_directions_is_asked_in_both_when_one_packet_changes_both(void **state)
{
	use_rules("alert toy any any -> any any (toy.name; content:\"evil\"; sid:1;)\n");
	says()->name[0] = GZ_SPAN("evil");
	says()->name[1] = GZ_SPAN("good");
	tx->progress[GZ_C2S] = 1;
	tx->changed[GZ_C2S] = true;
	judge_tx_dir(tx, GZ_S2C, 1, false);
	assert_int_equal(alerts(1), 1);
}

static void
all_buffers_must_match_whenever_they_come(void **state)
{
	use_rules("alert toy any any -> any any (toy.name; content:\"evil-name\"; fast_pattern; "
		  "toy.list; content:\"two\"; toy.body; content:\"bomb\"; sid:1;)\n");
	says()->name[0] = GZ_SPAN("evil-name");
	judge_tx_dir(tx, GZ_C2S, 1, false);
	says()->list[0] = GZ_SPAN("one");
	says()->nb_list = 1;
	judge_tx_dir(tx, GZ_C2S, 2, false);
	says()->list[1] = GZ_SPAN("two");
	says()->nb_list = 2;
	says()->body = (struct gz_value){ (const uint8_t *)"a bo", 4, 0, false };
	judge_tx_dir(tx, GZ_C2S, 3, false);
	assert_int_equal(alerts(1), 0);
	says()->body = (struct gz_value){ (const uint8_t *)"a bomb", 6, 0, false };
	judge_tx_dir(tx, GZ_C2S, 3, false);
	assert_int_equal(alerts(1), 1);
	judge_tx_dir(tx, GZ_C2S, 3, true);
	assert_int_equal(alerts(1), 1);
}

static void
one_buffer_that_fails_is_the_end_of_it(void **state)
{
	use_rules("alert toy any any -> any any (toy.name; content:\"evil-name\"; fast_pattern; "
		  "content:\"more\"; toy.body; content:\"bomb\"; sid:1;)\n");
	says()->name[0] = GZ_SPAN("evil-name");
	judge_tx_dir(tx, GZ_C2S, 1, false);
	assert_non_null(tx->detect[0]);
	assert_int_equal(tx->detect[0]->nb_waiting, 0);
}

static void
a_body_is_searched_as_it_grows(void **state)
{
	static const char body[] = "0123456789evil-0123456789-last";
	uint32_t len;

	use_rules("alert toy any any -> any any (toy.body; content:\"evil\"; sid:1;)\n"
		  "alert toy any any -> any any (toy.body; content:\"012345\"; startswith; sid:2;)\n"
		  "alert toy any any -> any any (toy.body; content:\"evil\"; offset:10; depth:4; sid:3;)\n"
		  "alert toy any any -> any any (toy.body; content:\"evil\"; offset:11; sid:4;)\n"
		  "alert toy any any -> any any (toy.body; content:\"last\"; endswith; sid:5;)\n"
		  "alert toy any any -> any any (toy.body; content:\"6789\"; endswith; sid:6;)\n");
	/* Only the last 8 bytes are still there. */
	for (len = 1; len < sizeof(body); len++) {
		uint32_t from = len > 8 ? len - 8 : 0;

		says()->body = (struct gz_value){ (const uint8_t *)body + from, len - from, from,
			len == sizeof(body) - 1 };
		judge_tx_dir(tx, GZ_C2S, 3, len == sizeof(body) - 1);
	}
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 1);
	assert_int_equal(alerts(3), 1);
	assert_int_equal(alerts(4), 0);
	assert_int_equal(alerts(5), 1);
	assert_int_equal(alerts(6), 0);
}

static void
a_rule_alerts_once_however_often_its_content_comes(void **state)
{
	use_rules("alert toy any any -> any any (toy.body; content:\"evil\"; sid:1;)\n"
		  "alert toy any any -> any any (toy.list; content:\"evil\"; sid:2;)\n");
	says()->body = (struct gz_value){ (const uint8_t *)"evil", 4, 0, false };
	says()->list[0] = GZ_SPAN("evil");
	says()->nb_list = 1;
	judge_tx_dir(tx, GZ_C2S, 3, false);
	says()->body = (struct gz_value){ (const uint8_t *)"evil evil", 9, 0, false };
	says()->list[1] = GZ_SPAN("evil");
	says()->nb_list = 2;
	judge_tx_dir(tx, GZ_C2S, 3, false);
	judge_tx_dir(tx, GZ_C2S, 3, true);
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 1);
}

static void
what_must_not_be_there_is_known_at_the_end(void **state)
{
	use_rules("alert toy any any -> any any (toy.body; content:\"evil\"; content:!\"sorry\"; sid:1;)\n"
		  "alert toy any any -> any any (toy.body; content:!\"please\"; sid:2;)\n");
	says()->body = (struct gz_value){ (const uint8_t *)"evil", 4, 0, false };
	judge_tx_dir(tx, GZ_C2S, 3, false);
	assert_int_equal(alerts(1) + alerts(2), 0);
	says()->body = (struct gz_value){ (const uint8_t *)"evil, sorry", 11, 0, true };
	judge_tx_dir(tx, GZ_C2S, 3, true);
	assert_int_equal(alerts(1), 0);
	assert_int_equal(alerts(2), 1);
}

static void
contents_with_one_place_are_looked_up(void **state)
{
	use_rules("alert toy any any -> any any (toy.name; content:\".evil.example\"; endswith; sid:1;)\n"
		  "alert toy any any -> any any (toy.name; content:\"EVIL.example\"; nocase; bsize:12; sid:2;)\n"
		  "alert toy any any -> any any (toy.name; content:\"a.ev\"; startswith; sid:3;)\n"
		  "alert toy any any -> any any (toy.name; content:\"le\"; endswith; sid:4;)\n"
		  "alert toy any any -> any any (toy.name; content:\"x\"; offset:3; depth:1; sid:5;)\n"
		  "alert toy any any -> any any (toy.name; content:\"vil.example\"; endswith; "
		  "content:\"a\"; startswith; sid:6;)\n");
	says()->name[0] = GZ_SPAN("a.evil.example");
	judge_tx_dir(tx, GZ_C2S, 1, true);
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 0);
	assert_int_equal(alerts(3), 1);
	assert_int_equal(alerts(4), 1);
	assert_int_equal(alerts(5), 0);
	assert_int_equal(alerts(6), 1);
	tx = new_tx();
	says()->name[0] = GZ_SPAN("evil.EXAMPLE");
	judge_tx_dir(tx, GZ_C2S, 1, true);
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 1);
	tx = new_tx();
	says()->name[0] = GZ_SPAN("abcx");
	judge_tx_dir(tx, GZ_C2S, 1, true);
	assert_int_equal(alerts(5), 1);
	assert_int_equal(alerts(3), 1);
	assert_int_equal(w.nb_alerts, 6);
}

static void
a_rule_without_contents_is_asked_when_all_is_there(void **state)
{
	use_rules("alert toy any any -> any any (toy.name; bsize:4; sid:1;)\n"
		  "alert toy any any -> any any (toy.name; content:!\"good\"; sid:2;)\n"
		  "alert toy any any -> any any (toy.name; bsize:>9; sid:3;)\n");
	judge_tx_dir(tx, GZ_C2S, 0, false);
	says()->name[0] = GZ_SPAN("evil");
	judge_tx_dir(tx, GZ_C2S, 1, false);
	judge_tx_dir(tx, GZ_C2S, 1, true);
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 1);
	assert_int_equal(alerts(3), 0);
}

static void
a_drop_about_a_transaction_stops_the_flow(void **state)
{
	struct gz_pkt *p;

	use_rules("drop toy any any -> any any (toy.name; content:\"evil\"; sid:1;)\n");
	says()->name[0] = GZ_SPAN("evil");
	p = judge_tx_dir(tx, GZ_C2S, 1, true);
	assert_int_equal(p->verdict, GZ_DROP);
	assert_true(w.flow.flags & GZ_FLOW_DROP);
}

static void
an_alert_tells_of_a_transaction_that_is_gone(void **state)
{
	struct gz_pkt *p = packet(GZ_C2S, gz_span(NULL, 0));

	use_rules("alert toy any any -> any any (toy.name; content:\"evil\"; sid:1;)\n");
	says()->name[0] = GZ_SPAN("evil");
	tx->progress[0] = 1;
	tx->changed[0] = true;
	gz_detect_flow(w.detect, p);
	gz_detect_tx(w.detect, p, GZ_C2S);
	end_tx(tx);
	gz_detect_finish(w.detect, p);
	assert_int_equal(alerts(1), 1);
	assert_int_equal(w.tx_id[0], 0);
	assert_non_null(strstr(w.text[0], "\"toy\":{\"name\":\"evil\"}"));
}

static void
new_rules_judge_a_transaction_that_goes_on(void **state)
{
	use_rules("alert toy any any -> any any (toy.name; content:\"good\"; sid:1;)\n");
	says()->name[0] = GZ_SPAN("evil");
	judge_tx_dir(tx, GZ_C2S, 1, false);
	use_rules("alert toy any any -> any any (toy.name; content:\"evil\"; sid:2;)\n");
	judge_tx_dir(tx, GZ_C2S, 1, false);
	assert_int_equal(alerts(2), 1);
}

static void
payload_and_fields_must_both_match(void **state)
{
	struct gz_pkt *p = packet(GZ_C2S, gz_span(NULL, 0));
	struct gz_chunk c = { .data = (const uint8_t *)"raw words", .len = 9 };

	use_rules("alert toy any any -> any any (content:\"raw\"; toy.name; content:\"evil\"; sid:1;)\n"
		  "alert toy any any -> any any (content:\"roh\"; toy.name; content:\"evil\"; sid:2;)\n");
	says()->name[0] = GZ_SPAN("evil");
	tx->progress[0] = 1;
	tx->changed[0] = true;
	gz_detect_flow(w.detect, p);
	gz_detect_chunk(w.detect, p, &c);
	gz_detect_tx(w.detect, p, GZ_C2S);
	gz_detect_finish(w.detect, p);
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 0);
}

static void
the_header_names_the_protocol_below(void **state)
{
	use_rules("alert udp any any -> any any (toy.name; content:\"evil\"; sid:1;)\n"
		  "alert tcp any any -> any any (toy.name; content:\"evil\"; sid:2;)\n");
	says()->name[GZ_C2S] = GZ_SPAN("evil");
	judge_tx_dir(tx, GZ_C2S, 1, false);
	assert_int_equal(alerts(1), 0);
	assert_int_equal(alerts(2), 1);
}

static void
many_matches_do_not_hide_one_that_drops(void **state)
{
	struct gz_tx *one;
	struct gz_pkt *p;

	use_rules("alert toy any any -> any any (toy.name; content:\"evil\"; sid:1;)\n"
		  "drop toy any any -> any any (toy.name; content:\"worse\"; sid:2;)\n");
	for (uint32_t i = 0; i < DETECT_MATCHES + 6; i++) {
		one = new_tx();
		one->progress[GZ_C2S] = 1;
		one->changed[GZ_C2S] = true;
		((struct toy *)gz_tx_state(one))->name[GZ_C2S] = GZ_SPAN("evil");
	}
	tx = new_tx();
	says()->name[GZ_C2S] = GZ_SPAN("worse");
	p = judge_tx_dir(tx, GZ_C2S, 1, false);
	assert_int_equal(p->verdict, GZ_DROP);
	assert_int_equal(alerts(2), 1);
	assert_true(w.blocked[0]);
}

#define ASKED(test) cmocka_unit_test_setup_teardown(test, fresh, clean)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ASKED(a_field_is_searched_when_it_is_there),
		ASKED(each_transaction_is_judged_for_itself),
		ASKED(directions_are_kept_apart),
		ASKED(what_changed_in_the_other_direction_is_judged_too),
		ASKED(a_rule_for_both_directions_is_asked_in_both_when_one_packet_changes_both),
		ASKED(all_buffers_must_match_whenever_they_come),
		ASKED(one_buffer_that_fails_is_the_end_of_it),
		ASKED(a_body_is_searched_as_it_grows),
		ASKED(a_rule_alerts_once_however_often_its_content_comes),
		ASKED(what_must_not_be_there_is_known_at_the_end),
		ASKED(contents_with_one_place_are_looked_up),
		ASKED(a_rule_without_contents_is_asked_when_all_is_there),
		ASKED(a_drop_about_a_transaction_stops_the_flow),
		ASKED(an_alert_tells_of_a_transaction_that_is_gone),
		ASKED(new_rules_judge_a_transaction_that_goes_on),
		ASKED(payload_and_fields_must_both_match),
		ASKED(the_header_names_the_protocol_below),
		ASKED(many_matches_do_not_hide_one_that_drops),
	};

	return cmocka_run_group_tests(tests, toy_start, toy_stop);
}
