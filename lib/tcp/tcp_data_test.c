/* SPDX-License-Identifier: BSD-3-Clause */

/* Order, gaps, one version of each byte. */

#include "tcp_test.h"

static void
bytes_are_handed_on_in_order_with_what_was_before(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "one ");
	assert_int_equal(w->before, 0);
	SAY(w, GZ_C2S, TCP_ACK, C + 5, S + 1, "two ");
	assert_int_equal(w->before, 4);
	SAY(w, GZ_C2S, TCP_ACK, C + 9, S + 1, "three");
	assert_stream(w, GZ_C2S, "one two three");
	assert_true(w->p.flags & GZ_PKT_STREAM);
	assert_int_equal(gz_tcp_bytes(w->flow, GZ_C2S), 13);
	wire_close(w);
}

/* What looks into packets has to look itself where the stream's search saw less, or nothing new. */
static void
a_packet_is_marked_as_searched_only_if_all_of_it_came_next(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "stream.depth=30");
	wire_start(w);
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 6, S + 1, "beyond");
	assert_false(w->p.flags & GZ_PKT_STREAM);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "first");
	assert_true(w->p.flags & GZ_PKT_STREAM);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "first");
	assert_false(w->p.flags & GZ_PKT_STREAM);
	SAY(w, GZ_C2S, TCP_ACK, C + 6, S + 1, "beyond and more");
	assert_false(w->p.flags & GZ_PKT_STREAM);
	SAY(w, GZ_C2S, TCP_ACK, C + 21, S + 1, "over the depth");
	assert_false(w->p.flags & GZ_PKT_STREAM);
	assert_stream(w, GZ_C2S, "firstbeyond and moreover the d");
	wire_close(w);
}

static void
a_window_is_kept_after_all_was_acknowledged(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "stream.window=6");
	wire_start(w);
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "0123456789");
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 11);
	SAY(w, GZ_C2S, TCP_ACK, C + 11, S + 1, "x");
	assert_int_equal(w->before, 6);
	wire_close(w);
}

static void
nothing_is_kept_when_nobody_looks_back_and_all_is_acknowledged(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "stream.window=0");
	wire_start(w);
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "0123456789");
	assert_true(wire_used(w, tcp_streams) > 0);
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 11);
	assert_int_equal(wire_used(w, tcp_streams), 0);
	wire_close(w);
}

static void
a_segment_beyond_a_gap_goes_on_and_is_judged_by_what_fills_it(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 5, S + 1, "tack");
	assert_leaves(w, "tack");
	assert_stream(w, GZ_C2S, "");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "  at");
	assert_stream(w, GZ_C2S, "  attack");
	wire_close(w);
}

static void
what_fills_a_gap_is_dropped_with_what_it_sets_free(void **state)
{
	struct wire *w = wire_new();

	w->bad = "attack";
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 5, S + 1, "tack");
	assert_int_equal(w->p.verdict, GZ_PASS);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "  at");
	assert_int_equal(w->refused, GZ_DROP);
	assert_int_equal(w->p.why, GZ_WHY_RULE);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "  at");
	assert_int_equal(w->p.why, GZ_WHY_TCP_CLOSED);
	SAY(w, GZ_C2S, TCP_ACK, C + 9, S + 1, "more");
	assert_int_equal(w->p.why, GZ_WHY_TCP_CLOSED);
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 1, "answer");
	assert_int_equal(w->p.why, GZ_WHY_TCP_CLOSED);
	wire_close(w);
}

static void
a_cut_connection_may_still_end(void **state)
{
	struct wire *w = wire_new();
	uint32_t seq, ack;

	w->bad = "attack";
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "hello ");
	SAY(w, GZ_C2S, TCP_ACK, C + 7, S + 1, "attack");
	assert_true(gz_tcp_next(w->flow, GZ_C2S, &seq, &ack));
	assert_int_equal(seq, C + 7);
	assert_int_equal(ack, S + 1);
	SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 13, S + 1);
	assert_int_equal(w->p.verdict, GZ_PASS);
	SAY(w, GZ_S2C, TCP_ACK | TCP_FIN, S + 1, C + 7);
	assert_int_equal(w->p.verdict, GZ_PASS);
	SAY(w, GZ_S2C, TCP_RST, S + 2);
	assert_int_equal(w->p.verdict, GZ_PASS);
	wire_close(w);
}

static void
what_is_only_observed_is_never_dropped(void **state)
{
	struct wire *w = wire_new();

	w->bad = "attack";
	w->detect_only = true;
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "attack");
	assert_leaves(w, "attack");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "ATTACK");
	assert_leaves(w, "ATTACK");
	assert_event(w, GZ_TCP_EVENT_REASSEMBLY_OVERLAP_DIFFERENT_DATA);
	SAY(w, GZ_C2S, TCP_ACK, C + 7, S + 1, " on");
	assert_stream(w, GZ_C2S, "attack on");
	wire_close(w);
}

