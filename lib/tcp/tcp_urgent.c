/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Urgent data. The byte before the urgent pointer is, for Linux and most
 * others, no part of the stream: it is told apart, and the application reads
 * on without it. Which byte that is must not depend on which copies of a
 * segment arrive or how fast the application reads, so on a wire:
 *
 * - a mark beyond the first few of a connection is erased: an older urgent byte
 *   that nobody has read yet would come back into the stream;
 * - every segment that carries an urgent byte says so.
 */

#include <rte_byteorder.h>
#include <rte_tcp.h>

#include "tcp_internal.h"

static struct rte_tcp_hdr *
header(const struct tcp_seg *s)
{
	return (struct rte_tcp_hdr *)(s->p->data + s->p->l4_off);
}

/** RFC 6093: what all stacks do; the pointer is to the byte after. */
static uint32_t
urgent_byte(const struct tcp_seg *s)
{
	uint16_t pointer = rte_be_to_cpu_16(header(s)->tcp_urp);

	return s->seq + pointer - (pointer > 0);
}

/** Make the segment say that @p pointer bytes on urgent data ends; 0: none. @return false: cannot. */
static bool
rewrite(struct gz_tcp *t, struct tcp_seg *s, uint16_t pointer)
{
	struct rte_tcp_hdr *h = header(s);

	TCP_COUNT(TCP_STAT_URGENT_REWRITTEN, 1);
	if (t->urgent == URGENT_OBSERVE)
		return true;
	if (!tcp_can_rewrite(s->p) || s->o.is_signed) {
		gz_pkt_except(s->p, t->x, GZ_WHY_TCP_URGENT);
		return !gz_pkt_is_stopped(s->p);
	}
	if (pointer != 0)
		h->tcp_flags |= TCP_URG;
	else
		h->tcp_flags &= (uint8_t)~TCP_URG;
	h->tcp_urp = rte_cpu_to_be_16(pointer);
	s->flags = s->p->tcp_flags = h->tcp_flags;
	s->rewritten = true;
	return true;
}

static bool
is_known(const struct tcp_half *h, uint32_t byte)
{
	for (uint32_t i = 0; h->urgent != NULL && i < h->urgent->nb; i++)
		if (h->urgent->seq[i] == byte)
			return true;
	return false;
}

/** Was the byte, or one after it, forwarded as part of the stream? Then that is what it stays. */
static bool
has_a_place(const struct tcp_half *h, uint32_t byte)
{
	return tcp_before(byte, h->next) || (h->ooo != NULL && tcp_before(byte, h->seen));
}

/** Note a new mark. @return false: it is one too many, or comes too late. */
static bool
add(struct gz_tcp *t, struct tcp_seg *s, uint32_t byte)
{
	struct tcp_half *h = s->from;
	struct tcp_urgent *u = h->urgent;

	if (u == NULL)
		u = h->urgent = gz_mem_zero(t->mem, tcp_streams, sizeof(*u));
	if (u == NULL || has_a_place(h, byte))
		return false;
	if (u->nb > 0 && tcp_before(byte, u->seq[u->nb - 1]))
		return false;
	if (u->nb == TCP_URGENTS || (s->inline_mode && u->total >= t->urgent_most)) {
		tcp_note(t, GZ_TCP_EVENT_REASSEMBLY_URGENT_OOB_LIMIT_REACHED);
		return false;
	}
	u->seq[u->nb++] = byte;
	u->total++;
	TCP_COUNT(TCP_STAT_URGENT, 1);
	if (byte == h->next)
		tcp_advance(h, 0);
	return true;
}

/** The urgent byte that lies in this segment, as a pointer; 0: none. */
static uint16_t
pointer_within(const struct tcp_seg *s)
{
	const struct tcp_urgent *u = s->from->urgent;
	uint16_t pointer = 0;

	for (uint32_t i = 0; u != NULL && i < u->nb; i++)
		if (u->seq[i] - s->seq < s->len)
			pointer = (uint16_t)(u->seq[i] - s->seq + 1);
	return pointer;
}

static bool
take_out_of_band(struct gz_tcp *t, struct tcp_seg *s)
{
	bool marked = (s->flags & TCP_URG) != 0;
	uint32_t byte = urgent_byte(s);
	bool good = marked && (is_known(s->from, byte) || add(t, s, byte));
	uint16_t within = pointer_within(s);

	if (!s->inline_mode)
		return true;
	if (within != 0 ? marked && byte == s->seq + within - 1 : !marked || good)
		return true;
	tcp_note(t, GZ_TCP_EVENT_REASSEMBLY_URGENT_OOB_LIMIT_REACHED);
	return rewrite(t, s, within);
}

bool
tcp_take_urgent(struct gz_tcp *t, struct tcp_seg *s)
{
	bool marked = (s->flags & TCP_URG) != 0;

	if (t->urgent == URGENT_INLINE)
		return !marked || !s->inline_mode || rewrite(t, s, 0);
	if (t->urgent == URGENT_DROP && marked) {
		TCP_COUNT(TCP_STAT_URGENT, 1);
		gz_pkt_except(s->p, t->x, GZ_WHY_TCP_URGENT);
		if (gz_pkt_is_stopped(s->p))
			return false;
	}
	return take_out_of_band(t, s);
}
