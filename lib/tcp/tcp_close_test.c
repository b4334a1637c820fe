/* SPDX-License-Identifier: BSD-3-Clause */

/* How connections end: FINs, resets, and what comes after. */

#include "tcp_test.h"

static void
a_client_that_closes_first_passes_through_close_wait(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 1, S + 1, "bye");
	assert_state(w, "close_wait");
	assert_int_equal(w->flow->state, GZ_FLOW_ESTABLISHED);
	assert_stream(w, GZ_C2S, "bye");
	assert_int_equal(w->ends[GZ_C2S], 1);
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 5, "still here");
	assert_stream(w, GZ_S2C, "still here");
	SAY(w, GZ_S2C, TCP_ACK | TCP_FIN, S + 11, C + 5);
	assert_state(w, "last_ack");
	assert_int_equal(w->flow->state, GZ_FLOW_CLOSED);
	SAY(w, GZ_C2S, TCP_ACK, C + 5, S + 12);
	assert_state(w, "closed");
	wire_close(w);
}

static void
a_server_that_closes_first_passes_through_fin_wait_and_time_wait(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_S2C, TCP_ACK | TCP_FIN, S + 1, C + 1);
	assert_state(w, "fin_wait1");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 2);
	assert_state(w, "fin_wait2");
	SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 1, S + 2);
	assert_state(w, "time_wait");
	SAY(w, GZ_S2C, TCP_ACK, S + 2, C + 2);
	assert_state(w, "closed");
	wire_close(w);
}

static void
fins_that_cross_pass_through_closing(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_S2C, TCP_ACK | TCP_FIN, S + 1, C + 1);
	SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 1, S + 1);
	assert_state(w, "closing");
	SAY(w, GZ_C2S, TCP_ACK, C + 2, S + 2);
	assert_state(w, "time_wait");
	wire_close(w);
}

static void
a_fin_beyond_a_gap_waits_for_it(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 5, S + 1, "end");
	assert_state(w, "established");
	assert_int_equal(w->ends[GZ_C2S], 0);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "the ");
	assert_state(w, "close_wait");
	assert_stream(w, GZ_C2S, "the end");
	assert_int_equal(w->ends[GZ_C2S], 1);
	wire_close(w);
}

static void
data_after_a_fin_is_refused(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 1, S + 1, "bye");
	SAY(w, GZ_C2S, TCP_ACK, C + 4, S + 1, "more");
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	SAY(w, GZ_C2S, TCP_ACK, C + 5, S + 1, "more");
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 1, S + 1, "bye");
	assert_leaves(w, "bye");
	assert_stream(w, GZ_C2S, "bye");
	wire_close(w);
}

static void
a_fin_where_data_was_is_refused(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "hello");
	SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 3, S + 1);
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	assert_state(w, "established");
	SAY(w, GZ_C2S, TCP_ACK, C + 6, S + 1, " there");
	assert_stream(w, GZ_C2S, "hello there");
	wire_close(w);
}

static void
a_fin_beyond_the_window_is_refused(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 2 + WIN, S + 1);
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	assert_event(w, GZ_TCP_EVENT_FIN_OUT_OF_WINDOW);
	assert_state(w, "established");
	wire_close(w);
}

static void
a_reset_at_the_next_byte_closes(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "ask");
	SAY(w, GZ_S2C, TCP_RST, S + 1);
	assert_int_equal(w->p.verdict, GZ_PASS);
	assert_state(w, "closed");
	assert_int_equal(w->flow->state, GZ_FLOW_CLOSED);
	wire_close(w);
}

static void
a_reset_elsewhere_moves_nothing_and_passes_when_observed(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_RST, C + 20);
	assert_int_equal(w->p.verdict, GZ_PASS);
	assert_event(w, GZ_TCP_EVENT_RST_INVALID_ACK);
	assert_state(w, "established");
	wire_close(w);
}

static void
a_reset_elsewhere_is_dropped_when_that_is_enforced(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "tcp.reset=enforce");
	wire_start(w);
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_RST, C + 20);
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	wire_close(w);
}

static void
data_after_a_reset_is_judged_as_before(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "at");
	SAY(w, GZ_C2S, TCP_RST, C + 3);
	assert_state(w, "closed");
	SAY(w, GZ_C2S, TCP_ACK, C + 3, S + 1, "tack");
	assert_event(w, GZ_TCP_EVENT_SUSPECTED_RST_INJECT);
	assert_state(w, "established");
	assert_stream(w, GZ_C2S, "attack");
	wire_close(w);
}

static void
a_reset_leaves_of_the_streams_what_is_under_way(void **state)
{
	static uint8_t bulk[1400];
	struct wire *w = wire_open();
	uint32_t seq = S + 1;

	wire_set(w, "stream.window=0");
	wire_start(w);
	shake_hands(w);
	for (uint32_t i = 0; i < 12; i++) {
		memset(bulk, 'a' + (int)i, sizeof(bulk));
		SAY(w, GZ_S2C, TCP_ACK, seq, C + 1, .text = (char *)bulk, .len = sizeof(bulk));
		seq += sizeof(bulk);
		if (i >= 3)
			SAY(w, GZ_C2S, TCP_ACK, C + 1, seq - 3 * sizeof(bulk));
	}
	assert_true(wire_used(w, tcp_streams) > 6 * sizeof(bulk));
	SAY(w, GZ_C2S, TCP_ACK | TCP_RST, C + 1, seq - 3 * sizeof(bulk));
	assert_true(wire_used(w, tcp_streams) <= 4 * sizeof(bulk));

	/* should the reset be lost, what is repeated is still what was judged */
	for (uint32_t i = 9; i < 12; i++) {
		memset(bulk, 'z', sizeof(bulk));
		SAY(w, GZ_S2C, TCP_ACK, seq + (i - 12) * (uint32_t)sizeof(bulk), C + 1,
				.text = (char *)bulk, .len = sizeof(bulk));
		assert_event(w, GZ_TCP_EVENT_REASSEMBLY_OVERLAP_DIFFERENT_DATA);
		memset(bulk, 'a' + (int)i, sizeof(bulk));
		assert_memory_equal(gz_pkt_payload(&w->p), bulk, sizeof(bulk));
	}
	wire_close(w);
}

