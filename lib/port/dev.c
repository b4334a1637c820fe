/* SPDX-License-Identifier: BSD-3-Clause */

/* DPDK devices as ports. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_ethdev.h>

#include "gz_log.h"

#include "port_worker.h"

GZ_LOG_REGISTER(dev)

enum {
	NO_DEV = UINT16_MAX,
	TAGS_LEN = 4, /* room for a tag that the MTU does not count */
};

static struct rte_mempool *
pool_of(const struct port *p)
{
	return p->spec->kind == PORT_XDP ? p->s->small : p->s->frames;
}

/* As many queues as wanted and as the device has; all of one kind are asked for alike. */
static void
choose_queues(struct port *p, const struct rte_eth_dev_info *info)
{
	uint32_t nb_workers = p->s->nb_workers;

	p->nb_rxq = RTE_MIN(p->s->conf.queues, (uint32_t)info->max_rx_queues);
	p->nb_txq = RTE_MIN(nb_workers, (uint32_t)info->max_tx_queues);
	p->nb_rxq = RTE_MAX(RTE_MIN(p->nb_rxq, (uint32_t)PORT_QUEUES_MOST), 1u);
	p->nb_txq = RTE_MAX(RTE_MIN(p->nb_txq, (uint32_t)PORT_QUEUES_MOST), 1u);
}

static void
choose_mtu(struct port *p, const struct rte_eth_dev_info *info, struct rte_eth_conf *conf)
{
	uint32_t room = rte_pktmbuf_data_room_size(pool_of(p)) - RTE_PKTMBUF_HEADROOM;
	uint32_t frame = RTE_MIN(p->s->conf.frame_max, room);
	uint32_t mtu = frame - RTE_ETHER_HDR_LEN - TAGS_LEN;

	if (info->max_mtu >= RTE_ETHER_MTU)
		mtu = RTE_MIN(mtu, (uint32_t)info->max_mtu);
	if (info->max_rx_pktlen >= RTE_ETHER_MAX_LEN)
		mtu = RTE_MIN(mtu,
				info->max_rx_pktlen - RTE_ETHER_HDR_LEN - RTE_ETHER_CRC_LEN -
						TAGS_LEN);
	conf->rxmode.mtu = (uint32_t)mtu;
	p->mtu = mtu;
}

static int
set_up_queues(struct port *p, const struct rte_eth_dev_info *info, struct gz_errors *errors)
{
	uint16_t nb_rxd = (uint16_t)p->s->conf.rx_ring, nb_txd = (uint16_t)p->s->conf.tx_ring;
	uint16_t q;
	int ret;

	ret = rte_eth_dev_adjust_nb_rx_tx_desc(p->dev, &nb_rxd, &nb_txd);
	for (q = 0; ret >= 0 && q < p->nb_rxq; q++)
		ret = rte_eth_rx_queue_setup(p->dev, q, nb_rxd, SOCKET_ID_ANY,
				&info->default_rxconf, pool_of(p));
	for (q = 0; ret >= 0 && q < p->nb_txq; q++)
		ret = rte_eth_tx_queue_setup(
				p->dev, q, nb_txd, SOCKET_ID_ANY, &info->default_txconf);
	if (ret < 0)
		port_error(errors, p, "queues cannot be set up: %s", strerror(-ret));
	return ret;
}

/* Some devices have no MTU to choose: then as they are. */
static int
configure(struct port *p, const struct rte_eth_dev_info *info, struct gz_errors *errors)
{
	struct rte_eth_conf conf = { 0 };
	int ret;

	choose_queues(p, info);
	choose_mtu(p, info, &conf);
	dev_rss_configure(p, info, &conf);
	ret = rte_eth_dev_configure(p->dev, (uint16_t)p->nb_rxq, (uint16_t)p->nb_txq, &conf);
	if (ret < 0 && p->mtu > RTE_ETHER_MTU) {
		p->mtu = RTE_ETHER_MTU;
		conf.rxmode.mtu = p->mtu;
		ret = rte_eth_dev_configure(
				p->dev, (uint16_t)p->nb_rxq, (uint16_t)p->nb_txq, &conf);
	}
	if (ret < 0)
		port_error(errors, p, "cannot be configured with %u queues: %s", p->nb_rxq,
				strerror(-ret));
	return ret;
}

static void
describe(struct port *p, const struct rte_eth_dev_info *info)
{
	struct rte_ether_addr mac;
	uint16_t mtu;

	snprintf(p->driver, sizeof(p->driver), "%s", info->driver_name);
	if (rte_eth_dev_get_mtu(p->dev, &mtu) == 0)
		p->mtu = mtu;
	if (rte_eth_macaddr_get(p->dev, &mac) == 0)
		rte_ether_format_addr(p->mac, sizeof(p->mac), &mac);
	/* Virtual links that say "down" while packets pass, or that nobody else sees, are not told of. */
	p->link.is_known = p->spec->kind == PORT_PCI || p->spec->kind == PORT_XDP;
	p->link.can_set = p->link.is_known;
}

