/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_ACT_H
#define GZ_ACT_H

/*
 * Carry verdicts out: forward, drop, reject (RST to TCP, ICMP unreachable to
 * others, RFC 9293 section 3.5.2, RFC 1812 section 5.2.7.1, RFC 4443), and post
 * the `drop` event. The last stage of the packet's path.
 */

#include "gz_event.h"
#include "gz_flow.h"
#include "gz_port.h"

struct gz_act;

/** Write further members of the drop event about @p p: what the dropping rule says of itself. */
typedef void (*gz_act_tell_fn)(void *arg, const struct gz_pkt *p, struct gz_json *j);

struct gz_act_opts {
	const struct gz_conf *conf;
	struct gz_port_worker *port;
	struct gz_event_ring *ring;
	gz_act_tell_fn tell; /* NULL: nothing to add */
	void *tell_arg;
};

struct gz_act *gz_act_create(const struct gz_act_opts *opts);
void gz_act_destroy(struct gz_act *a);

/** Forward, drop or reject @p p as settled; it is no longer the caller's. */
void gz_act_apply(struct gz_act *a, struct gz_pkt *p);

/** Tell of an inner packet that was stopped, and with it its carrier. */
void gz_act_tell(struct gz_act *a, const struct gz_pkt *p);

/** Fill the common members of @p e: addresses, ports, VLANs, time, flow, as @p p has them. */
void gz_act_event_pkt(struct gz_event *e, const struct gz_pkt *p);

#endif /* GZ_ACT_H */
