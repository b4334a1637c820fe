/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ACT_INTERNAL_H
#define ACT_INTERNAL_H

#include "gz_act.h"

struct gz_act {
	struct gz_act_opts opts;
	bool all_drops; /* an event for each packet dropped, not one a flow and direction */
	uint32_t reject_rate; /* most resets and errors sent a second */
	uint32_t reject_tokens; /* of this second */
	uint64_t reject_second;
};

/** Tell the sender of @p p, or its receiver, or both (p->reject), that it was refused. */
void act_reject(struct gz_act *a, const struct gz_pkt *p);
void act_drop_event(struct gz_act *a, const struct gz_pkt *p);

/** Lengths of what is sent back: its layer 3 and above, given the offending packet. */
enum {
	ACT_RST_LEN = 20,
	/* RFC 1812 section 4.3.2.3: as much as fits in 576 bytes; RFC 4443 section 2.4: in 1280 */
	ACT_ICMP4_MOST = 576,
	ACT_ICMP6_MOST = 1280,
};

#endif /* ACT_INTERNAL_H */
