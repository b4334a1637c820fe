/* SPDX-License-Identifier: BSD-3-Clause */

/* Connections that go on after they were forgotten. */

#include "tcp_test.h"

/** Until the flow is forgotten. */
static void
stay_quiet(struct wire *w, uint32_t seconds)
{
	w->now_us += (uint64_t)seconds * SECOND;
	/* a timer that fires early is armed again */
	for (uint32_t ms = 0; ms < 1000; ms += 500)
		gz_wheel_turn(w->wheel, w->now_us / 1000 + ms, UINT32_MAX);
	assert_int_equal(gz_flow_table_count(w->flows), 0);
	w->flow = NULL;
}

static void
close_properly(struct wire *w)
{
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 1, S + 1);
	SAY(w, GZ_S2C, TCP_ACK | TCP_FIN, S + 1, C + 2);
	SAY(w, GZ_C2S, TCP_ACK, C + 2, S + 2);
	stay_quiet(w, 62);
}

static uint64_t
counted(uint32_t row)
{
	return gz_stat_self[tcp_stats.base + row];
}

static void
what_goes_on_after_a_reset_and_silence_is_refused(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "at");
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 3);
	SAY(w, GZ_C2S, TCP_RST, C + 3);
	stay_quiet(w, 62);
	SAY(w, GZ_C2S, TCP_ACK, C + 3, S + 1, "tack");
	assert_int_equal(w->p.verdict, GZ_DROP);
	assert_int_equal(w->p.why, GZ_WHY_TCP_CLOSED);
	SAY(w, GZ_C2S, TCP_ACK, C + 3, S + 1);
	assert_int_equal(w->p.verdict, GZ_PASS);
	SAY(w, GZ_C2S, TCP_ACK, C + 3, S + 1, "tack");
	assert_int_equal(w->p.verdict, GZ_DROP);
	wire_close(w);
}

static void
who_did_not_reset_is_followed_anew_and_the_other_end_still_refused(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_RST, C + 1);
	stay_quiet(w, 62);
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 1, "are you there");
	assert_int_equal(w->p.verdict, GZ_PASS);
	assert_stream(w, GZ_S2C, "are you there");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "attack");
	assert_int_equal(w->p.verdict, GZ_DROP);
	SAY(w, GZ_C2S, TCP_RST, C + 1);
	assert_int_equal(w->p.verdict, GZ_PASS);
	wire_close(w);
}

static void
what_goes_on_after_long_silence_is_followed_anew_the_right_way_round(void **state)
{
	struct wire *w = wire_new();
	uint64_t resumed = counted(TCP_STAT_RESUMED);

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "question");
	stay_quiet(w, 602);
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 9, "answer");
	assert_int_equal(w->p.verdict, GZ_PASS);
	assert_state(w, "established");
	assert_stream(w, GZ_S2C, "answer");
	assert_int_equal(w->flow->port[GZ_S2C], 80);
	SAY(w, GZ_C2S, TCP_ACK, C + 9, S + 7, "attack");
	assert_stream(w, GZ_C2S, "attack");
	assert_int_equal(counted(TCP_STAT_RESUMED), resumed + 1);
	wire_close(w);
}

static void
what_is_followed_anew_is_judged(void **state)
{
	struct wire *w = wire_new();

	w->bad = "attack";
	shake_hands(w);
	stay_quiet(w, 602);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "attack");
	assert_int_equal(w->p.verdict, GZ_DROP);
	assert_int_equal(w->p.why, GZ_WHY_RULE);
	stay_quiet(w, 602);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "attack");
	assert_int_equal(w->p.why, GZ_WHY_TCP_CLOSED);
	wire_close(w);
}

static void
a_gap_that_is_filled_after_long_silence_is_refused(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 3, S + 1, "tack");
	stay_quiet(w, 602);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "at");
	assert_int_equal(w->p.why, GZ_WHY_TCP_CLOSED);
	wire_close(w);
}

static void
data_before_an_end_that_was_not_acknowledged_may_come_again(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_S2C, TCP_ACK | TCP_FIN, S + 1, C + 1);
	SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 1, S + 2, "last");
	stay_quiet(w, 62);
	SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 1, S + 2, "last");
	assert_int_equal(w->p.verdict, GZ_PASS);
	assert_stream(w, GZ_C2S, "last");
	SAY(w, GZ_C2S, TCP_ACK, C + 5, S + 2, "more");
	assert_int_equal(w->p.verdict, GZ_DROP);
	wire_close(w);
}

static void
what_is_over_is_not_remembered(void **state)
{
	struct wire *w = wire_new();

	close_properly(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 2, S + 2, "stray");
	assert_int_equal(w->p.verdict, GZ_PASS);
	assert_int_equal(w->p.why, GZ_WHY_TCP_MIDSTREAM);
	wire_close(w);
}

static void
an_end_that_came_properly_later_is_what_counts(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_RST, C + 1);
	stay_quiet(w, 62);
	close_properly(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 2, S + 2, "stray");
	assert_int_equal(w->p.why, GZ_WHY_TCP_MIDSTREAM);
	wire_close(w);
}

static void
the_owner_may_refuse_what_was_forgotten(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "exception.tcp-forgotten=drop");
	wire_start(w);
	shake_hands(w);
	stay_quiet(w, 602);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "hello");
	assert_int_equal(w->p.verdict, GZ_DROP);
	assert_int_equal(w->p.why, GZ_WHY_TCP_FORGOTTEN);
	wire_close(w);
}

static void
who_only_detects_refuses_nothing(void **state)
{
	struct wire *w = wire_new();

	w->detect_only = true;
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_RST, C + 1);
	stay_quiet(w, 62);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "attack");
	assert_int_equal(w->p.verdict, GZ_PASS);
	assert_stream(w, GZ_C2S, "attack");
	wire_close(w);
}

static void
where_there_is_no_room_the_oldest_is_forgotten_for_good_and_counted(void **state)
{
	struct wire *w = wire_open();
	uint64_t lost = counted(TCP_STAT_UNREMEMBERED);

	wire_set(w, "tcp.remember=8");
	wire_start(w);
	for (uint16_t port = 40000; port < 40100; port++) {
		w->client_port = port;
		shake_hands(w);
	}
	stay_quiet(w, 602);
	assert_int_equal(counted(TCP_STAT_UNREMEMBERED), lost + 100 - 8);
	w->client_port = 40000;
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "hello");
	assert_int_equal(w->p.why, GZ_WHY_TCP_MIDSTREAM);
	w->client_port = 40099;
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "hello");
	assert_state(w, "established");
	wire_close(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_on_after_a_reset_and_silence_is_refused),
		cmocka_unit_test(
				who_did_not_reset_is_followed_anew_and_the_other_end_still_refused),
		cmocka_unit_test(
				what_goes_on_after_long_silence_is_followed_anew_the_right_way_round),
		cmocka_unit_test(what_is_followed_anew_is_judged),
		cmocka_unit_test(a_gap_that_is_filled_after_long_silence_is_refused),
		cmocka_unit_test(data_before_an_end_that_was_not_acknowledged_may_come_again),
		cmocka_unit_test(what_is_over_is_not_remembered),
		cmocka_unit_test(an_end_that_came_properly_later_is_what_counts),
		cmocka_unit_test(the_owner_may_refuse_what_was_forgotten),
		cmocka_unit_test(who_only_detects_refuses_nothing),
		cmocka_unit_test(
				where_there_is_no_room_the_oldest_is_forgotten_for_good_and_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
