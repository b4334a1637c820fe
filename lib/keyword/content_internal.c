/* SPDX-License-Identifier: BSD-3-Clause */
#include "content_internal.h"

#include <rte_common.h>

enum {
	FROM_START = GZ_CONTENT_OFFSET | GZ_CONTENT_DEPTH | GZ_CONTENT_STARTSWITH,
	FROM_BEFORE = GZ_CONTENT_DISTANCE | GZ_CONTENT_WITHIN,
	PLACED = FROM_START | FROM_BEFORE,
};

static const struct {
	uint32_t flag;
	const char *name;
} names[] = {
	{ GZ_CONTENT_OFFSET, "offset" },
	{ GZ_CONTENT_DEPTH, "depth" },
	{ GZ_CONTENT_DISTANCE, "distance" },
	{ GZ_CONTENT_WITHIN, "within" },
	{ GZ_CONTENT_STARTSWITH, "startswith" },
	{ GZ_CONTENT_ENDSWITH, "endswith" },
	{ GZ_CONTENT_FAST, "fast_pattern" },
	{ GZ_CONTENT_FAST_ONLY, "fast_pattern:only" },
	{ GZ_CONTENT_NEGATED, "negation" },
	{ GZ_CONTENT_NOCASE, "nocase" },
	{ GZ_CONTENT_RAWBYTES, "rawbytes" },
	{ GZ_CONTENT_REPLACE, "replace" },
};

/** What may not be said of a content that has one of these. */
static const struct {
	uint32_t flags, against;
} rivals[] = {
	{ FROM_START, FROM_BEFORE },
	{ GZ_CONTENT_STARTSWITH, GZ_CONTENT_OFFSET | GZ_CONTENT_DEPTH },
	{ GZ_CONTENT_FAST_ONLY, PLACED | GZ_CONTENT_NEGATED },
	{ GZ_CONTENT_REPLACE, GZ_CONTENT_NEGATED },
};

static const char *
name_of(uint32_t flags)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(names); i++) {
		if (flags & names[i].flag)
			return names[i].name;
	}
	return "this";
}

static const char *
contradiction(struct gz_sig_builder *b, uint32_t has, uint32_t flag)
{
	uint32_t i, all = has | flag;

	for (i = 0; i < RTE_DIM(rivals); i++) {
		if ((flag & rivals[i].flags) && (has & rivals[i].against))
			return gz_sig_error(b, "does not go with %s on the same content",
					name_of(has & rivals[i].against));
		if ((flag & rivals[i].against) && (has & rivals[i].flags))
			return gz_sig_error(b, "does not go with %s on the same content",
					name_of(has & rivals[i].flags));
	}
	if ((all & GZ_CONTENT_FAST) && (all & GZ_CONTENT_NEGATED) && (all & PLACED))
		return "a negated content with a place cannot be the fast pattern";
	return NULL;
}

struct gz_content *
content_modify(struct gz_sig_builder *b, uint32_t flag, const char **wrong)
{
	struct gz_match *m = gz_sig_last(b, &gz_keyword_content);
	struct gz_content *c;

	if (m == NULL) {
		*wrong = "follows no content";
		return NULL;
	}
	c = m->arg;
	if (c->flags & flag) {
		*wrong = "a content may have this once";
		return NULL;
	}
	*wrong = contradiction(b, c->flags, flag);
	if (*wrong != NULL)
		return NULL;
	c->flags |= flag;
	if (flag & FROM_BEFORE)
		m->flags |= GZ_MATCH_RELATIVE;
	return c;
}

const char *
content_number(struct gz_sig_builder *b, const char *value, int64_t least, int64_t most,
		int64_t *number, int16_t *var)
{
	struct gz_span s = gz_span_trim(gz_span_str(value));
	struct gz_match *m = gz_sig_last(b, &gz_keyword_content);

	*var = -1;
	*number = 0;
	if (text_i64(s, INT32_MIN, INT32_MAX, number)) {
		if (*number >= least && *number <= most)
			return NULL;
		return gz_sig_error(b, "expected a number from %lld to %lld", (long long)least,
				(long long)most);
	}
	*var = (int16_t)gz_sig_var(b, s, false);
	if (*var < 0)
		return gz_sig_error(b,
				"expected a number, or a variable that byte_extract or "
				"byte_math has set before");
	m->flags |= GZ_MATCH_USES_VAR;
	return NULL;
}
