/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * A capture through the same pipeline. With one worker, the control thread
 * turns it and hands its events to the writers: no other thread runs. With more,
 * they are lcores, and a worker whose ring is full waits for the drain.
 */

#include <unistd.h>

#include <rte_launch.h>
#include <rte_lcore.h>

#include "gz_clock.h"

#include "control_internal.h"

enum {
	PROGRESS_TURNS = 1024, /* between two looks at the clock */
	PROGRESS_MS = 100,
	REPLAY_NAP_US = 50,
};

static uint64_t
counter(const char *name)
{
	int i = gz_stat_find(name);

	return i < 0 ? 0 : gz_stat_sum((uint32_t)i);
}

static void
make_room_inline(void *arg)
{
	control_drain(arg);
}

static void
make_room_by_waiting(void *arg)
{
	(void)arg;
	usleep(REPLAY_NAP_US);
}

static void
tell_progress(struct gz_control *c, uint64_t *due_ms)
{
	uint64_t now_ms;

	if (c->opts.progress == NULL)
		return;
	now_ms = gz_clock_mono_ms();
	if (now_ms < *due_ms)
		return;
	*due_ms = now_ms + PROGRESS_MS;
	c->opts.progress(c->opts.progress_arg, gz_ports_progress(c->ports));
}

static void
turn_inline(struct gz_control *c)
{
	struct gz_worker *w = c->worker[0];
	uint64_t due_ms = 0, turns = 0;

	gz_event_ring_lossless(gz_worker_ring(w), make_room_inline, c);
	gz_worker_begin(w);
	while (!gz_worker_is_done(w)) {
		gz_worker_turn(w);
		control_drain(c);
		if (turns++ % PROGRESS_TURNS == 0)
			tell_progress(c, &due_ms);
	}
	gz_worker_finish(w);
}

static int
run_worker(void *arg)
{
	gz_worker_run(arg);
	return 0;
}

static bool
any_runs(void)
{
	uint32_t lcore;

	RTE_LCORE_FOREACH_WORKER(lcore)
		if (rte_eal_get_lcore_state(lcore) == RUNNING)
			return true;
	return false;
}

static void
turn_remote(struct gz_control *c)
{
	uint32_t lcore, i = 0;
	uint64_t due_ms = 0;

	RTE_LCORE_FOREACH_WORKER(lcore) {
		gz_event_ring_lossless(gz_worker_ring(c->worker[i]), make_room_by_waiting, c);
		rte_eal_remote_launch(run_worker, c->worker[i++], lcore);
	}
	while (any_runs()) {
		if (control_drain(c) == 0)
			usleep(REPLAY_NAP_US);
		tell_progress(c, &due_ms);
	}
	rte_eal_mp_wait_lcore();
}

void
gz_control_replay(struct gz_control *c, struct gz_replay_result *result)
{
	const struct gz_reg *alert = gz_registry_find(&gz_event_types, "alert");
	uint64_t begin_us = gz_clock_wall_us();

	if (c->nb_workers == 1)
		turn_inline(c);
	else
		turn_remote(c);
	gz_store_finish(c->store);
	control_drain_stop(c);
	*result = (struct gz_replay_result){
		.packets = counter("decoder.pkts"),
		.bytes = counter("decoder.bytes"),
		.flows = counter("flow.total"),
		.alerts = alert != NULL ? c->events[alert->id] : 0,
		.forwarded = counter("act.forwarded"),
		.dropped = counter("act.dropped"),
		.seconds = (double)(gz_clock_wall_us() - begin_us) / 1e6,
		.broken = gz_ports_broken(c->ports),
		.cut = gz_ports_cut(c->ports),
	};
}
