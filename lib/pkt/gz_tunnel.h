/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_TUNNEL_H
#define GZ_TUNNEL_H

/*
 * Packets within packets. Decoding the carrier says where the inner one lies;
 * gz_pkt_enter() decodes that, in place, as a packet of its own.
 */

#include <stdbool.h>
#include <stdint.h>

struct gz_conf;
struct gz_decode_opts;
struct gz_pkt;

/** What a packet was found in. */
enum gz_carrier {
	GZ_CARRIER_NONE, /* it was on the wire */
	GZ_CARRIER_GRE,
	GZ_CARRIER_IPV4,
	GZ_CARRIER_IPV6,
	GZ_CARRIER_VXLAN,
	GZ_CARRIER_GENEVE,
	GZ_CARRIER_TEREDO,
};

/** The packet within a decoded one; len 0: there is none. */
struct gz_inner {
	uint32_t off, len; /* from the carrier's data */
	uint32_t network; /* whose addresses its own are (VNI); 0: the carrier's */
	uint8_t link; /* enum gz_link */
	uint8_t carrier; /* enum gz_carrier */
};

/** UDP ports that carry packets; 0: none is followed. */
struct gz_tunnel_ports {
	uint16_t vxlan, geneve; /* the receiver's */
	uint16_t teredo; /* either's */
};

/** Read decode.vxlan-port and the like; @p conf NULL: the defaults. */
void gz_tunnel_ports_init(struct gz_tunnel_ports *ports, const struct gz_conf *conf);

/**
 * Decode what @p carrier carries (carrier->inner.len > 0) into @p p, which lies in the carrier's
 * bytes and is not to be changed: the carrier's checksums cover it. It shares time, number, wire and
 * side; its tenant tells it from every other depth and network.
 */
void
gz_pkt_enter(const struct gz_pkt *carrier, struct gz_pkt *p, const struct gz_decode_opts *opts);

/** As above, only to see what it is: counters leave it out. */
void gz_pkt_peek(const struct gz_pkt *carrier, struct gz_pkt *p, const struct gz_decode_opts *opts);

/** Is there clearly no fragment in the tunnel, nor another tunnel? Cheap; false: decode and see. */
bool gz_pkt_inner_is_plain(const struct gz_pkt *carrier);

/** Where a packet comes from: EVE's pkt_src. */
const char *gz_pkt_src(const struct gz_pkt *p);

#endif /* GZ_TUNNEL_H */
