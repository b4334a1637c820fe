/* SPDX-License-Identifier: BSD-3-Clause */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "gz_stat.h"

enum {
	SHIP_LOADED,
	SHIP_LOST,
	SHIP_NOW
};

static const struct gz_stat_row ship_rows[] = {
	[SHIP_LOADED] = { "ship.loaded", "boxes loaded" },
	[SHIP_LOST] = { "ship.lost", "boxes lost" },
	[SHIP_NOW] = { "ship.now", "boxes on board", .gauge = true },
};
GZ_STAT_REGISTER(ship, ship_rows)

enum {
	CREW_FED
};

static const struct gz_stat_row crew_rows[] = {
	[CREW_FED] = { "crew.fed", "meals" },
};
GZ_STAT_REGISTER(crew, crew_rows)

static uint64_t
sum(const char *name)
{
	return gz_stat_sum((uint32_t)gz_stat_find(name));
}

static void
rows_of_all_sets_are_found_by_name(void **state)
{
	int i = gz_stat_find("ship.lost");

	assert_true(i >= 0);
	assert_true(gz_stat_count() >= 4);
	assert_string_equal(gz_stat_row((uint32_t)i)->help, "boxes lost");
	assert_int_equal(gz_stat_find("ship"), -1);
}

static void
what_a_thread_without_a_block_counts_is_not_summed(void **state)
{
	GZ_STAT_ADD(ship, SHIP_LOADED, 5);
	assert_int_equal(sum("ship.loaded"), 0);
}

static void *
load_seven(void *block)
{
	gz_stat_block_use(block);
	GZ_STAT_ADD(ship, SHIP_LOADED, 7);
	GZ_STAT_ADD(crew, CREW_FED, 1);
	GZ_STAT_SET(ship, SHIP_NOW, 3);
	return NULL;
}

static void
sums_add_up_the_blocks_of_all_threads(void **state)
{
	struct gz_stat_block *a = gz_stat_block_create("a"), *b = gz_stat_block_create("b");
	pthread_t t;

	gz_stat_block_use(a);
	GZ_STAT_ADD(ship, SHIP_LOADED, 2);
	GZ_STAT_SET(ship, SHIP_NOW, 2);
	assert_int_equal(pthread_create(&t, NULL, load_seven, b), 0);
	pthread_join(t, NULL);

	assert_int_equal(sum("ship.loaded"), 9);
	assert_int_equal(sum("ship.now"), 5);
	assert_int_equal(sum("crew.fed"), 1);
	assert_int_equal(gz_stat_block_get(b, (uint32_t)gz_stat_find("ship.loaded")), 7);
	assert_ptr_equal(gz_stat_block_next(NULL), a);
	assert_ptr_equal(gz_stat_block_next(a), b);
	assert_null(gz_stat_block_next(b));
	assert_string_equal(gz_stat_block_name(b), "b");

	gz_stat_block_destroy(a);
	gz_stat_block_destroy(b);
	assert_int_equal(sum("ship.loaded"), 9);
	assert_int_equal(sum("ship.now"), 0);
	assert_null(gz_stat_block_next(NULL));
}

static void
a_clear_makes_counters_zero_and_leaves_gauges(void **state)
{
	struct gz_stat_block *b = gz_stat_block_create("b");

	gz_stat_block_use(b);
	GZ_STAT_ADD(ship, SHIP_LOST, 4);
	GZ_STAT_SET(ship, SHIP_NOW, 6);
	gz_stat_clear();
	assert_int_equal(sum("ship.lost"), 0);
	assert_int_equal(sum("ship.now"), 6);
	GZ_STAT_ADD(ship, SHIP_LOST, 1);
	assert_int_equal(sum("ship.lost"), 1);
	gz_stat_block_destroy(b);
	GZ_STAT_ADD(ship, SHIP_LOST, 1); /* the thread has no block any more */
	assert_int_equal(sum("ship.lost"), 1);
}

static void
what_is_done_in_a_pause_is_not_counted(void **state)
{
	struct gz_stat_block *b = gz_stat_block_create("c");
	uint64_t before, *self;

	gz_stat_block_use(b);
	before = sum("ship.lost");
	self = gz_stat_pause();
	GZ_STAT_ADD(ship, SHIP_LOST, 7);
	gz_stat_resume(self);
	GZ_STAT_ADD(ship, SHIP_LOST, 1);
	assert_int_equal(sum("ship.lost"), before + 1);
	gz_stat_block_destroy(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_all_sets_are_found_by_name),
		cmocka_unit_test(what_a_thread_without_a_block_counts_is_not_summed),
		cmocka_unit_test(sums_add_up_the_blocks_of_all_threads),
		cmocka_unit_test(a_clear_makes_counters_zero_and_leaves_gauges),
		cmocka_unit_test(what_is_done_in_a_pause_is_not_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
