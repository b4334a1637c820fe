/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Sequence numbers wrap at 32 bits and count urgent bytes; offsets in the
 * stream do neither. What is kept is kept by offset.
 */

#include "tcp_internal.h"

enum {
	ASYNC_KEEP = 64 * 1024, /* of a stream whose acknowledgements are not seen */
};

/** Urgent bytes from @p from up to but not at @p to. */
static int64_t
urgents_between(const struct tcp_urgent *u, uint32_t from, uint32_t to)
{
	int64_t n = 0;

	for (uint32_t i = 0; i < u->nb; i++)
		n += !tcp_before(u->seq[i], from) && tcp_before(u->seq[i], to);
	return n;
}

int64_t
tcp_offset(const struct tcp_half *h, uint32_t seq)
{
	int64_t off = (int64_t)h->off + (int32_t)(seq - h->next);

	if (likely(h->urgent == NULL))
		return off;
	if (tcp_before(seq, h->next))
		return off + urgents_between(h->urgent, seq, h->next);
	return off - urgents_between(h->urgent, h->next, seq);
}

/** The next urgent byte at or after h->next, as a distance; UINT32_MAX: none. */
static uint32_t
to_next_urgent(const struct tcp_half *h)
{
	for (uint32_t i = 0; i < h->urgent->nb; i++)
		if (!tcp_before(h->urgent->seq[i], h->next))
			return h->urgent->seq[i] - h->next;
	return UINT32_MAX;
}

void
tcp_advance(struct tcp_half *h, uint32_t len)
{
	uint32_t gap;

	h->off += len;
	if (likely(h->urgent == NULL)) {
		h->next += len;
		return;
	}
	while ((gap = to_next_urgent(h)) <= len) {
		h->next += gap + 1;
		len -= gap;
	}
	h->next += len;
}

uint64_t
tcp_acked_offset(const struct gz_tcp_conn *c, const struct tcp_half *h)
{
	int64_t off = tcp_offset(h, h->acked);

	if (unlikely(c->flags & CONN_ASYNC) && h->off > ASYNC_KEEP)
		off = RTE_MAX(off, (int64_t)(h->off - ASYNC_KEEP));
	if (off < 0)
		return 0;
	return RTE_MIN((uint64_t)off, h->off);
}
