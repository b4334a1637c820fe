/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef LIMIT_INTERNAL_H
#define LIMIT_INTERNAL_H

/*
 * A threshold file as Suricata's threshold.config: which alerts are held back,
 * counted or changed, beside what rules say themselves. limit_file.c reads it,
 * limit_apply.c adds to each signature what the file says of it.
 */

#include "threshold_internal.h"

enum limit_kind {
	LIMIT_SUPPRESS,
	LIMIT_THRESHOLD,
	LIMIT_RATE,
};

enum limit_side {
	LIMIT_ALWAYS,
	LIMIT_BY_SRC,
	LIMIT_BY_DST,
	LIMIT_BY_EITHER,
};

struct limit {
	enum limit_kind kind;
	uint32_t gid, sid; /* 0: any */
	enum limit_side side; /* of what is suppressed */
	struct gz_addrset addr;
	struct threshold threshold; /* of the other kinds */
	enum gz_action action; /* of a rate */
	uint32_t timeout; /* seconds */
};

struct gz_limits {
	struct limit *v;
	uint32_t n;
};

/** Add to @p s what the file says of it. */
void limits_apply(const struct gz_limits *l, struct gz_sig *s);

#endif /* LIMIT_INTERNAL_H */
