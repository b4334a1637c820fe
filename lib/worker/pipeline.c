/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * The packet's path, a table read from top to bottom. A burst goes through it
 * stage by stage; inside `inspect` each packet goes to its end before the next
 * one, because order inside a flow matters. The loop counts packets, bursts and
 * cycles of each stage.
 */

#include <rte_cycles.h>
#include <rte_prefetch.h>

#include "worker_internal.h"

enum {
	PREFETCH = 4, /* packets ahead */
};

void
worker_headers(struct gz_worker *w, struct gz_pkt *p)
{
	if (unlikely((p->flags & (GZ_PKT_BAD | GZ_PKT_REFUSED)) != 0))
		gz_pkt_except(p, &w->exceptions, p->why);
	else if (unlikely((p->flags & (GZ_PKT_BAD_IP_SUM | GZ_PKT_BAD_L4_SUM)) != 0))
		gz_pkt_except(p, &w->exceptions, GZ_WHY_CHECKSUM);
}

/* Headers from the link to layer 4. What came from another worker is decoded already. */
static void
stage_decode(struct gz_worker *w, struct gz_burst *b)
{
	uint32_t fresh = b->n - w->steered, i;
	struct gz_pkt *p;

	for (i = 0; i < RTE_MIN(fresh, (uint32_t)PREFETCH); i++)
		rte_prefetch0(b->v[i]->data);
	for (i = 0; i < fresh; i++) {
		if (i + PREFETCH < fresh)
			rte_prefetch0(b->v[i + PREFETCH]->data);
		p = b->v[i];
		gz_pkt_decode(p, &w->decode);
		if (w->observe)
			p->flags |= GZ_PKT_OBSERVE;
		worker_headers(w, p);
	}
	if (unlikely(w->nb_traces != 0))
		worker_trace_mark(w, b);
}

/* To the worker that owns the flow, where the NIC could not tell. */
static void
stage_steer(struct gz_worker *w, struct gz_burst *b)
{
	uint32_t fresh = b->n - w->steered, kept = 0, i;
	struct gz_pkt *p;

	if (!w->steers)
		return;
	for (i = 0; i < b->n; i++) {
		p = b->v[i];
		if (i < fresh && (p->flags & (GZ_PKT_IPV4 | GZ_PKT_IPV6)) != 0) {
			p->hash = gz_flow_hash(p);
			if (gz_port_steer(w->port, p))
				continue;
		}
		/* steered by its ends alone: its flow has another hash */
		if (unlikely(p->inner.len > 0))
			p->hash = 0;
		b->v[kept++] = p;
	}
	b->n = kept;
	w->steered = 0;
}

/* Fragments have no ports to go by: the whole may be of a flow that lives on another worker. They go
 * there together, to be made whole once more. @return whether they stay. */
static bool
is_ours(struct gz_worker *w, struct gz_pkt *whole)
{
	struct gz_pkt *p, *next;
	uint32_t owner;

	if (!w->steers || gz_pkt_is_stopped(whole))
		return true;
	whole->hash = gz_flow_hash(whole);
	owner = gz_port_owner(w->port, whole);
	if (owner == w->id) {
		/* as in steering: what it carries has another hash */
		if (whole->inner.len > 0)
			whole->hash = 0;
		return true;
	}
	for (p = gz_defrag_release(w->defrag, whole); p != NULL; p = next) {
		next = p->next;
		p->next = NULL;
		gz_port_give(w->port, p, owner);
	}
	return false;
}

/* Fragments stay behind; the one that makes a datagram whole goes on as the datagram. */
static void
stage_defrag(struct gz_worker *w, struct gz_burst *b)
{
	uint32_t kept = 0, i;
	struct gz_pkt *p;

	for (i = 0; i < b->n; i++) {
		p = b->v[i];
		if (unlikely((p->flags & GZ_PKT_FRAGMENT) != 0 && !gz_pkt_is_stopped(p)))
			p = gz_defrag_push(w->defrag, p, &w->decode);
		if (unlikely(p != NULL && (p->flags & GZ_PKT_WHOLE) != 0 && !is_ours(w, p)))
			p = NULL;
		if (unlikely(p != NULL && p->inner.len > 0))
			p = worker_tunnel_defrag(w, p);
		if (p != NULL)
			b->v[kept++] = p;
	}
	b->n = kept;
}

