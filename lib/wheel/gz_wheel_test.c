/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <rte_common.h>
#include <rte_errno.h>

#include <cmocka.h>

#include "gz_wheel.h"

enum {
	TICK_MS = 10,
	SPAN_MS = 1000,
	ALL = UINT32_MAX,
};

static uint32_t fired;

static void
count(struct gz_timer *t, void *arg)
{
	assert_false(gz_timer_is_armed(t));
	fired++;
}

static struct gz_wheel *
wheel_at(uint64_t now_ms)
{
	struct gz_wheel *w = gz_wheel_create(TICK_MS, SPAN_MS, NULL);

	assert_non_null(w);
	fired = 0;
	gz_wheel_turn(w, now_ms, ALL);
	return w;
}

static void
a_bad_tick_is_refused(void **state)
{
	assert_null(gz_wheel_create(0, 1000, NULL));
	assert_int_equal(rte_errno, EINVAL);
	assert_null(gz_wheel_create(1001, 1000, NULL));
	assert_int_equal(rte_errno, EINVAL);
}

static void
a_timer_is_never_early_and_late_by_at_most_a_tick(void **state)
{
	struct gz_wheel *w = wheel_at(1000);
	struct gz_timer t = { 0 };

	gz_wheel_arm(w, &t, 1025, count);
	assert_int_equal(gz_wheel_turn(w, 1024, ALL), 0);
	assert_true(gz_timer_is_armed(&t));
	assert_int_equal(gz_wheel_turn(w, 1035, ALL), 1);
	assert_int_equal(fired, 1);
	gz_wheel_destroy(w);
}

static void
a_disarmed_timer_does_not_fire(void **state)
{
	struct gz_wheel *w = wheel_at(1000);
	struct gz_timer t = { 0 };

	gz_wheel_disarm(&t);
	gz_wheel_arm(w, &t, 1020, count);
	gz_wheel_disarm(&t);
	gz_wheel_disarm(&t);
	assert_int_equal(gz_wheel_turn(w, 2000, ALL), 0);
	gz_wheel_destroy(w);
}

static void
arming_again_moves_a_timer(void **state)
{
	struct gz_wheel *w = wheel_at(1000);
	struct gz_timer t = { 0 };

	gz_wheel_arm(w, &t, 1020, count);
	gz_wheel_arm(w, &t, 1500, count);
	assert_int_equal(gz_wheel_turn(w, 1499, ALL), 0);
	assert_int_equal(gz_wheel_turn(w, 1510, ALL), 1);
	gz_wheel_destroy(w);
}

static void
a_due_time_in_the_past_fires_at_the_next_tick(void **state)
{
	struct gz_wheel *w = wheel_at(1000);
	struct gz_timer t = { 0 };

	gz_wheel_arm(w, &t, 3, count);
	assert_int_equal(gz_wheel_turn(w, 1010, ALL), 1);
	gz_wheel_destroy(w);
}

static void
a_delay_longer_than_the_span_is_held(void **state)
{
	struct gz_wheel *w = wheel_at(1000);
	struct gz_timer t = { 0 };
	uint64_t now;

	gz_wheel_arm(w, &t, 1000 + 7 * SPAN_MS, count);
	for (now = 1000; now < 1000 + 7 * SPAN_MS; now += 7)
		assert_int_equal(gz_wheel_turn(w, now, ALL), 0);
	assert_int_equal(gz_wheel_turn(w, 1000 + 7 * SPAN_MS, ALL), 1);
	gz_wheel_destroy(w);
}

static void
a_jump_of_many_rounds_fires_what_is_due_and_no_more(void **state)
{
	struct gz_wheel *w = gz_wheel_create(TICK_MS, SPAN_MS, NULL);
	uint64_t now = 1700000000000;
	struct gz_timer soon = { 0 }, later = { 0 };

	/* Armed before the first turn, which comes from year zero. */
	fired = 0;
	gz_wheel_arm(w, &soon, now - 5, count);
	gz_wheel_arm(w, &later, now + 50, count);
	assert_int_equal(gz_wheel_turn(w, now, ALL), 1);
	assert_false(gz_timer_is_armed(&soon));
	assert_int_equal(gz_wheel_turn(w, now + 49, ALL), 0);
	assert_int_equal(gz_wheel_turn(w, now + 60, ALL), 1);
	gz_wheel_destroy(w);
}

static void
time_that_runs_backwards_does_nothing(void **state)
{
	struct gz_wheel *w = wheel_at(5000);
	struct gz_timer t = { 0 };

	gz_wheel_arm(w, &t, 5100, count);
	assert_int_equal(gz_wheel_turn(w, 100, ALL), 0);
	assert_int_equal(gz_wheel_turn(w, 5110, ALL), 1);
	gz_wheel_destroy(w);
}

static void
what_is_too_much_for_one_turn_waits_for_the_next(void **state)
{
	struct gz_wheel *w = wheel_at(1000);
	struct gz_timer t[10] = { 0 };
	size_t i;

	for (i = 0; i < RTE_DIM(t); i++)
		gz_wheel_arm(w, &t[i], 1010, count);
	assert_int_equal(gz_wheel_turn(w, 1010, 4), 4);
	assert_int_equal(gz_wheel_turn(w, 1010, 4), 4);
	assert_int_equal(gz_wheel_turn(w, 1010, 4), 2);
	gz_wheel_destroy(w);
}

