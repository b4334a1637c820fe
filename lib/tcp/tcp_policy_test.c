/* SPDX-License-Identifier: BSD-3-Clause */

/* Connections that are not whole, memory that is spent: what the owner's settings say. */

#include "tcp_test.h"

static void
a_connection_in_its_middle_passes_without_a_look(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "hello");
	assert_leaves(w, "hello");
	assert_stream(w, GZ_C2S, "");
	assert_state(w, "none");
	assert_int_equal(gz_tcp_bytes(w->flow, GZ_C2S), 0);
	SAY(w, GZ_C2S, TCP_RST, C + 6);
	assert_event(w, GZ_TCP_EVENT_RST_BUT_NO_SESSION);
	SAY(w, GZ_C2S, TCP_FIN | TCP_ACK, C + 6, S + 1);
	assert_event(w, GZ_TCP_EVENT_FIN_BUT_NO_SESSION);
	wire_close(w);
}

static void
or_as_its_exception_says(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "exception.tcp-midstream=drop");
	wire_start(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "hello");
	assert_int_equal(w->p.why, GZ_WHY_TCP_MIDSTREAM);
	assert_int_equal(w->p.verdict, GZ_DROP);
	wire_close(w);
}

static struct wire *
picking_up(void)
{
	struct wire *w = wire_open();

	wire_set(w, "tcp.midstream=pick-up");
	wire_start(w);
	return w;
}

static void
a_connection_is_picked_up_where_it_is(void **state)
{
	struct wire *w = picking_up();

	SAY(w, GZ_C2S, TCP_ACK, C + 100, S + 200, "hello");
	assert_state(w, "established");
	assert_true(w->p.flags & GZ_PKT_ESTABLISHED);
	assert_true(w->flow->flags & GZ_FLOW_MIDSTREAM);
	/* more of the server was under way than was acknowledged */
	SAY(w, GZ_S2C, TCP_ACK, S + 1000, C + 105, "answer");
	SAY(w, GZ_C2S, TCP_ACK, C + 105, S + 1006, " again");
	assert_stream(w, GZ_C2S, "hello again");
	assert_stream(w, GZ_S2C, "answer");
	assert_int_equal(w->starts[GZ_C2S], 0);
	SAY(w, GZ_C2S, TCP_ACK | TCP_FIN, C + 111, S + 1006);
	assert_state(w, "close_wait");
	wire_close(w);
}

static void
a_connection_picked_up_at_its_syn_ack_knows_its_server(void **state)
{
	struct wire *w = picking_up();

	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	assert_true(w->flow->flags & GZ_FLOW_SWAPPED);
	assert_int_equal(w->flow->port[GZ_S2C], 80);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "ask");
	assert_int_equal(w->p.dir, GZ_C2S);
	assert_state(w, "established");
	assert_stream(w, GZ_C2S, "ask");
	wire_close(w);
}

static void
a_stray_syn_ack_does_not_turn_what_begins_later(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	assert_int_equal(w->p.dir, GZ_C2S);
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "ask");
	assert_int_equal(w->p.dir, GZ_C2S);
	assert_int_equal(w->flow->port[GZ_S2C], 80);
	assert_stream(w, GZ_C2S, "ask");
	wire_close(w);
}

static void
one_direction_alone_is_followed_if_wanted(void **state)
{
	uint64_t before = gz_stat_self[tcp_stats.base + TCP_STAT_ASYNC];
	struct wire *w = wire_open();

	wire_set(w, "tcp.async=true");
	wire_start(w);
	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	assert_state(w, "established");
	assert_int_equal(gz_stat_self[tcp_stats.base + TCP_STAT_ASYNC], before + 1);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "ask");
	SAY(w, GZ_C2S, TCP_ACK, C + 4, S + 5000, " more");
	assert_leaves(w, " more");
	assert_stream(w, GZ_C2S, "ask more");
	wire_close(w);
}

static void
one_direction_alone_is_refused_if_not(void **state)
{
	struct wire *w = wire_new();

	SAY(w, GZ_C2S, TCP_SYN, C);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	assert_int_equal(w->p.verdict, GZ_PASS);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "ask");
	assert_int_equal(w->p.why, GZ_WHY_TCP_INVALID);
	wire_close(w);
}

