/* SPDX-License-Identifier: BSD-3-Clause */

/* How connections come about. */

#include "tcp_test.h"

/** An established connection carries bytes both ways. */
static void
assert_talks(struct wire *w, uint32_t c, uint32_t s)
{
	SAY(w, GZ_C2S, TCP_ACK, c, s, "ping");
	assert_leaves(w, "ping");
	SAY(w, GZ_S2C, TCP_ACK, s, c + 4, "pong");
	assert_leaves(w, "pong");
	assert_stream(w, GZ_C2S, "ping");
	assert_stream(w, GZ_S2C, "pong");
}

static void
three_steps_establish_and_the_third_counts_as_established(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C);
	assert_state(w, "syn_sent");
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	assert_state(w, "syn_recv");
	assert_false(w->p.flags & GZ_PKT_ESTABLISHED);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	assert_true(w->p.flags & GZ_PKT_ESTABLISHED);
	assert_true(gz_tcp_is_established(w->flow));
	assert_int_equal(w->flow->state, GZ_FLOW_ESTABLISHED);
	assert_talks(w, C + 1, S + 1);
	assert_int_equal(w->starts[GZ_C2S], 1);
	wire_close(w);
}

static void
the_third_step_may_carry_data(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "GET");
	assert_state(w, "established");
	assert_stream(w, GZ_C2S, "GET");
	wire_close(w);
}

static void
a_repeated_syn_and_syn_ack_change_nothing(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	assert_int_equal(w->p.verdict, GZ_PASS);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	assert_int_equal(w->p.verdict, GZ_PASS);
	assert_event(w, GZ_TCP_EVENT_EST_SYNACK_RESEND);
	assert_talks(w, C + 1, S + 1);
	wire_close(w);
}

static void
of_several_syn_acks_the_one_that_is_acknowledged_counts(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S + 777777, C + 1);
	assert_event(w, GZ_TCP_EVENT_3WHS_SYNACK_RESEND_WITH_DIFF_SEQ);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	assert_state(w, "established");
	assert_talks(w, C + 1, S + 1);
	wire_close(w);
}

static void
syns_that_cross_establish(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_S2C, TCP_SYN, S);
	SAY(w, GZ_C2S, TCP_SYN | TCP_ACK, C, S + 1);
	assert_int_equal(w->p.verdict, GZ_PASS);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	assert_state(w, "established");
	assert_talks(w, C + 1, S + 1);
	wire_close(w);
}

static void
a_handshake_split_in_four_keeps_the_roles(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_S2C, TCP_ACK, S, C + 1);
	SAY(w, GZ_S2C, TCP_SYN, S);
	SAY(w, GZ_C2S, TCP_SYN | TCP_ACK, C, S + 1);
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 1);
	assert_state(w, "established");
	assert_talks(w, C + 1, S + 1);
	wire_close(w);
}

static void
a_syn_ack_for_a_syn_that_nobody_sent_is_refused(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S + 99, C + 50);
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	assert_event(w, GZ_TCP_EVENT_3WHS_SYNACK_WITH_WRONG_ACK);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	assert_talks(w, C + 1, S + 1);
	wire_close(w);
}

static void
data_before_the_handshake_ends_is_refused(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "early");
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 1, "inject");
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	assert_event(w, GZ_TCP_EVENT_3WHS_ACK_DATA_INJECT);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 77, "wrong");
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	assert_talks(w, C + 1, S + 1);
	wire_close(w);
}

static void
a_fast_open_answer_comes_before_the_third_step(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C, .text = "GET", .fast_open = true);
	assert_stream(w, GZ_C2S, "GET");
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 4);
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 4, "200");
	assert_leaves(w, "200");
	assert_stream(w, GZ_S2C, "200");
	assert_state(w, "syn_recv");
	SAY(w, GZ_C2S, TCP_ACK, C + 4, S + 4, "more");
	assert_state(w, "established");
	assert_stream(w, GZ_C2S, "GETmore");
	wire_close(w);
}

static void
fast_open_data_that_was_ignored_comes_again_as_it_was(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C, .text = "GET", .fast_open = true);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	assert_event(w, GZ_TCP_EVENT_3WHS_SYNACK_TFO_DATA_IGNORED);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "PUT x");
	assert_leaves(w, "GET x");
	assert_stream(w, GZ_C2S, "GET x");
	wire_close(w);
}

static void
of_too_many_syns_the_latest_are_remembered(void **state)
{
	struct wire *w = wire_new();
	const uint8_t *events;

	for (uint32_t i = 0; i < 11; i++) {
		SAY(w, GZ_C2S, TCP_SYN, C + i * 100000);
		assert_int_equal(gz_tcp_events(w->tcp, &events), 0);
	}
	for (uint32_t i = 11; i < 20; i++) {
		SAY(w, GZ_C2S, TCP_SYN, C + i * 100000);
		assert_int_equal(w->p.verdict, GZ_PASS);
		assert_event(w, GZ_TCP_EVENT_3WHS_SYN_FLOOD);
	}
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 800001);
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 900001);
	SAY(w, GZ_C2S, TCP_ACK, C + 900001, S + 1);
	assert_talks(w, C + 900001, S + 1);
	wire_close(w);
}

