/* SPDX-License-Identifier: BSD-3-Clause */

/* Urgent bytes: which they are must not depend on luck. */

#include "tcp_test.h"

static const struct rte_tcp_hdr *
header(const struct wire *w)
{
	return (const struct rte_tcp_hdr *)gz_pkt_l4(&w->p);
}

static void
assert_mark(const struct wire *w, uint16_t pointer)
{
	assert_int_equal(rte_be_to_cpu_16(header(w)->tcp_urp), pointer);
	assert_int_equal((header(w)->tcp_flags & TCP_URG) != 0, pointer != 0);
}

static void
an_urgent_byte_is_no_part_of_the_stream(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 1, S + 1, "atXtack", .urg = 3);
	assert_leaves(w, "atXtack");
	assert_mark(w, 3);
	assert_stream(w, GZ_C2S, "attack");
	SAY(w, GZ_C2S, TCP_ACK, C + 8, S + 1, " on");
	assert_stream(w, GZ_C2S, "attack on");
	assert_int_equal(w->before, 6);
	wire_close(w);
}

static void
an_urgent_byte_may_be_announced_before_it_comes(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 1, S + 1, "at", .urg = 3);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 3, S + 1, "Xtack", .urg = 1);
	assert_stream(w, GZ_C2S, "attack");
	wire_close(w);
}

static void
a_segment_that_hides_its_urgent_byte_is_made_to_say_so(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 1, S + 1, "atXtack", .urg = 3);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "atXtack");
	assert_event(w, GZ_TCP_EVENT_REASSEMBLY_URGENT_OOB_LIMIT_REACHED);
	assert_leaves(w, "atXtack");
	assert_mark(w, 3);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 2, S + 1, "tXtack", .urg = 4);
	assert_mark(w, 2);
	assert_stream(w, GZ_C2S, "attack");
	wire_close(w);
}

static void
a_second_mark_is_erased_and_its_byte_stays_in_the_stream(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 1, S + 1, "aXb", .urg = 2);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 4, S + 1, "cYd", .urg = 2);
	assert_event(w, GZ_TCP_EVENT_REASSEMBLY_URGENT_OOB_LIMIT_REACHED);
	assert_leaves(w, "cYd");
	assert_mark(w, 0);
	assert_stream(w, GZ_C2S, "abcYd");
	wire_close(w);
}

static void
a_mark_that_points_back_is_erased(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "abc");
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 1, S + 1, "abcdef", .urg = 2);
	assert_event(w, GZ_TCP_EVENT_REASSEMBLY_URGENT_OOB_LIMIT_REACHED);
	assert_mark(w, 0);
	assert_stream(w, GZ_C2S, "abcdef");
	wire_close(w);
}

static void
other_bytes_around_an_urgent_byte_are_rewritten_in_their_places(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 1, S + 1, "atXtack", .urg = 3);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 1, S + 1, "ABXCDEF!", .urg = 3);
	assert_leaves(w, "atXtack!");
	assert_stream(w, GZ_C2S, "attack!");
	wire_close(w);
}

static void
an_urgent_byte_beyond_a_gap_is_left_out_when_the_gap_is_filled(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 3, S + 1, "taXck", .urg = 3);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "at");
	assert_stream(w, GZ_C2S, "attack");
	SAY(w, GZ_C2S, TCP_ACK, C + 8, S + 1, "!");
	assert_stream(w, GZ_C2S, "attack!");
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 9);
	SAY(w, GZ_C2S, TCP_ACK, C + 9, S + 1, "?");
	assert_stream(w, GZ_C2S, "attack!?");
	wire_close(w);
}

static void
a_mark_that_comes_after_its_byte_is_erased(void **state)
{
	struct wire *w = wire_new();

	w->bad = "attack";
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 4, S + 1, "ack");
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 1, S + 1, "at", .urg = 5);
	assert_mark(w, 0);
	SAY(w, GZ_C2S, TCP_ACK, C + 3, S + 1, "t");
	assert_int_equal(w->refused, GZ_DROP);
	wire_close(w);
}

static void
inline_takes_the_mark_away_and_keeps_the_byte(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "tcp.urgent=inline");
	wire_start(w);
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 1, S + 1, "atXtack", .urg = 3);
	assert_leaves(w, "atXtack");
	assert_mark(w, 0);
	assert_stream(w, GZ_C2S, "atXtack");
	wire_close(w);
}

static void
drop_drops_it(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "tcp.urgent=drop");
	wire_start(w);
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 1, S + 1, "atXtack", .urg = 3);
	assert_int_equal(w->p.why, GZ_WHY_TCP_URGENT);
	assert_stream(w, GZ_C2S, "");
	wire_close(w);
}

static void
who_only_looks_leaves_marks_alone(void **state)
{
	struct wire *w = wire_new();

	w->detect_only = true;
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 1, S + 1, "aXb", .urg = 2);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 4, S + 1, "cYd", .urg = 2);
	assert_mark(w, 2);
	assert_stream(w, GZ_C2S, "abcd");
	wire_close(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_urgent_byte_is_no_part_of_the_stream),
		cmocka_unit_test(an_urgent_byte_may_be_announced_before_it_comes),
		cmocka_unit_test(a_segment_that_hides_its_urgent_byte_is_made_to_say_so),
		cmocka_unit_test(a_second_mark_is_erased_and_its_byte_stays_in_the_stream),
		cmocka_unit_test(a_mark_that_points_back_is_erased),
		cmocka_unit_test(other_bytes_around_an_urgent_byte_are_rewritten_in_their_places),
		cmocka_unit_test(an_urgent_byte_beyond_a_gap_is_left_out_when_the_gap_is_filled),
		cmocka_unit_test(a_mark_that_comes_after_its_byte_is_erased),
		cmocka_unit_test(inline_takes_the_mark_away_and_keeps_the_byte),
		cmocka_unit_test(drop_drops_it),
		cmocka_unit_test(who_only_looks_leaves_marks_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
