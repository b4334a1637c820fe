/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * The burst of a turn, and the clock. Live, that is the system's. In replay it
 * is the capture's: a burst ends where the capture jumps in time, so that timers
 * between two packets fire between them, as they would have on the wire.
 */

#include "gz_clock.h"

#include "worker_internal.h"

enum {
	JUMP_US = 100000, /* a burst in replay spans no more time than this */
};

static uint32_t
same_time(const struct gz_burst *b)
{
	uint32_t i;

	for (i = 1; i < b->n; i++)
		if (b->v[i]->time_us > b->v[0]->time_us + JUMP_US)
			break;
	return i;
}

/* What comes later waits for the next turn. What other workers decoded is not ordered by time. */
static void
cut_burst(struct gz_worker *w)
{
	struct gz_burst *b = &w->burst;
	uint32_t n;

	if (b->n == 0 || w->steered > 0)
		return;
	n = same_time(b);
	w->ahead.n = b->n - n;
	memcpy(w->ahead.v, &b->v[n], w->ahead.n * sizeof(b->v[0]));
	b->n = n;
}

static void
set_clock(struct gz_worker *w)
{
	uint64_t now_us = w->now_us;

	if (w->burst.n > 0)
		now_us = w->burst.v[0]->time_us;
	else if (!w->replay)
		now_us = gz_clock_wall_us();
	w->now_us = RTE_MAX(w->now_us, now_us);
}

void
worker_receive(struct gz_worker *w)
{
	if (w->ahead.n > 0) {
		w->burst = w->ahead;
		w->ahead.n = 0;
		w->steered = 0;
	} else {
		w->burst.n = gz_port_rx(w->port, w->burst.v, GZ_BURST, &w->steered);
	}
	if (w->replay)
		cut_burst(w);
	set_clock(w);
}
