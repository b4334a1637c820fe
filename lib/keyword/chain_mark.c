/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

/*
 * What the walk of a chain (gz_eval.c) may leave out. A match depends on the
 * places of those before it when it is relative, or uses a variable that one of
 * them has set; one that is neither and moves the place puts an end to all
 * dependence, unless a variable is carried across it.
 */

/** Does something behind @p m use a variable? */
static bool
used_behind(const struct gz_match *m)
{
	for (m = m->next; m != NULL; m = m->next) {
		if (m->flags & GZ_MATCH_USES_VAR)
			return true;
	}
	return false;
}

static bool
place_matters(const struct gz_match *m)
{
	for (m = m->next; m != NULL; m = m->next) {
		if (m->flags & GZ_MATCH_RELATIVE)
			return true;
		if (m->flags & GZ_MATCH_MOVES)
			return false;
	}
	return false;
}

uint32_t
chain_mark(struct gz_match *first)
{
	bool var_set = false; /* by something before m */
	uint32_t choices = 0;
	struct gz_match *m;

	for (m = first; m != NULL; m = m->next) {
		m->flags &= ~(uint32_t)(GZ_MATCH_RETRY | GZ_MATCH_FINAL | GZ_MATCH_CUT);
		if ((m->flags & GZ_MATCH_AGAIN) && place_matters(m)) {
			m->flags |= GZ_MATCH_RETRY;
			choices++;
		}
		if (!(m->flags & GZ_MATCH_RELATIVE) &&
				!(var_set && (m->flags & GZ_MATCH_USES_VAR))) {
			m->flags |= GZ_MATCH_FINAL;
			if ((m->flags & GZ_MATCH_MOVES) && !(var_set && used_behind(m)))
				m->flags |= GZ_MATCH_CUT;
		}
		var_set |= (m->flags & GZ_MATCH_SETS_VAR) != 0;
	}
	return choices;
}
