/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PORT_INTERNAL_H
#define PORT_INTERNAL_H

/*
 * What the files of this room share. A kind of port (a DPDK device, a kernel
 * interface, a capture) is one struct port_ops; everything else asks it.
 */

#include <linux/virtio_net.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>
#include <rte_spinlock.h>

#include "gz_port.h"

#include "port_conf.h"

struct capture;
struct gz_ports;
struct packet_burst;
struct pcap_writer;
struct port;

/** In an mbuf's private area. */
struct port_priv {
	struct gz_pkt pkt;
	struct virtio_net_hdr vnet; /* what a kernel interface said of sums and segments */
	uint16_t ns; /* of the capture's time, below a microsecond */
};

/** What a port counts for one worker. Worker: rw, control: ro. */
struct port_count {
	uint64_t rx_pkts, rx_bytes, tx_pkts, tx_bytes;
	uint64_t tx_failed; /* not taken by the port */
	uint64_t oversize; /* longer than frame-max */
	uint64_t no_mbuf; /* no buffer to receive into */
	uint64_t partial; /* checksum or segments left to the NIC: offloads of the peer */
};

/** Control's view of a port, refreshed by gz_ports_poll(). */
struct port_link {
	atomic_bool up; /* worker: ro, control: wo */
	bool is_known; /* the port can tell */
	bool can_set; /* its peer can be told */
	bool is_forced; /* taken down by us, because the other side is */
	uint32_t speed_mbps; /* 0: not known */
	uint64_t missed; /* by the NIC or the kernel, for want of room */
	uint64_t errors;
	uint64_t no_buffer;
};

struct port_ops {
	const char *kind;
	bool takes_partial; /* sums and segments may be left to it */
	bool is_owned; /* its link is ours to take down */
	bool (*open)(struct gz_ports *s, struct port *p, struct gz_errors *errors);
	void (*close)(struct port *p);
	uint32_t (*rx)(struct gz_port_worker *w, struct port *p, uint32_t queue,
			struct gz_pkt *burst[], uint32_t most);
	/** Send, free, and settle what was not taken by port_lost(). */
	void (*tx)(struct gz_port_worker *w, struct port *p, struct gz_pkt *v[], uint32_t n);
	int (*fd)(const struct port *p, uint32_t queue); /* to wait on, or -1 */
	void (*poll)(struct port *p); /* refresh p->link */
	int (*set_up)(struct port *p, bool up);
};

struct port {
	const struct port_ops *ops;
	struct gz_ports *s;
	const struct port_spec *spec;
	struct port *peer;
	uint32_t index;
	uint32_t tenant;
	uint16_t wire;
	uint8_t side;
	uint8_t link_type; /* enum gz_link */
	uint32_t flags; /* GZ_PKT_*, of what it receives */
	uint32_t nb_rxq, nb_txq;
	uint32_t mtu;
	bool is_symmetric; /* both directions of a flow come to the same queue number */
	char driver[32];
	char mac[18];
	struct port_link link;

	uint16_t dev; /* DPDK's id */
	uint32_t reta_size;
	rte_spinlock_t tx_lock[PORT_QUEUES_MOST]; /* taken when workers share queues */
	int fds[PORT_QUEUES_MOST]; /* sockets of a kernel interface */
	int ifindex;
};

extern const struct port_ops port_dev_ops, port_packet_ops, port_replay_ops;

struct wire {
	char name[PORT_NAME];
	struct port port[2]; /* by enum gz_side */
	bool propagate;
};

static inline struct port_priv *
port_priv(struct gz_pkt *p)
{
	return (struct port_priv *)p;
}

/** Fill in what decoding and the stages expect of a frame that @p port received in @p m. */
static inline struct gz_pkt *
port_accept(const struct port *port, struct rte_mbuf *m, uint64_t now_us)
{
	struct gz_pkt *p = rte_mbuf_to_priv(m);

	port_priv(p)->vnet = (struct virtio_net_hdr){ 0 };
	p->data = rte_pktmbuf_mtod(m, uint8_t *);
	p->len = m->pkt_len;
	p->flags = port->flags;
	p->mbuf = m;
	p->time_us = now_us;
	p->number = 0;
	p->link = port->link_type;
	p->side = port->side;
	p->wire = port->wire;
	p->tenant = port->tenant;
	return p;
}

/* rx.c */
uint64_t port_now(struct gz_port_worker *w);

/* tx.c */
/** @p p was not taken by @p port: count, settle, free. */
void port_lost(struct gz_port_worker *w, struct port *port, struct gz_pkt *p, enum gz_why why);
/** A frame that never became a packet is dropped. */
void port_refused(enum gz_why why);
void port_count_rx(struct gz_port_worker *w, const struct port *port, uint32_t n, uint64_t bytes);
void port_count_tx(struct gz_port_worker *w, const struct port *port, uint32_t n, uint64_t bytes);

/* pool.c */
bool port_pools_open(struct gz_ports *s, struct gz_errors *errors);
void port_pools_close(struct gz_ports *s);
/** A frame in one piece: @p m, or its copy in a larger buffer (@p m is freed then); NULL: too long. */
struct rte_mbuf *port_linear(struct gz_ports *s, struct rte_mbuf *m);

/* packet*.c: kernel interfaces */
bool packet_burst_open(struct gz_port_worker *w);
void packet_burst_close(struct gz_port_worker *w);
uint32_t packet_rx(struct gz_port_worker *w, struct port *p, uint32_t queue, struct gz_pkt *burst[],
		uint32_t most);
void packet_tx(struct gz_port_worker *w, struct port *p, struct gz_pkt *v[], uint32_t n);

/* replay.c */
bool replay_open(struct gz_ports *s, const struct gz_replay *replay, struct gz_errors *errors);
void replay_close(struct gz_ports *s);

/* link.c */
void link_poll(struct gz_ports *s);
void link_restore(struct gz_ports *s);

/* dev_rss.c */
/** Spread over queues by a key that sends both directions to the same one, where the NIC can. */
struct rte_eth_conf;
struct rte_eth_dev_info;
void
dev_rss_configure(struct port *p, const struct rte_eth_dev_info *info, struct rte_eth_conf *conf);
void dev_rss_finish(struct port *p);
/** The queue to which @p port's NIC brings @p p's TCP flow; others come by their addresses alone. */
uint32_t dev_rss_queue(const struct port *port, const struct gz_pkt *p);
/** Do queues of all ports mean the same worker for both directions? */
bool dev_rss_is_symmetric(const struct gz_ports *s);

/* gz_port.c */
void port_error(struct gz_errors *errors, const struct port *p, const char *fmt, ...)
		__attribute__((format(printf, 3, 4)));

#endif /* PORT_INTERNAL_H */
