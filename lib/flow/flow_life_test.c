/* SPDX-License-Identifier: BSD-3-Clause */

/* When flows end, what makes room for others, how they are turned and renewed. */

#include "flow_test.h"

static void
a_quiet_flow_ends_in_time(void **state)
{
	struct gz_pkt ask = packet(IPPROTO_UDP, 1, 1000, 2, 53);
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	find(&b, &ask);
	turn(&b, noon + 29 * SECOND);
	assert_int_equal(gz_flow_table_count(b.t), 1);
	turn(&b, noon + 31 * SECOND);
	assert_int_equal(gz_flow_table_count(b.t), 0);
	assert_int_equal(b.ends[GZ_FLOW_END_TIMEOUT], 1);
	bench_close(&b);
}

static void
packets_keep_a_flow_alive(void **state)
{
	struct gz_pkt ask = packet(IPPROTO_UDP, 1, 1000, 2, 53);
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	for (uint32_t s = 0; s <= 100; s += 20) {
		ask.time_us = noon + (uint64_t)s * SECOND;
		turn(&b, ask.time_us);
		find(&b, &ask);
	}
	assert_int_equal(ask.flow->count[GZ_C2S].pkts, 6);
	turn(&b, noon + 129 * SECOND);
	assert_int_equal(gz_flow_table_count(b.t), 1);
	turn(&b, noon + 131 * SECOND);
	assert_int_equal(gz_flow_table_count(b.t), 0);
	bench_close(&b);
}

static void
an_answered_flow_is_kept_longer(void **state)
{
	struct gz_pkt ask = packet(IPPROTO_UDP, 1, 1000, 2, 53), reply = answer(&ask);
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	find(&b, &ask);
	find(&b, &reply);
	turn(&b, noon + 299 * SECOND);
	assert_int_equal(gz_flow_table_count(b.t), 1);
	turn(&b, noon + 301 * SECOND);
	assert_int_equal(gz_flow_table_count(b.t), 0);
	bench_close(&b);
}

static void
a_closed_connection_is_kept_shorter_than_it_was_armed_for(void **state)
{
	struct gz_pkt syn = packet(IPPROTO_TCP, 1, 1000, 2, 80);
	struct bench b;

	bench_open(&b);
	bench_set(&b, "flow.timeout.tcp-closed=10 s");
	bench_start(&b);
	find(&b, &syn);
	gz_flow_set_state(syn.flow, GZ_FLOW_ESTABLISHED);
	turn(&b, noon + 100 * SECOND);
	assert_int_equal(gz_flow_table_count(b.t), 1);
	syn.time_us = noon + 100 * SECOND;
	find(&b, &syn);
	gz_flow_set_state(syn.flow, GZ_FLOW_CLOSED);
	turn(&b, noon + 111 * SECOND);
	assert_int_equal(gz_flow_table_count(b.t), 0);
	bench_close(&b);
}

static void
a_late_packet_begins_a_new_flow_even_before_the_wheel_turns(void **state)
{
	struct gz_pkt ask = packet(IPPROTO_UDP, 1, 1000, 2, 53);
	struct bench b;
	uint64_t id;

	bench_open(&b);
	bench_start(&b);
	id = find(&b, &ask)->id;
	ask.time_us += 31 * SECOND;
	assert_int_not_equal(find(&b, &ask)->id, id);
	assert_true(ask.flags & GZ_PKT_FIRST);
	bench_close(&b);
}

static void
bench_small(struct bench *b)
{
	bench_open(b);
	bench_set(b, "flow.max=1024");
}

/** Fill the table with UDP flows of ports 0 to 1023, a millisecond apart. */
static void
fill(struct bench *b)
{
	struct gz_pkt p = packet(IPPROTO_UDP, 1, 0, 2, 53);

	for (uint32_t i = 0; i < 1024; i++) {
		p.sport = (uint16_t)i;
		p.time_us = noon + i * 1000;
		assert_non_null(find(b, &p));
	}
}

static uint32_t ended_pkts;

static void
note_pkts(struct gz_flow *f, enum gz_flow_end why)
{
	if (why == GZ_FLOW_END_REUSED)
		ended_pkts = f->count[GZ_C2S].pkts + f->count[GZ_S2C].pkts;
}

