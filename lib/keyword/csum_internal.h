/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CSUM_INTERNAL_H
#define CSUM_INTERNAL_H

/* Keywords that ask whether a checksum is right. */

#include "number_internal.h"

/** Read valid or invalid and add the match; free() is its free. */
const char *csum_parse(struct gz_sig_builder *b, const struct gz_keyword *kw, const char *value);

/** The answer when the sum @p is_good, to what the rule wants. */
static inline enum gz_answer
csum_answer(const struct gz_match *m, bool is_good)
{
	return is_good == *(const bool *)m->arg ? GZ_YES : GZ_NO;
}

#endif /* CSUM_INTERNAL_H */
