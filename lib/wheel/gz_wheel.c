/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_wheel.h"

#include <errno.h>
#include <stdlib.h>

#include <rte_common.h>
#include <rte_errno.h>

enum {
	TICK_MOST_MS = 1000,
	BUCKETS_LEAST = 16,
	BUCKETS_MOST = 1 << 16, /* what lies beyond is re-armed on the way */
};

struct gz_wheel {
	uint32_t tick_ms;
	uint32_t nb_buckets; /* a power of two */
	void *arg;
	uint64_t now; /* tick that the last turn was told */
	uint64_t done; /* tick whose bucket was emptied last; behind now only when a turn had too much */
	LIST_HEAD(bucket, gz_timer) buckets[];
};

struct gz_wheel *
gz_wheel_create(uint32_t tick_ms, uint32_t span_ms, void *arg)
{
	struct gz_wheel *w;
	uint32_t nb;

	if (tick_ms == 0 || tick_ms > TICK_MOST_MS) {
		rte_errno = EINVAL;
		return NULL;
	}
	nb = RTE_MIN(span_ms / tick_ms + 1, (uint32_t)BUCKETS_MOST);
	nb = rte_align32pow2(RTE_MAX(nb, (uint32_t)BUCKETS_LEAST));
	w = calloc(1, sizeof(*w) + nb * sizeof(w->buckets[0]));
	if (w == NULL) {
		rte_errno = ENOMEM;
		return NULL;
	}
	w->tick_ms = tick_ms;
	w->nb_buckets = nb;
	w->arg = arg;
	return w;
}

void
gz_wheel_destroy(struct gz_wheel *w)
{
	free(w);
}

/** The first tick at which @p t may fire. */
static uint64_t
due_tick(const struct gz_wheel *w, const struct gz_timer *t)
{
	return t->due_ms / w->tick_ms + (t->due_ms % w->tick_ms != 0);
}

static void
wheel_put(struct gz_wheel *w, struct gz_timer *t)
{
	uint64_t tick = RTE_MAX(due_tick(w, t), w->now + 1);

	/* A round ahead of the last emptied bucket is that bucket again, at the next round. */
	tick = RTE_MIN(tick, w->done + w->nb_buckets);
	LIST_INSERT_HEAD(&w->buckets[tick & (w->nb_buckets - 1)], t, link);
}

void
gz_wheel_arm(struct gz_wheel *w, struct gz_timer *t, uint64_t due_ms, gz_timer_fn fn)
{
	gz_wheel_disarm(t);
	t->due_ms = due_ms;
	t->fn = fn;
	wheel_put(w, t);
}

void
gz_wheel_disarm(struct gz_timer *t)
{
	if (!gz_timer_is_armed(t))
		return;
	LIST_REMOVE(t, link);
	t->link.le_prev = NULL;
}

uint32_t
gz_wheel_turn(struct gz_wheel *w, uint64_t now_ms, uint32_t most)
{
	uint32_t fired = 0, seen = 0;
	struct gz_timer *t;
	struct bucket *b;

	w->now = RTE_MAX(w->now, now_ms / w->tick_ms);
	/* After a jump of more than a round each bucket is looked at once. */
	if (w->now - w->done > w->nb_buckets)
		w->done = w->now - w->nb_buckets;
	while (w->done < w->now) {
		b = &w->buckets[(w->done + 1) & (w->nb_buckets - 1)];
		while ((t = LIST_FIRST(b)) != NULL) {
			if (seen++ == most)
				return fired;
			gz_wheel_disarm(t);
			if (due_tick(w, t) > w->now) {
				wheel_put(w, t);
				continue;
			}
			t->fn(t, w->arg);
			fired++;
		}
		w->done++;
	}
	return fired;
}
