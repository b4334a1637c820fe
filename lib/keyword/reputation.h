/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef REPUTATION_H
#define REPUTATION_H

/*
 * Reputations of addresses by category, from files in Suricata's form, for the
 * keyword iprep. Immutable once read; signatures that ask hold it.
 */

#include "gz_keyword.h"

enum {
	REPUTATION_MOST = 127,
};

struct gz_reputation;

void reputation_get(struct gz_reputation *r);
void reputation_put(struct gz_reputation *r);
/** The number of a category by its short name, or -1. */
int reputation_category(const struct gz_reputation *r, struct gz_span name);
/** 1 to REPUTATION_MOST, of the longest prefix that has @p a; 0: not listed. Any thread. */
uint8_t reputation_score(const struct gz_reputation *r, uint32_t category, const struct gz_addr *a);

#endif /* REPUTATION_H */
