/* SPDX-License-Identifier: BSD-3-Clause */

/* Random look-ups, ends and time against a plain list; and how hashes spread. */

#include "flow_test.h"

enum {
	HOSTS = 24, /* few, so that they meet again */
	PORTS = 4,
	STEPS = 200 * 1000,
	KEYS = HOSTS * HOSTS * PORTS,
	UNANSWERED_US = 30 * SECOND,
};

/** The list: by hosts and port, the flow's id and when it was last seen; 0: none. */
struct model {
	uint64_t id[KEYS];
	uint64_t last_us[KEYS];
};

static uint64_t seed = 88172645463325252;

static uint32_t
draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % below;
}

static struct model m;

static uint32_t
key_of(const struct gz_flow *f)
{
	return (f->addr[0].b[15] * HOSTS + f->addr[1].b[15]) * PORTS + f->port[0];
}

static void
note_end(struct gz_flow *f, enum gz_flow_end why)
{
	uint32_t k = key_of(f);

	assert_int_equal(m.id[k], f->id);
	m.id[k] = 0;
}

static void
step(struct bench *b, uint64_t now_us)
{
	uint32_t from = draw(HOSTS), to = draw(HOSTS), port = draw(PORTS);
	uint32_t k = (from * HOSTS + to) * PORTS + port;
	struct gz_pkt p = packet(IPPROTO_UDP, from, (uint16_t)port, 256 + to, 53);
	bool known = m.id[k] != 0 && m.last_us[k] + UNANSWERED_US >= now_us;
	uint64_t id = m.id[k];

	p.time_us = now_us;
	assert_non_null(find(b, &p));
	if (known)
		assert_int_equal(p.flow->id, id);
	else
		assert_int_not_equal(p.flow->id, id);
	m.id[k] = p.flow->id;
	m.last_us[k] = now_us;
	assert_int_equal(key_of(p.flow), k);
}

static void
random_look_ups_agree_with_a_plain_list(void **state)
{
	uint64_t now_us = noon;
	uint32_t alive = 0;
	struct bench b;

	bench_open(&b);
	bench_start(&b);
	b.end = note_end;
	for (uint32_t i = 0; i < STEPS; i++) {
		now_us += draw(40 * 1000);
		if (draw(16) == 0)
			turn(&b, now_us);
		step(&b, now_us);
	}
	turn(&b, now_us);
	for (uint32_t k = 0; k < KEYS; k++)
		alive += m.id[k] != 0;
	assert_int_equal(alive, gz_flow_table_count(b.t));
	bench_close(&b);
}

static void
hashes_spread_and_flows_are_found_beyond_a_bucket(void **state)
{
	struct gz_pkt p = packet(IPPROTO_UDP, 1, 0, 2, 53);
	struct gz_flow **flows = calloc(65536, sizeof(struct gz_flow *));
	uint32_t behind = 0, nb_buckets;
	struct bench b;

	bench_open(&b);
	bench_set(&b, "flow.max=65536");
	bench_start(&b);
	for (uint32_t i = 0; i < 65536; i++) {
		p.sport = (uint16_t)i;
		flows[i] = find(&b, &p);
	}
	for (uint32_t i = 0; i < 65536; i++) {
		p.sport = (uint16_t)i;
		assert_ptr_equal(find(&b, &p), flows[i]);
	}
	nb_buckets = (uint32_t)(b.t->buckets_bytes / sizeof(struct flow_bucket));
	for (uint32_t i = 0; i < nb_buckets; i++)
		behind += b.t->buckets[i].more != NULL;
	/* a bucket has seven slots for two flows on average: one in a thousand overflows */
	assert_true(behind < nb_buckets / 200);
	bench_close(&b);
	free(flows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_look_ups_agree_with_a_plain_list),
		cmocka_unit_test(hashes_spread_and_flows_are_found_beyond_a_bucket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
