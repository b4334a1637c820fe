/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Holes that were found in other engines, each with the trick that opened it:
 * the attack must be judged, or not arrive.
 */

#include "tcp_test.h"

static struct wire *
guarded(void)
{
	struct wire *w = wire_new();

	w->bad = "attack";
	return w;
}

/** The connection's client and server numbers; the attack must not pass. */
static void
assert_attack_is_stopped(struct wire *w, uint32_t c, uint32_t s)
{
	SAY(w, GZ_C2S, TCP_ACK, c, s, "attack");
	assert_int_equal(w->refused, GZ_DROP);
	assert_int_equal(w->p.verdict, GZ_DROP);
	wire_close(w);
}

/* CVE-2025-59147 */
static void
a_syn_resent_with_another_number_does_not_hide_the_stream(void **state)
{
	struct wire *w = guarded();

	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_C2S, TCP_SYN, C + 500000);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 500001);
	SAY(w, GZ_C2S, TCP_ACK, C + 500001, S + 1);
	assert_state(w, "established");
	assert_attack_is_stopped(w, C + 500001, S + 1);
}

static void
nor_does_one_that_the_server_did_not_take(void **state)
{
	struct wire *w = guarded();

	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_C2S, TCP_SYN, C + 500000);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	SAY(w, GZ_C2S, TCP_SYN, C + 6000000);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	assert_attack_is_stopped(w, C + 1, S + 1);
}

/* CVE-2024-55629 */
static void
an_urgent_byte_does_not_shift_a_signature(void **state)
{
	struct wire *w = guarded();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 1, S + 1, "att!ack", .urg = 4);
	assert_int_equal(w->refused, GZ_DROP);
	wire_close(w);
}

/* The same, with the older of two urgent bytes coming back into the stream. */
static void
an_urgent_byte_that_is_overtaken_does_not_come_back(void **state)
{
	struct wire *w = guarded();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 1, S + 1, "xyz", .urg = 1);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 4, S + 1, "attack", .urg = 3);
	/* its mark is erased, so the server reads it as we do */
	assert_int_equal(w->refused, GZ_DROP);
	wire_close(w);
}

/* CVE-2021-35063 */
static void
a_syn_with_a_number_in_its_unused_field_is_a_syn(void **state)
{
	struct wire *w = guarded();

	SAY(w, GZ_C2S, TCP_SYN, C, 12345);
	assert_event(w, GZ_TCP_EVENT_PKT_BROKEN_ACK);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	assert_attack_is_stopped(w, C + 1, S + 1);
}

/* Suricata 3324 */
static void
a_decoy_without_ack_flag_does_not_take_the_place_of_data(void **state)
{
	struct wire *w = guarded();

	shake_hands(w);
	SAY(w, GZ_C2S, 0x08, C + 1, S + 1, "decoys");
	assert_event(w, GZ_TCP_EVENT_PKT_BROKEN_ACK);
	assert_int_equal(w->p.verdict, GZ_DROP);
	assert_attack_is_stopped(w, C + 1, S + 1);
}

/* Suricata 3286 */
static void
a_reset_that_answers_no_syn_closes_nothing(void **state)
{
	struct wire *w = guarded();

	SAY(w, GZ_C2S, TCP_SYN, C, .tsval = 100);
	SAY(w, GZ_S2C, TCP_RST, S);
	assert_state(w, "syn_sent");
	SAY(w, GZ_S2C, TCP_RST | TCP_ACK, S, C + 1, .tsval = 7, .tsecr = 999);
	assert_state(w, "syn_sent");
	SAY(w, GZ_S2C, TCP_FIN | TCP_ACK, S, C + 1, .tsval = 7, .tsecr = 999);
	assert_state(w, "syn_sent");
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1, .tsval = 200, .tsecr = 100);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, .tsval = 101, .tsecr = 200);
	assert_state(w, "established");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "attack", .tsval = 102, .tsecr = 200);
	assert_int_equal(w->refused, GZ_DROP);
	wire_close(w);
}

static void
even_a_reset_that_looks_right_does_not_end_inspection(void **state)
{
	struct wire *w = guarded();

	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_C2S, TCP_RST, C + 1);
	assert_state(w, "closed");
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	assert_attack_is_stopped(w, C + 1, S + 1);
}

/* CVE-2021-37592 */
static void
a_fin_with_syn_starts_and_ends_nothing(void **state)
{
	struct wire *w = guarded();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_FIN | TCP_SYN, C + 1, 0);
	assert_event(w, GZ_TCP_EVENT_FIN_SYN);
	assert_int_equal(w->p.verdict, GZ_DROP);
	SAY(w, GZ_C2S, TCP_SYN, C + 700000);
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 1);
	assert_attack_is_stopped(w, C + 1, S + 1);
}

/* CVE-2021-45098 */
static void
a_signed_reset_closes_nothing(void **state)
{
	struct wire *w = guarded();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_RST, C + 1, .md5 = true);
	assert_state(w, "established");
	assert_int_equal(w->p.verdict, GZ_DROP);
	assert_attack_is_stopped(w, C + 1, S + 1);
}

/* Suricata 3522 */
static void
data_in_a_syn_is_judged_before_it_leaves(void **state)
{
	struct wire *w = guarded();

	SAY(w, GZ_C2S, TCP_SYN, C, .text = "attack", .fast_open = true);
	assert_int_equal(w->refused, GZ_DROP);
	wire_close(w);
}

