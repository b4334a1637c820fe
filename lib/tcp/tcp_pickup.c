/* SPDX-License-Identifier: BSD-3-Clause */

/* Connections whose start, or whose other side, is not seen; by the owner's policy. */

#include "tcp_internal.h"

enum {
	WSCALE_UNKNOWN = 14, /* the largest: no window is thought smaller than it is */
};

static void
begin_half(struct tcp_half *h, uint32_t next)
{
	h->isn = next - 1;
	h->next = h->acked = h->seen = h->edge = next;
	h->wscale = WSCALE_UNKNOWN;
	h->flags |= HALF_EDGE_UNKNOWN;
}

/** Both halves from one segment: what it says and what it acknowledges. */
static void
begin(struct gz_tcp *t, struct tcp_seg *s, uint32_t next)
{
	begin_half(s->from, next);
	begin_half(s->to, s->ack);
	s->to->flags |= HALF_UNSURE;
	if (s->o.is_signed) {
		s->from->flags |= HALF_SIGNED;
		s->to->flags |= HALF_SIGNED;
	}
	if (s->o.has_ts) {
		s->c->flags |= CONN_TS;
		s->from->ts_recent = s->o.tsval;
	}
	s->c->flags |= CONN_RESOLVED;
	tcp_syns_free(t, s->c);
}

static void
note_nothing_known(struct gz_tcp *t, const struct tcp_seg *s)
{
	if ((s->flags & TCP_RST) != 0)
		tcp_note(t, GZ_TCP_EVENT_RST_BUT_NO_SESSION);
	else if ((s->flags & TCP_FIN) != 0)
		tcp_note(t, GZ_TCP_EVENT_FIN_BUT_NO_SESSION);
}

/** Does a connection go on that was forgotten? By the owner's policy, it is followed anew. */
static bool
resumes(struct gz_tcp *t, struct tcp_seg *s)
{
	if (!tcp_after_is_known(t, s))
		return false;
	TCP_COUNT(TCP_STAT_RESUMED, 1);
	gz_pkt_except(s->p, t->x, GZ_WHY_TCP_FORGOTTEN);
	return true;
}

void
tcp_pick_up(struct gz_tcp *t, struct tcp_seg *s)
{
	bool synack = (s->flags & TCP_SYN) != 0;
	bool can = (s->flags & TCP_ACK) != 0 && (s->flags & TCP_RST) == 0;
	bool known;

	if (tcp_after_refuses(t, s))
		return;
	known = can && !synack && resumes(t, s);
	if (known && gz_pkt_is_stopped(s->p))
		return;
	note_nothing_known(t, s);
	if (!can || !(known || t->pick_up || (t->async && synack))) {
		gz_pkt_except(s->p, t->x, GZ_WHY_TCP_MIDSTREAM);
		return;
	}
	if (synack && s->p->dir == GZ_C2S) {
		gz_flow_swap(s->f);
		s->p->dir = GZ_S2C;
	}
	if (tcp_conn_create(t, s) == NULL)
		return;
	begin(t, s, s->seq + (synack ? 1 : 0));
	if (known && s->inline_mode)
		tcp_after_resume(t, s);
	s->c->flags |= CONN_MIDSTREAM;
	if (synack && !t->pick_up) {
		s->c->flags |= CONN_ASYNC;
		TCP_COUNT(TCP_STAT_ASYNC, 1);
	}
	s->f->flags |= GZ_FLOW_MIDSTREAM;
	TCP_COUNT(TCP_STAT_MIDSTREAM, 1);
	tcp_set_state(s, synack ? TCP_SYN_RECV : TCP_ESTABLISHED);
}

bool
tcp_async(struct gz_tcp *t, struct tcp_seg *s)
{
	struct tcp_syn *y;
	uint64_t off = s->from->off;

	if (!t->async || s->c->hs == NULL || s->c->hs->nb[s->from - s->c->half] == 0)
		return false;
	y = tcp_syn_at(s->c->hs, (uint32_t)(s->from - s->c->half), 0);
	if (s->seq - y->isn - 1 > (uint32_t)off) {
		tcp_note(t, GZ_TCP_EVENT_3WHS_ASYNC_WRONG_SEQ);
		return false;
	}
	s->from->ttl = y->ttl;
	if ((y->flags & SYN_SIGNED) != 0)
		s->from->flags |= HALF_SIGNED;
	begin(t, s, y->isn + 1);
	s->from->next += (uint32_t)off;
	s->from->seen = s->from->next;
	s->c->flags |= CONN_ASYNC;
	TCP_COUNT(TCP_STAT_ASYNC, 1);
	tcp_set_state(s, TCP_ESTABLISHED);
	TCP_COUNT(TCP_STAT_SESSIONS, 1);
	return true;
}
