/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * A datagram put together, in memory of its own: the link header and the IP
 * headers of the fragment at offset 0, then the pieces. It is for looking at;
 * the fragments are what is forwarded.
 */

#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "defrag_internal.h"

enum {
	IPV6_LEN = sizeof(struct rte_ipv6_hdr),
	IPV6_NEXT_OFF = 6,
	FRAG_LEN = 8,
	EXT_UNIT = 8,
	AH_UNIT = 4,
	EXT_MOST = 64, /* as decode follows them */
};

struct whole {
	struct gz_pkt p;
	size_t size; /* of this struct and its data */
	uint32_t start; /* of the reassembled payload, from data */
	uint32_t first_len; /* of the fragment at offset 0: it must hold all headers */
	uint8_t data[];
};

/* Where the first fragment header is, and where the byte that announces it; 0: none. */
static uint32_t
find_fragment_header(const struct gz_pkt *p, uint32_t *announced)
{
	uint32_t off = p->l3_off + IPV6_LEN, at = p->l3_off + IPV6_NEXT_OFF, i;
	uint8_t next;

	for (i = 0; i < EXT_MOST && off + FRAG_LEN <= p->payload_off; i++) {
		next = p->data[at];
		if (next == IPPROTO_FRAGMENT) {
			*announced = at;
			return off;
		}
		at = off;
		off += next == IPPROTO_AH ? (p->data[off + 1] + 2u) * AH_UNIT
					  : (p->data[off + 1] + 1u) * EXT_UNIT;
	}
	return 0;
}

bool
whole_has_one_fragment_header(const struct gz_pkt *p)
{
	uint32_t announced;

	return find_fragment_header(p, &announced) == p->payload_off - FRAG_LEN;
}

static void
head_ipv4(struct whole *w, const struct gz_pkt *first, uint32_t total)
{
	struct rte_ipv4_hdr *h = (struct rte_ipv4_hdr *)(w->data + first->l3_off);

	w->start = first->payload_off;
	memcpy(w->data, first->data, w->start);
	h->total_length = rte_cpu_to_be_16((uint16_t)(w->start - first->l3_off + total));
	h->fragment_offset &= RTE_BE16(RTE_IPV4_HDR_DF_FLAG);
	h->hdr_checksum = 0;
	h->hdr_checksum = rte_ipv4_cksum(h);
}

static void
head_ipv6(struct whole *w, const struct gz_pkt *first, uint32_t total)
{
	struct rte_ipv6_hdr *h = (struct rte_ipv6_hdr *)(w->data + first->l3_off);
	uint32_t announced = first->l3_off + IPV6_NEXT_OFF;

	w->start = find_fragment_header(first, &announced);
	memcpy(w->data, first->data, w->start);
	w->data[announced] = first->proto;
	h->payload_len = rte_cpu_to_be_16((uint16_t)(w->start - first->l3_off - IPV6_LEN + total));
}

static void
fill(struct whole *w, const struct datagram *g)
{
	const struct gz_pkt *first = g->pieces[0].p;
	uint32_t i;

	if ((first->flags & GZ_PKT_IPV4) != 0)
		head_ipv4(w, first, g->total);
	else
		head_ipv6(w, first, g->total);
	for (i = 0; i < g->nb_pieces; i++)
		memcpy(w->data + w->start + g->pieces[i].off, gz_pkt_payload(g->pieces[i].p),
				g->pieces[i].len);
}

struct gz_pkt *
whole_build(struct gz_defrag *d, const struct datagram *g, const struct gz_decode_opts *opts)
{
	const struct gz_pkt *first = g->pieces[0].p, *p;
	size_t size = sizeof(struct whole) + first->payload_off + g->total;
	struct whole *w = gz_mem_get(d->mem, defrag_purpose, size);

	if (w == NULL)
		return NULL;
	w->p = *first;
	w->p.nb_events = 0;
	w->size = size;
	w->first_len = g->pieces[0].len;
	fill(w, g);

	w->p.data = w->data;
	w->p.len = w->start + g->total;
	w->p.mbuf = NULL;
	w->p.root = NULL;
	w->p.flags = GZ_PKT_WHOLE | (first->flags & GZ_PKT_SIDED);
	gz_pkt_decode_ip(&w->p, first->l3_off, opts);
	w->p.flags |= first->flags & GZ_PKT_OBSERVE;
	w->p.next = g->first;
	/* It is there since its last fragment is. */
	for (p = g->first; p->next != NULL; p = p->next)
		;
	w->p.time_us = p->time_us;
	w->p.number = p->number;
	return &w->p;
}

/* RFC 7112 asks of IPv6 what is wise for IPv4: all headers in the first fragment. */
bool
whole_is_good(const struct gz_pkt *whole)
{
	const struct whole *w = (const struct whole *)whole;
	uint32_t i;

	if ((whole->flags & GZ_PKT_FRAGMENT) != 0)
		return false;
	for (i = 0; i < whole->nb_events; i++) {
		if (whole->events[i] == GZ_PKT_EVENT_IPV6_EXTHDR_USELESS_FH)
			return false;
	}
	return whole->payload_off - w->start <= w->first_len;
}

void
whole_write_back(struct gz_pkt *whole)
{
	const struct whole *w = (const struct whole *)whole;
	struct gz_pkt *f;

	if ((whole->flags & GZ_PKT_CHANGED) == 0)
		return;
	for (f = whole->next; f != NULL; f = f->next) {
		memcpy(f->data + f->payload_off, w->data + w->start + f->frag_off, f->payload_len);
		f->flags |= GZ_PKT_CHANGED;
	}
}

void
whole_free(struct gz_defrag *d, struct gz_pkt *whole)
{
	struct whole *w = (struct whole *)whole;

	gz_mem_put(d->mem, defrag_purpose, w, w->size);
}
