/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef THRESHOLD_INTERNAL_H
#define THRESHOLD_INTERNAL_H

/* Counting matches in time, for threshold and detection_filter. */

#include "keyword_ctx.h"
#include "keyword_internal.h"

enum threshold_type {
	THRESHOLD_LIMIT, /* the first matches of a time are told */
	THRESHOLD_THRESHOLD, /* every so many'th is a match */
	THRESHOLD_BOTH, /* the so many'th of a time, once */
	THRESHOLD_FILTER, /* those beyond so many in a time are matches */
	THRESHOLD_BACKOFF, /* the 1st, the 10th, the 100th … */
};

enum threshold_track {
	TRACK_BY_SRC,
	TRACK_BY_DST,
	TRACK_BY_BOTH,
	TRACK_BY_RULE,
	TRACK_BY_FLOW,
};

enum threshold_unique {
	UNIQUE_NOT,
	UNIQUE_SRC_PORT,
	UNIQUE_DST_PORT,
};

struct threshold {
	enum threshold_type type;
	enum threshold_track track;
	uint32_t count, seconds, multiplier;
	bool of_file; /* counts beside a detection_filter of the rule */
	enum threshold_unique unique; /* of a filter: what is counted once */
};

/** Read "type limit, track by_src, count 1, seconds 60"; @p filter: without the type. */
const char *threshold_read(struct gz_sig_builder *b, const struct gz_keyword *kw, const char *value,
		bool filter);
enum gz_answer threshold_eval(const struct gz_match *m, struct gz_eval *e);
/** By their words. */
bool threshold_type_find(struct gz_span word, enum threshold_type *type);
bool threshold_track_find(struct gz_span word, enum threshold_track *track);
/** What counts for this packet and rule. */
struct table_key threshold_key(const struct threshold *t, const struct gz_eval *e);
/** Has another keyword of this kind been said? */
bool threshold_is_second(const struct gz_sig_builder *b);

#endif /* THRESHOLD_INTERNAL_H */
