/* SPDX-License-Identifier: BSD-3-Clause */

/* What systemd is told: ready, reloading, stopping, and that all workers still turn. */

#include <inttypes.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include "control_internal.h"

void
control_notify_ready(struct gz_control *c)
{
	uint64_t us;

	sd_notifyf(0, "READY=1\nSTATUS=%" PRIu32 " workers, %" PRIu32 " rules", c->nb_workers,
			c->rules_report.accepted);
	if (sd_watchdog_enabled(0, &us) > 0)
		c->watchdog_ms = us / 1000 / 2;
}

void
control_notify_reloading(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
			(uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000);
}

void
control_notify_reloaded(void)
{
	sd_notify(0, "READY=1");
}

void
control_notify_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

static bool
all_turn(struct gz_control *c)
{
	bool well = true;
	uint64_t turns;

	for (uint32_t i = 0; i < c->nb_workers; i++) {
		turns = gz_worker_turns(c->worker[i]);
		well = well && turns != c->turns[i];
		c->turns[i] = turns;
	}
	return well;
}

void
control_notify_tick(struct gz_control *c, uint64_t now_ms)
{
	if (c->watchdog_ms == 0 || now_ms < c->watchdog_due_ms)
		return;
	c->watchdog_due_ms = now_ms + c->watchdog_ms;
	if (all_turn(c))
		sd_notify(0, "WATCHDOG=1");
}
