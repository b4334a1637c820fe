/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>

#include <cmocka.h>

#include "gz_event.h"
#include "gz_stat.h"

GZ_EVENT_TYPE(birth, "birth", "somebody was born")
GZ_EVENT_TYPE(death, "death", "somebody died")

enum {
	RING = 64 * 1024,
};

static uint64_t
stat(const struct gz_stat_block *b, const char *name)
{
	return gz_stat_block_get(b, (uint32_t)gz_stat_find(name));
}

static bool
post(struct gz_event_ring *r, struct gz_event_type *type, uint64_t number, uint32_t text_len)
{
	struct gz_event *e = gz_event_begin(r, type, text_len + 32);
	char text[2048];

	if (e == NULL)
		return false;
	memset(text, 'a' + (int)(number % 26), text_len);
	e->flow_id = number;
	gz_json_bytes(gz_event_json(r), "t", gz_span(text, text_len));
	gz_event_commit(r);
	return true;
}

struct reader {
	uint64_t next;
	uint32_t seen;
};

static void
check(void *arg, const struct gz_event *e)
{
	struct reader *reader = arg;
	uint32_t i, len = e->text_len - 6; /* "t":"" */

	assert_true(e->flow_id == reader->next);
	assert_memory_equal(e->text, "\"t\":\"", 5);
	for (i = 0; i < len; i++)
		assert_int_equal(e->text[5 + i], 'a' + (int)(e->flow_id % 26));
	reader->next++;
	reader->seen++;
}

static void
see_one(void *arg, const struct gz_event *e)
{
	*(struct gz_event *)arg = *e;
}

static void
a_record_starts_with_nothing_known(void **state)
{
	struct gz_event_ring *r = gz_event_ring_create(RING);
	struct gz_event e;

	assert_true(gz_event_ring_is_empty(r));
	assert_true(post(r, &death, 7, 10));
	assert_false(gz_event_ring_is_empty(r));
	assert_int_equal(gz_event_drain(r, see_one, &e, 10), 1);
	assert_true(gz_event_ring_is_empty(r));
	assert_int_equal(e.type, death.reg.id);
	assert_int_equal(e.flow_id, 7);
	assert_int_equal(e.wire, GZ_EVENT_NONE);
	assert_true(e.tx_id == UINT64_MAX);
	assert_int_equal(e.time_us, 0);
	assert_false(e.has_addr);
	gz_event_ring_destroy(r);
}

static void
bad_sizes_are_refused(void **state)
{
	assert_null(gz_event_ring_create(RING - 1));
	assert_int_equal(rte_errno, EINVAL);
	assert_null(gz_event_ring_create((1U << 30) + 1));
	assert_int_equal(rte_errno, EINVAL);
}

static void
what_nobody_wants_is_not_built(void **state)
{
	struct gz_event_ring *r = gz_event_ring_create(RING);
	uint64_t mask[GZ_EVENT_TYPES_MOST / 64] = { 0 };

	assert_true(gz_event_is_wanted(r, &birth));
	mask[death.reg.id / 64] = UINT64_C(1) << death.reg.id % 64;
	gz_event_want(r, mask);
	assert_false(gz_event_is_wanted(r, &birth));
	assert_true(gz_event_is_wanted(r, &death));
	assert_false(post(r, &birth, 1, 1));
	assert_true(post(r, &death, 1, 1));
	gz_event_ring_destroy(r);
}

static void
a_full_ring_loses_events_and_counts_them(void **state)
{
	struct gz_stat_block *b = gz_stat_block_create("writer");
	struct gz_event_ring *r = gz_event_ring_create(RING);
	struct reader reader = { 0 };
	uint64_t n = 0;

	gz_stat_block_use(b);
	while (post(r, &birth, n, 1000))
		n++;
	assert_in_range(n, 50, 64);
	assert_int_equal(stat(b, "events.posted"), n);
	assert_int_equal(stat(b, "events.lost"), 1);
	assert_int_equal(gz_event_drain(r, check, &reader, 10), 10);
	assert_true(post(r, &birth, n, 1000));
	assert_int_equal(gz_event_drain(r, check, &reader, 1000), n + 1 - 10);
	gz_event_ring_destroy(r);
	gz_stat_block_destroy(b);
}

