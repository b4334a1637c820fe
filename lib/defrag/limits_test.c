/* SPDX-License-Identifier: BSD-3-Clause */

/* What bounds the fragments held: time, number, source, size. */

#include "defrag_test.h"

static void
more_than_a_packet_can_hold_is_dropped_and_told(void **state)
{
	static uint8_t data[65536];
	struct gz_pkt *p = ipv4((struct cut){ 64504, 1011, false, 5 }, data), *keep = p;

	/* 20 + 64504 + 1011 is 65535: that still fits */
	assert_null(push(p));
	assert_int_equal(b.done, 0);
	p = ipv4((struct cut){ 64504, 1012, false, 6 }, data);
	assert_null(push(p));
	assert_int_equal(b.done, 1);
	assert_int_equal(b.why, GZ_WHY_FRAG_BAD);
	assert_int_equal(keep->nb_events, 0);
}

static void
fragments_of_others_do_not_mix(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *p;

	make_datagram(data, DATA);
	assert_null(push(ipv4((struct cut){ 0, 2000, true, 5 }, data)));
	assert_null(push(ipv4((struct cut){ 2000, 2000, false, 6 }, data)));
	assert_null(push(ipv4((struct cut){ 2000, 2000, false, 5, 6 }, data)));
	assert_null(push(ipv4((struct cut){ 2000, 2000, false, 5, 17, 9 }, data)));
	p = ipv4((struct cut){ 2000, 2000, false, 5 }, data);
	p->nb_vlan = 1;
	p->vlan[0] = 3;
	assert_null(push(p));
	p = ipv4((struct cut){ 2000, 2000, false, 5 }, data);
	p->tenant = 1;
	assert_null(push(p));
	assert_int_equal(gz_defrag_held(b.d), 6);
}

static void
what_never_gets_whole_goes_after_its_time(void **state)
{
	uint8_t data[DATA];

	make_datagram(data, DATA);
	assert_null(push(ipv4((struct cut){ 0, 2000, true, 5 }, data)));
	gz_wheel_turn(b.wheel, test_now_us / 1000 + 29000, 100);
	assert_int_equal(b.done, 0);
	gz_wheel_turn(b.wheel, test_now_us / 1000 + 30100, 100);
	assert_int_equal(b.done, 1);
	assert_int_equal(b.why, GZ_WHY_FRAG_TIMEOUT);
	assert_int_equal(gz_defrag_held(b.d), 0);
}

static int
with_few_datagrams(void **state)
{
	return set_up("defrag.datagrams=16");
}

static void
the_oldest_datagram_goes_first(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *whole;
	uint16_t id;

	make_datagram(data, DATA);
	for (id = 1; id <= 17; id++)
		assert_null(push(ipv4((struct cut){ 0, 2000, true, id, 17, (uint8_t)id }, data)));
	assert_int_equal(b.done, 1);
	assert_int_equal(b.why, GZ_WHY_FRAG_FULL);
	assert_int_equal(gz_defrag_held(b.d), 16);
	whole = push(ipv4((struct cut){ 2000, 2000, false, 2, 17, 2 }, data));
	assert_is_datagram(whole, data, DATA);
	release(whole);
}

static int
with_few_fragments(void **state)
{
	return set_up("defrag.fragments=16");
}

static void
held_fragments_are_bounded(void **state)
{
	uint8_t data[DATA];
	uint32_t i;

	make_datagram(data, DATA);
	for (i = 0; i < 100; i++)
		assert_null(push(ipv4((struct cut){ i % 20 * 8, 8, true, (uint16_t)(1 + i / 20) },
				data)));
	assert_true(b.done >= 100 - 16);
	assert_int_equal(b.why, GZ_WHY_FRAG_FULL);
}

static int
with_few_per_source(void **state)
{
	return set_up("defrag.per-source=3");
}

static void
one_source_does_not_take_all_the_room(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *whole;
	uint16_t id;

	make_datagram(data, DATA);
	for (id = 1; id <= 10; id++)
		assert_null(push(ipv4((struct cut){ 0, 2000, true, id }, data)));
	assert_int_equal(gz_defrag_held(b.d), 3);
	assert_int_equal(b.done, 7);
	assert_int_equal(b.why, GZ_WHY_FRAG_FULL);
	assert_null(push(ipv4((struct cut){ 0, 2000, true, 1, 17, 9 }, data)));
	whole = push(ipv4((struct cut){ 2000, 2000, false, 1, 17, 9 }, data));
	assert_is_datagram(whole, data, DATA);
	release(whole);
}

static void
pieces_of_one_datagram_are_bounded(void **state)
{
	uint8_t data[DATA];
	uint32_t i;

	make_datagram(data, DATA);
	for (i = 0; i < DEFRAG_PIECES; i++)
		assert_null(push(ipv4((struct cut){ i * 8, 8, true, 1 }, data)));
	assert_int_equal(b.done, 0);
	assert_null(push(ipv4((struct cut){ i * 8, 8, true, 1 }, data)));
	assert_int_equal(b.done, DEFRAG_PIECES + 1);
	assert_int_equal(b.why, GZ_WHY_FRAG_FULL);
}

static void
only_looking_on_nothing_is_dropped(void **state)
{
	uint8_t data[DATA];
	struct gz_pkt *p;

	make_datagram(data, DATA);
	p = ipv4((struct cut){ 0, 2000, true, 5 }, data);
	p->flags |= GZ_PKT_OBSERVE;
	assert_null(push(p));
	p = ipv4((struct cut){ 8, 2000, true, 5 }, data);
	p->flags |= GZ_PKT_OBSERVE;
	assert_null(push(p));
	assert_int_equal(b.done, 2);
	assert_int_equal(b.verdict, GZ_PASS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(more_than_a_packet_can_hold_is_dropped_and_told),
		TEST(fragments_of_others_do_not_mix),
		TEST(what_never_gets_whole_goes_after_its_time),
		TEST_WITH(the_oldest_datagram_goes_first, with_few_datagrams),
		TEST_WITH(held_fragments_are_bounded, with_few_fragments),
		TEST_WITH(one_source_does_not_take_all_the_room, with_few_per_source),
		TEST(pieces_of_one_datagram_are_bounded),
		TEST(only_looking_on_nothing_is_dropped),
	};

	return cmocka_run_group_tests(tests, count_here, NULL);
}