/* The conversation of each packet. A packet that would end the flow of one before it waits. */
static void
stage_flow(struct gz_worker *w, struct gz_burst *b)
{
	uint32_t n = gz_flow_find_burst(w->flows, b->v, b->n);

	w->later.n = b->n - n;
	memcpy(w->later.v, &b->v[n], w->later.n * sizeof(w->later.v[0]));
	b->n = n;
	for (uint32_t i = 0; i < n; i++) {
		if (unlikely(b->v[i]->flow == NULL))
			continue;
		gz_tcp_prefetch(b->v[i]->flow);
		gz_proto_prefetch(b->v[i]->flow);
	}
}

/* Rules, connections, protocols: packet by packet. */
static void
stage_inspect(struct gz_worker *w, struct gz_burst *b)
{
	struct gz_pkt *p;

	/* what stage_flow asked for is here: now what that leads to */
	gz_burst_foreach(p, b) {
		if (unlikely(p->flow == NULL))
			continue;
		gz_tcp_prefetch_bytes(p->flow);
		gz_proto_prefetch_state(p->flow);
	}
	gz_burst_foreach(p, b)
		worker_inspect(w, p);
}

/* Its datagram is judged; its own headers are now, and what defragmentation noted. */
void
worker_fragment(struct gz_worker *w, struct gz_pkt *p)
{
	worker_inspect(w, p);
	if (unlikely((p->flags & GZ_PKT_CARRIED) != 0))
		worker_carried(w, p);
	else
		gz_act_apply(w->act, p);
}

void
worker_whole_done(struct gz_worker *w, struct gz_pkt *whole)
{
	struct gz_pkt *p = gz_defrag_release(w->defrag, whole), *next;

	for (; p != NULL; p = next) {
		next = p->next;
		worker_fragment(w, p);
	}
}

/* Out of the other port, or nowhere. */
static void
stage_act(struct gz_worker *w, struct gz_burst *b)
{
	struct gz_pkt *p;

	gz_burst_foreach(p, b) {
		if (unlikely((p->flags & GZ_PKT_WHOLE) != 0))
			worker_whole_done(w, p);
		else
			gz_act_apply(w->act, p);
	}
}

static const struct stage {
	const char *name;
	void (*run)(struct gz_worker *w, struct gz_burst *b);
	const char *help;
} pipeline[] = {
	/* clang-format off */
	{ "decode",  stage_decode,  "headers from the link to layer 4" },
	{ "steer",   stage_steer,   "to the worker that owns the flow" },
	{ "defrag",  stage_defrag,  "fragments held until their datagram is whole" },
	{ "flow",    stage_flow,    "the conversation it belongs to" },
	{ "inspect", stage_inspect, "rules, connections and protocols, packet by packet" },
	{ "act",     stage_act,     "forwarded, dropped or rejected" },
	/* clang-format on */
};
static_assert(RTE_DIM(pipeline) <= WORKER_STAGES, "room for every stage's counters");

enum {
	STAGE_FLOW = 3, /* where those that waited go on */
};

static void
run_from(struct gz_worker *w, uint32_t first)
{
	struct gz_burst *b = &w->burst;
	uint64_t begin = rte_rdtsc(), end;
	struct stage_counter *c;
	uint32_t i, n;

	for (i = first; i < RTE_DIM(pipeline) && b->n > 0; i++) {
		n = b->n;
		if (unlikely(w->nb_traces != 0) && pipeline[i].run == stage_act)
			worker_trace_tell(w, b, pipeline[i].name, 0);
		pipeline[i].run(w, b);
		end = rte_rdtsc();
		c = &w->stages[i];
		c->packets += n;
		c->bursts++;
		c->cycles += end - begin;
		if (unlikely(w->nb_traces != 0) && pipeline[i].run != stage_act)
			worker_trace_tell(w, b, pipeline[i].name, end - begin);
		begin = end;
	}
}

void
worker_pipeline(struct gz_worker *w)
{
	run_from(w, 0);
	while (unlikely(w->later.n > 0)) {
		w->burst = w->later;
		w->later.n = 0;
		run_from(w, STAGE_FLOW);
	}
	w->burst.n = 0;
}

uint32_t
gz_worker_stages(const struct gz_worker *w, struct gz_stage_count *counts, uint32_t most)
{
	uint32_t n = RTE_MIN((uint32_t)RTE_DIM(pipeline), most);

	for (uint32_t i = 0; i < n; i++)
		counts[i] = (struct gz_stage_count){
			.name = pipeline[i].name,
			.help = pipeline[i].help,
			.packets = w->stages[i].packets,
			.bursts = w->stages[i].bursts,
			.cycles = w->stages[i].cycles,
		};
	return n;
}
