/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * SYNs where a connection is there already. A peer that has seen the old one
 * end begins anew at once. A peer for which it lives ignores the SYN and says
 * so; one that has forgotten it answers with a SYN/ACK, and only that proves
 * that a new connection began (so that no decoy makes us forget the old one).
 */

#include "tcp_internal.h"

enum {
	NO_EVENT = -1,
};

/** Did the receiver of this SYN itself show that the old connection is over? */
static bool
is_over(const struct tcp_seg *s)
{
	const struct tcp_half *from = s->from, *to = s->to;

	if ((to->flags & HALF_RST) != 0)
		return true;
	return (from->flags & to->flags & HALF_FIN_DONE) != 0 &&
			(from->flags & HALF_FIN_ACKED) != 0;
}

static bool
is_shutting_down(const struct gz_tcp_conn *c)
{
	return c->state > TCP_ESTABLISHED;
}

static void
take_new_syn(struct gz_tcp *t, struct tcp_seg *s)
{
	if (is_over(s)) {
		gz_flow_renew(s->p);
		s->c = NULL;
		tcp_open(t, s);
		return;
	}
	TCP_COUNT(TCP_STAT_SYN, 1);
	tcp_note(t,
			is_shutting_down(s->c) ? GZ_TCP_EVENT_SHUTDOWN_SYN_RESEND
					: s->from == s->c->half
					? GZ_TCP_EVENT_EST_SYN_RESEND_DIFF_SEQ
					: GZ_TCP_EVENT_EST_SYN_TOCLIENT);
	/* its data would be the new connection's, of which nothing is known yet */
	if (s->len > 0 && tcp_refuse(t, s, NORM_HANDSHAKE, NO_EVENT))
		return;
	if (tcp_syn_is_odd(s->c, s->from, s) && tcp_refuse(t, s, NORM_HANDSHAKE, NO_EVENT))
		return;
	if (tcp_syn_add(t, s) == NULL)
		tcp_refuse(t, s, NORM_HANDSHAKE, GZ_TCP_EVENT_3WHS_SYN_FLOOD);
}

/** The receiver has that SYN and takes nothing new from it, unless it has forgotten it: what it carries
 * must be what it was, and still be there to compare. */
static void
take_known_syn(struct gz_tcp *t, struct tcp_seg *s)
{
	struct tcp_piece w = { s->p->data + s->p->payload_off, 0, s->len };
	bool there = s->len <= s->from->off && tcp_acked_offset(s->c, s->from) == 0;

	tcp_note(t,
			is_shutting_down(s->c) ? GZ_TCP_EVENT_SHUTDOWN_SYN_RESEND
					       : GZ_TCP_EVENT_EST_SYN_RESEND);
	if (s->len == 0 || (s->c->flags & CONN_STOPPED) != 0)
		return;
	if (!there && tcp_refuse(t, s, NORM_HANDSHAKE, NO_EVENT))
		return;
	w.len = (uint32_t)RTE_MIN((uint64_t)w.len, s->from->off);
	tcp_overlap_kept(t, s, &w);
	if (s->rewritten)
		gz_pkt_fix_checksums(s->p);
}

/** The answer to a SYN that came later: the old connection is gone, the new one half way. */
static void
renew(struct gz_tcp *t, struct tcp_seg *s, const struct tcp_syn *syn)
{
	struct tcp_syn copy = *syn;
	uint32_t opener;

	gz_flow_renew(s->p);
	if (tcp_conn_create(t, s) == NULL)
		return;
	opener = (uint32_t)(s->to - s->c->half);
	if (tcp_syn_add(t, s) == NULL) {
		tcp_conn_destroy(t, s->f);
		s->c = NULL;
		return;
	}
	s->c->hs->first[opener] = copy;
	s->c->hs->nb[opener] = 1;
	tcp_set_state(s, TCP_SYN_RECV);
}

static void
take_synack(struct gz_tcp *t, struct tcp_seg *s)
{
	const struct tcp_syn *syn = tcp_syn_acked(s->c, (uint32_t)(s->to - s->c->half), s->ack, 0);
	int event = GZ_TCP_EVENT_EST_SYNACK_RESEND;

	TCP_COUNT(TCP_STAT_SYNACK, 1);
	if (syn != NULL && s->seq != s->from->isn) {
		if (s->len == 0 || !tcp_refuse(t, s, NORM_HANDSHAKE, NO_EVENT))
			renew(t, s, syn);
		return;
	}
	if (s->from == s->c->half)
		event = GZ_TCP_EVENT_EST_SYNACK_TOSERVER;
	else if (s->seq != s->from->isn)
		event = GZ_TCP_EVENT_EST_SYNACK_RESEND_WITH_DIFF_SEQ;
	else if (s->ack - s->to->isn - 1 > (uint32_t)s->to->off)
		event = GZ_TCP_EVENT_EST_SYNACK_RESEND_WITH_DIFFERENT_ACK;
	if (event == GZ_TCP_EVENT_EST_SYNACK_RESEND && s->len == 0) {
		tcp_note(t, event);
		return;
	}
	tcp_refuse(t, s, NORM_HANDSHAKE, event);
}

void
tcp_syn_again(struct gz_tcp *t, struct tcp_seg *s)
{
	if ((s->flags & TCP_ACK) != 0)
		take_synack(t, s);
	else if (s->seq == s->from->isn && !is_over(s))
		take_known_syn(t, s);
	else
		take_new_syn(t, s);
}