static uint16_t forced_port;

static void
note_forced(struct gz_flow *f, enum gz_flow_end why)
{
	if (why == GZ_FLOW_END_FORCED)
		forced_port = f->port[0];
}

static void
a_full_table_ends_what_was_not_answered_and_is_quiet_longest(void **state)
{
	struct gz_pkt p = packet(IPPROTO_UDP, 1, 0, 2, 53), reply = answer(&p);
	struct bench b;

	bench_small(&b);
	bench_start(&b);
	b.end = note_forced;
	fill(&b);
	reply.time_us = noon + 2 * SECOND;
	find(&b, &reply); /* port 0 is answered */
	p.sport = 2000;
	p.time_us = noon + 2 * SECOND;
	assert_non_null(find(&b, &p));
	assert_int_equal(b.ends[GZ_FLOW_END_FORCED], 1);
	assert_int_equal(forced_port, 1);
	assert_int_equal(gz_flow_table_count(b.t), 1024);
	bench_close(&b);
}

static void
put_under_verdict(void *arg, struct gz_flow *f)
{
	f->flags |= GZ_FLOW_DROP;
}

static void
a_full_table_never_ends_a_flow_under_a_verdict(void **state)
{
	struct gz_pkt p = packet(IPPROTO_UDP, 1, 2000, 2, 53);
	struct bench b;

	bench_small(&b);
	bench_start(&b);
	fill(&b);
	walk_all(&b, put_under_verdict, NULL);
	p.time_us = noon + 10 * SECOND;
	assert_null(find(&b, &p));
	assert_int_equal(p.verdict, GZ_PASS);
	assert_int_equal(b.ends[GZ_FLOW_END_FORCED], 0);
	bench_close(&b);
}

static void
a_full_table_does_as_its_exception_says(void **state)
{
	struct gz_pkt p = packet(IPPROTO_UDP, 1, 2000, 2, 53);
	struct bench b;

	bench_small(&b);
	bench_set(&b, "exception.flow-full=drop");
	bench_start(&b);
	fill(&b);
	walk_all(&b, put_under_verdict, NULL);
	assert_null(find(&b, &p));
	assert_int_equal(p.verdict, GZ_DROP);
	assert_int_equal(p.why, GZ_WHY_FLOW_FULL);
	bench_close(&b);
}

static void
establish(void *arg, struct gz_flow *f)
{
	gz_flow_set_state(f, GZ_FLOW_ESTABLISHED);
}

static void
an_established_flow_makes_room_only_when_it_is_long_quiet(void **state)
{
	struct gz_pkt p = packet(IPPROTO_UDP, 1, 2000, 2, 53);
	struct bench b;

	bench_small(&b);
	bench_start(&b);
	fill(&b);
	walk_all(&b, establish, NULL);
	p.time_us = noon + 99 * SECOND;
	assert_null(find(&b, &p));
	p.time_us = noon + 110 * SECOND;
	assert_non_null(find(&b, &p));
	assert_int_equal(b.ends[GZ_FLOW_END_FORCED], 1);
	bench_close(&b);
}

static void
no_flow_of_the_burst_in_hand_is_ended_for_room(void **state)
{
	enum {
		MANY = 1025,
	};
	struct gz_pkt *p = calloc(MANY, sizeof(*p));
	struct gz_pkt *burst[MANY];
	struct bench b;

	bench_small(&b);
	bench_start(&b);
	for (uint32_t i = 0; i < MANY; i++) {
		p[i] = packet(IPPROTO_UDP, 1, (uint16_t)i, 2, 53);
		burst[i] = &p[i];
	}
	assert_int_equal(gz_flow_find_burst(b.t, burst, MANY), MANY);
	assert_null(p[MANY - 1].flow);
	assert_int_equal(b.ends[GZ_FLOW_END_FORCED], 0);
	for (uint32_t i = 0; i < MANY - 1; i++)
		assert_int_equal(p[i].flow->port[0], i);
	bench_close(&b);
	free(p);
}

