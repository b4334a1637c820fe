/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FLOW_COUNT_H
#define FLOW_COUNT_H

/* Counters of a flow by direction: flow.pkts, flow.bytes, and their older forms for one direction. */

#include "number_internal.h"

enum flow_sides {
	FLOW_TO_SERVER,
	FLOW_TO_CLIENT,
	FLOW_BOTH,
	FLOW_EITHER,
	FLOW_SAID, /* in the value: "toserver,>5" */
};

const char *flow_count_parse(struct gz_sig_builder *b, const struct gz_keyword *kw,
		const char *value, enum flow_sides sides);
/** The answer, with what was counted in each direction. */
enum gz_answer flow_count_answer(const struct gz_match *m, uint64_t to_server, uint64_t to_client);

static inline enum gz_answer
flow_pkts_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct gz_flow *f = e->flow;

	return f == NULL ? GZ_NO
			 : flow_count_answer(m, f->count[GZ_C2S].pkts, f->count[GZ_S2C].pkts);
}

static inline enum gz_answer
flow_bytes_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct gz_flow *f = e->flow;

	return f == NULL ? GZ_NO
			 : flow_count_answer(m, f->count[GZ_C2S].bytes, f->count[GZ_S2C].bytes);
}

#endif /* FLOW_COUNT_H */
