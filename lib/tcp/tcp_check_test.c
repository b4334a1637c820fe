/* SPDX-License-Identifier: BSD-3-Clause */

/* What the receiver would ignore moves nothing and does not arrive. */

#include "tcp_test.h"

/** The last segment was refused and left no trace: the true bytes follow as if it never was. */
static void
assert_ignored(struct wire *w)
{
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	assert_int_equal(w->p.verdict, GZ_DROP);
	assert_stream(w, GZ_C2S, "");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "true", .tsval = 102, .tsecr = 200);
	assert_leaves(w, "true");
	assert_stream(w, GZ_C2S, "true");
	wire_close(w);
}

static void
data_beyond_the_window_is_ignored(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1 + WIN + 1, S + 1, "decoy");
	assert_event(w, GZ_TCP_EVENT_EST_PACKET_OUT_OF_WINDOW);
	assert_ignored(w);
}

static void
a_scaled_window_is_as_large_as_it_says(void **state)
{
	struct wire *w = wire_new();

	shake_hands_with_options(w);
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 1, .tsval = 201, .tsecr = 101);
	SAY(w, GZ_C2S, TCP_ACK, C + 1 + WIN * 128, S + 1, "far", .tsval = 102, .tsecr = 200);
	assert_int_equal(w->p.verdict, GZ_PASS);
	SAY(w, GZ_C2S, TCP_ACK, C + 2 + WIN * 128, S + 1, "x", .tsval = 102, .tsecr = 200);
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	wire_close(w);
}

static void
a_scale_holds_only_if_both_offer_it(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C, .wscale = 7 + 1);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	SAY(w, GZ_S2C, TCP_ACK, S + 1 + WIN + 1, C + 1, "far");
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	wire_close(w);
}

static void
a_probe_of_a_closed_window_passes_and_is_judged(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1, .win = 4);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "full");
	SAY(w, GZ_C2S, TCP_ACK, C + 5, S + 1, "?");
	assert_leaves(w, "?");
	assert_stream(w, GZ_C2S, "full?");
	wire_close(w);
}

static void
data_without_an_acknowledgement_is_ignored(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, 0x08, C + 1, 0, "decoy");
	assert_ignored(w);
}

static void
data_that_acknowledges_what_was_never_sent_is_ignored(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 2, "decoy");
	assert_event(w, GZ_TCP_EVENT_EST_INVALID_ACK);
	assert_event(w, GZ_TCP_EVENT_PKT_INVALID_ACK);
	assert_ignored(w);
}

static void
data_with_a_very_old_acknowledgement_is_ignored(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1 - WIN - 1, "decoy");
	assert_ignored(w);
}

static void
data_that_acknowledges_what_comes_before_the_first_byte_is_ignored(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 1, "four");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 5, "tru");
	SAY(w, GZ_C2S, TCP_ACK, C + 4, S, "decoy");
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	/* late, and within what was sent */
	SAY(w, GZ_C2S, TCP_ACK, C + 4, S + 1, "e");
	assert_leaves(w, "e");
	assert_stream(w, GZ_C2S, "true");
	wire_close(w);
}

static void
what_no_receiver_takes_moves_nothing(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	w->refuse = true;
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "decoy");
	SAY(w, GZ_C2S, TCP_RST, C + 1);
	w->refuse = false;
	assert_stream(w, GZ_C2S, "");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "true");
	assert_leaves(w, "true");
	assert_state(w, "established");
	wire_close(w);
}

static void
data_with_a_timestamp_from_the_past_is_ignored(void **state)
{
	struct wire *w = wire_new();

	shake_hands_with_options(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "decoy", .tsval = 50, .tsecr = 200);
	assert_event(w, GZ_TCP_EVENT_PKT_INVALID_TIMESTAMP);
	assert_ignored(w);
}

static void
a_timestamp_from_the_future_does_not_spoil_those_to_come(void **state)
{
	struct wire *w = wire_new();

	shake_hands_with_options(w);
	/* beyond what was acknowledged, so the receiver does not remember it */
	SAY(w, GZ_C2S, TCP_ACK, C + 100, S + 1, "later", .tsval = 0x70000000, .tsecr = 200);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "now", .tsval = 103, .tsecr = 200);
	assert_leaves(w, "now");
	wire_close(w);
}

static void
timestamps_wrap(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C, .tsval = UINT32_MAX - 1);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1, .tsval = 200, .tsecr = UINT32_MAX - 1);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, .tsval = UINT32_MAX, .tsecr = 200);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "wrapped", .tsval = 1, .tsecr = 200);
	assert_leaves(w, "wrapped");
	wire_close(w);
}

static void
a_client_without_timestamps_gets_its_syn_ack(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1, .tsval = 200);
	assert_int_equal(w->p.verdict, GZ_PASS);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "hello");
	assert_leaves(w, "hello");
	wire_close(w);
}

