/* SPDX-License-Identifier: BSD-3-Clause */

/* The buffers of frames. */

#include <stdio.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_mempool.h>

#include "port_worker.h"

enum {
	CACHE = 256, /* buffers that a worker keeps at hand */
	SMALL_ROOM = 2048, /* for ports whose buffers must fit a page */
	LARGE_ROOM = UINT16_MAX, /* the most that a buffer can have: these have no headroom */
	LARGE_MBUFS = 255,
	FRESH_ROOM = 2048,
	FRESH_MBUFS = 1023,
	POOL_OVERHEAD = 128, /* bytes per buffer: the pool's header, alignment */
	ALIGN = 64,
};

_Static_assert(sizeof(struct port_priv) % RTE_MBUF_PRIV_ALIGN == 0, "mbufs want it so");
_Static_assert(offsetof(struct port_priv, pkt) == 0, "a packet is its private area");

static uint32_t
room_for(uint32_t frame)
{
	return RTE_PKTMBUF_HEADROOM + RTE_ALIGN_CEIL(frame, (uint32_t)ALIGN);
}

uint32_t
port_conf_room(const struct port_conf *pc)
{
	return pc->replay ? 0 : room_for(pc->frame_max);
}

static uint64_t
pool_bytes(uint64_t n, uint64_t room)
{
	return n * (sizeof(struct rte_mbuf) + sizeof(struct port_priv) + room + POOL_OVERHEAD);
}

static bool
needs_large(const struct port_conf *pc)
{
	return !pc->replay && pc->frame_max < LARGE_ROOM;
}

uint64_t
port_conf_bytes(const struct port_conf *pc)
{
	uint64_t sum = pool_bytes(pc->mbufs, port_conf_room(pc));

	sum += pool_bytes(FRESH_MBUFS, room_for(FRESH_ROOM));
	if (port_conf_has(pc, PORT_XDP))
		sum += pool_bytes(pc->mbufs, room_for(SMALL_ROOM));
	if (needs_large(pc))
		sum += pool_bytes(LARGE_MBUFS, LARGE_ROOM);
	sum += (uint64_t)pc->nb_workers * STEER_RING * sizeof(void *);
	if (pc->replay)
		sum += (uint64_t)pc->nb_workers * (pc->mbufs + 1) * sizeof(void *);
	/* Buffers of the drivers, tables, and what is lost between them. */
	return sum + sum / 4;
}

static struct rte_mempool *
create(const char *name, uint32_t n, uint32_t room, struct gz_errors *errors)
{
	struct rte_mempool *mp;
	uint32_t cache = RTE_MIN((uint32_t)CACHE, n / 8);

	mp = rte_pktmbuf_pool_create(
			name, n, cache, sizeof(struct port_priv), (uint16_t)room, SOCKET_ID_ANY);
	if (mp == NULL)
		gz_errors_add(errors, (struct gz_place){ 0 }, "no memory",
				"no memory for %u buffers of %u bytes: %s; see port.memory, port.mbufs "
				"and port.hugepages",
				n, room, rte_strerror(rte_errno));
	return mp;
}

bool
port_pools_open(struct gz_ports *s, struct gz_errors *errors)
{
	const struct port_conf *pc = &s->conf;

	s->frames = create("gauze-frames", pc->mbufs, port_conf_room(pc), errors);
	s->fresh = create("gauze-fresh", FRESH_MBUFS, room_for(FRESH_ROOM), errors);
	if (s->frames == NULL || s->fresh == NULL)
		return false;
	if (port_conf_has(pc, PORT_XDP)) {
		s->small = create("gauze-small", pc->mbufs, room_for(SMALL_ROOM), errors);
		if (s->small == NULL)
			return false;
	}
	if (needs_large(pc)) {
		s->large = create("gauze-large", LARGE_MBUFS, LARGE_ROOM, errors);
		if (s->large == NULL)
			return false;
	}
	return true;
}

void
port_pools_close(struct gz_ports *s)
{
	rte_mempool_free(s->frames);
	rte_mempool_free(s->small);
	rte_mempool_free(s->large);
	rte_mempool_free(s->fresh);
}

struct rte_mbuf *
port_linear(struct gz_ports *s, struct rte_mbuf *m)
{
	struct rte_mbuf *large = NULL;
	const void *all;

	if (s->large != NULL && m->pkt_len <= LARGE_ROOM)
		large = rte_pktmbuf_alloc(s->large);
	if (large != NULL) {
		large->data_off = 0;
		all = rte_pktmbuf_read(m, 0, m->pkt_len, large->buf_addr);
		if (all != large->buf_addr)
			memcpy(large->buf_addr, all, m->pkt_len);
		large->pkt_len = m->pkt_len;
		large->data_len = (uint16_t)m->pkt_len;
		large->ol_flags = m->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK;
	}
	rte_pktmbuf_free(m);
	return large;
}
