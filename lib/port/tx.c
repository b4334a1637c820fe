/* SPDX-License-Identifier: BSD-3-Clause */

/* Packets on their way out: gathered per port, sent once a turn; what is not taken is counted. */

#include "gz_stat.h"

#include "port_worker.h"

enum {
	PORT_RX_PKTS,
	PORT_RX_BYTES,
	PORT_TX_PKTS,
	PORT_TX_BYTES,
	PORT_TX_FAILED,
	PORT_NEW_FAILED,
};

static const struct gz_stat_row port_rows[] = {
	[PORT_RX_PKTS] = { "port.rx_pkts", "packets received" },
	[PORT_RX_BYTES] = { "port.rx_bytes", "bytes of packets received" },
	[PORT_TX_PKTS] = { "port.tx_pkts", "packets sent" },
	[PORT_TX_BYTES] = { "port.tx_bytes", "bytes of packets sent" },
	[PORT_TX_FAILED] = { "port.tx_failed", "packets that a port did not take" },
	[PORT_NEW_FAILED] = { "port.new_failed",
			"packets that we wanted to make, without a buffer" },
};
GZ_STAT_REGISTER(port, port_rows)

void
port_count_rx(struct gz_port_worker *w, const struct port *port, uint32_t n, uint64_t bytes)
{
	w->count[port->index].rx_pkts += n;
	w->count[port->index].rx_bytes += bytes;
	GZ_STAT_ADD(port, PORT_RX_PKTS, n);
	GZ_STAT_ADD(port, PORT_RX_BYTES, bytes);
}

void
port_count_tx(struct gz_port_worker *w, const struct port *port, uint32_t n, uint64_t bytes)
{
	w->count[port->index].tx_pkts += n;
	w->count[port->index].tx_bytes += bytes;
	GZ_STAT_ADD(port, PORT_TX_PKTS, n);
	GZ_STAT_ADD(port, PORT_TX_BYTES, bytes);
}

void
port_lost(struct gz_port_worker *w, struct port *port, struct gz_pkt *p, enum gz_why why)
{
	if (!atomic_load_explicit(&port->link.up, memory_order_relaxed))
		why = GZ_WHY_LINK;
	w->count[port->index].tx_failed++;
	GZ_STAT_ADD(port, PORT_TX_FAILED, 1);
	gz_pkt_lose(p, why);
	rte_pktmbuf_free(p->mbuf);
}

void
port_refused(enum gz_why why)
{
	struct gz_pkt p = { .verdict = GZ_PASS };

	gz_pkt_settle(&p, GZ_DROP, why);
}

static void
flush_port(struct gz_port_worker *w, struct port *port)
{
	struct port_out *out = &w->out[port->index];

	port->ops->tx(w, port, out->v, out->n);
	out->n = 0;
}

static void
queue(struct gz_port_worker *w, struct port *port, struct gz_pkt *p)
{
	struct port_out *out = &w->out[port->index];
	const struct virtio_net_hdr *vnet = &port_priv(p)->vnet;

	if (unlikely((p->flags & GZ_PKT_SUM_PARTIAL) != 0) &&
			(!port->ops->takes_partial || vnet->flags == 0))
		gz_pkt_fix_checksums(p);
	if (unlikely(vnet->gso_type != VIRTIO_NET_HDR_GSO_NONE) && !port->ops->takes_partial) {
		port_lost(w, port, p, GZ_WHY_OVERSIZE);
		return;
	}
	out->v[out->n++] = p;
	if (out->n == GZ_BURST)
		flush_port(w, port);
}

void
gz_port_tx(struct gz_port_worker *w, struct gz_pkt *p)
{
	queue(w, port_at(w->s, p->wire * 2u + (p->side ^ 1u)), p);
}

void
gz_port_free(struct gz_port_worker *w, struct gz_pkt *p)
{
	rte_pktmbuf_free(p->mbuf);
}

void
gz_port_flush(struct gz_port_worker *w)
{
	uint32_t i;

	for (i = 0; i < w->s->nb_ports; i++) {
		if (w->out[i].n > 0)
			flush_port(w, port_at(w->s, i));
	}
	steer_flush(w);
}

struct gz_pkt *
gz_port_new(struct gz_port_worker *w, uint16_t wire, enum gz_side side, uint32_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(w->s->fresh);
	struct gz_pkt *p;

	if (m == NULL || len > rte_pktmbuf_tailroom(m)) {
		rte_pktmbuf_free(m);
		GZ_STAT_ADD(port, PORT_NEW_FAILED, 1);
		return NULL;
	}
	m->pkt_len = len;
	m->data_len = (uint16_t)len;
	p = rte_mbuf_to_priv(m);
	memset(p, 0, sizeof(struct port_priv));
	p->data = rte_pktmbuf_mtod(m, uint8_t *);
	p->len = len;
	p->mbuf = m;
	p->wire = wire;
	p->side = (uint8_t)side;
	p->link = port_at(w->s, wire * 2u + side)->link_type;
	return p;
}

void
gz_port_inject(struct gz_port_worker *w, struct gz_pkt *p)
{
	queue(w, port_at(w->s, p->wire * 2u + p->side), p);
}
