/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * The live appliance: workers on their lcores, events on their thread, and the
 * control loop here, which sleeps until a signal, the shell, a letter or a timer.
 */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <rte_launch.h>
#include <rte_lcore.h>

#include "gz_clock.h"
#include "gz_log.h"

#include "control_internal.h"

GZ_LOG_REGISTER(control)

enum {
	TICK_MS = 100, /* timers are late by at most this */
	SECOND_MS = 1000,
	EVENTS_A_TURN = 16,
};

/* What the loop waits for. */
struct source {
	int fd;
	void (*turn)(struct gz_control *c);
};

static int signals_fd = -1;

static void
take_signals(struct gz_control *c)
{
	struct signalfd_siginfo s;

	while (read(signals_fd, &s, sizeof(s)) == sizeof(s)) {
		switch (s.ssi_signo) {
		case SIGHUP:
			gz_reload_request(c, GZ_RELOAD_CONFIG, "SIGHUP");
			break;
		case SIGUSR1:
			gz_control_rotate(c);
			break;
		default:
			GZ_LOG(NOTICE, "stopping: signal %u", s.ssi_signo);
			gz_control_stop(c);
		}
	}
}

static void
take_shell(struct gz_control *c)
{
	gz_shell_turn(c->shell);
}

static int
open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	signals_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return signals_fd < 0 ? -errno : 0;
}

static void
tick(struct gz_control *c)
{
	uint64_t now_ms = gz_clock_mono_ms();

	control_reload_tick(c);
	control_watch_tick(c);
	control_notify_tick(c, now_ms);
	if (now_ms >= c->second_due_ms) {
		c->second_due_ms = now_ms + SECOND_MS;
		gz_ports_poll(c->ports);
		control_protect_tick(c);
		control_mail_tick(c);
	}
}

static int
wait_for(struct gz_control *c, const struct source *sources, uint32_t n)
{
	struct epoll_event e = { .events = EPOLLIN }, ready[EVENTS_A_TURN];
	int fd = epoll_create1(EPOLL_CLOEXEC), got = 0;

	if (fd < 0)
		return -errno;
	for (uint32_t i = 0; i < n; i++) {
		e.data.u32 = i;
		if (sources[i].fd >= 0 && epoll_ctl(fd, EPOLL_CTL_ADD, sources[i].fd, &e) < 0) {
			got = -errno;
			goto close_fd;
		}
	}
	while (!atomic_load(&c->stop)) {
		got = epoll_wait(fd, ready, EVENTS_A_TURN, TICK_MS);
		if (got < 0 && errno != EINTR)
			break;
		for (int i = 0; i < got; i++)
			sources[ready[i].data.u32].turn(c);
		tick(c);
	}
	got = got < 0 && errno != EINTR ? -errno : 0;
close_fd:
	close(fd);
	return got;
}

static int
run_worker(void *arg)
{
	gz_worker_run(arg);
	return 0;
}

static void
start_workers(struct gz_control *c)
{
	uint32_t lcore, i = 0;

	RTE_LCORE_FOREACH_WORKER(lcore)
		rte_eal_remote_launch(run_worker, c->worker[i++], lcore);
}

static void
stop_workers(struct gz_control *c)
{
	for (uint32_t i = 0; i < c->nb_workers; i++)
		gz_worker_stop(c->worker[i]);
	rte_eal_mp_wait_lcore();
}

int
gz_control_run(struct gz_control *c)
{
	const struct source sources[] = {
		{ 0, take_signals },
		{ control_reload_fd(c), control_reload_turn },
		{ control_inbox_fd(c), control_inbox_read },
		{ control_watch_fd(c), control_watch_read },
		{ gz_shell_fd(c->shell), take_shell },
	};
	struct source all[RTE_DIM(sources)];
	int ret = open_signals();

	if (ret < 0)
		return ret;
	memcpy(all, sources, sizeof(all));
	all[0].fd = signals_fd;
	gz_stat_block_use(c->stat);
	start_workers(c);
	ret = control_drain_start(c);
	if (ret == 0) {
		control_notify_ready(c);
		GZ_LOG(NOTICE, "running: %u workers, %u rules", c->nb_workers,
				c->rules_report.accepted);
		ret = wait_for(c, all, RTE_DIM(all));
	}
	control_notify_stopping();
	stop_workers(c);
	gz_store_finish(c->store);
	control_drain_stop(c);
	close(signals_fd);
	return ret;
}

void
gz_control_stop(struct gz_control *c)
{
	atomic_store(&c->stop, true);
}