static bool
dev_open(struct gz_ports *s, struct port *p, struct gz_errors *errors)
{
	struct rte_eth_dev_info info;
	int ret;

	p->dev = NO_DEV;
	ret = rte_eth_dev_get_port_by_name(p->spec->dev, &p->dev);
	if (ret < 0) {
		p->dev = NO_DEV;
		port_error(errors, p, "DPDK has no such device%s",
				p->spec->kind == PORT_PCI
						? ": is it bound to vfio-pci or uio_pci_generic?"
						: "");
		return false;
	}
	ret = rte_eth_dev_info_get(p->dev, &info);
	if (ret < 0) {
		port_error(errors, p, "tells nothing of itself: %s", strerror(-ret));
		return false;
	}
	if (configure(p, &info, errors) < 0 || set_up_queues(p, &info, errors) < 0)
		return false;
	ret = rte_eth_dev_start(p->dev);
	if (ret < 0) {
		port_error(errors, p, "cannot be started: %s", strerror(-ret));
		return false;
	}
	ret = rte_eth_promiscuous_enable(p->dev);
	if (ret < 0 && ret != -ENOTSUP)
		GZ_LOG(WARNING, "port %s: not promiscuous: %s", p->spec->name, strerror(-ret));
	dev_rss_finish(p);
	describe(p, &info);
	return true;
}

static void
dev_close(struct port *p)
{
	if (p->dev == NO_DEV || !rte_eth_dev_is_valid_port(p->dev))
		return;
	rte_eth_dev_stop(p->dev);
	rte_eth_dev_close(p->dev);
}

/* Flags of ours for what the NIC said of the layer 4 checksum. */
static uint32_t
sum_flags(const struct rte_mbuf *m)
{
	return (m->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) == RTE_MBUF_F_RX_L4_CKSUM_NONE
			? GZ_PKT_SUM_PARTIAL
			: 0;
}

static uint32_t
dev_rx(struct gz_port_worker *w, struct port *p, uint32_t queue, struct gz_pkt *burst[],
		uint32_t most)
{
	struct port_count *count = &w->count[p->index];
	struct rte_mbuf *v[GZ_BURST], *m;
	uint64_t bytes = 0;
	uint32_t i, n, kept = 0;

	n = rte_eth_rx_burst(
			p->dev, (uint16_t)queue, v, (uint16_t)RTE_MIN(most, (uint32_t)GZ_BURST));
	for (i = 0; i < n; i++) {
		m = v[i];
		if (i + 4 < n)
			rte_prefetch0(rte_mbuf_to_priv(v[i + 4]));
		if (unlikely(m->nb_segs > 1)) {
			m = port_linear(w->s, m);
			if (m == NULL) {
				count->oversize++;
				port_refused(GZ_WHY_OVERSIZE);
				continue;
			}
		}
		bytes += m->pkt_len;
		burst[kept] = port_accept(p, m, port_now(w));
		burst[kept]->flags = sum_flags(m);
		count->partial += burst[kept]->flags != 0;
		kept++;
	}
	if (kept > 0)
		port_count_rx(w, p, kept, bytes);
	return kept;
}

/* What the packet has become is what is sent: stages may have shortened it or moved its start. */
static struct rte_mbuf *
to_mbuf(struct gz_pkt *p)
{
	struct rte_mbuf *m = p->mbuf;

	m->data_off = (uint16_t)(p->data - (uint8_t *)m->buf_addr);
	m->data_len = (uint16_t)p->len;
	m->pkt_len = p->len;
	m->ol_flags = 0;
	return m;
}

static void
dev_tx(struct gz_port_worker *w, struct port *p, struct gz_pkt *v[], uint32_t n)
{
	uint32_t queue = w->id % p->nb_txq, i, sent;
	struct rte_mbuf *m[GZ_BURST];
	uint64_t bytes = 0;

	for (i = 0; i < n; i++) {
		m[i] = to_mbuf(v[i]);
		bytes += v[i]->len;
	}
	if (p->nb_txq < w->s->nb_workers)
		rte_spinlock_lock(&p->tx_lock[queue]);
	sent = rte_eth_tx_burst(p->dev, (uint16_t)queue, m, (uint16_t)n);
	if (p->nb_txq < w->s->nb_workers)
		rte_spinlock_unlock(&p->tx_lock[queue]);
	for (i = sent; i < n; i++) {
		bytes -= v[i]->len;
		port_lost(w, p, v[i], GZ_WHY_TX);
	}
	port_count_tx(w, p, sent, bytes);
}

static void
dev_poll(struct port *p)
{
	struct rte_eth_link link;
	struct rte_eth_stats stats;

	if (rte_eth_stats_get(p->dev, &stats) == 0) {
		p->link.missed = stats.imissed;
		p->link.errors = stats.ierrors;
		p->link.no_buffer = stats.rx_nombuf;
	}
	if (rte_eth_link_get_nowait(p->dev, &link) < 0)
		return;
	p->link.speed_mbps = link.link_speed == RTE_ETH_SPEED_NUM_UNKNOWN ? 0 : link.link_speed;
	if (p->link.is_known && !p->link.is_forced)
		atomic_store_explicit(&p->link.up, link.link_status == RTE_ETH_LINK_UP,
				memory_order_relaxed);
}

static int
dev_set_up(struct port *p, bool up)
{
	return up ? rte_eth_dev_set_link_up(p->dev) : rte_eth_dev_set_link_down(p->dev);
}

static int
dev_fd(const struct port *p, uint32_t queue)
{
	return -1;
}

const struct port_ops port_dev_ops = {
	.kind = "device",
	.open = dev_open,
	.close = dev_close,
	.rx = dev_rx,
	.tx = dev_tx,
	.fd = dev_fd,
	.poll = dev_poll,
	.set_up = dev_set_up,
};
