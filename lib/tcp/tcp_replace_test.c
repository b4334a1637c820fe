/* SPDX-License-Identifier: BSD-3-Clause */

/* Bytes that a rule replaced in a packet that was taken before. */

#include "tcp_test.h"

/** What detection does once a packet is finished. */
static void
replace(struct wire *w, uint32_t off, const char *text)
{
	memcpy(w->p.data + w->p.payload_off + off, text, strlen(text));
	gz_tcp_replaced(&w->p, off, (uint32_t)strlen(text));
	gz_pkt_fix_checksums(&w->p);
}

static void
start(struct wire *w, const char *overlap)
{
	char text[64];

	snprintf(text, sizeof(text), "tcp.overlap=%s", overlap);
	wire_set(w, text);
	wire_start(w);
	shake_hands(w);
}

/* Whatever its pieces and the setting: a sender's honest retransmission must neither be dropped nor bring
 * the old bytes back. */
static void
what_comes_again_becomes_what_left(void **state)
{
	static const char *const overlaps[] = { "rewrite", "drop", "observe", "off" };
	struct wire *w;
	const uint8_t *events;

	for (uint32_t i = 0; i < RTE_DIM(overlaps); i++) {
		w = wire_open();
		start(w, overlaps[i]);
		SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "say secret now");
		replace(w, 4, "public");
		memcpy(w->stream[GZ_C2S] + 4, "public",
				6); /* what was before a chunk is told so, too */
		assert_leaves(w, "say public now");
		SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "say sec");
		assert_leaves(w, "say pub");
		assert_int_equal(gz_tcp_events(w->tcp, &events), 1); /* a retransmission */
		SAY(w, GZ_C2S, TCP_ACK, C + 8, S + 1, "ret now and more");
		assert_leaves(w, "lic now and more");
		assert_stream(w, GZ_C2S, "say public now and more");
		wire_close(w);
	}
}

static void
what_waits_beyond_a_gap_is_handed_on_as_it_left(void **state)
{
	struct wire *w = wire_new();

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 5, S + 1, "a secret");
	replace(w, 2, "public");
	SAY(w, GZ_C2S, TCP_ACK, C + 7, S + 1, "secret");
	assert_leaves(w, "public");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "say ");
	assert_stream(w, GZ_C2S, "say a public");
	wire_close(w);
}

/* The byte at 3 is told apart: the stream is "abcefg". */
static void
bytes_around_an_urgent_one_find_their_places(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "tcp.urgent=oob");
	wire_start(w);
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK | TCP_URG, C + 1, S + 1, "abcdefg", .urg = 4);
	assert_stream(w, GZ_C2S, "abcefg");
	replace(w, 2, "CDE");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "abc");
	assert_leaves(w, "abC");
	SAY(w, GZ_C2S, TCP_ACK, C + 5, S + 1, "efg");
	assert_leaves(w, "Efg");
	wire_close(w);
}

static void
the_other_direction_is_held_to_the_setting(void **state)
{
	struct wire *w = wire_open();

	start(w, "drop");
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "secret");
	replace(w, 0, "public");
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 1, "answer");
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 1, "ANSWER");
	assert_int_equal(w->p.verdict, GZ_DROP);
	assert_event(w, GZ_TCP_EVENT_REASSEMBLY_OVERLAP_DIFFERENT_DATA);
	wire_close(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_again_becomes_what_left),
		cmocka_unit_test(what_waits_beyond_a_gap_is_handed_on_as_it_left),
		cmocka_unit_test(bytes_around_an_urgent_one_find_their_places),
		cmocka_unit_test(the_other_direction_is_held_to_the_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