static void
of_several_syns_the_timestamp_that_was_answered_counts(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C, .tsval = 100);
	SAY(w, GZ_C2S, TCP_SYN, C, .tsval = 0x60000000);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1, .tsval = 200, .tsecr = 100);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "true", .tsval = 101, .tsecr = 200);
	assert_leaves(w, "true");
	wire_close(w);
}

static void
a_signature_that_the_handshake_did_not_have_is_ignored(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "decoy", .md5 = true);
	assert_ignored(w);
}

static void
a_signed_connection_takes_signed_segments_only(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C, .md5 = true);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1, .md5 = true);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "true", .md5 = true);
	assert_leaves(w, "true");
	SAY(w, GZ_C2S, TCP_ACK, C + 5, S + 1, "decoy");
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "TRUE", .md5 = true);
	assert_int_equal(w->p.why, GZ_WHY_TCP_REWRITE); /* its signature would not hold */
	wire_close(w);
}

static void
a_ttl_shorter_than_the_handshakes_is_ignored(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "decoy", .ttl = 2);
	assert_ignored(w);
}

static void
a_bad_checksum_is_not_looked_at(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "decoy", .bad_sum = true);
	assert_stream(w, GZ_C2S, "");
	SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 1, S + 1, .bad_sum = true);
	assert_state(w, "established");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "true");
	assert_stream(w, GZ_C2S, "true");
	wire_close(w);
}

static void
an_empty_segment_that_is_ignored_may_pass(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 5000);
	assert_int_equal(w->p.verdict, GZ_PASS);
	assert_event(w, GZ_TCP_EVENT_EST_INVALID_ACK);
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 1, "hello");
	assert_stream(w, GZ_S2C, "hello");
	wire_close(w);
}

static void
observed_oddities_pass_and_are_judged(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "tcp.window=observe");
	wire_set(w, "tcp.timestamp=off");
	wire_start(w);
	shake_hands_with_options(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "old", .tsval = 5, .tsecr = 200);
	assert_leaves(w, "old");
	assert_stream(w, GZ_C2S, "old");
	SAY(w, GZ_C2S, TCP_ACK, C + 2 + WIN * 128, S + 1, "far", .tsval = 101, .tsecr = 200);
	assert_leaves(w, "far");
	assert_event(w, GZ_TCP_EVENT_EST_PACKET_OUT_OF_WINDOW);
	wire_close(w);
}

static void
an_exception_lets_the_invalid_pass_unjudged(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "exception.tcp-invalid=pass");
	wire_start(w);
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 2, "decoy");
	assert_leaves(w, "decoy");
	assert_stream(w, GZ_C2S, "");
	wire_close(w);
}

static void
a_packet_that_was_stopped_before_counts_for_nothing(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "");
	gz_pkt_settle(&w->p, GZ_DROP, GZ_WHY_RULE);
	w->p.payload_len = 0;
	gz_tcp_push(w->tcp, &w->p, true);
	assert_stream(w, GZ_C2S, "");
	wire_close(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_beyond_the_window_is_ignored),
		cmocka_unit_test(a_scaled_window_is_as_large_as_it_says),
		cmocka_unit_test(a_scale_holds_only_if_both_offer_it),
		cmocka_unit_test(a_probe_of_a_closed_window_passes_and_is_judged),
		cmocka_unit_test(data_without_an_acknowledgement_is_ignored),
		cmocka_unit_test(data_that_acknowledges_what_was_never_sent_is_ignored),
		cmocka_unit_test(data_with_a_very_old_acknowledgement_is_ignored),
		cmocka_unit_test(
				data_that_acknowledges_what_comes_before_the_first_byte_is_ignored),
		cmocka_unit_test(what_no_receiver_takes_moves_nothing),
		cmocka_unit_test(data_with_a_timestamp_from_the_past_is_ignored),
		cmocka_unit_test(a_timestamp_from_the_future_does_not_spoil_those_to_come),
		cmocka_unit_test(timestamps_wrap),
		cmocka_unit_test(a_client_without_timestamps_gets_its_syn_ack),
		cmocka_unit_test(of_several_syns_the_timestamp_that_was_answered_counts),
		cmocka_unit_test(a_signature_that_the_handshake_did_not_have_is_ignored),
		cmocka_unit_test(a_signed_connection_takes_signed_segments_only),
		cmocka_unit_test(a_ttl_shorter_than_the_handshakes_is_ignored),
		cmocka_unit_test(a_bad_checksum_is_not_looked_at),
		cmocka_unit_test(an_empty_segment_that_is_ignored_may_pass),
		cmocka_unit_test(observed_oddities_pass_and_are_judged),
		cmocka_unit_test(an_exception_lets_the_invalid_pass_unjudged),
		cmocka_unit_test(a_packet_that_was_stopped_before_counts_for_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
