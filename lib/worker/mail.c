/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Letters from control, read between two turns: one a turn, and of what takes long a
 * part a turn, so that none delays packets for long.
 */

#include <netinet/in.h>
#include <stdio.h>

#include <rte_errno.h>

#include "worker_internal.h"

enum {
	WALK_LINES = 1024, /* cache lines of the flow table in a turn */
};

int
worker_mail_init(struct gz_worker *w)
{
	char name[RTE_RING_NAMESIZE];

	snprintf(name, sizeof(name), "mail%u", w->id);
	w->mailbox = rte_ring_create(
			name, WORKER_MAILBOX, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	return w->mailbox == NULL ? -rte_errno : 0;
}

void
worker_mail_fini(struct gz_worker *w)
{
	rte_ring_free(w->mailbox);
}

bool
gz_worker_post(struct gz_worker *w, struct gz_mail *m)
{
	atomic_store_explicit(&m->done, false, memory_order_relaxed);
	return rte_ring_sp_enqueue(w->mailbox, m) == 0;
}

void
worker_mail_read(struct gz_worker *w)
{
	struct gz_mail *m;
	void *letter;

	if (likely(w->letter == NULL)) {
		if (likely(rte_ring_sc_dequeue(w->mailbox, &letter) != 0))
			return;
		w->letter = letter;
	}
	m = w->letter;
	if (!m->fn(w, m))
		return;
	w->letter = NULL;
	atomic_store_explicit(&m->done, true, memory_order_release);
}

/* ---- show flows ---- */

struct flow_walk {
	const struct gz_worker *w;
	struct gz_flows_mail *m;
};

static void
write_row(const struct gz_worker *w, struct gz_flow_row *row, const struct gz_flow *f)
{
	*row = (struct gz_flow_row){
		.addr = { f->addr[0], f->addr[1] },
		.port = { f->port[0], f->port[1] },
		.proto = f->proto,
		.nb_vlan = f->nb_vlan,
		.vlan = f->vlan[0],
		.wire = f->wire,
		.flags = f->flags,
		.pkts = { f->count[0].pkts, f->count[1].pkts },
		.bytes = { f->count[0].bytes, f->count[1].bytes },
		.state = gz_flow_state_name(f->state),
		.tcp_state = f->proto == IPPROTO_TCP ? gz_tcp_state_name(f) : NULL,
		.app = gz_app_name(f),
		.id = f->id,
		.worker = w->id,
	};
	if (w->now_us > f->start_us)
		row->age_s = (uint32_t)((w->now_us - f->start_us) / 1000000);
	if (w->now_us > f->last_us)
		row->idle_s = (uint32_t)((w->now_us - f->last_us) / 1000000);
}

static void
take_flow(void *arg, struct gz_flow *f)
{
	struct flow_walk *walk = arg;
	struct gz_flows_mail *m = walk->m;

	if (!gz_filter_has_flow(&m->filter, f))
		return;
	m->matched++;
	if (m->nb_rows < m->most)
		write_row(walk->w, &m->rows[m->nb_rows++], f);
}

static bool
answer_flows(struct gz_worker *w, struct gz_mail *mail)
{
	struct flow_walk walk = { w, (struct gz_flows_mail *)mail };

	return gz_flow_walk(w->flows, &walk.m->at, WALK_LINES, take_flow, &walk);
}

bool
gz_worker_ask_flows(struct gz_worker *w, struct gz_flows_mail *m)
{
	m->mail.fn = answer_flows;
	m->nb_rows = 0;
	m->matched = 0;
	m->at = 0;
	return gz_worker_post(w, &m->mail);
}