static void
a_text_that_does_not_fit_is_lost_alone(void **state)
{
	struct gz_stat_block *b = gz_stat_block_create("writer");
	struct gz_event_ring *r = gz_event_ring_create(RING);
	struct reader reader = { 0 };

	gz_stat_block_use(b);
	assert_non_null(gz_event_begin(r, &birth, 16));
	gz_json_str(gz_event_json(r), "key", "a value that is longer");
	gz_event_commit(r);
	assert_int_equal(stat(b, "events.too_long"), 1);
	assert_true(gz_event_ring_is_empty(r));
	assert_true(post(r, &birth, 0, 5));
	assert_int_equal(gz_event_drain(r, check, &reader, 10), 1);
	gz_event_ring_destroy(r);
	gz_stat_block_destroy(b);
}

static void
the_largest_text_finds_room_wherever_the_head_is(void **state)
{
	struct gz_event_ring *r = gz_event_ring_create(RING);
	struct reader reader = { 0 };
	uint64_t n = 0;
	int i;

	for (i = 0; i < 1000; i++) {
		assert_true(post(r, &birth, n++, (uint32_t)i % 2000));
		assert_int_equal(gz_event_drain(r, check, &reader, 10), 1);
		assert_non_null(gz_event_begin(r, &birth, UINT32_MAX)); /* and not committed */
	}
	gz_event_ring_destroy(r);
}

struct lossless {
	struct gz_event_ring *r;
	struct reader reader;
};

static void
drain_some(void *arg)
{
	struct lossless *l = arg;

	gz_event_drain(l->r, check, &l->reader, 3);
}

static void
a_lossless_ring_makes_room(void **state)
{
	struct lossless l = { .r = gz_event_ring_create(RING) };
	uint64_t n;

	gz_event_ring_lossless(l.r, drain_some, &l);
	for (n = 0; n < 2000; n++)
		assert_true(post(l.r, &birth, n, (uint32_t)(n * 7 % 1900)));
	while (gz_event_drain(l.r, check, &l.reader, 100) > 0)
		;
	assert_int_equal(l.reader.seen, 2000);
	gz_event_ring_destroy(l.r);
}

enum {
	THREAD_EVENTS = 100000,
};

static void
give_way(void *arg)
{
	sched_yield();
}

static void *
post_all(void *arg)
{
	uint64_t n;

	for (n = 0; n < THREAD_EVENTS; n++)
		post(arg, &birth, n, (uint32_t)(n * 31 % 300));
	return NULL;
}

static void
a_reader_on_another_thread_sees_every_event_once_and_in_order(void **state)
{
	struct gz_event_ring *r = gz_event_ring_create(RING);
	struct reader reader = { 0 };
	pthread_t writer;

	gz_event_ring_lossless(r, give_way, NULL);
	assert_int_equal(pthread_create(&writer, NULL, post_all, r), 0);
	while (reader.seen < THREAD_EVENTS) {
		if (gz_event_drain(r, check, &reader, 64) == 0)
			sched_yield();
	}
	pthread_join(writer, NULL);
	assert_true(gz_event_ring_is_empty(r));
	gz_event_ring_destroy(r);
}

static void
add_member(void *arg, const struct gz_event *e, struct gz_json *j)
{
	char text[9000];

	memset(text, 'm', sizeof(text));
	if (e->flow_id != 0)
		gz_json_bytes(j, "more", gz_span(text, e->flow_id == 2 ? sizeof(text) : 1));
}

static void
keep_text(void *arg, const struct gz_event *e)
{
	char *at = arg;

	snprintf(at + strlen(at), 256 - strlen(at), "%.*s;", (int)e->text_len, e->text);
}

/* What is added may fail to fit, which costs the event nothing. */
static void
members_of_all_events_are_added_as_they_are_handed_over(void **state)
{
	struct gz_event_ring *r = gz_event_ring_create(RING);
	char text[256] = "";

	gz_event_ring_more(r, add_member, NULL);
	post(r, &birth, 1, 1);
	post(r, &birth, 2, 1);
	post(r, &death, 0, 1);
	gz_event_drain(r, keep_text, text, UINT32_MAX);
	assert_string_equal(text, "\"t\":\"b\",\"more\":\"m\";\"t\":\"c\";\"t\":\"a\";");
	gz_event_ring_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_starts_with_nothing_known),
		cmocka_unit_test(bad_sizes_are_refused),
		cmocka_unit_test(what_nobody_wants_is_not_built),
		cmocka_unit_test(a_full_ring_loses_events_and_counts_them),
		cmocka_unit_test(a_text_that_does_not_fit_is_lost_alone),
		cmocka_unit_test(the_largest_text_finds_room_wherever_the_head_is),
		cmocka_unit_test(a_lossless_ring_makes_room),
		cmocka_unit_test(members_of_all_events_are_added_as_they_are_handed_over),
		cmocka_unit_test(a_reader_on_another_thread_sees_every_event_once_and_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