static void
a_retransmission_with_other_bytes_leaves_as_the_first_copy(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "harmless");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "attack!!!");
	assert_event(w, GZ_TCP_EVENT_REASSEMBLY_OVERLAP_DIFFERENT_DATA);
	assert_leaves(w, "harmless!");
	assert_true(w->p.flags & GZ_PKT_CHANGED);
	assert_stream(w, GZ_C2S, "harmless!");
	wire_close(w);
}

static void
a_retransmission_with_the_same_bytes_leaves_untouched(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "harmless");
	SAY(w, GZ_C2S, TCP_ACK, C + 3, S + 1, "rmless");
	assert_leaves(w, "rmless");
	assert_false(w->p.flags & GZ_PKT_CHANGED);
	assert_event(w, GZ_TCP_EVENT_PKT_RETRANSMISSION);
	assert_stream(w, GZ_C2S, "harmless");
	wire_close(w);
}

static void
other_bytes_beyond_a_gap_leave_as_the_first_copy_too(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 5, S + 1, "later");
	SAY(w, GZ_C2S, TCP_ACK, C + 3, S + 1, "xxATTACKxx");
	assert_leaves(w, "xxlaterKxx");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "..yyyy");
	assert_leaves(w, "..xxla");
	assert_stream(w, GZ_C2S, "..xxlaterKxx");
	wire_close(w);
}

static void
a_setting_drops_instead_of_rewriting(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "tcp.overlap=drop");
	wire_start(w);
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "harmless");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "attack!!!");
	assert_int_equal(w->p.why, GZ_WHY_TCP_REWRITE);
	assert_stream(w, GZ_C2S, "harmless");
	wire_close(w);
}

static void
what_was_acknowledged_need_not_come_again_the_same(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "harmless");
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 9);
	/* a keep-alive carries the last byte again, as anything */
	SAY(w, GZ_C2S, TCP_ACK, C + 8, S + 1, .text = "\0", .len = 1);
	assert_int_equal(w->p.verdict, GZ_PASS);
	assert_false(w->p.flags & GZ_PKT_CHANGED);
	assert_event(w, GZ_TCP_EVENT_PKT_SPURIOUS_RETRANSMISSION);
	assert_stream(w, GZ_C2S, "harmless");
	wire_close(w);
}

static void
sequence_numbers_wrap_in_the_stream(void **state)
{
	struct wire *w = wire_new();
	uint32_t c = UINT32_MAX - 3;

	SAY(w, GZ_C2S, TCP_SYN, c);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, c + 1);
	SAY(w, GZ_C2S, TCP_ACK, c + 1, S + 1);
	SAY(w, GZ_C2S, TCP_ACK, c + 5, S + 1, "efgh");
	SAY(w, GZ_C2S, TCP_ACK, c + 1, S + 1, "abcd");
	SAY(w, GZ_C2S, TCP_ACK, c + 3, S + 1, "cdEF");
	assert_leaves(w, "cdef");
	assert_stream(w, GZ_C2S, "abcdefgh");
	wire_close(w);
}

static void
what_the_receiver_acknowledges_and_we_missed_is_a_gap(void **state)
{
	struct wire *w = wire_new();

	w->detect_only = true;
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "ab");
	SAY(w, GZ_C2S, TCP_ACK, C + 6, S + 1, "fg");
	assert_stream(w, GZ_C2S, "ab");
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 8);
	assert_event(w, GZ_TCP_EVENT_REASSEMBLY_SEQ_GAP);
	assert_stream(w, GZ_C2S, "ab???fg");
	assert_int_equal(w->gaps[GZ_C2S], 1);
	SAY(w, GZ_C2S, TCP_ACK, C + 8, S + 1, "hi");
	assert_stream(w, GZ_C2S, "ab???fghi");
	wire_close(w);
}

static void
what_lies_beyond_a_gap_is_judged_at_the_end_of_a_capture(void **state)
{
	struct wire *w = wire_new();

	w->detect_only = true;
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 3, S + 1, "cd");
	wire_end(w);
	assert_stream(w, GZ_C2S, "??cd");
	assert_int_equal(w->ends[GZ_C2S], 1);
	wire_close(w);
}

static void
both_directions_end_with_the_flow(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "ask");
	wire_end(w);
	assert_int_equal(w->ends[GZ_C2S], 1);
	assert_int_equal(w->ends[GZ_S2C], 1);
	wire_close(w);
}

