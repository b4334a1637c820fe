/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FLOW_TEST_H
#define FLOW_TEST_H

/* A table to test, and packets for it. */

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <rte_common.h>

#include <cmocka.h>

#include "flow_internal.h"

enum {
	SECOND = 1000 * 1000,
	SYN = 0x02,
	ACK = 0x10,
};

static const uint64_t noon = UINT64_C(1800000000) * SECOND;

struct bench {
	struct gz_conf *conf;
	struct gz_mem *mem;
	struct gz_wheel *wheel;
	struct gz_exceptions x;
	struct gz_flow_table *t;
	uint32_t ends[GZ_NB_FLOW_ENDS];
	void (*end)(struct gz_flow *f, enum gz_flow_end why);
};

static void
bench_end(void *arg, struct gz_flow *f, enum gz_flow_end why)
{
	struct bench *b = arg;

	b->ends[why]++;
	if (b->end != NULL)
		b->end(f, why);
}

static inline void
bench_set(struct bench *b, const char *setting)
{
	struct gz_errors errors = GZ_ERRORS_INIT;

	assert_int_equal(gz_conf_set(b->conf, setting, &errors), 0);
}

static inline void
bench_open(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	b->conf = gz_conf_create();
}

/** After the settings. */
static inline void
bench_start(struct bench *b)
{
	gz_exceptions_init(&b->x, b->conf);
	b->mem = gz_mem_create(b->conf, 1);
	b->wheel = gz_wheel_create(100, 1000 * 1000, NULL);
	gz_wheel_turn(b->wheel, noon / 1000, UINT32_MAX);
	b->t = gz_flow_table_create(b->conf, b->mem, b->wheel, 0, 1, &b->x, bench_end, b);
	assert_non_null(b->t);
}

static inline void
bench_close(struct bench *b)
{
	gz_flow_table_destroy(b->t);
	gz_wheel_destroy(b->wheel);
	gz_mem_destroy(b->mem);
	gz_conf_destroy(b->conf);
}

static inline void
turn(struct bench *b, uint64_t now_us)
{
	gz_wheel_turn(b->wheel, now_us / 1000, UINT32_MAX);
}

static inline void
walk_all(struct bench *b, gz_flow_walk_fn fn, void *arg)
{
	uint32_t at = 0;

	assert_true(gz_flow_walk(b->t, &at, UINT32_MAX, fn, arg));
}

static inline struct gz_addr
host(uint32_t n)
{
	uint8_t four[4] = { 10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	return gz_addr_v4(four);
}

/** A packet from host @p from to host @p to. */
static inline struct gz_pkt
packet(uint8_t proto, uint32_t from, uint16_t sport, uint32_t to, uint16_t dport)
{
	struct gz_pkt p = {
		.flags = GZ_PKT_IPV4,
		.proto = proto,
		.src = host(from),
		.dst = host(to),
		.sport = sport,
		.dport = dport,
		.len = 100,
		.ttl = 64,
		.time_us = noon,
	};

	p.flags |= proto == IPPROTO_TCP ? GZ_PKT_TCP : 0;
	p.flags |= proto == IPPROTO_UDP ? GZ_PKT_UDP : 0;
	p.flags |= proto == IPPROTO_ICMP ? GZ_PKT_ICMP4 : 0;
	return p;
}

static inline struct gz_pkt
answer(const struct gz_pkt *p)
{
	struct gz_pkt a = *p;

	a.src = p->dst;
	a.dst = p->src;
	a.sport = p->dport;
	a.dport = p->sport;
	a.side = !p->side;
	a.flags &= ~(uint32_t)(GZ_PKT_FIRST | GZ_PKT_ESTABLISHED);
	a.flow = NULL;
	a.hash = 0;
	return a;
}

static inline struct gz_flow *
find(struct bench *b, struct gz_pkt *p)
{
	p->hash = 0;
	p->flow = NULL;
	p->flags &= ~(uint32_t)(GZ_PKT_FIRST | GZ_PKT_ESTABLISHED);
	gz_flow_find(b->t, p);
	if (p->flow != NULL)
		gz_flow_count(p);
	return p->flow;
}

#endif /* FLOW_TEST_H */
