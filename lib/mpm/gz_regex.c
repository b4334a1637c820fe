/* SPDX-License-Identifier: BSD-3-Clause */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "gz_regex.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_branch_prediction.h>
#include <rte_common.h>
#include <rte_debug.h>

#include "gz_stat.h"

enum {
	MATCH_LIMIT = 3500, /* steps from one start, as PCRE2 counts them */
	JIT_STACK_FIRST = 32 << 10, /* bytes */
	JIT_STACK_MOST = 512 << 10,
	HEAP_MOST_KIB = 256, /* of the interpreter's frames */
	HEAP_BYTES = 4 * (HEAP_MOST_KIB << 10), /* they double as they grow: the sum of all steps */
};

enum {
	REGEX_LIMIT,
};
static const struct gz_stat_row regex_rows[] = {
	[REGEX_LIMIT] = { "regex.limit", "matches given up because they took too much work" },
};
GZ_STAT_REGISTER(regex, regex_rows)

struct gz_regex {
	pcre2_code *code;
	uint32_t groups;
};

/* What the interpreter takes its frames from; given back as a whole. */
struct heap {
	uint8_t *p;
	size_t used;
	uint32_t pieces;
};

struct gz_regex_work {
	pcre2_general_context *general;
	pcre2_match_context *match;
	pcre2_match_data *data;
	pcre2_jit_stack *stack;
	struct heap heap;
};

static uint32_t
options_of(uint32_t flags)
{
	static const struct {
		uint32_t flag, option;
	} map[] = {
		{ GZ_REGEX_NOCASE, PCRE2_CASELESS },
		{ GZ_REGEX_DOTALL, PCRE2_DOTALL },
		{ GZ_REGEX_MULTILINE, PCRE2_MULTILINE },
		{ GZ_REGEX_EXTENDED, PCRE2_EXTENDED },
		{ GZ_REGEX_ANCHORED, PCRE2_ANCHORED },
		{ GZ_REGEX_DOLLAR_END, PCRE2_DOLLAR_ENDONLY },
		{ GZ_REGEX_UNGREEDY, PCRE2_UNGREEDY },
	};
	/* Subjects are bytes: one that is no UTF-8 must not stop a match. */
	uint32_t options = PCRE2_NEVER_UTF | PCRE2_NEVER_UCP, i;

	for (i = 0; i < RTE_DIM(map); i++)
		if (flags & map[i].flag)
			options |= map[i].option;
	return options;
}

struct gz_regex *
gz_regex_compile(const char *pattern, uint32_t flags, char *error, uint32_t size, uint32_t *offset)
{
	struct gz_regex *r;
	pcre2_code *code;
	PCRE2_SIZE at = 0;
	int why;

	code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options_of(flags), &why,
			&at, NULL);
	if (code == NULL) {
		*offset = (uint32_t)at;
		if (pcre2_get_error_message(why, (PCRE2_UCHAR *)error, size) < 0)
			snprintf(error, size, "PCRE2 error %d", why);
		return NULL;
	}
	pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	r = calloc(1, sizeof(*r));
	RTE_VERIFY(r != NULL);
	r->code = code;
	pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &r->groups);
	return r;
}

void
gz_regex_destroy(struct gz_regex *r)
{
	if (r == NULL)
		return;
	pcre2_code_free(r->code);
	free(r);
}

int
gz_regex_group(const struct gz_regex *r, const char *name)
{
	int n = pcre2_substring_number_from_name(r->code, (PCRE2_SPTR)name);

	return n < 0 ? -1 : n;
}

uint32_t
gz_regex_groups(const struct gz_regex *r)
{
	return r->groups;
}

static void *
heap_get(PCRE2_SIZE size, void *arg)
{
	struct heap *h = arg;
	uint8_t *p = h->p + h->used;

	size = RTE_ALIGN_CEIL(size, 16);
	if (size > HEAP_BYTES - h->used)
		return NULL;
	h->used += size;
	h->pieces++;
	return p;
}

static void
heap_put(void *p, void *arg)
{
	struct heap *h = arg;

	if (p != NULL && --h->pieces == 0)
		h->used = 0;
}

struct gz_regex_work *
gz_regex_work_create(void)
{
	struct gz_regex_work *w;

	w = calloc(1, sizeof(*w));
	RTE_VERIFY(w != NULL);
	w->heap.p = malloc(HEAP_BYTES);
	w->general = pcre2_general_context_create(heap_get, heap_put, &w->heap);
	w->match = pcre2_match_context_create(NULL);
	w->stack = pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_MOST, NULL);
	RTE_VERIFY(w->heap.p != NULL && w->general != NULL && w->match != NULL && w->stack != NULL);
	w->data = pcre2_match_data_create(GZ_REGEX_GROUPS + 1, w->general);
	RTE_VERIFY(w->data != NULL);
	pcre2_set_match_limit(w->match, MATCH_LIMIT);
	pcre2_set_heap_limit(w->match, HEAP_MOST_KIB);
	pcre2_jit_stack_assign(w->match, NULL, w->stack);
	return w;
}

void
gz_regex_work_destroy(struct gz_regex_work *w)
{
	if (w == NULL)
		return;
	pcre2_match_data_free(w->data);
	pcre2_jit_stack_free(w->stack);
	pcre2_match_context_free(w->match);
	pcre2_general_context_free(w->general);
	free(w->heap.p);
	free(w);
}

/* @p n: how many pairs the match set; 0: all there is room for. */
static void
report(const struct gz_regex_work *w, struct gz_span subject, int n, struct gz_span *groups)
{
	const PCRE2_SIZE *o = pcre2_get_ovector_pointer(w->data);
	int i;

	if (n == 0)
		n = GZ_REGEX_GROUPS + 1;
	for (i = 0; i <= GZ_REGEX_GROUPS; i++) {
		groups[i] = (struct gz_span){ NULL, 0 };
		/* \K can put a match's start behind its end. */
		if (i < n && o[2 * i] != PCRE2_UNSET && o[2 * i] <= o[2 * i + 1])
			groups[i] = gz_span(
					subject.p + o[2 * i], (uint32_t)(o[2 * i + 1] - o[2 * i]));
	}
}

bool
gz_regex_match(const struct gz_regex *r, struct gz_regex_work *w, struct gz_span subject,
		uint32_t start, struct gz_span *groups)
{
	int n;

	if (start > subject.len)
		return false;
	n = pcre2_match(r->code, subject.p == NULL ? (PCRE2_SPTR) "" : subject.p, subject.len,
			start, 0, w->data, w->match);
	if (likely(n == PCRE2_ERROR_NOMATCH))
		return false;
	if (unlikely(n < 0)) {
		GZ_STAT_ADD(regex, REGEX_LIMIT, 1);
		return false;
	}
	if (groups != NULL)
		report(w, subject, n, groups);
	return true;
}