static void
data_in_a_syn_has_one_version_whatever_its_number(void **state)
{
	struct wire *w = guarded();

	SAY(w, GZ_C2S, TCP_SYN, C, .text = "decoy!");
	SAY(w, GZ_C2S, TCP_SYN, C + 5000000, .text = "attack");
	assert_leaves(w, "decoy!");
	assert_stream(w, GZ_C2S, "decoy!");
	wire_close(w);
}

static void
data_in_a_repeated_syn_is_not_taken_for_the_streams(void **state)
{
	struct wire *w = guarded();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_SYN, C, .text = "decoys");
	assert_int_equal(w->p.verdict, GZ_DROP);
	assert_stream(w, GZ_C2S, "");
	assert_attack_is_stopped(w, C + 1, S + 1);
}

/* Suricata 3844 */
static void
a_tuple_that_is_used_again_follows_the_syn_that_was_answered(void **state)
{
	struct wire *w = guarded();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_FIN | TCP_ACK, C + 1, S + 1);
	SAY(w, GZ_S2C, TCP_FIN | TCP_ACK, S + 1, C + 2);
	SAY(w, GZ_C2S, TCP_ACK, C + 2, S + 2);
	SAY(w, GZ_C2S, TCP_SYN, C + 800000);
	SAY(w, GZ_C2S, TCP_SYN, C + 9000000);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S + 900, C + 800001);
	SAY(w, GZ_C2S, TCP_ACK, C + 800001, S + 901);
	assert_state(w, "established");
	assert_attack_is_stopped(w, C + 800001, S + 901);
}

/* Suricata 1958, 1238, 1365 */
static void
a_retransmission_cannot_put_the_attack_together(void **state)
{
	struct wire *w = guarded();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "atXXck");
	SAY(w, GZ_C2S, TCP_ACK, C + 3, S + 1, "ta");
	assert_leaves(w, "XX");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "attack and more");
	assert_leaves(w, "atXXck and more");
	wire_close(w);
}

static void
copies_beyond_a_gap_cannot_either(void **state)
{
	struct wire *w = guarded();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 3, S + 1, "XXck");
	SAY(w, GZ_C2S, TCP_ACK, C + 3, S + 1, "tack");
	assert_leaves(w, "XXck");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "atta");
	assert_leaves(w, "atXX");
	wire_close(w);
}

/* Suricata 6244 */
static void
data_in_a_reset_moves_nothing(void **state)
{
	struct wire *w = guarded();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_RST, C + 1, 0, "decoys");
	assert_stream(w, GZ_C2S, "");
	assert_attack_is_stopped(w, C + 1, S + 1);
}

/* Suricata, 2026-02 */
static void
the_first_packet_of_a_connection_picked_up_is_judged(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "tcp.midstream=pick-up");
	wire_start(w);
	w->bad = "attack";
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "attack");
	assert_int_equal(w->refused, GZ_DROP);
	wire_close(w);
}

static void
one_byte_at_a_time_and_backwards_is_judged_when_it_counts(void **state)
{
	static const char text[] = "attack";
	struct wire *w = guarded();

	shake_hands(w);
	for (uint32_t i = 6; i-- > 0;)
		SAY(w, GZ_C2S, TCP_ACK, C + 1 + i, S + 1, .text = &text[i], .len = 1);
	assert_int_equal(w->refused, GZ_DROP);
	wire_close(w);
}

static void
a_low_ttl_reset_then_a_syn_do_not_make_us_forget(void **state)
{
	struct wire *w = guarded();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_RST, C + 1, .ttl = 2);
	assert_state(w, "established");
	SAY(w, GZ_C2S, TCP_SYN, C + 1234567, .ttl = 2);
	assert_attack_is_stopped(w, C + 1, S + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_syn_resent_with_another_number_does_not_hide_the_stream),
		cmocka_unit_test(nor_does_one_that_the_server_did_not_take),
		cmocka_unit_test(an_urgent_byte_does_not_shift_a_signature),
		cmocka_unit_test(an_urgent_byte_that_is_overtaken_does_not_come_back),
		cmocka_unit_test(a_syn_with_a_number_in_its_unused_field_is_a_syn),
		cmocka_unit_test(a_decoy_without_ack_flag_does_not_take_the_place_of_data),
		cmocka_unit_test(a_reset_that_answers_no_syn_closes_nothing),
		cmocka_unit_test(even_a_reset_that_looks_right_does_not_end_inspection),
		cmocka_unit_test(a_fin_with_syn_starts_and_ends_nothing),
		cmocka_unit_test(a_signed_reset_closes_nothing),
		cmocka_unit_test(data_in_a_syn_is_judged_before_it_leaves),
		cmocka_unit_test(data_in_a_syn_has_one_version_whatever_its_number),
		cmocka_unit_test(data_in_a_repeated_syn_is_not_taken_for_the_streams),
		cmocka_unit_test(a_tuple_that_is_used_again_follows_the_syn_that_was_answered),
		cmocka_unit_test(a_retransmission_cannot_put_the_attack_together),
		cmocka_unit_test(copies_beyond_a_gap_cannot_either),
		cmocka_unit_test(data_in_a_reset_moves_nothing),
		cmocka_unit_test(the_first_packet_of_a_connection_picked_up_is_judged),
		cmocka_unit_test(one_byte_at_a_time_and_backwards_is_judged_when_it_counts),
		cmocka_unit_test(a_low_ttl_reset_then_a_syn_do_not_make_us_forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
