/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>

#include <cmocka.h>

#include "gz_epoch.h"

static uint32_t freed;

static void
count(void *ptr)
{
	freed++;
}

static void
a_retired_pointer_waits_for_every_worker(void **state)
{
	struct gz_epoch *e = gz_epoch_create(2);
	int thing;

	freed = 0;
	gz_epoch_online(e, 0);
	gz_epoch_online(e, 1);
	assert_int_equal(gz_epoch_retire(e, &thing, count), 0);
	assert_int_equal(gz_epoch_poll(e), 1);
	gz_epoch_pass(e, 0);
	assert_int_equal(gz_epoch_poll(e), 1);
	gz_epoch_pass(e, 1);
	assert_int_equal(gz_epoch_poll(e), 0);
	assert_int_equal(freed, 1);
	gz_epoch_offline(e, 0);
	gz_epoch_offline(e, 1);
	gz_epoch_destroy(e);
}

static void
a_worker_that_sleeps_is_not_waited_for(void **state)
{
	struct gz_epoch *e = gz_epoch_create(3);
	int thing;

	freed = 0;
	gz_epoch_online(e, 0);
	gz_epoch_online(e, 1);
	gz_epoch_offline(e, 1);
	gz_epoch_retire(e, &thing, count);
	gz_epoch_online(e, 1); /* woke after the exchange: it cannot hold the old one */
	gz_epoch_pass(e, 0);
	assert_int_equal(gz_epoch_poll(e), 0);
	assert_int_equal(freed, 1);
	gz_epoch_destroy(e);
}

static void
what_was_retired_first_is_freed_first(void **state)
{
	struct gz_epoch *e = gz_epoch_create(1);
	int one, two;

	freed = 0;
	gz_epoch_online(e, 0);
	gz_epoch_retire(e, &one, count);
	gz_epoch_pass(e, 0);
	gz_epoch_retire(e, &two, count);
	assert_int_equal(gz_epoch_poll(e), 1);
	assert_int_equal(freed, 1);
	gz_epoch_destroy(e); /* frees what waits */
	assert_int_equal(freed, 2);
}

static void
a_bad_number_of_workers_is_refused(void **state)
{
	assert_null(gz_epoch_create(0));
	assert_int_equal(rte_errno, EINVAL);
	assert_null(gz_epoch_create(1 << 20));
	assert_int_equal(rte_errno, EINVAL);
}

enum {
	READERS = 2,
	ROUNDS = 2000,
	DEAD = 0xdd,
	SIZE = 64,
};

static struct gz_epoch *epoch;
static uint8_t *live; /* control: wo, readers: ro */
static bool stop; /* control: wo, readers: ro */

static void
kill_thing(void *ptr)
{
	memset(ptr, DEAD, SIZE);
	free(ptr);
}

static void *
reader(void *arg)
{
	uint32_t id = (uint32_t)(uintptr_t)arg;
	const uint8_t *p;
	uintptr_t bad = 0;

	gz_epoch_online(epoch, id);
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		p = __atomic_load_n(&live, __ATOMIC_ACQUIRE);
		bad += p[0] == DEAD || p[SIZE - 1] == DEAD;
		sched_yield();
		bad += p[0] == DEAD || p[SIZE - 1] == DEAD;
		gz_epoch_pass(epoch, id);
	}
	gz_epoch_offline(epoch, id);
	return (void *)bad;
}

static void
no_reader_sees_what_was_freed(void **state)
{
	pthread_t threads[READERS];
	uint8_t *next, *old;
	uintptr_t i;
	void *bad;

	epoch = gz_epoch_create(READERS);
	live = calloc(1, SIZE);
	for (i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, reader, (void *)i), 0);
	for (i = 0; i < ROUNDS; i++) {
		next = calloc(1, SIZE);
		old = __atomic_exchange_n(&live, next, __ATOMIC_ACQ_REL);
		assert_int_equal(gz_epoch_retire(epoch, old, kill_thing), 0);
		gz_epoch_poll(epoch);
		if (i % 16 == 0)
			sched_yield();
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < READERS; i++) {
		pthread_join(threads[i], &bad);
		assert_null(bad);
	}
	assert_int_equal(gz_epoch_poll(epoch), 0);
	gz_epoch_destroy(epoch);
	free(live);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_retired_pointer_waits_for_every_worker),
		cmocka_unit_test(a_worker_that_sleeps_is_not_waited_for),
		cmocka_unit_test(what_was_retired_first_is_freed_first),
		cmocka_unit_test(a_bad_number_of_workers_is_refused),
		cmocka_unit_test(no_reader_sees_what_was_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
