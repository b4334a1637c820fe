/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEFRAG_TEST_H
#define DEFRAG_TEST_H

/* Fragments cut from a datagram, and a defragmenter that tells what it handed back. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gz_stat.h"

#include "defrag_internal.h"
#include "defrag_test_cut.h"

enum {
	ETHER = 14,
	DATA = 4000, /* bytes of the datagram that tests cut up */
};

struct bench {
	struct gz_conf *conf;
	struct gz_mem *mem;
	struct gz_wheel *wheel;
	struct gz_exceptions x;
	struct gz_defrag *d;
	uint32_t done; /* fragments handed back by themselves */
	uint8_t why; /* of the last one */
	uint8_t verdict;
};

static struct bench b;

static inline void
free_packet(struct gz_pkt *p)
{
	free(p->data);
	free(p);
}

static inline void
done(void *arg, struct gz_pkt *fragments)
{
	struct gz_pkt *p, *next;

	assert_ptr_equal(arg, &b);
	for (p = fragments; p != NULL; p = next) {
		next = p->next;
		b.done++;
		b.why = p->why;
		b.verdict = p->verdict;
		free_packet(p);
	}
}

static inline int
set_up(const char *setting)
{
	struct gz_errors errors = GZ_ERRORS_INIT;

	memset(&b, 0, sizeof(b));
	b.conf = gz_conf_create();
	if (setting != NULL)
		assert_int_equal(gz_conf_set(b.conf, setting, &errors), 0);
	b.mem = gz_mem_create(b.conf, 1);
	b.wheel = gz_wheel_create(10, 60000, &b);
	gz_exceptions_init(&b.x, b.conf);
	b.d = gz_defrag_create(b.conf, b.mem, b.wheel, &b.x, done, &b);
	test_now_us = 1000000;
	gz_wheel_turn(b.wheel, test_now_us / 1000, 1);
	return b.d == NULL;
}

static inline int
plain(void **state)
{
	return set_up(NULL);
}

/* Nothing may be left behind: not a byte, not a packet. */
static inline int
tear_down(void **state)
{
	struct gz_mem_use use;

	gz_defrag_destroy(b.d);
	gz_mem_usage(b.mem, defrag_purpose, &use);
	assert_int_equal(use.used, 0);
	gz_wheel_destroy(b.wheel);
	gz_mem_destroy(b.mem);
	gz_conf_destroy(b.conf);
	return 0;
}

static inline struct gz_pkt *
push(struct gz_pkt *p)
{
	assert_true((p->flags & GZ_PKT_FRAGMENT) != 0);
	return gz_defrag_push(b.d, p, &opts);
}

static inline void
release(struct gz_pkt *whole)
{
	struct gz_pkt *p, *next;

	for (p = gz_defrag_release(b.d, whole); p != NULL; p = next) {
		next = p->next;
		free_packet(p);
	}
}

static inline void
assert_is_datagram(const struct gz_pkt *whole, const uint8_t *data, uint32_t len)
{
	assert_non_null(whole);
	assert_int_equal(whole->flags & (GZ_PKT_WHOLE | GZ_PKT_UDP | GZ_PKT_FRAGMENT | GZ_PKT_BAD),
			GZ_PKT_WHOLE | GZ_PKT_UDP);
	assert_int_equal(whole->sport, 1234);
	assert_int_equal(whole->dport, 53);
	assert_int_equal(whole->payload_len, len - 8);
	assert_memory_equal(gz_pkt_payload(whole), data + 8, len - 8);
}

static inline int
count_here(void **state)
{
	struct gz_stat_block *block = gz_stat_block_create("test");

	gz_stat_block_use(block);
	return block == NULL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, plain, tear_down)
#define TEST_WITH(name, set_up) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif /* DEFRAG_TEST_H */
