/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * The pieces of a datagram: sorted by place, and none touches another. So they
 * are all there when their lengths add up to the whole.
 */

#include <rte_common.h>

#include "defrag_internal.h"

enum {
	PIECES_AT_FIRST = 4,
	UNIT = 8, /* bytes; all fragments but the last are multiples of it */
};

/* The first piece that ends behind @p off. */
static uint32_t
find(const struct datagram *g, uint32_t off)
{
	uint32_t low = 0, high = g->nb_pieces, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (g->pieces[mid].off + g->pieces[mid].len <= off)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool
make_room(struct gz_mem *mem, struct datagram *g)
{
	struct piece *more;
	uint32_t room = g->room == 0 ? PIECES_AT_FIRST : 2 * g->room;

	if (g->nb_pieces < g->room)
		return true;
	if (room > DEFRAG_PIECES)
		return false;
	more = gz_mem_grow(mem, defrag_purpose, g->pieces, g->room * sizeof(*more),
			g->nb_pieces * sizeof(*more), room * sizeof(*more));
	if (more == NULL)
		return false;
	g->pieces = more;
	g->room = room;
	return true;
}

static void
insert(struct datagram *g, uint32_t at, const struct piece *n)
{
	memmove(&g->pieces[at + 1], &g->pieces[at], (g->nb_pieces - at) * sizeof(*n));
	g->pieces[at] = *n;
	g->nb_pieces++;
	g->bytes += n->len;
	if (!n->p->frag_more)
		g->total = n->off + n->len;
}

/* Does the end agree with what is known of it? */
static bool
ends_agree(const struct datagram *g, const struct gz_pkt *p)
{
	const struct piece *last = g->nb_pieces > 0 ? &g->pieces[g->nb_pieces - 1] : NULL;
	uint32_t end = p->frag_off + p->payload_len;

	if (p->frag_more)
		return g->total == 0 || end < g->total;
	if (g->total > 0)
		return end == g->total;
	return last == NULL || last->off + last->len <= end;
}

/* IPv4 counts the header, IPv6 does not count its fixed one; both in 16 bits. */
bool
piece_fits(const struct gz_pkt *p)
{
	uint32_t head = p->payload_off - p->l3_off;

	if ((p->flags & GZ_PKT_IPV6) != 0)
		head -= 40 + UNIT;
	return head + p->frag_off + p->payload_len <= DEFRAG_IP_MOST;
}

enum piece_verdict
piece_add(struct gz_mem *mem, struct datagram *g, struct gz_pkt *p)
{
	struct piece n = { p->frag_off, p->payload_len, p };
	const struct piece *there;
	uint32_t at;

	if (n.len == 0 || (p->frag_more && n.len % UNIT != 0))
		return PIECE_BAD;
	if (!piece_fits(p))
		return PIECE_BAD;

	at = find(g, n.off);
	there = at < g->nb_pieces ? &g->pieces[at] : NULL;
	if (there != NULL && there->off < n.off + n.len) {
		if (there->off == n.off && there->len == n.len &&
				there->p->frag_more == p->frag_more &&
				memcmp(gz_pkt_payload(there->p), gz_pkt_payload(p), n.len) == 0)
			return PIECE_COPY;
		return PIECE_OVERLAP;
	}
	if (!ends_agree(g, p))
		return PIECE_BAD;
	if (!make_room(mem, g))
		return PIECE_FULL;
	insert(g, at, &n);
	return PIECE_HELD;
}

void
piece_free_all(struct gz_mem *mem, struct datagram *g)
{
	gz_mem_put(mem, defrag_purpose, g->pieces, g->room * sizeof(*g->pieces));
	g->pieces = NULL;
	g->nb_pieces = 0;
	g->room = 0;
}
