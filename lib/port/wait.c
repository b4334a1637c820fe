/* SPDX-License-Identifier: BSD-3-Clause */

/* Sleep until a packet may be there: on the ports' file descriptors, or by time where there are none. */

#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "port_worker.h"

bool
wait_open(struct gz_port_worker *w)
{
	uint32_t i;
	int fd;

	if (w->s->conf.replay)
		return true;
	w->wait = calloc(w->nb_rxq + 1, sizeof(*w->wait));
	if (w->wait == NULL)
		return false;
	for (i = 0; i < w->nb_rxq; i++) {
		fd = w->rxq[i].port->ops->fd(w->rxq[i].port, w->rxq[i].queue);
		if (fd < 0)
			return true;
		w->wait[i] = (struct pollfd){ .fd = fd, .events = POLLIN };
	}
	w->nb_wait = w->nb_rxq;
	if (w->steer.wake_fd >= 0)
		w->wait[w->nb_wait++] = (struct pollfd){ .fd = w->steer.wake_fd, .events = POLLIN };
	return true;
}

void
wait_close(struct gz_port_worker *w)
{
	free(w->wait);
}

void
gz_port_wait(struct gz_port_worker *w, uint32_t us)
{
	const struct timespec t = { .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000l };
	uint64_t woken;

	if (w->s->conf.replay) {
		sched_yield();
		return;
	}
	if (w->nb_wait == 0) {
		nanosleep(&t, NULL);
		return;
	}
	atomic_store_explicit(&w->steer.sleeps, true, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	if (steer_waiting(w) == 0)
		ppoll(w->wait, w->nb_wait, &t, NULL);
	atomic_store_explicit(&w->steer.sleeps, false, memory_order_relaxed);
	if (w->steer.wake_fd >= 0 && read(w->steer.wake_fd, &woken, sizeof(woken)) < 0)
		return; /* nobody woke us */
}
