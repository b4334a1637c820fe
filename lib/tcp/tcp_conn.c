/* SPDX-License-Identifier: BSD-3-Clause */

/* A connection's life, and its state as EVE names it. */

#include "tcp_internal.h"

GZ_MEM_PURPOSE(connections, "tcp-connection", 20, "state of TCP connections, without their bytes")

struct gz_mem_purpose *const tcp_connections = &connections;

static const char *const state_names[NB_TCP_STATES] = {
	[TCP_NONE] = "none",
	[TCP_SYN_SENT] = "syn_sent",
	[TCP_SYN_RECV] = "syn_recv",
	[TCP_ESTABLISHED] = "established",
	[TCP_FIN_WAIT1] = "fin_wait1",
	[TCP_FIN_WAIT2] = "fin_wait2",
	[TCP_TIME_WAIT] = "time_wait",
	[TCP_LAST_ACK] = "last_ack",
	[TCP_CLOSE_WAIT] = "close_wait",
	[TCP_CLOSING] = "closing",
	[TCP_CLOSED] = "closed",
};

const char *
gz_tcp_state_name(const struct gz_flow *f)
{
	return state_names[f->tcp == NULL ? TCP_NONE : f->tcp->state];
}

bool
gz_tcp_is_established(const struct gz_flow *f)
{
	return f->tcp != NULL && tcp_is_established(f->tcp);
}

bool
gz_tcp_is_over(const struct gz_flow *f)
{
	const struct gz_tcp_conn *c = f->tcp;

	if (c == NULL)
		return false;
	return (c->flags & CONN_CUT) != 0 || tcp_is_reset(c) ||
			(c->half[0].flags & c->half[1].flags & HALF_FIN_DONE) != 0;
}

uint64_t
gz_tcp_bytes(const struct gz_flow *f, enum gz_dir dir)
{
	if (f->tcp == NULL)
		return 0;
	return f->tcp->half[tcp_half_of(f->tcp, f, dir)].off;
}

/** A FIN has a sequence number and no place in the stream. */
static uint32_t
next_expected(const struct tcp_half *h)
{
	return h->next + ((h->flags & HALF_FIN_DONE) != 0);
}

bool
gz_tcp_next(const struct gz_flow *f, enum gz_dir dir, uint32_t *seq, uint32_t *ack)
{
	const struct gz_tcp_conn *c = f->tcp;
	uint32_t half;

	if (c == NULL || (c->flags & CONN_RESOLVED) == 0)
		return false;
	half = tcp_half_of(c, f, dir);
	*seq = next_expected(&c->half[half]);
	*ack = next_expected(&c->half[half ^ 1]);
	return true;
}

static void
begin(struct tcp_seg *s, struct gz_tcp_conn *c)
{
	if ((s->f->flags & GZ_FLOW_SWAPPED) != 0)
		c->flags |= CONN_FLIP;
	s->f->tcp = s->c = c;
	s->from = &c->half[tcp_half_of(c, s->f, (enum gz_dir)s->p->dir)];
	s->to = &c->half[tcp_half_of(c, s->f, (enum gz_dir)s->p->dir) ^ 1];
}

struct gz_tcp_conn *
tcp_conn_create(struct gz_tcp *t, struct tcp_seg *s)
{
	struct gz_tcp_conn *c = gz_mem_zero(t->mem, tcp_connections, sizeof(*c));

	if (c == NULL) {
		TCP_COUNT(TCP_STAT_NO_MEMORY, 1);
		gz_pkt_except(s->p, t->x, GZ_WHY_TCP_MEMORY);
		return NULL;
	}
	begin(s, c);
	t->busy = c;
	TCP_COUNT(TCP_STAT_ACTIVE, 1);
	return c;
}

void
tcp_conn_free_streams(struct gz_tcp *t, struct gz_tcp_conn *c)
{
	for (uint32_t i = 0; i < 2; i++) {
		tcp_forget(t, &c->half[i]);
		tcp_ooo_free(t, &c->half[i]);
		gz_mem_put(t->mem, tcp_streams, c->half[i].urgent, sizeof(struct tcp_urgent));
		c->half[i].urgent = NULL;
	}
}

void
tcp_conn_destroy(struct gz_tcp *t, struct gz_flow *f)
{
	struct gz_tcp_conn *c = f->tcp;

	tcp_conn_free_streams(t, c);
	tcp_syns_free(t, c);
	gz_mem_put(t->mem, tcp_connections, c, sizeof(*c));
	f->tcp = NULL;
	if (t->busy == c)
		t->busy = NULL;
	TCP_COUNT(TCP_STAT_ACTIVE, -1);
}

static enum gz_flow_state
flow_state(enum tcp_state state)
{
	switch (state) {
	case TCP_NONE:
	case TCP_SYN_SENT:
	case TCP_SYN_RECV:
		return GZ_FLOW_NEW;
	case TCP_LAST_ACK:
	case TCP_TIME_WAIT:
	case TCP_CLOSED:
		return GZ_FLOW_CLOSED;
	default:
		return GZ_FLOW_ESTABLISHED;
	}
}

void
tcp_set_state(struct tcp_seg *s, enum tcp_state state)
{
	s->c->state = (uint8_t)state;
	if (s->f->state != GZ_FLOW_BYPASSED)
		gz_flow_set_state(s->f, flow_state(state));
}