static void
the_bytes_of_a_reset_are_no_part_of_the_stream(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_RST, C + 1, 0, "reason");
	assert_state(w, "closed");
	assert_stream(w, GZ_C2S, "");
	wire_close(w);
}

static void
a_fin_answered_by_a_reset_is_over_and_more_is_refused(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_S2C, TCP_ACK | TCP_FIN, S + 1, C + 1, "bye");
	assert_false(gz_tcp_is_over(w->flow));
	SAY(w, GZ_C2S, TCP_RST | TCP_ACK, C + 1, S + 5);
	assert_true(gz_tcp_is_over(w->flow));
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 5);
	assert_int_equal(w->p.verdict, GZ_PASS);
	assert_true(gz_tcp_is_over(w->flow));
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 5, "attack");
	assert_int_equal(w->p.why, GZ_WHY_TCP_CLOSED);
	SAY(w, GZ_S2C, TCP_ACK, S + 4, C + 1, " again");
	assert_int_equal(w->p.why, GZ_WHY_TCP_CLOSED);
	/* what is only late, or repeated because its acknowledgement is, is no attempt at anything */
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 1, "bye");
	assert_int_equal(w->p.verdict, GZ_PASS);
	SAY(w, GZ_S2C, TCP_ACK | TCP_FIN, S + 1, C + 1, "bye");
	assert_int_equal(w->p.verdict, GZ_PASS);
	assert_true(gz_tcp_is_over(w->flow));
	assert_stream(w, GZ_C2S, "");
	assert_stream(w, GZ_S2C, "bye");
	wire_close(w);
}

static void
one_reset_is_not_over_nor_is_one_with_data_under_way(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_RST, C + 1);
	assert_false(gz_tcp_is_over(w->flow));
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 1, "on my way");
	SAY(w, GZ_S2C, TCP_RST, S + 10);
	assert_false(gz_tcp_is_over(w->flow));
	SAY(w, GZ_S2C, TCP_ACK, S + 10, C + 1, " to you");
	assert_stream(w, GZ_S2C, "on my way to you");
	wire_close(w);
}

static void
a_connection_that_both_ends_reset_keeps_no_bytes(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "ask");
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 4, "answer");
	SAY(w, GZ_C2S, TCP_ACK, C + 4, S + 7);
	assert_int_not_equal(wire_used(w, tcp_streams), 0);
	SAY(w, GZ_S2C, TCP_RST | TCP_ACK, S + 7, C + 4);
	assert_false(gz_tcp_is_over(w->flow));
	SAY(w, GZ_C2S, TCP_RST, C + 4);
	assert_true(gz_tcp_is_over(w->flow));
	assert_int_equal(wire_used(w, tcp_streams), 0);
	wire_close(w);
}

static void
a_closed_connection_is_forgotten_in_time_and_an_idle_one_later(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_S2C, TCP_RST, S + 1);
	gz_wheel_turn(w->wheel, noon / 1000 + 61 * 1000, UINT32_MAX);
	assert_int_equal(gz_flow_table_count(w->flows), 0);
	w->now_us = noon + UINT64_C(70) * SECOND;
	shake_hands(w);
	gz_wheel_turn(w->wheel, w->now_us / 1000 + 590 * 1000, UINT32_MAX);
	assert_int_equal(gz_flow_table_count(w->flows), 1);
	gz_wheel_turn(w->wheel, w->now_us / 1000 + 601 * 1000, UINT32_MAX);
	assert_int_equal(gz_flow_table_count(w->flows), 0);
	wire_close(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_that_closes_first_passes_through_close_wait),
		cmocka_unit_test(a_server_that_closes_first_passes_through_fin_wait_and_time_wait),
		cmocka_unit_test(fins_that_cross_pass_through_closing),
		cmocka_unit_test(a_fin_beyond_a_gap_waits_for_it),
		cmocka_unit_test(data_after_a_fin_is_refused),
		cmocka_unit_test(a_fin_where_data_was_is_refused),
		cmocka_unit_test(a_fin_beyond_the_window_is_refused),
		cmocka_unit_test(a_reset_at_the_next_byte_closes),
		cmocka_unit_test(a_reset_elsewhere_moves_nothing_and_passes_when_observed),
		cmocka_unit_test(a_reset_elsewhere_is_dropped_when_that_is_enforced),
		cmocka_unit_test(data_after_a_reset_is_judged_as_before),
		cmocka_unit_test(a_reset_leaves_of_the_streams_what_is_under_way),
		cmocka_unit_test(the_bytes_of_a_reset_are_no_part_of_the_stream),
		cmocka_unit_test(a_fin_answered_by_a_reset_is_over_and_more_is_refused),
		cmocka_unit_test(one_reset_is_not_over_nor_is_one_with_data_under_way),
		cmocka_unit_test(a_connection_that_both_ends_reset_keeps_no_bytes),
		cmocka_unit_test(a_closed_connection_is_forgotten_in_time_and_an_idle_one_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