static void
arm_in_the_past(struct gz_timer *t, void *arg)
{
	struct gz_wheel **w = arg;

	fired++;
	gz_wheel_arm(*w, t, 0, arm_in_the_past);
}

static void
a_timer_that_always_wants_to_fire_does_not_hold_the_turn(void **state)
{
	struct gz_wheel *w;
	struct gz_timer t = { 0 };

	w = gz_wheel_create(TICK_MS, SPAN_MS, &w);
	gz_wheel_turn(w, 1000, ALL);
	gz_wheel_arm(w, &t, 0, arm_in_the_past);
	assert_int_equal(gz_wheel_turn(w, 1010, ALL), 1);
	assert_int_equal(gz_wheel_turn(w, 1020, ALL), 1);
	assert_in_range(gz_wheel_turn(w, 900000, ALL), 1, 2);
	gz_wheel_destroy(w);
}

/* The model: each timer's due time in a plain array, 0 for none. */
enum {
	MODEL_TIMERS = 500,
	MODEL_STEPS = 200000,
};

struct model {
	struct gz_wheel *w;
	struct gz_timer timers[MODEL_TIMERS];
	uint64_t due_ms[MODEL_TIMERS];
	uint64_t now_ms;
	bool hurried; /* a turn was cut short */
};

static uint64_t
random_due(const struct model *m)
{
	uint64_t spread = rand() % 4 == 0 ? 5 * SPAN_MS : SPAN_MS / 2;

	return m->now_ms + (uint64_t)rand() % spread - (uint64_t)(rand() % 20);
}

static void
model_fire(struct gz_timer *t, void *arg)
{
	struct model *m = arg;
	size_t i = (size_t)(t - m->timers);

	assert_true(m->due_ms[i] != 0);
	assert_true(m->due_ms[i] <= m->now_ms);
	m->due_ms[i] = 0;
	if (rand() % 3 == 0) {
		m->due_ms[i] = random_due(m);
		gz_wheel_arm(m->w, t, m->due_ms[i], model_fire);
	}
	/* And one timer may disarm another. */
	i = (size_t)rand() % MODEL_TIMERS;
	if (rand() % 8 == 0) {
		gz_wheel_disarm(&m->timers[i]);
		m->due_ms[i] = 0;
	}
}

static void
model_turn(struct model *m)
{
	uint32_t most = rand() % 4 == 0 ? (uint32_t)rand() % 8 : ALL;
	size_t i;

	m->now_ms += (uint64_t)rand() % (rand() % 100 == 0 ? 10 * SPAN_MS : 2 * TICK_MS);
	gz_wheel_turn(m->w, m->now_ms, most);
	m->hurried = most != ALL;
	if (m->hurried)
		return;
	for (i = 0; i < MODEL_TIMERS; i++) {
		assert_int_equal(gz_timer_is_armed(&m->timers[i]), m->due_ms[i] != 0);
		/* Armed by this turn in the past is allowed: it fires at the next tick. */
		if (m->due_ms[i] != 0)
			assert_true(m->due_ms[i] + 3 * TICK_MS > m->now_ms);
	}
}

static void
a_wheel_does_what_a_plain_array_does(void **state)
{
	static struct model m;
	size_t i;
	int step;

	srand(1);
	m.w = gz_wheel_create(TICK_MS, SPAN_MS, &m);
	m.now_ms = 1000000;
	gz_wheel_turn(m.w, m.now_ms, ALL);
	for (step = 0; step < MODEL_STEPS; step++) {
		i = (size_t)rand() % MODEL_TIMERS;
		switch (rand() % 4) {
		case 0:
			model_turn(&m);
			break;
		case 1:
			gz_wheel_disarm(&m.timers[i]);
			m.due_ms[i] = 0;
			break;
		default:
			m.due_ms[i] = random_due(&m);
			gz_wheel_arm(m.w, &m.timers[i], m.due_ms[i], model_fire);
			break;
		}
	}
	gz_wheel_destroy(m.w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bad_tick_is_refused),
		cmocka_unit_test(a_timer_is_never_early_and_late_by_at_most_a_tick),
		cmocka_unit_test(a_disarmed_timer_does_not_fire),
		cmocka_unit_test(arming_again_moves_a_timer),
		cmocka_unit_test(a_due_time_in_the_past_fires_at_the_next_tick),
		cmocka_unit_test(a_delay_longer_than_the_span_is_held),
		cmocka_unit_test(a_jump_of_many_rounds_fires_what_is_due_and_no_more),
		cmocka_unit_test(time_that_runs_backwards_does_nothing),
		cmocka_unit_test(what_is_too_much_for_one_turn_waits_for_the_next),
		cmocka_unit_test(a_timer_that_always_wants_to_fire_does_not_hold_the_turn),
		cmocka_unit_test(a_wheel_does_what_a_plain_array_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
