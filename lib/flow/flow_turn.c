/* SPDX-License-Identifier: BSD-3-Clause */

/* A flow's ends change roles, or its tuple begins a new connection. */

#include <netinet/in.h>

#include "flow_internal.h"

enum {
	TCP_SYN = 0x02,
	TCP_ACK = 0x10,
};

void
gz_flow_swap(struct gz_flow *f)
{
	const struct gz_flow was = *f;

	for (uint32_t i = 0; i < 2; i++) {
		f->addr[i] = was.addr[i ^ 1];
		f->port[i] = was.port[i ^ 1];
		f->addr_class[i] = was.addr_class[i ^ 1];
		f->count[i] = was.count[i ^ 1];
	}
	f->server_side ^= 1;
	if (f->sided)
		f->side ^= 1;
	f->flags ^= GZ_FLOW_SWAPPED;
	f->flags |= GZ_FLOW_TURNED;
}

enum gz_dir
gz_flow_dir(const struct gz_flow *f, const struct gz_pkt *p)
{
	bool from_client = p->sport == f->port[0] && p->dport == f->port[1] &&
			gz_addr_equal(&p->src, &f->addr[0]) && gz_addr_equal(&p->dst, &f->addr[1]);

	if (f->proto != p->proto || (f->proto != IPPROTO_TCP && f->proto != IPPROTO_UDP))
		return (enum gz_dir)p->dir;
	if (f->sided && (p->flags & GZ_PKT_SIDED) != 0)
		from_client = from_client && p->side == f->side;
	return from_client ? GZ_C2S : GZ_S2C;
}

/** The key of a flow whose client is who sent @p p, or was sent it if it is a SYN/ACK. */
static void
renewed_key(const struct gz_flow *f, const struct gz_pkt *p, struct flow_key *k)
{
	uint32_t client = (p->tcp_flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);

	*k = (struct flow_key){
		.hash = f->hash,
		.proto = f->proto,
		.side = FLOW_SIDELESS,
	};
	k->addr[client] = p->src;
	k->addr[client ^ 1] = p->dst;
	k->port[client] = p->sport;
	k->port[client ^ 1] = p->dport;
	if (f->sided)
		k->side = (uint8_t)(p->side ^ client);
}

void
gz_flow_renew(struct gz_pkt *p)
{
	struct gz_flow *f = p->flow;
	struct gz_flow_table *t = f->table;
	struct flow_key k;

	/* the packet is the new flow's */
	f->count[p->dir].pkts--;
	f->count[p->dir].bytes -= p->len;
	FLOW_COUNT(FLOW_STAT_END_STATE + f->state, 1);
	FLOW_COUNT(FLOW_STAT_END_WHY + GZ_FLOW_END_REUSED, 1);
	t->end(t->arg, f, GZ_FLOW_END_REUSED);

	gz_wheel_disarm(&f->timer);
	if (f->state == GZ_FLOW_NEW)
		flow_source_leave(f);
	TAILQ_REMOVE(&t->age[f->state], f, age);
	renewed_key(f, p, &k);
	flow_reset(f, &k, p);
	f->flags |= GZ_FLOW_TURNED;
	f->burst = t->burst;
	TAILQ_INSERT_TAIL(&t->age[GZ_FLOW_NEW], f, age);
	flow_source_enter(f);
	flow_timer_start(f);
	flow_count_new(f);
	p->flags &= ~(uint32_t)GZ_PKT_ESTABLISHED;
	p->dir = (uint8_t)gz_flow_dir(f, p);
	gz_flow_count(p);
}
