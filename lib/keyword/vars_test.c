/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_json.h"

#include "keyword_test.h"

/** All of a rule about the payload: its matches, and what comes after them. */
static bool
matches(const struct gz_sig *s, struct gz_flow *f, struct gz_span payload)
{
	const struct gz_sig_buffer *buf;
	struct gz_eval e;

	eval_init(&e, s);
	e.flow = f;
	e.buf = payload;
	if (!gz_eval_all(&e, s->packet))
		return false;
	for (buf = s->buffers; buf != NULL; buf = buf->next)
		if (!gz_eval_chain(&e, buf->first))
			return false;
	return gz_eval_post(&e, s) == GZ_YES;
}

static bool
rule_matches(const char *options, struct gz_flow *f, struct gz_span payload)
{
	struct gz_sig *s = build_options(options);
	bool yes = matches(s, f, payload);

	gz_sig_destroy(s);
	return yes;
}

static void
assert_told(const struct gz_flow *f, const char *text)
{
	static char buf[8192];
	struct gz_json j;

	gz_json_init(&j, buf, sizeof(buf) - 1);
	gz_keyword_ctx_names(test_ctx, test_env.names);
	gz_keyword_tell_vars(test_ctx, f, &j);
	buf[j.len] = '\0';
	assert_string_equal(buf, text);
}

static void
groups_become_variables_in_their_order_or_by_their_names(void **state)
{
	struct gz_flow f = { .vars = NULL };

	assert_true(rule_matches(
			"pcre:\"/(a+)(b+)(?P<flow_rest>c)(?P<plain>.)/i, flow:as,pkt:bs\";", &f,
			GZ_SPAN("-AAbbcd")));
	assert_told(&f,
			"\"metadata\":{\"flowvars\":[{\"as\":\"AA\"},{\"rest\":\"c\"}],"
			"\"pktvars\":[{\"bs\":\"bb\"}]}");
	gz_keyword_forget_packet(test_ctx);
	assert_false(gz_keyword_has_packet_vars(test_ctx));
	assert_true(rule_matches(
			"pcre:\"/(x+)/, flow:as\";", &f, GZ_SPAN("xxxxxxxxxxxxxxxxxxxxxx")));
	assert_told(&f,
			"\"metadata\":{\"flowvars\":[{\"as\":\"xxxxxxxxxxxxxxxxxxxxxx\"},"
			"{\"rest\":\"c\"}]}");
	gz_keyword_flow_end(test_ctx, &f);
	assert_null(f.vars);
}

/* The last match of the expression counts, and only if the rule matches. */
static void
a_rule_that_does_not_match_keeps_nothing(void **state)
{
	struct gz_flow f = { .vars = NULL };

	assert_false(rule_matches("pcre:\"/(a.)/, flow:v\"; content:\"x\";", &f, GZ_SPAN("ab")));
	assert_null(f.vars);
	assert_true(rule_matches("pcre:\"/(a.)/, flow:v\"; content:\"x\"; within:1;", &f,
			GZ_SPAN("ab acx")));
	assert_told(&f, "\"metadata\":{\"flowvars\":[{\"v\":\"ac\"}]}");
	/* a group that took no part leaves the variable as it was */
	assert_true(rule_matches("pcre:\"/(z)?(b)/, flow:v, flow:w\";", &f, GZ_SPAN("b")));
	assert_told(&f, "\"metadata\":{\"flowvars\":[{\"v\":\"ac\"},{\"w\":\"b\"}]}");
	gz_keyword_flow_end(test_ctx, &f);
}

