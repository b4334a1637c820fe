/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_PORT_H
#define GZ_PORT_H

/*
 * Ports, wires (pairs of ports) and how their packets reach workers.
 *
 * A port is a DPDK device or a capture. A worker polls its queues through one
 * struct gz_port_worker; frames arrive contiguous, each with its struct gz_pkt
 * in the mbuf's private area. Where a NIC cannot send both directions of a flow
 * to one worker, the receiving worker hands the packet over (gz_port_steer).
 *
 * A frame that the other port does not take is counted and freed: transmit
 * failures are never fatal.
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_conf.h"
#include "gz_pkt.h"

struct gz_out;
struct gz_ports;
struct gz_port_worker;

enum {
	GZ_BURST = 64, /* packets a turn */
};

/** A capture in place of NICs. */
struct gz_replay {
	const char *path; /* pcap or pcapng */
	const char *write_path; /* what would have left the wire, or NULL */
};

/**
 * Open what the configuration names under `wires` (or, with @p replay, one wire whose outside port is
 * the capture), start all ports. EAL is up. Problems are told in @p errors.
 *
 * @return NULL when a port cannot be opened.
 */
struct gz_ports *gz_ports_open(const struct gz_conf *conf, const struct gz_replay *replay,
		uint32_t nb_workers, struct gz_errors *errors);
/** Stop and close; all workers have ended. */
void gz_ports_close(struct gz_ports *ports);

/** Are the wires and workers of @p conf in order, as far as can be said without opening them? */
bool gz_ports_check(const struct gz_conf *conf, struct gz_errors *errors);
/** How many workers @p conf asks for, at least 1; EAL gives them lcores 1 to that number, and lcore 0
 * to control. */
uint32_t gz_ports_workers(const struct gz_conf *conf, const struct gz_replay *replay);

/** The EAL arguments that the configuration needs (devices, cores, memory): a NULL-terminated
 * array of @p argc words, freed with gz_ports_eal_free() when EAL has read them. */
char **gz_ports_eal_args(const struct gz_conf *conf, const struct gz_replay *replay, int *argc);
void gz_ports_eal_free(char **argv);

/** The view of worker @p id, 0 to nb_workers - 1. Lives as long as @p ports. */
struct gz_port_worker *gz_port_worker(struct gz_ports *ports, uint32_t id);

/**
 * Up to @p most packets: from its queues in turn and from its steering ring (those come decoded:
 * steered true in the second half of the answer).
 *
 * @param steered  Set to how many of them, at the end of the burst, came from other workers.
 * @return         Packets; 0 when there is nothing now.
 */
uint32_t
gz_port_rx(struct gz_port_worker *w, struct gz_pkt *burst[], uint32_t most, uint32_t *steered);
/** Hand @p p to the worker that owns its hash. @return false when that is the caller itself. */
bool gz_port_steer(struct gz_port_worker *w, struct gz_pkt *p);

/** The worker to which the packets of @p p's flow come: a datagram made whole of fragments, which come
 * by their addresses alone. */
uint32_t gz_port_owner(const struct gz_port_worker *w, const struct gz_pkt *p);
/** Hand @p p, decoded, to worker @p owner, who is another. */
void gz_port_give(struct gz_port_worker *w, struct gz_pkt *p, uint32_t owner);

/** Queue @p p for the opposite port of its wire; the mbuf is no longer the caller's. */
void gz_port_tx(struct gz_port_worker *w, struct gz_pkt *p);
/** Free a packet that is not forwarded. */
void gz_port_free(struct gz_port_worker *w, struct gz_pkt *p);
/** Send what is queued. Once a turn. */
void gz_port_flush(struct gz_port_worker *w);
/**
 * A new empty packet that leaves @p wire by the port of @p side (a reset, an ICMP error): data points
 * to room of @p len bytes. NULL: no mbuf, counted. Send with gz_port_inject().
 */
struct gz_pkt *
gz_port_new(struct gz_port_worker *w, uint16_t wire, enum gz_side side, uint32_t len);
void gz_port_inject(struct gz_port_worker *w, struct gz_pkt *p);

/** Live: sleep until a packet may be there or @p us have passed. Replay: returns at once. */
void gz_port_wait(struct gz_port_worker *w, uint32_t us);
/** Replay: true once the capture is read to its end and nothing is left for this worker. */
bool gz_port_is_done(const struct gz_port_worker *w);
/** Replay: share of the capture read, 0 to 1; and why it broke off, or NULL. Any thread. */
double gz_ports_progress(const struct gz_ports *ports);
const char *gz_ports_broken(const struct gz_ports *ports);
bool gz_ports_cut(const struct gz_ports *ports); /* it is only its end that is missing */

/** Control, from a timer: link state of one side shown on the other, statistics of the NICs read. */
void gz_ports_poll(struct gz_ports *ports);
/** `show ports`. */
void gz_ports_show(const struct gz_ports *ports, struct gz_out *out);

/** Names for events and policy: 0 to gz_ports_wires() - 1. */
uint32_t gz_ports_wires(const struct gz_ports *ports);
const char *gz_ports_wire_name(const struct gz_ports *ports, uint16_t wire);

#endif /* GZ_PORT_H */
