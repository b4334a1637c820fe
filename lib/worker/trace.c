/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * The path of chosen packets through the stages: `trace add FILTER` marks the
 * next packets that fit, and each stage they leave is a step in a ring that
 * control reads. A full ring loses steps, with a counter.
 */

#include <stdlib.h>

#include "worker_internal.h"

enum {
	TRACE_STEPS = 4096, /* a power of two */
};

enum {
	TRACE_ROW_LOST,
};

static const struct gz_stat_row trace_rows[] = {
	[TRACE_ROW_LOST] = { "trace.lost", "steps of traced packets that nobody read in time" },
};
GZ_STAT_REGISTER(trace, trace_rows)

struct trace_ring {
	atomic_uint head; /* worker: wo, control: ro */
	atomic_uint tail; /* control: wo, worker: ro */
	struct gz_trace_step step[TRACE_STEPS];
};

int
worker_trace_init(struct gz_worker *w)
{
	w->trace_ring = calloc(1, sizeof(*w->trace_ring));
	return w->trace_ring == NULL ? -ENOMEM : 0;
}

void
worker_trace_fini(struct gz_worker *w)
{
	free(w->trace_ring);
}

/* Drop filters that have had their packets. */
static void
forget_spent(struct gz_worker *w)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < w->nb_traces; i++)
		if (w->traces[i].left > 0)
			w->traces[kept++] = w->traces[i];
	w->nb_traces = kept;
}

static bool
is_followed(struct gz_worker *w, const struct gz_pkt *p)
{
	for (uint32_t i = 0; i < w->nb_traces; i++) {
		if (w->traces[i].left == 0 || !gz_filter_has_pkt(&w->traces[i].filter, p))
			continue;
		w->traces[i].left--;
		return true;
	}
	return false;
}

void
worker_trace_mark(struct gz_worker *w, const struct gz_burst *b)
{
	struct gz_pkt *p;

	forget_spent(w);
	gz_burst_foreach(p, b)
		if (is_followed(w, p))
			p->flags |= GZ_PKT_TRACE;
}

static void
tell(struct gz_worker *w, const struct gz_pkt *p, const struct gz_trace_step *common)
{
	struct trace_ring *r = w->trace_ring;
	uint32_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
	struct gz_trace_step *s = &r->step[head % TRACE_STEPS];

	if (head - atomic_load_explicit(&r->tail, memory_order_acquire) == TRACE_STEPS) {
		GZ_STAT_ADD(trace, TRACE_ROW_LOST, 1);
		return;
	}
	*s = *common;
	s->time_us = p->time_us;
	s->number = p->number;
	s->src = p->src;
	s->dst = p->dst;
	s->sport = p->sport;
	s->dport = p->dport;
	s->len = p->len;
	s->flags = p->flags;
	s->flow_id = p->flow != NULL ? p->flow->id : 0;
	s->wire = p->wire;
	s->proto = p->proto;
	s->tcp_flags = p->tcp_flags;
	s->verdict = p->verdict;
	s->why = p->why;
	atomic_store_explicit(&r->head, head + 1, memory_order_release);
}

void
worker_trace_tell(struct gz_worker *w, const struct gz_burst *b, const char *stage, uint64_t cycles)
{
	const struct gz_trace_step common = {
		.stage = stage,
		.cycles = (uint32_t)RTE_MIN(cycles, (uint64_t)UINT32_MAX),
		.burst = (uint16_t)b->n,
	};
	struct gz_pkt *p;

	gz_burst_foreach(p, b)
		if ((p->flags & GZ_PKT_TRACE) != 0)
			tell(w, p, &common);
}

bool
gz_worker_trace_next(struct gz_worker *w, struct gz_trace_step *step)
{
	struct trace_ring *r = w->trace_ring;
	uint32_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);

	if (tail == atomic_load_explicit(&r->head, memory_order_acquire))
		return false;
	*step = r->step[tail % TRACE_STEPS];
	atomic_store_explicit(&r->tail, tail + 1, memory_order_release);
	return true;
}

static bool
add_trace(struct gz_worker *w, const struct gz_trace_mail *m)
{
	forget_spent(w);
	if (w->nb_traces == GZ_TRACES_MOST)
		return false;
	w->traces[w->nb_traces++] = (struct worker_trace){ m->filter, m->id, m->most };
	return true;
}

static bool
remove_trace(struct gz_worker *w, uint32_t id)
{
	bool found = false;

	for (uint32_t i = 0; i < w->nb_traces; i++) {
		if ((id != 0 && w->traces[i].id != id) || w->traces[i].left == 0)
			continue;
		w->traces[i].left = 0;
		found = true;
	}
	forget_spent(w);
	return found;
}

static bool
answer_trace(struct gz_worker *w, struct gz_mail *mail)
{
	struct gz_trace_mail *m = (struct gz_trace_mail *)mail;

	m->taken = m->remove ? remove_trace(w, m->id) : add_trace(w, m);
	return true;
}

bool
gz_worker_ask_trace(struct gz_worker *w, struct gz_trace_mail *m)
{
	m->mail.fn = answer_trace;
	return gz_worker_post(w, &m->mail);
}
