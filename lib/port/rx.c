/* SPDX-License-Identifier: BSD-3-Clause */

/* A worker's burst: from its queues in turn, then from the other workers. */

#include "gz_clock.h"

#include "port_worker.h"

uint64_t
port_now(struct gz_port_worker *w)
{
	if (w->now_us == 0)
		w->now_us = gz_clock_wall_us();
	return w->now_us;
}

uint32_t
gz_port_rx(struct gz_port_worker *w, struct gz_pkt *burst[], uint32_t most, uint32_t *steered)
{
	struct port_rxq *q;
	uint32_t n = 0, i, room = most;

	/* What others have received waits longer already: up to half of the burst is theirs. */
	if (steer_waiting(w) > 0)
		room -= RTE_MIN(steer_waiting(w), most / 2);

	w->now_us = 0;
	for (i = 0; i < w->nb_rxq && n < room; i++) {
		q = &w->rxq[w->next_rxq];
		w->next_rxq = w->next_rxq + 1 < w->nb_rxq ? w->next_rxq + 1 : 0;
		n += q->port->ops->rx(w, q->port, q->queue, burst + n, room - n);
	}
	*steered = steer_take(w, burst + n, most - n);
	return n + *steered;
}