static void
bytes_are_looked_for_in_variables(void **state)
{
	struct gz_flow f = { .vars = NULL };

	assert_false(rule_matches("flowvar:ua,\"url\";", &f, GZ_SPAN("x")));
	assert_true(rule_matches("pcre:\"/(.*)/, flow:ua\";", &f, GZ_SPAN("curl")));
	assert_true(rule_matches("pcre:\"/(.*)/, pkt:ua\";", &f, GZ_SPAN("wget")));
	assert_true(rule_matches("flowvar:ua,\"u|72|l\";", &f, GZ_SPAN("x")));
	assert_true(rule_matches("flowvar:ua,ur;", &f, GZ_SPAN("x")));
	assert_false(rule_matches("flowvar:ua,get;", &f, GZ_SPAN("x")));
	assert_false(rule_matches("flowvar:other,ur;", &f, GZ_SPAN("x")));
	assert_true(rule_matches("pktvar:ua,get;", &f, GZ_SPAN("x")));
	assert_false(rule_matches("flowvar:ua,ur;", NULL, GZ_SPAN("x")));
	gz_keyword_forget_packet(test_ctx);
	assert_false(rule_matches("pktvar:ua,get;", &f, GZ_SPAN("x")));
	gz_keyword_flow_end(test_ctx, &f);
}

static void
bits_and_numbers_of_the_flow_are_told(void **state)
{
	struct gz_flow f = { .vars = NULL };

	assert_true(rule_matches("content:\"x\"; flowbits:set,one; flowbits:set,traffic/id/curl; "
				 "flowint:n,=,7;",
			&f, GZ_SPAN("x")));
	assert_told(&f,
			"\"traffic\":{\"id\":[\"curl\"]},"
			"\"metadata\":{\"flowbits\":[\"one\"],\"flowints\":{\"n\":7}}");
	assert_true(rule_matches("content:\"x\"; flowbits:unset,one; flowbits:set,traffic/label/l;",
			&f, GZ_SPAN("x")));
	assert_told(&f,
			"\"traffic\":{\"id\":[\"curl\"],\"label\":[\"l\"]},"
			"\"metadata\":{\"flowints\":{\"n\":7}}");
	gz_keyword_flow_end(test_ctx, &f);
	assert_told(&f, "");
	assert_told(NULL, "");
}

/* Of a flow 16 variables, of a value 1,024 bytes. */
static void
variables_are_bounded(void **state)
{
	static uint8_t big[3000];
	struct gz_flow f = { .vars = NULL };
	struct gz_mem_use use;
	const struct gz_mem_purpose *p = NULL;
	char options[64], name[32];
	uint32_t i;

	memset(big, 'a', sizeof(big));
	for (i = 0; i < 20; i++) {
		snprintf(options, sizeof(options), "pcre:\"/(.*)/, flow:v%u\";", i);
		assert_true(rule_matches(options, &f, gz_span(big, sizeof(big))));
	}
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "flowvar:v%u,a;", i);
		assert_int_equal(rule_matches(name, &f, GZ_SPAN("x")), i < 16);
	}
	while ((p = gz_mem_purpose_next(p)) != NULL)
		if (strcmp(p->name, "flow-vars") == 0) {
			gz_mem_usage(test_mem, p, &use);
			assert_in_range(use.used, 16 * 1024, 16 * 2048);
			gz_keyword_flow_end(test_ctx, &f);
			gz_mem_usage(test_mem, p, &use);
			assert_int_equal(use.used, 0);
		}
	assert_null(f.vars);
}

static void
captures_that_cannot_be_are_refused(void **state)
{
	static const struct refusal_case cases[] = {
		{ "pcre:\"/a/, alert:x\";", "t:1:42: pcre: expected flow:<name> or pkt:<name>" },
		{ "pcre:\"/(a)/, flow:x, pkt:y\";",
				"t:1:56: pcre: the expression has no such group: 2" },
		{ "pcre:\"/(a)/, flow:\";", "t:1:49: pcre: the variable's name is missing" },
		{ "flowvar:x;", "t:1:39: flowvar: the bytes to look for are missing" },
	};

	assert_refusals(cases, RTE_DIM(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_become_variables_in_their_order_or_by_their_names),
		cmocka_unit_test(a_rule_that_does_not_match_keeps_nothing),
		cmocka_unit_test(bytes_are_looked_for_in_variables),
		cmocka_unit_test(bits_and_numbers_of_the_flow_are_told),
		cmocka_unit_test(variables_are_bounded),
		cmocka_unit_test(captures_that_cannot_be_are_refused),
	};

	return cmocka_run_group_tests(tests, keyword_setup, keyword_teardown);
}
