/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KEYWORD_TEST_H
#define KEYWORD_TEST_H

/* What tests of keywords have in common: a rule's options in, a signature or a refusal out. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_common.h>

#include <cmocka.h>

#include "gz_keyword.h"

static struct gz_sig_env test_env;
static struct gz_mem *test_mem;
static struct gz_keyword_ctx *test_ctx;

static int
keyword_setup(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;

	gz_protos_seal();
	gz_keywords_seal();
	test_env.vars = gz_vars_create(NULL, &errors);
	test_env.classes = gz_classes_create(NULL, &errors);
	test_env.names = gz_names_create();
	test_mem = gz_mem_create(NULL, 1);
	assert_non_null(test_mem);
	test_ctx = gz_keyword_ctx_create(NULL, test_mem, 1);
	return 0;
}

static int
keyword_teardown(void **state)
{
	gz_keyword_ctx_destroy(test_ctx);
	gz_mem_destroy(test_mem);
	gz_vars_destroy((struct gz_vars *)(uintptr_t)test_env.vars);
	gz_classes_destroy((struct gz_classes *)(uintptr_t)test_env.classes);
	gz_names_destroy(test_env.names);
	return 0;
}

static char folder[64]; /* for files: folder_setup() in place of keyword_setup() */

static inline int
folder_setup(void **state)
{
	snprintf(folder, sizeof(folder), "/tmp/gz_keyword_test.XXXXXX");
	assert_non_null(mkdtemp(folder));
	return keyword_setup(state);
}

static inline int
folder_teardown(void **state)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	assert_int_equal(system(command), 0);
	return keyword_teardown(state);
}

static inline void
write_text(const char *path, const char *text)
{
	FILE *to = fopen(path, "w");

	assert_non_null(to);
	fputs(text, to);
	fclose(to);
}

struct built {
	struct gz_sig *sig;
	struct gz_errors errors;
};

static inline void
build_one(void *arg, struct gz_rule *r)
{
	struct built *b = arg;

	b->sig = gz_sig_build(r, &test_env, &b->errors);
	gz_rule_destroy(r);
}

/** A whole rule. */
static inline struct built
build_rule(const char *text)
{
	struct built b = { NULL, GZ_ERRORS_INIT };

	gz_rules_parse("t", gz_span_str(text), build_one, &b, &b.errors);
	return b;
}

/** `alert udp` with these options, and a sid. */
static inline struct gz_sig *
build_options(const char *options)
{
	struct built b;
	char text[2048], line[512] = "";

	snprintf(text, sizeof(text), "alert udp any any -> any any (%s sid:1;)", options);
	b = build_rule(text);
	if (b.sig == NULL && b.errors.count > 0)
		gz_error_format(&b.errors.v[0], line, sizeof(line));
	if (b.sig == NULL)
		fail_msg("%s: %s", options, line);
	gz_errors_clear(&b.errors);
	return b.sig;
}

/** The options are refused with this line; "t:1:31: nocase: …": the options start in column 31. */
static inline void
assert_refused(const char *options, const char *line)
{
	struct built b;
	char text[2048], said[512];

	snprintf(text, sizeof(text), "alert udp any any -> any any (%s sid:1;)", options);
	b = build_rule(text);
	if (b.sig != NULL)
		fail_msg("not refused: %s", options);
	gz_error_format(&b.errors.v[0], said, sizeof(said));
	assert_string_equal(said, line);
	assert_non_null(b.errors.v[0].reason);
	gz_errors_clear(&b.errors);
}

/** Rows of a table of options and what is said of them. */
struct refusal_case {
	const char *options, *line;
};

static inline void
assert_refusals(const struct refusal_case *cases, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		assert_refused(cases[i].options, cases[i].line);
}

static inline void
eval_init(struct gz_eval *e, const struct gz_sig *s)
{
	*e = (struct gz_eval){ .sig = s, .buf_end = true };
	gz_keyword_ctx_use(test_ctx, e);
}

/** Do the payload's matches hold for these bytes? */
static inline bool
sig_matches(const struct gz_sig *s, struct gz_span payload)
{
	const struct gz_sig_buffer *buf;
	struct gz_eval e;

	eval_init(&e, s);
	for (buf = s->buffers; buf != NULL; buf = buf->next) {
		assert_null(buf->field);
		e.buf = payload;
		if (!gz_eval_chain(&e, buf->first))
			return false;
	}
	return true;
}

static inline struct gz_addr
addr(const char *text)
{
	struct gz_prefix p;

	assert_true(gz_prefix_parse(text, &p));
	return p.addr;
}

/** Do the matches of a packet's headers hold between these two? */
static inline bool
holds_between(const char *options, const char *src, const char *dst)
{
	struct gz_pkt p = { .flags = GZ_PKT_IPV4, .src = addr(src), .dst = addr(dst) };
	struct gz_sig *s = build_options(options);
	struct gz_eval e;
	bool yes;

	eval_init(&e, s);
	e.pkt = &p;
	yes = gz_eval_all(&e, s->packet);
	gz_sig_destroy(s);
	return yes;
}

/** Rows of a table of payload keywords. */
struct payload_case {
	const char *options;
	struct gz_span payload;
	bool matches;
};

static inline void
assert_payloads(const struct payload_case *cases, uint32_t n)
{
	struct gz_sig *s;
	uint32_t i;

	for (i = 0; i < n; i++) {
		s = build_options(cases[i].options);
		if (sig_matches(s, cases[i].payload) != cases[i].matches)
			fail_msg("%s in \"%.*s\"", cases[i].options, (int)cases[i].payload.len,
					(const char *)cases[i].payload.p);
		gz_sig_destroy(s);
	}
}

#endif /* KEYWORD_TEST_H */