static void
the_server_alone_is_followed_if_wanted(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "tcp.async=true");
	wire_start(w);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1);
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 50, "answer");
	assert_stream(w, GZ_S2C, "answer");
	wire_close(w);
}

static void
without_memory_for_connections_they_are_not_followed(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "memory.tcp-connection=1");
	wire_start(w);
	SAY(w, GZ_C2S, TCP_SYN, C);
	assert_int_equal(w->p.verdict, GZ_PASS);
	assert_int_equal(w->p.why, GZ_WHY_TCP_MEMORY);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "hello");
	assert_leaves(w, "hello");
	wire_close(w);
}

static void
or_refused_if_the_exception_says_so(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "memory.tcp-connection=1");
	wire_set(w, "exception.tcp-memory=drop");
	wire_start(w);
	SAY(w, GZ_C2S, TCP_SYN, C);
	assert_int_equal(w->p.why, GZ_WHY_TCP_MEMORY);
	assert_int_equal(w->p.verdict, GZ_DROP);
	wire_close(w);
}

static void
without_memory_for_bytes_they_are_judged_and_not_kept(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "memory.tcp-stream=1");
	wire_start(w);
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "hello ");
	assert_event(w, GZ_TCP_EVENT_REASSEMBLY_INSERT_MEMCAP);
	SAY(w, GZ_C2S, TCP_ACK, C + 7, S + 1, "there");
	assert_leaves(w, "there");
	assert_int_equal(w->before, 0);
	assert_stream(w, GZ_C2S, "hello there");
	wire_close(w);
}

static void
or_do_not_pass_if_the_exception_says_so(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "memory.tcp-stream=1");
	wire_set(w, "exception.tcp-memory=drop");
	wire_start(w);
	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "hello ");
	assert_int_equal(w->p.why, GZ_WHY_TCP_MEMORY);
	assert_stream(w, GZ_C2S, "");
	assert_int_equal(gz_tcp_bytes(w->flow, GZ_C2S), 0);
	wire_close(w);
}

/** Full segments beyond a gap until one is not taken. @return how many were. */
static uint32_t
fill_beyond_gap(struct wire *w)
{
	static char bulk[1000];
	uint32_t n;

	SAY(w, GZ_C2S, TCP_SYN, C, .wscale = 15);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1, .wscale = 15);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 1);
	for (n = 0; n < 1000; n++) {
		SAY(w, GZ_C2S, TCP_ACK, C + 2 + n * sizeof(bulk), S + 1, .text = bulk,
				.len = sizeof(bulk));
		if (gz_pkt_is_stopped(&w->p))
			break;
	}
	return n;
}

static void
bytes_beyond_a_gap_are_bounded(void **state)
{
	struct wire *w = wire_open();
	uint32_t n;

	wire_set(w, "stream.beyond=65536");
	wire_start(w);
	n = fill_beyond_gap(w);
	assert_in_range(n, 40, 66);
	assert_int_equal(w->p.why, GZ_WHY_TCP_REASSEMBLY);
	assert_event(w, GZ_TCP_EVENT_REASSEMBLY_INSERT_LIMIT);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "!");
	assert_int_equal(w->len[GZ_C2S], 1 + n * 1000);
	wire_close(w);
}

static void
what_passed_unkept_beyond_a_gap_is_a_gap_once_acknowledged(void **state)
{
	struct wire *w = wire_open();

	wire_set(w, "stream.beyond=65536");
	wire_set(w, "exception.tcp-reassembly=pass");
	wire_start(w);
	assert_int_equal(fill_beyond_gap(w), 1000);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "!");
	SAY(w, GZ_C2S, TCP_ACK, C + 2 + 1000 * 1000, S + 1, "end");
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 5 + 1000 * 1000);
	assert_int_equal(w->gaps[GZ_C2S], 1);
	assert_int_equal(w->len[GZ_C2S], 4 + 1000 * 1000);
	wire_close(w);
}

