/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_PROTO_STAT_H
#define GZ_PROTO_STAT_H

/* What is counted of each protocol, over TCP and over UDP. */

#include "gz_stat.h"

struct gz_proto;

enum gz_proto_stat {
	GZ_PROTO_STAT_FLOW,
	GZ_PROTO_STAT_TX,
	GZ_PROTO_STAT_GAP,
	GZ_PROTO_STAT_PARSER,
	GZ_NB_PROTO_STATS
};

/** Its counters over TCP or UDP. */
struct gz_proto_stats {
	struct gz_stat_set set;
	struct gz_stat_row rows[GZ_NB_PROTO_STATS];
	char names[GZ_NB_PROTO_STATS][48];
};

void gz_proto_stats_register(struct gz_proto *p);

#endif /* GZ_PROTO_STAT_H */