static void
a_stopped_stream_is_followed_but_not_kept(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	w->stop = true;
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "hello");
	SAY(w, GZ_C2S, TCP_ACK, C + 6, S + 1, "secret");
	SAY(w, GZ_C2S, TCP_ACK, C + 20, S + 1, "beyond");
	assert_stream(w, GZ_C2S, "hello");
	assert_int_equal(wire_used(w, tcp_streams), 0);
	assert_int_equal(gz_tcp_bytes(w->flow, GZ_C2S), 25);
	SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 26, S + 1);
	assert_state(w, "close_wait");
	wire_close(w);
}

static void
a_depth_ends_inspection_and_not_the_connection(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "stream.depth=8");
	wire_start(w);
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "0123");
	SAY(w, GZ_C2S, TCP_ACK, C + 5, S + 1, "456789");
	assert_event(w, GZ_TCP_EVENT_REASSEMBLY_DEPTH_REACHED);
	SAY(w, GZ_C2S, TCP_ACK, C + 11, S + 1, "more");
	assert_leaves(w, "more");
	assert_stream(w, GZ_C2S, "01234567");
	assert_int_equal(gz_tcp_bytes(w->flow, GZ_C2S), 14);
	wire_close(w);
}

static void
a_flow_that_is_turned_in_a_chunk_keeps_its_streams_apart(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "ask");
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 4, "tell");
	gz_flow_swap(w->flow);
	assert_int_equal(gz_tcp_bytes(w->flow, GZ_S2C), 3);
	assert_int_equal(gz_tcp_bytes(w->flow, GZ_C2S), 4);
	memcpy(w->stream[GZ_C2S], "tell", w->len[GZ_C2S] = 4);
	memcpy(w->stream[GZ_S2C], "ask", w->len[GZ_S2C] = 3);
	SAY(w, GZ_C2S, TCP_ACK, C + 4, S + 5, " more");
	assert_int_equal(w->p.dir, GZ_S2C);
	assert_stream(w, GZ_S2C, "ask more");
	wire_close(w);
}

static void
many_segments_pass_through_few_bytes_of_memory(void **state)
{
	static uint8_t bulk[1400];
	struct wire *w = wire_new();
	uint32_t seq = C + 1;

	shake_hands(w);
	memset(bulk, 'x', sizeof(bulk));
	for (uint32_t i = 0; i < 500; i++) {
		SAY(w, GZ_C2S, TCP_ACK, seq, S + 1, .text = (char *)bulk, .len = sizeof(bulk));
		seq += sizeof(bulk);
		if (i % 8 == 7)
			SAY(w, GZ_S2C, TCP_ACK, S + 1, seq);
		assert_true(wire_used(w, tcp_streams) < 100 * 1024);
	}
	assert_int_equal(w->len[GZ_C2S], 500 * sizeof(bulk));
	SAY(w, GZ_S2C, TCP_ACK, S + 1, seq);
	assert_true(wire_used(w, tcp_streams) <= 16 * 1024);
	wire_close(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_handed_on_in_order_with_what_was_before),
		cmocka_unit_test(a_packet_is_marked_as_searched_only_if_all_of_it_came_next),
		cmocka_unit_test(a_window_is_kept_after_all_was_acknowledged),
		cmocka_unit_test(nothing_is_kept_when_nobody_looks_back_and_all_is_acknowledged),
		cmocka_unit_test(a_segment_beyond_a_gap_goes_on_and_is_judged_by_what_fills_it),
		cmocka_unit_test(what_fills_a_gap_is_dropped_with_what_it_sets_free),
		cmocka_unit_test(a_cut_connection_may_still_end),
		cmocka_unit_test(what_is_only_observed_is_never_dropped),
		cmocka_unit_test(a_retransmission_with_other_bytes_leaves_as_the_first_copy),
		cmocka_unit_test(a_retransmission_with_the_same_bytes_leaves_untouched),
		cmocka_unit_test(other_bytes_beyond_a_gap_leave_as_the_first_copy_too),
		cmocka_unit_test(a_setting_drops_instead_of_rewriting),
		cmocka_unit_test(what_was_acknowledged_need_not_come_again_the_same),
		cmocka_unit_test(sequence_numbers_wrap_in_the_stream),
		cmocka_unit_test(what_the_receiver_acknowledges_and_we_missed_is_a_gap),
		cmocka_unit_test(what_lies_beyond_a_gap_is_judged_at_the_end_of_a_capture),
		cmocka_unit_test(both_directions_end_with_the_flow),
		cmocka_unit_test(a_stopped_stream_is_followed_but_not_kept),
		cmocka_unit_test(a_depth_ends_inspection_and_not_the_connection),
		cmocka_unit_test(a_flow_that_is_turned_in_a_chunk_keeps_its_streams_apart),
		cmocka_unit_test(many_segments_pass_through_few_bytes_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