static void
single_bytes_beyond_a_gap_cost_little(void **state)
{
	struct wire *w = wire_new();
	uint32_t n;

	shake_hands(w);
	for (n = 0; n < 2000; n++) {
		SAY(w, GZ_C2S, TCP_ACK, C + 2 + n * 2, S + 1, "x");
		if (gz_pkt_is_stopped(&w->p))
			break;
	}
	assert_int_equal(n, 1024);
	assert_true(wire_used(w, tcp_streams) < 512 * 1024);
	wire_close(w);
}

static void
what_was_kept_too_long_is_forgotten_block_by_block(void **state)
{
	static char bulk[1000];
	struct wire *w = wire_open();
	uint32_t seq = C + 1;

	wire_set(w, "stream.keep=65536");
	wire_start(w);
	SAY(w, GZ_C2S, TCP_SYN, C, .wscale = 15);
	SAY(w, GZ_S2C, TCP_SYN | TCP_ACK, S, C + 1, .wscale = 15);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1);
	SAY(w, GZ_S2C, TCP_ACK, S + 1, C + 1);
	for (uint32_t i = 0; i < 500; i++, seq += sizeof(bulk)) {
		SAY(w, GZ_C2S, TCP_ACK, seq, S + 1, .text = bulk, .len = sizeof(bulk));
		assert_true(wire_used(w, tcp_streams) < 200 * 1024);
	}
	assert_int_equal(w->len[GZ_C2S], 500 * sizeof(bulk));
	wire_close(w);
}

static void
all_events_have_their_names(void **state)
{
	for (int e = 0; e < GZ_NB_TCP_EVENTS; e++)
		assert_int_equal(gz_tcp_event_find(gz_tcp_event_name((enum gz_tcp_event)e)), e);
	assert_int_equal(gz_tcp_event_find("no_such_event"), -1);
}

static void
a_pseudo_packet_looks_like_its_sender(void **state)
{
	struct wire *w = wire_new();
	struct tcp_pseudo x;

	shake_hands(w);
	SAY(w, GZ_C2S, TCP_ACK, C + 1, S + 1, "ask");
	tcp_pseudo_make(&x, w->flow, GZ_S2C);
	assert_true(x.p.flags & GZ_PKT_PSEUDO);
	assert_true(x.p.flags & GZ_PKT_TCP);
	assert_true(x.p.flags & GZ_PKT_ESTABLISHED);
	assert_true(gz_addr_equal(&x.p.src, &w->flow->addr[GZ_S2C]));
	assert_int_equal(x.p.sport, 80);
	assert_int_equal(x.p.payload_len, 0);
	assert_ptr_equal(x.p.flow, w->flow);
	wire_close(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_in_its_middle_passes_without_a_look),
		cmocka_unit_test(or_as_its_exception_says),
		cmocka_unit_test(a_connection_is_picked_up_where_it_is),
		cmocka_unit_test(a_connection_picked_up_at_its_syn_ack_knows_its_server),
		cmocka_unit_test(a_stray_syn_ack_does_not_turn_what_begins_later),
		cmocka_unit_test(one_direction_alone_is_followed_if_wanted),
		cmocka_unit_test(one_direction_alone_is_refused_if_not),
		cmocka_unit_test(the_server_alone_is_followed_if_wanted),
		cmocka_unit_test(without_memory_for_connections_they_are_not_followed),
		cmocka_unit_test(or_refused_if_the_exception_says_so),
		cmocka_unit_test(without_memory_for_bytes_they_are_judged_and_not_kept),
		cmocka_unit_test(or_do_not_pass_if_the_exception_says_so),
		cmocka_unit_test(bytes_beyond_a_gap_are_bounded),
		cmocka_unit_test(what_passed_unkept_beyond_a_gap_is_a_gap_once_acknowledged),
		cmocka_unit_test(single_bytes_beyond_a_gap_cost_little),
		cmocka_unit_test(what_was_kept_too_long_is_forgotten_block_by_block),
		cmocka_unit_test(all_events_have_their_names),
		cmocka_unit_test(a_pseudo_packet_looks_like_its_sender),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
