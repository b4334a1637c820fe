/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * What a worker does when nothing comes: poll on, or sleep (worker.idle). A
 * worker that sleeps is offline for its epoch, so that nobody waits for it.
 */

#include <rte_pause.h>

#include "worker_internal.h"

enum {
	IDLE_TURNS = 64, /* empty turns before the first sleep */
	IDLE_LEAST_US = 20,
	IDLE_MOST_US = 1000,
};

enum {
	IDLE_ROW_SLEEPS,
};

static const struct gz_stat_row idle_rows[] = {
	[IDLE_ROW_SLEEPS] = { "worker.sleeps", "times a worker slept because nothing came" },
};
GZ_STAT_REGISTER(idle, idle_rows)

/* 20 us first, a little more each time, up to a millisecond. */
static uint32_t
nap_us(uint32_t empty_turns)
{
	return RTE_MIN(IDLE_LEAST_US + (empty_turns - IDLE_TURNS) * IDLE_LEAST_US,
			(uint32_t)IDLE_MOST_US);
}

void
worker_idle(struct gz_worker *w, uint32_t received)
{
	if (likely(received > 0) || w->letter != NULL) {
		w->empty_turns = 0;
		return;
	}
	if (!w->sleeps || w->empty_turns < IDLE_TURNS) {
		w->empty_turns++;
		rte_pause();
		return;
	}
	gz_epoch_offline(w->epoch, w->id);
	gz_port_wait(w->port, nap_us(w->empty_turns));
	gz_epoch_online(w->epoch, w->id);
	if (w->empty_turns < UINT16_MAX)
		w->empty_turns++;
	GZ_STAT_ADD(idle, IDLE_ROW_SLEEPS, 1);
}
