/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PORT_WORKER_H
#define PORT_WORKER_H

/* All ports together, and what each worker has of them. */

#include <rte_ring.h>

#include "port_internal.h"

enum {
	STEER_BATCH = 32,
	STEER_RING = 4096, /* packets that may wait for their owner */
};

/** The other workers' mail box, and what is about to go to theirs: steer.c. */
struct steer {
	struct rte_ring *in;
	struct rte_ring *backlog; /* replay: taken from in while waiting for another's to empty */
	struct steer_out {
		void *v[STEER_BATCH]; /* of struct gz_pkt */
		uint32_t n;
	} * out; /* by worker */
	int wake_fd;
	atomic_bool sleeps;
	uint32_t taken; /* in the burst that is being worked on */
	_Atomic uint64_t sent; /* packets given to others */
	_Atomic uint64_t finished; /* others' packets worked on to the end */
};

struct gz_port_worker {
	struct gz_ports *s;
	uint32_t id;
	uint32_t nb_rxq, next_rxq;
	struct port_rxq {
		struct port *port;
		uint32_t queue;
	} * rxq;
	uint64_t now_us; /* of this turn; 0: not asked yet */
	struct port_out {
		struct gz_pkt *v[GZ_BURST];
		uint32_t n;
	} * out; /* by port */
	struct port_count *count; /* by port */
	struct steer steer;
	struct packet_burst *packets; /* for kernel interfaces */
	struct pollfd *wait;
	uint32_t nb_wait; /* 0: some queue cannot be waited on */
} __rte_cache_aligned;

struct gz_ports {
	struct port_conf conf;
	struct wire *wires;
	uint32_t nb_wires;
	uint32_t nb_ports;
	struct gz_port_worker **workers;
	uint32_t nb_workers;
	bool steers;
	struct rte_mempool *frames; /* for what comes from a port */
	struct rte_mempool *small; /* for ports that take no larger buffer */
	struct rte_mempool *large; /* for frames that are longer than a buffer */
	struct rte_mempool *fresh; /* for packets made by us */
	struct capture *capture; /* replay */
	struct pcap_writer *writer; /* replay, may be NULL */
	atomic_bool ended; /* replay: the capture is read */
	_Atomic uint64_t read_off; /* replay */
	uint64_t *history; /* replay: offsets of past frames, by number / GZ_BURST */
	uint32_t nb_history;
};

static inline struct port *
port_at(const struct gz_ports *s, uint32_t index)
{
	return &s->wires[index / 2].port[index % 2];
}

/* steer.c */
bool steer_open(struct gz_port_worker *w);
void steer_close(struct gz_port_worker *w);
uint32_t steer_take(struct gz_port_worker *w, struct gz_pkt *burst[], uint32_t most);
uint32_t steer_waiting(const struct gz_port_worker *w);
void steer_flush(struct gz_port_worker *w);
/** Replay: is no steered packet on its way or in work? */
bool steer_is_quiet(const struct gz_ports *s);

/* wait.c */
bool wait_open(struct gz_port_worker *w);
void wait_close(struct gz_port_worker *w);

#endif /* PORT_WORKER_H */