static void
turning_a_flow_swaps_all_that_has_two_sides(void **state)
{
	struct gz_pkt first = packet(IPPROTO_TCP, 2, 80, 1, 1000), other = answer(&first);
	struct gz_flow *f;
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	f = find(&b, &first);
	find(&b, &first);
	find(&b, &other);
	f->addr_class[0] = 7;
	gz_flow_swap(f);
	assert_true(gz_addr_equal(&f->addr[GZ_S2C], &first.src));
	assert_int_equal(f->port[GZ_S2C], 80);
	assert_int_equal(f->count[GZ_S2C].pkts, 2);
	assert_int_equal(f->addr_class[1], 7);
	assert_true(f->flags & GZ_FLOW_SWAPPED);
	assert_int_equal(gz_flow_dir(f, &first), GZ_S2C);
	assert_ptr_equal(find(&b, &first), f);
	assert_int_equal(first.dir, GZ_S2C);
	assert_ptr_equal(find(&b, &other), f);
	assert_int_equal(other.dir, GZ_C2S);
	bench_close(&b);
}

static void
a_renewed_flow_is_a_new_one_whose_client_sent_the_syn(void **state)
{
	struct gz_pkt first = packet(IPPROTO_TCP, 1, 1000, 2, 80), syn = answer(&first);
	struct gz_flow *f;
	struct bench b;
	uint64_t id;

	bench_open(&b);
	bench_start(&b);
	b.end = note_pkts;
	first.tcp_flags = SYN;
	f = find(&b, &first);
	id = f->id;
	gz_flow_set_state(f, GZ_FLOW_CLOSED);
	syn.tcp_flags = SYN;
	find(&b, &syn);
	gz_flow_renew(&syn);
	assert_ptr_equal(syn.flow, f);
	assert_int_not_equal(f->id, id);
	assert_int_equal(b.ends[GZ_FLOW_END_REUSED], 1);
	assert_int_equal(ended_pkts, 1);
	assert_int_equal(f->state, GZ_FLOW_NEW);
	assert_int_equal(syn.dir, GZ_C2S);
	assert_int_equal(f->port[GZ_C2S], 80);
	assert_int_equal(f->count[GZ_C2S].pkts, 1);
	assert_int_equal(f->count[GZ_S2C].pkts, 0);
	assert_ptr_equal(find(&b, &first), f);
	assert_int_equal(first.dir, GZ_S2C);
	turn(&b, noon + 61 * SECOND);
	assert_int_equal(gz_flow_table_count(b.t), 0);
	bench_close(&b);
}

static void
a_flow_renewed_by_a_syn_ack_belongs_to_who_is_answered(void **state)
{
	struct gz_pkt first = packet(IPPROTO_TCP, 1, 1000, 2, 80), synack;
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	first.flags |= GZ_PKT_SIDED;
	find(&b, &first);
	synack = answer(&first);
	synack.tcp_flags = SYN | ACK;
	find(&b, &synack);
	gz_flow_renew(&synack);
	assert_int_equal(synack.dir, GZ_S2C);
	assert_int_equal(synack.flow->port[GZ_C2S], 1000);
	assert_ptr_equal(find(&b, &first), synack.flow);
	assert_int_equal(first.dir, GZ_C2S);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_quiet_flow_ends_in_time),
		cmocka_unit_test(packets_keep_a_flow_alive),
		cmocka_unit_test(an_answered_flow_is_kept_longer),
		cmocka_unit_test(a_closed_connection_is_kept_shorter_than_it_was_armed_for),
		cmocka_unit_test(a_late_packet_begins_a_new_flow_even_before_the_wheel_turns),
		cmocka_unit_test(a_full_table_ends_what_was_not_answered_and_is_quiet_longest),
		cmocka_unit_test(a_full_table_never_ends_a_flow_under_a_verdict),
		cmocka_unit_test(a_full_table_does_as_its_exception_says),
		cmocka_unit_test(an_established_flow_makes_room_only_when_it_is_long_quiet),
		cmocka_unit_test(no_flow_of_the_burst_in_hand_is_ended_for_room),
		cmocka_unit_test(turning_a_flow_swaps_all_that_has_two_sides),
		cmocka_unit_test(a_renewed_flow_is_a_new_one_whose_client_sent_the_syn),
		cmocka_unit_test(a_flow_renewed_by_a_syn_ack_belongs_to_who_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
