/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Packets handed to the worker that owns their flow, over a ring per worker.
 * Live, a full ring loses packets, counted; in a replay the giver waits, and
 * meanwhile takes from its own ring, so that no two wait for each other.
 */

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <rte_lcore.h>

#include "gz_stat.h"

#include "port_worker.h"

enum {
	STEER_SENT,
};

static const struct gz_stat_row steer_rows[] = {
	[STEER_SENT] = { "port.steered", "packets handed to the worker that owns their flow" },
};
GZ_STAT_REGISTER(steer, steer_rows)

bool
steer_open(struct gz_port_worker *w)
{
	struct steer *st = &w->steer;
	char name[RTE_RING_NAMESIZE];

	/* also where the NIC steers: fragments come by their addresses alone */
	if (w->s->nb_workers == 1)
		return true;
	snprintf(name, sizeof(name), "gauze-steer-%u", w->id);
	st->in = rte_ring_create(name, STEER_RING, SOCKET_ID_ANY, RING_F_SC_DEQ);
	st->out = calloc(w->s->nb_workers, sizeof(*st->out));
	st->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (st->in == NULL || st->out == NULL || st->wake_fd < 0)
		return false;
	if (!w->s->conf.replay)
		return true;
	snprintf(name, sizeof(name), "gauze-backlog-%u", w->id);
	st->backlog = rte_ring_create(name, rte_align32pow2(w->s->conf.mbufs + 1), SOCKET_ID_ANY,
			RING_F_SC_DEQ | RING_F_SP_ENQ);
	return st->backlog != NULL;
}

void
steer_close(struct gz_port_worker *w)
{
	struct steer *st = &w->steer;

	rte_ring_free(st->in);
	rte_ring_free(st->backlog);
	free(st->out);
	if (st->wake_fd >= 0)
		close(st->wake_fd);
}

uint32_t
steer_waiting(const struct gz_port_worker *w)
{
	const struct steer *st = &w->steer;

	if (st->in == NULL)
		return 0;
	return rte_ring_count(st->in) + (st->backlog != NULL ? rte_ring_count(st->backlog) : 0);
}

uint32_t
steer_take(struct gz_port_worker *w, struct gz_pkt *burst[], uint32_t most)
{
	struct steer *st = &w->steer;
	void *v[GZ_BURST];
	uint32_t n = 0;

	if (st->in == NULL)
		return 0;
	most = RTE_MIN(most, (uint32_t)GZ_BURST);
	/* The last burst has been worked on to its end. */
	if (st->taken > 0)
		atomic_fetch_add_explicit(&st->finished, st->taken, memory_order_release);
	if (st->backlog != NULL)
		n = rte_ring_sc_dequeue_burst(st->backlog, v, most, NULL);
	n += rte_ring_sc_dequeue_burst(st->in, v + n, most - n, NULL);
	memcpy(burst, v, n * sizeof(v[0]));
	st->taken = n;
	return n;
}

static void
wake(struct steer *st)
{
	const uint64_t one = 1;

	atomic_thread_fence(memory_order_seq_cst);
	if (unlikely(atomic_load_explicit(&st->sleeps, memory_order_relaxed)) &&
			write(st->wake_fd, &one, sizeof(one)) < 0)
		return; /* it is awake then, or will be within its time */
}

/* Make room in our own ring for those that wait for us. */
static void
step_aside(struct steer *st)
{
	void *v[STEER_BATCH];
	uint32_t n;

	n = rte_ring_sc_dequeue_burst(st->in, v, STEER_BATCH, NULL);
	rte_ring_sp_enqueue_burst(st->backlog, v, n, NULL);
	sched_yield();
}

static void
flush_to(struct gz_port_worker *w, uint32_t owner)
{
	struct steer *to = &w->s->workers[owner]->steer;
	struct steer_out *out = &w->steer.out[owner];
	struct gz_pkt *p;
	uint32_t n;

	/* Counted before they can be finished. */
	atomic_fetch_add_explicit(&w->steer.sent, out->n, memory_order_relaxed);
	n = rte_ring_mp_enqueue_burst(to->in, out->v, out->n, NULL);
	while (n < out->n && w->steer.backlog != NULL) {
		step_aside(&w->steer);
		n += rte_ring_mp_enqueue_burst(to->in, out->v + n, out->n - n, NULL);
	}
	GZ_STAT_ADD(steer, STEER_SENT, n);
	for (; n < out->n; n++) {
		p = out->v[n];
		gz_pkt_lose(p, GZ_WHY_STEER);
		rte_pktmbuf_free(p->mbuf);
		atomic_fetch_sub_explicit(&w->steer.sent, 1, memory_order_relaxed);
	}
	out->n = 0;
	wake(to);
}

void
steer_flush(struct gz_port_worker *w)
{
	uint32_t i;

	if (w->steer.out == NULL)
		return;
	for (i = 0; i < w->s->nb_workers; i++) {
		if (w->steer.out[i].n > 0)
			flush_to(w, i);
	}
}

void
gz_port_give(struct gz_port_worker *w, struct gz_pkt *p, uint32_t owner)
{
	struct steer_out *out = &w->steer.out[owner];

	out->v[out->n++] = p;
	if (out->n == STEER_BATCH)
		flush_to(w, owner);
}

bool
gz_port_steer(struct gz_port_worker *w, struct gz_pkt *p)
{
	uint32_t owner = p->hash % w->s->nb_workers;

	if (!w->s->steers || owner == w->id)
		return false;
	gz_port_give(w, p, owner);
	return true;
}

uint32_t
gz_port_owner(const struct gz_port_worker *w, const struct gz_pkt *p)
{
	const struct gz_ports *s = w->s;

	if (s->nb_workers == 1)
		return w->id;
	if (s->steers)
		return p->hash % s->nb_workers;
	return dev_rss_queue(port_at(s, p->wire * 2u + p->side), p) % s->nb_workers;
}

/* Sums of what only grows: when those finished then are all that were sent since, none is left. */
bool
steer_is_quiet(const struct gz_ports *s)
{
	uint64_t sent = 0, finished = 0;
	uint32_t i;

	for (i = 0; i < s->nb_workers; i++)
		finished += atomic_load_explicit(
				&s->workers[i]->steer.finished, memory_order_acquire);
	for (i = 0; i < s->nb_workers; i++)
		sent += atomic_load_explicit(&s->workers[i]->steer.sent, memory_order_acquire);
	return sent == finished;
}
