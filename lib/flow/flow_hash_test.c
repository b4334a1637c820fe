/* SPDX-License-Identifier: BSD-3-Clause */

/* What goes to the same worker, whichever wire it takes. */

#include "flow_test.h"

static void
a_tunnel_is_steered_by_its_ends_alone(void **state)
{
	struct gz_pkt there = packet(IPPROTO_UDP, 1, 4001, 2, 4789);
	struct gz_pkt back = packet(IPPROTO_UDP, 2, 4002, 1, 4789);
	struct gz_pkt part = packet(IPPROTO_UDP, 1, 0, 2, 0);

	assert_int_not_equal(gz_flow_hash(&there), gz_flow_hash(&back));
	there.inner.len = back.inner.len = 20;
	assert_int_equal(gz_flow_hash(&there), gz_flow_hash(&back));
	part.flags = GZ_PKT_IPV4 | GZ_PKT_FRAGMENT;
	assert_int_equal(gz_flow_hash(&there), gz_flow_hash(&part));
}

static void
fragments_of_a_datagram_meet_whatever_they_say_comes_next(void **state)
{
	struct gz_pkt first = packet(IPPROTO_TCP, 1, 0, 2, 0),
		      other = packet(IPPROTO_UDP, 1, 0, 2, 0);

	first.flags = other.flags = GZ_PKT_IPV6 | GZ_PKT_FRAGMENT;
	assert_int_equal(gz_flow_hash(&first), gz_flow_hash(&other));
	first.flags = other.flags = GZ_PKT_IPV4 | GZ_PKT_FRAGMENT;
	assert_int_not_equal(gz_flow_hash(&first), gz_flow_hash(&other));
}

static uint64_t
crossed(void)
{
	return gz_stat_self[flow_stats.base + FLOW_STAT_CROSSED];
}

static void
the_directions_may_take_different_wires_if_wanted(void **state)
{
	struct gz_pkt there = packet(IPPROTO_TCP, 1, 4001, 2, 80), back = answer(&there);
	struct bench b;
	struct gz_flow *f;
	uint64_t before = crossed();

	back.wire = 1;
	bench_open(&b);
	bench_start(&b);
	f = find(&b, &there);
	assert_ptr_not_equal(find(&b, &back), f);
	assert_int_equal(crossed(), before);
	bench_close(&b);

	bench_open(&b);
	bench_set(&b, "flow.wire-tracking=false");
	bench_start(&b);
	f = find(&b, &there);
	assert_ptr_equal(find(&b, &back), f);
	assert_int_equal(back.dir, GZ_S2C);
	assert_int_equal(gz_flow_hash(&there), gz_flow_hash(&back));
	assert_int_equal(f->wire, 0);
	assert_ptr_equal(find(&b, &there), f);
	assert_int_equal(crossed(), before + 1);
	flow_wire_tracking = true;
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tunnel_is_steered_by_its_ends_alone),
		cmocka_unit_test(the_directions_may_take_different_wires_if_wanted),
		cmocka_unit_test(fragments_of_a_datagram_meet_whatever_they_say_comes_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
