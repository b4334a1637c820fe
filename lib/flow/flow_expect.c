/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Flows that a parser has heard announced (FTP's data connections). They may
 * come up on any worker, so the board is the process's: a slot is taken for
 * writing or comparing by one exchange of its mark, and never waited for.
 */

#include <stdatomic.h>

#include <rte_branch_prediction.h>
#include <rte_common.h>

#include "flow_internal.h"

enum {
	NB_SLOTS = 128,
	WRITE_TRIES = 8,
	EXPECT_US = 60 * 1000 * 1000, /* an announced flow must come within */
	MARK_FREE = 0,
	MARK_BUSY = 1, /* somebody writes or compares it */
};

struct slot {
	struct gz_addr src, dst;
	uint64_t until_us;
	const char *app;
	uint32_t tenant;
	uint16_t wire;
	uint16_t dport;
};

static struct {
	_Atomic uint64_t until_us; /* after this nothing is expected */
	_Atomic uint32_t next;
	_Atomic uint64_t
			mark[NB_SLOTS]; /* of what is expected: MARK_FREE, MARK_BUSY, or a digest */
	struct slot slot[NB_SLOTS];
} board;

static uint64_t
digest(const struct gz_addr *src, const struct gz_addr *dst, uint16_t dport)
{
	uint64_t h = src->q[0] ^ src->q[1] * 3 ^ dst->q[0] * 5 ^ dst->q[1] * 7;

	return (h << 16 | dport) | 2;
}

static void
expect_until(uint64_t until_us)
{
	uint64_t now = atomic_load_explicit(&board.until_us, memory_order_relaxed);

	while (now < until_us && !atomic_compare_exchange_weak(&board.until_us, &now, until_us))
		;
}

static bool
slot_take(uint32_t i, uint64_t mark)
{
	return mark != MARK_BUSY &&
			atomic_compare_exchange_strong(&board.mark[i], &mark, MARK_BUSY);
}

static void
slot_give(uint32_t i, uint64_t mark)
{
	atomic_store_explicit(&board.mark[i], mark, memory_order_release);
}

void
gz_flow_expect(const struct gz_flow *parent, const struct gz_addr *src, const struct gz_addr *dst,
		uint16_t dport, const char *app_name)
{
	uint64_t until_us = parent->last_us + EXPECT_US;
	uint32_t i;

	for (uint32_t try = 0; try < WRITE_TRIES; try++) {
		i = atomic_fetch_add(&board.next, 1) % NB_SLOTS;
		if (!slot_take(i, atomic_load(&board.mark[i])))
			continue;
		board.slot[i] = (struct slot){ *src, *dst, until_us, app_name, parent->tenant,
			parent->wire, dport };
		slot_give(i, digest(src, dst, dport));
		expect_until(until_us);
		return;
	}
}

static bool
slot_fits(const struct slot *s, const struct gz_flow *f)
{
	return f->start_us <= s->until_us && s->dport == f->port[1] && s->tenant == f->tenant &&
			(s->wire == f->wire || !flow_wire_tracking) &&
			gz_addr_equal(&s->src, &f->addr[0]) && gz_addr_equal(&s->dst, &f->addr[1]);
}

const char *
flow_expect_take(const struct gz_flow *f)
{
	uint64_t mark;
	const char *app;

	if (likely(f->start_us > atomic_load_explicit(&board.until_us, memory_order_relaxed)))
		return NULL;
	mark = digest(&f->addr[0], &f->addr[1], f->port[1]);
	for (uint32_t i = 0; i < NB_SLOTS; i++) {
		if (atomic_load_explicit(&board.mark[i], memory_order_relaxed) != mark)
			continue;
		if (!slot_take(i, mark))
			continue;
		if (!slot_fits(&board.slot[i], f)) {
			slot_give(i, mark);
			continue;
		}
		app = board.slot[i].app;
		slot_give(i, MARK_FREE);
		FLOW_COUNT(FLOW_STAT_EXPECTED, 1);
		return app;
	}
	return NULL;
}
