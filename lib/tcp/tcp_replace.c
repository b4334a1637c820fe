/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Bytes of a packet that were changed after they had been taken: what leaves is
 * the one version of them, so the copies that retransmissions are made to agree
 * with, and those that wait beyond a gap, become the same.
 */

#include <rte_byteorder.h>
#include <rte_tcp.h>

#include "tcp_internal.h"

/** Copy into the stretch @p to what it has in common with @p w. */
static void
copy_common(uint8_t *to, uint64_t off, uint32_t len, const struct tcp_piece *w)
{
	int64_t first = RTE_MAX(w->off, (int64_t)off);
	int64_t end = RTE_MIN(w->off + w->len, (int64_t)(off + len));

	if (first < end)
		memcpy(to + (first - (int64_t)off), w->data + (first - w->off),
				(size_t)(end - first));
}

static void
copy_piece(struct tcp_half *h, const struct tcp_piece *w)
{
	struct tcp_ooo *o = h->ooo;
	uint32_t i;

	for (struct tcp_block *b = h->first; b != NULL; b = b->next)
		copy_common(b->data, b->off, b->len, w);
	if (o == NULL || w->off + (int64_t)w->len <= 0)
		return;
	for (i = tcp_ooo_find(o, (uint64_t)RTE_MAX(w->off, (int64_t)0));
			i < o->first + o->nb && (int64_t)o->v[i].off < w->off + w->len; i++)
		copy_common(o->v[i].data, o->v[i].off, o->v[i].len, w);
}

static bool
is_urgent(const struct tcp_half *h, uint32_t seq)
{
	uint32_t i;

	for (i = 0; h->urgent != NULL && i < h->urgent->nb; i++)
		if (h->urgent->seq[i] == seq)
			return true;
	return false;
}

void
gz_tcp_replaced(struct gz_pkt *p, uint32_t off, uint32_t len)
{
	const struct rte_tcp_hdr *tcp = (const struct rte_tcp_hdr *)gz_pkt_l4(p);
	uint32_t seq = rte_be_to_cpu_32(tcp->sent_seq) + ((p->tcp_flags & TCP_SYN) != 0) + off;
	struct gz_tcp_conn *c = p->flow->tcp;
	uint32_t i, from = 0;
	struct tcp_piece w;
	struct tcp_half *h;

	if (c == NULL || (c->flags & (CONN_STOPPED | CONN_CUT)) != 0)
		return;
	h = &c->half[tcp_half_of(c, p->flow, (enum gz_dir)p->dir)];
	h->flags |= HALF_REPLACED;
	for (i = 0; i <= len; i++) {
		if (i < len && !is_urgent(h, seq + i))
			continue;
		w = (struct tcp_piece){ p->data + p->payload_off + off + from,
			tcp_offset(h, seq + from), i - from };
		if (w.len > 0)
			copy_piece(h, &w);
		from = i + 1;
	}
}
