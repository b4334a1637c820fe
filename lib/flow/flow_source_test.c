/* SPDX-License-Identifier: BSD-3-Clause */

/* How many unanswered flows one source may have. */

#include "flow_test.h"

static uint32_t
unanswered(const struct bench *b)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < FLOW_SOURCES; i++)
		n += b->t->sources[i];
	return n;
}

static void
a_source_has_so_many_unanswered_flows_and_no_more(void **state)
{
	struct gz_pkt p = packet(IPPROTO_UDP, 1, 1000, 2, 53), first = p, reply = answer(&p), other;
	uint32_t others = 0;
	struct bench b;

	bench_open(&b);
	bench_set(&b, "flow.per-source=10");
	bench_start(&b);
	for (; p.sport < 1010; p.sport++)
		assert_non_null(find(&b, &p));
	assert_null(find(&b, &p));
	assert_int_equal(p.verdict, GZ_DROP);
	assert_int_equal(p.why, GZ_WHY_FLOW_SOURCE);
	assert_non_null(find(&b, &first)); /* one that is there goes on */
	/* others have counters of their own, but for chance */
	for (uint32_t i = 3; i < 8; i++) {
		other = packet(IPPROTO_UDP, i, 1000, 2, 53);
		others += find(&b, &other) != NULL;
	}
	assert_true(others >= 4);
	/* one is answered: there is room for another */
	assert_non_null(find(&b, &reply));
	p = packet(IPPROTO_UDP, 1, 1010, 2, 53);
	assert_non_null(find(&b, &p));
	turn(&b, noon + 40 * SECOND);
	assert_int_equal(unanswered(&b), 0);
	bench_close(&b);
}

static void
who_may_have_more_is_for_the_exception_to_say(void **state)
{
	struct gz_pkt p = packet(IPPROTO_UDP, 1, 1000, 2, 53);
	struct bench b;

	bench_open(&b);
	bench_set(&b, "flow.per-source=1");
	bench_set(&b, "exception.flow-source=pass");
	bench_start(&b);
	assert_non_null(find(&b, &p));
	p.sport++;
	assert_null(find(&b, &p));
	assert_int_equal(p.verdict, GZ_PASS);
	bench_close(&b);
}

static void
an_ipv6_source_is_its_network(void **state)
{
	struct gz_addr a = { .b = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 7, 1 } }, b = a, c = a;
	bool differs = false;

	b.b[15] = 9;
	assert_int_equal(flow_source_of(&a), flow_source_of(&b));
	for (uint8_t i = 0; i < 4; i++) {
		c.b[7] = (uint8_t)(8 + i);
		differs |= flow_source_of(&a) != flow_source_of(&c);
	}
	assert_true(differs);
}

static void
sources_are_counted_right_whatever_becomes_of_a_flow(void **state)
{
	struct gz_pkt p = packet(IPPROTO_TCP, 1, 1000, 2, 80), back = answer(&p);
	struct bench b;
	struct gz_flow *f;

	bench_open(&b);
	bench_start(&b);
	p.tcp_flags = back.tcp_flags = SYN;
	f = find(&b, &p);
	assert_int_equal(unanswered(&b), 1);
	gz_flow_swap(f);
	gz_flow_set_state(f, GZ_FLOW_ESTABLISHED);
	assert_int_equal(unanswered(&b), 0);
	gz_flow_set_state(f, GZ_FLOW_NEW);
	assert_int_equal(unanswered(&b), 1);
	find(&b, &back);
	gz_flow_renew(&back);
	assert_int_equal(unanswered(&b), 1);
	gz_flow_set_state(f, GZ_FLOW_BYPASSED);
	assert_int_equal(unanswered(&b), 0);
	gz_flow_renew(&back);
	assert_int_equal(unanswered(&b), 1);
	turn(&b, noon + 100 * SECOND);
	assert_int_equal(b.ends[GZ_FLOW_END_TIMEOUT], 1);
	assert_int_equal(unanswered(&b), 0);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_source_has_so_many_unanswered_flows_and_no_more),
		cmocka_unit_test(who_may_have_more_is_for_the_exception_to_say),
		cmocka_unit_test(an_ipv6_source_is_its_network),
		cmocka_unit_test(sources_are_counted_right_whatever_becomes_of_a_flow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
