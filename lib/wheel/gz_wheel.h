/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_WHEEL_H
#define GZ_WHEEL_H

/*
 * Timers of one worker: a wheel of buckets, turned once per loop.
 *
 * A timer is late by at most one tick and never early. Nothing here locks:
 * a wheel and its timers belong to the worker that created it. A timer that is
 * pushed back often is cheaper left armed and re-armed when it fires early.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

struct gz_wheel;
struct gz_timer;

/** Called on expiry; the timer is already off the wheel and may be armed again. */
typedef void (*gz_timer_fn)(struct gz_timer *t, void *arg);

/** Embedded in what it times. All zero is a timer that is not armed. */
struct gz_timer {
	LIST_ENTRY(gz_timer) link;
	uint64_t due_ms;
	gz_timer_fn fn;
};

/**
 * Create a wheel.
 *
 * @param tick_ms   Length of a bucket, 1 to 1000 ms.
 * @param span_ms   Longest delay it must hold; longer ones are re-armed on the way.
 * @param arg       Handed to every timer's function.
 * @return          The wheel, owned by the caller (gz_wheel_destroy()), or NULL
 *                  with rte_errno: EINVAL (bad tick), ENOMEM.
 */
struct gz_wheel *gz_wheel_create(uint32_t tick_ms, uint32_t span_ms, void *arg);
/** Timers still armed are forgotten, not fired. */
void gz_wheel_destroy(struct gz_wheel *w);

/**
 * Fire at @p due_ms or up to a tick later; a due time in the past fires at the next tick. An armed
 * timer is moved.
 */
void gz_wheel_arm(struct gz_wheel *w, struct gz_timer *t, uint64_t due_ms, gz_timer_fn fn);
void gz_wheel_disarm(struct gz_timer *t);

static inline bool
gz_timer_is_armed(const struct gz_timer *t)
{
	return t->link.le_prev != NULL;
}

/**
 * Fire what is due at @p now_ms, which never runs backwards (an earlier time
 * does nothing). Cost: one bucket per elapsed tick, at most one round.
 *
 * @param most   Fire or re-arm at most so many now; the rest at the next turn.
 * @return       Timers fired.
 */
uint32_t gz_wheel_turn(struct gz_wheel *w, uint64_t now_ms, uint32_t most);

#endif /* GZ_WHEEL_H */
