/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Events from the workers' rings to the writers. Live, on a thread of its own
 * with a low priority: a slow disk delays neither packets nor the shell, and a
 * ring that runs over loses events with a counter. In replay, by who turns the
 * worker.
 */

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#include "gz_clock.h"

#include "control_internal.h"

enum {
	DRAIN_MOST = 1024, /* events of one ring in a row */
	DRAIN_NAP_US = 5000,
	DRAIN_NICE = 5,
};

static void
take(void *arg, const struct gz_event *e)
{
	struct gz_control *c = arg;

	atomic_fetch_add_explicit(&c->events[e->type], 1, memory_order_relaxed);
	gz_sinks_write(c->sinks, e);
	if (c->inbox != NULL)
		control_inbox_put(c, e);
}

uint32_t
control_drain(struct gz_control *c)
{
	uint32_t n = gz_event_drain(c->ring, take, c, DRAIN_MOST);

	for (uint32_t i = 0; i < c->nb_workers; i++)
		n += gz_event_drain(gz_worker_ring(c->worker[i]), take, c, DRAIN_MOST);
	return n;
}

static void
tell_stats(struct gz_control *c)
{
	uint64_t now_us = gz_clock_wall_us();

	gz_sinks_stats(c->sinks, now_us, (now_us - c->started_us) / 1000000);
}

static void *
drain_loop(void *arg)
{
	struct gz_control *c = arg;
	uint64_t interval_ms = gz_conf_ms(c->conf, "eve.stats-interval");
	uint64_t due_ms = interval_ms > 0 ? gz_clock_mono_ms() + interval_ms : UINT64_MAX;

	gz_stat_block_use(c->drain_stat);
	setpriority(PRIO_PROCESS, (id_t)gettid(), DRAIN_NICE);
	while (!atomic_load(&c->drain_stop)) {
		if (gz_clock_mono_ms() >= due_ms) {
			due_ms += interval_ms;
			tell_stats(c);
		}
		if (control_drain(c) == 0) {
			gz_sinks_flush(c->sinks);
			usleep(DRAIN_NAP_US);
		}
		if (atomic_exchange(&c->drain_rotate, false))
			gz_sinks_rotate(c->sinks);
	}
	return NULL;
}

int
control_drain_start(struct gz_control *c)
{
	int ret;

	c->drain_stat = gz_stat_block_create("events");
	if (c->drain_stat == NULL)
		return -ENOMEM;
	ret = pthread_create(&c->drain_thread, NULL, drain_loop, c);
	if (ret != 0) {
		gz_stat_block_destroy(c->drain_stat);
		return -ret;
	}
	pthread_setname_np(c->drain_thread, "gauze-events");
	c->draining = true;
	return 0;
}

void
control_drain_stop(struct gz_control *c)
{
	if (c->draining) {
		atomic_store(&c->drain_stop, true);
		pthread_join(c->drain_thread, NULL);
		gz_stat_block_destroy(c->drain_stat);
		c->draining = false;
	}
	while (control_drain(c) > 0)
		;
	tell_stats(c);
	gz_sinks_flush(c->sinks);
}

void
control_want(struct gz_control *c)
{
	const struct gz_event_type *fact = gz_asset_fact_type();
	uint64_t mask[GZ_EVENT_TYPES_MOST / 64];

	gz_sinks_mask(c->sinks, mask);
	if (c->assets != NULL)
		mask[fact->reg.id / 64] |= UINT64_C(1) << fact->reg.id % 64;
	gz_event_want(c->ring, mask);
	for (uint32_t i = 0; i < c->nb_workers; i++)
		gz_event_want(gz_worker_ring(c->worker[i]), mask);
}

uint64_t
gz_control_events(const struct gz_control *c, const struct gz_event_type *type)
{
	return atomic_load_explicit(&c->events[type->reg.id], memory_order_relaxed);
}

void
gz_control_rotate(struct gz_control *c)
{
	atomic_store(&c->drain_rotate, true);
}
