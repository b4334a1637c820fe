/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_eval.h"

#include "gz_stat.h"

#include "keyword_internal.h"

enum {
	STEPS_EXCEEDED,
};

static const struct gz_stat_row eval_rows[] = {
	[STEPS_EXCEEDED] = { "detect.steps-exceeded",
			"chains of matches given up because they took too many steps" },
};
GZ_STAT_REGISTER(eval, eval_rows)

/** A match that has said yes and may say it again further on. */
struct choice {
	const struct gz_match *m;
	uint32_t at; /* what its place counted from */
	uint32_t resume; /* where its next try starts */
};

bool
chain_walk(struct gz_eval *e, const struct gz_match *first)
{
	struct choice choices[GZ_SIG_CHOICES];
	const struct gz_match *m = first;
	uint32_t nb = 0, at = 0, resume = 0;

	while (m != NULL) {
		if (++e->steps > GZ_EVAL_STEPS) {
			GZ_STAT_ADD(eval, STEPS_EXCEEDED, 1);
			return false;
		}
		e->at = at;
		e->resume = resume;
		if (m->kw->eval(m, e) == GZ_YES) {
			if (m->flags & GZ_MATCH_CUT)
				nb = 0;
			if ((m->flags & GZ_MATCH_RETRY) && e->resume != 0)
				choices[nb++] = (struct choice){ m, at, e->resume };
			m = m->next;
			at = e->at;
			resume = 0;
			continue;
		}
		if (nb == 0 || (m->flags & GZ_MATCH_FINAL && resume == 0))
			return false;
		m = choices[--nb].m;
		at = choices[nb].at;
		resume = choices[nb].resume;
	}
	return true;
}

bool
gz_eval_chain(struct gz_eval *e, const struct gz_match *first)
{
	e->steps = 0;
	return chain_walk(e, first);
}

bool
gz_eval_all(struct gz_eval *e, const struct gz_match *first)
{
	const struct gz_match *m;

	for (m = first; m != NULL; m = m->next) {
		if (m->kw->eval(m, e) != GZ_YES)
			return false;
	}
	return true;
}

enum gz_answer
gz_eval_post(struct gz_eval *e, const struct gz_sig *sig)
{
	enum gz_answer answer, all = GZ_YES;
	const struct gz_match *m;

	e->new_action = -1;
	for (m = sig->post; m != NULL; m = m->next) {
		answer = m->kw->eval(m, e);
		if (answer == GZ_QUIET)
			all = GZ_QUIET;
		else if (answer != GZ_YES)
			return GZ_NO;
	}
	return all;
}
