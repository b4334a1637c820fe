/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PORT_CONF_H
#define PORT_CONF_H

/* What the configuration says of ports and wires, read and checked. Control. */

#include <stdbool.h>
#include <stdint.h>

#include "gz_error.h"
#include "gz_port.h"

enum {
	PORT_NAME = 128,
	PORT_QUEUES_MOST = 64,
	PORT_SPARE_MB = 48, /* besides buffers: rings, tables of the drivers, alignment */
};

enum port_kind {
	PORT_PACKET, /* a kernel interface by AF_PACKET */
	PORT_XDP,
	PORT_TAP,
	PORT_PCAP,
	PORT_PCI,
	PORT_VDEV,
	PORT_KIND_UNKNOWN,
};

struct port_spec {
	char name[PORT_NAME]; /* as configured */
	const char *arg; /* in name, behind the kind */
	char dev[PORT_NAME]; /* name of the DPDK device; "" for none */
	enum port_kind kind;
	struct gz_place place;
};

struct wire_conf {
	const char *name;
	struct port_spec port[2]; /* by enum gz_side */
	bool propagate;
	uint32_t tenant;
};

struct port_conf {
	struct wire_conf *wires;
	uint32_t nb_wires;
	uint32_t nb_workers;
	uint32_t queues; /* per port */
	uint32_t rx_ring, tx_ring;
	uint32_t frame_max;
	uint32_t mbufs;
	uint32_t memory_mb;
	uint32_t socket_buffer;
	uint32_t huge; /* enum port_huge */
	bool telemetry;
	bool replay;
};

enum port_huge {
	PORT_HUGE_AUTO,
	PORT_HUGE_YES,
	PORT_HUGE_NO,
};

/** Read `wires` and `port.*`; what is wrong goes to @p errors (NULL: not told). Free with port_conf_free(). */
bool port_conf_read(struct port_conf *pc, const struct gz_conf *conf,
		const struct gz_replay *replay, struct gz_errors *errors);
void port_conf_free(struct port_conf *pc);
uint32_t port_conf_workers(const struct gz_conf *conf, bool replay);
/** Bytes of a frame's buffer, and of all buffers. */
uint32_t port_conf_room(const struct port_conf *pc);
uint64_t port_conf_bytes(const struct port_conf *pc);
bool port_conf_has(const struct port_conf *pc, enum port_kind kind);
/** Has the machine enough free huge pages for this configuration (or is told to use them)? */
bool port_conf_uses_huge(const struct port_conf *pc);

#endif /* PORT_CONF_H */