static void
once_one_is_answered_further_syns_are_refused(void **state)
{
	struct wire *w = wire_new();

	for (uint32_t i = 0; i < 11; i++)
		SAY(w, GZ_C2S, TCP_SYN, C + i * 100000);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	SAY(w, GZ_C2S, TCP_SYN, C + 1200000);
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	assert_event(w, GZ_TCP_EVENT_3WHS_SYN_FLOOD);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	assert_talks(w, C + 1, S + 1);
	wire_close(w);
}

static void
a_challenge_to_a_stale_connection_and_its_reset_pass(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_S2C, TCP_ACK, S + 1000, C + 777);
	assert_int_equal(w->p.verdict, GZ_PASS);
	SAY(w, GZ_C2S, TCP_RST, C + 777);
	assert_int_equal(w->p.verdict, GZ_PASS);
	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	assert_talks(w, C + 1, S + 1);
	wire_close(w);
}

static void
sequence_numbers_wrap_in_the_handshake(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, UINT32_MAX);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, UINT32_MAX - 1, 0);
	SAY(w, GZ_C2S, TCP_ACK, 0, UINT32_MAX);
	assert_state(w, "established");
	SAY(w, GZ_S2C, TCP_ACK, UINT32_MAX, 0, "hello");
	SAY(w, GZ_S2C, TCP_ACK, 4, 0, " there");
	assert_stream(w, GZ_S2C, "hello there");
	wire_close(w);
}

static void
a_new_connection_on_the_same_ports_begins_a_new_flow(void **state)
{
	struct wire *w = wire_new();
	uint64_t id;

	shake_hands(w);
	SAY(w, GZ_S2C, TCP_ACK | TCP_FIN, S + 1, C + 1);
	SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 1, S + 2);
	SAY(w, GZ_S2C, TCP_ACK, S + 2, C + 2);
	assert_state(w, "closed");
	id = w->flow->id;
	SAY(w, GZ_C2S, TCP_SYN, C + 900000);
	assert_int_not_equal(w->flow->id, id);
	assert_int_equal(w->flow_ends[GZ_FLOW_END_REUSED], 1);
	assert_state(w, "syn_sent");
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S + 900000, C + 900001);
	SAY(w, GZ_C2S, TCP_ACK, C + 900001, S + 900001);
	assert_talks(w, C + 900001, S + 900001);
	wire_close(w);
}

static void
a_syn_on_a_living_connection_is_believed_when_it_is_answered(void **state)
{
	struct wire *w = wire_new();
	uint64_t id;

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "old");
	id = w->flow->id;
	SAY(w, GZ_C2S, TCP_SYN, C + 900000);
	assert_int_equal(w->flow->id, id);
	assert_event(w, GZ_TCP_EVENT_EST_SYN_RESEND_DIFF_SEQ);
	SAY(w, GZ_C2S, TCP_ACK, C + 4, S + 1, " still");
	assert_stream(w, GZ_C2S, "old still");
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S + 900000, C + 900001);
	assert_int_not_equal(w->flow->id, id);
	assert_int_equal(w->flow_ends[GZ_FLOW_END_REUSED], 1);
	SAY(w, GZ_C2S, TCP_ACK, C + 900001, S + 900001);
	assert_talks(w, C + 900001, S + 900001);
	wire_close(w);
}

static void
a_refused_connection_that_is_tried_again_is_a_new_flow(void **state)
{
	struct wire *w = wire_new();
	uint64_t id;

	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_S2C, TCP_RST | TCP_ACK, 0, C + 1);
	assert_state(w, "closed");
	id = w->flow->id;
	SAY(w, GZ_C2S, TCP_SYN, C + 5000);
	assert_int_not_equal(w->flow->id, id);
	assert_state(w, "syn_sent");
	wire_close(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_steps_establish_and_the_third_counts_as_established),
		cmocka_unit_test(the_third_step_may_carry_data),
		cmocka_unit_test(a_repeated_syn_and_syn_ack_change_nothing),
		cmocka_unit_test(of_several_syn_acks_the_one_that_is_acknowledged_counts),
		cmocka_unit_test(syns_that_cross_establish),
		cmocka_unit_test(a_handshake_split_in_four_keeps_the_roles),
		cmocka_unit_test(a_syn_ack_for_a_syn_that_nobody_sent_is_refused),
		cmocka_unit_test(data_before_the_handshake_ends_is_refused),
		cmocka_unit_test(a_fast_open_answer_comes_before_the_third_step),
		cmocka_unit_test(fast_open_data_that_was_ignored_comes_again_as_it_was),
		cmocka_unit_test(of_too_many_syns_the_latest_are_remembered),
		cmocka_unit_test(once_one_is_answered_further_syns_are_refused),
		cmocka_unit_test(a_challenge_to_a_stale_connection_and_its_reset_pass),
		cmocka_unit_test(sequence_numbers_wrap_in_the_handshake),
		cmocka_unit_test(a_new_connection_on_the_same_ports_begins_a_new_flow),
		cmocka_unit_test(a_syn_on_a_living_connection_is_believed_when_it_is_answered),
		cmocka_unit_test(a_refused_connection_that_is_tried_again_is_a_new_flow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
