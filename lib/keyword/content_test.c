/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>

#include "keyword_test.h"

static void
a_content_stands_anywhere_unless_told_where(void **state)
{
	static const struct payload_case cases[] = {
		{ "content:\"abc\";", GZ_SPAN("xxabcxx"), true },
		{ "content:\"abc\";", GZ_SPAN("xxABCxx"), false },
		{ "content:\"abc\"; nocase;", GZ_SPAN("xxABCxx"), true },
		{ "content:\"a|62 63|d\";", GZ_SPAN("abcd"), true },
		{ "content:\"a\\;b\\\"\\\\\\:\";", GZ_SPAN("a;b\"\\:"), true },
		{ "content:!\"abc\";", GZ_SPAN("abd"), true },
		{ "content:!\"abc\";", GZ_SPAN("abc"), false },
		{ "content:\"abc\"; offset:2;", GZ_SPAN("abcxabc"), true },
		{ "content:\"abc\"; offset:5;", GZ_SPAN("abcxabc"), false },
		{ "content:\"abc\"; depth:3;", GZ_SPAN("abcxx"), true },
		{ "content:\"abc\"; depth:3;", GZ_SPAN("xabc"), false },
		{ "content:\"abc\"; offset:1; depth:4;", GZ_SPAN("xxabc"), true },
		{ "content:\"abc\"; offset:1; depth:4;", GZ_SPAN("xxxabc"), false },
		{ "content:!\"abc\"; depth:4;", GZ_SPAN("xxabc"), true },
		{ "content:!\"abc\"; offset:9;", GZ_SPAN("abc"), true },
		{ "content:\"abc\"; startswith;", GZ_SPAN("abcabc"), true },
		{ "content:\"abc\"; startswith;", GZ_SPAN("xabc"), false },
		{ "content:!\"abc\"; startswith;", GZ_SPAN("xabc"), true },
		{ "content:\"abc\"; endswith;", GZ_SPAN("abcabc"), true },
		{ "content:\"abc\"; endswith;", GZ_SPAN("abcabcd"), false },
		{ "content:!\"abc\"; endswith;", GZ_SPAN("abcabcd"), true },
		{ "content:\"abc\"; endswith; depth:4;", GZ_SPAN("xabc"), true },
		{ "content:\"abc\"; endswith; depth:4;", GZ_SPAN("xxabc"), false },
		{ "content:\"abc\"; endswith; offset:1;", GZ_SPAN("abc"), false },
		{ "content:\"abc\"; startswith; endswith;", GZ_SPAN("abc"), true },
		{ "content:\"abc\"; fast_pattern:only;", GZ_SPAN("xabc"), true },
		{ "content:\"abc\"; rawbytes; fast_pattern;", GZ_SPAN("xabc"), true },
		{ "content:\"abcd\"; fast_pattern:1,2;", GZ_SPAN("abcx"), false },
		{ "content:\"a\";", GZ_SPAN(""), false },
		{ "content:!\"a\";", GZ_SPAN(""), true },
	};

	assert_payloads(cases, RTE_DIM(cases));
}

static void
a_relative_content_counts_from_the_match_before(void **state)
{
	static const struct payload_case cases[] = {
		{ "content:\"a\"; content:\"b\"; distance:0;", GZ_SPAN("xaxb"), true },
		{ "content:\"a\"; content:\"b\"; distance:0;", GZ_SPAN("xbxa"), false },
		{ "content:\"a\"; content:\"b\"; distance:2;", GZ_SPAN("axb"), false },
		{ "content:\"a\"; content:\"b\"; distance:2;", GZ_SPAN("axxb"), true },
		{ "content:\"a\"; content:\"b\"; distance:-2;", GZ_SPAN("ba"), true },
		{ "content:\"a\"; content:\"b\"; within:1;", GZ_SPAN("axab"), true },
		{ "content:\"a\"; content:\"b\"; within:1;", GZ_SPAN("axb"), false },
		{ "content:\"a\"; content:\"b\"; distance:1; within:1;", GZ_SPAN("axb"), true },
		{ "content:\"a\"; content:\"b\"; distance:1; within:1;", GZ_SPAN("ab"), false },
		{ "content:\"a\"; content:!\"b\"; within:2;", GZ_SPAN("axb"), false },
		{ "content:\"a\"; content:!\"b\"; within:2;", GZ_SPAN("axxb"), true },
		{ "content:\"a\"; content:!\"b\"; within:2; content:\"c\"; distance:0;",
				GZ_SPAN("abcaxxc"), true },
		{ "content:\"a\"; content:\"b\"; content:\"c\"; within:1;", GZ_SPAN("bcab"), true },
		{ "content:\"b\"; distance:2;", GZ_SPAN("xxb"), true },
		{ "content:\"b\"; distance:2;", GZ_SPAN("xb"), false },
		{ "content:\"a\"; content:\"b\"; distance:0; endswith;", GZ_SPAN("abab"), true },
		{ "content:\"x\"; content:\"a\"; fast_pattern:only; content:\"y\"; within:1;",
				GZ_SPAN("xyza"), true },
	};

	assert_payloads(cases, RTE_DIM(cases));
}

/* What of the stream was before the buffer counts for offset and depth. */
static void
offset_and_depth_count_from_the_start_of_the_stream(void **state)
{
	struct gz_sig *near = build_options("content:\"abc\"; depth:8;");
	struct gz_sig *far = build_options("content:\"abc\"; offset:8;");
	struct gz_eval e;

	eval_init(&e, near);
	e.buf = GZ_SPAN("xabcx");
	e.buf_offset = 4;
	assert_true(gz_eval_chain(&e, near->buffers->first));
	assert_false(gz_eval_chain(&e, far->buffers->first));
	e.buf_offset = 7;
	assert_false(gz_eval_chain(&e, near->buffers->first));
	assert_true(gz_eval_chain(&e, far->buffers->first));
	gz_sig_destroy(near);
	gz_sig_destroy(far);
}

static void
the_end_is_not_known_while_a_buffer_grows(void **state)
{
	struct gz_sig *s = build_options("content:\"abc\"; endswith;");
	struct gz_eval e;

	assert_true(s->buffers->first->flags & GZ_MATCH_NEEDS_END);
	eval_init(&e, s);
	e.buf = GZ_SPAN("abc");
	e.buf_end = false;
	assert_false(gz_eval_chain(&e, s->buffers->first));
	e.buf_end = true;
	assert_true(gz_eval_chain(&e, s->buffers->first));
	gz_sig_destroy(s);
}

static void
a_modifier_goes_to_the_last_content(void **state)
{
	struct gz_sig *s = build_options("content:\"AB\"; isdataat:1; nocase; pkt_data; "
					 "content:\"cd\"; distance:0;");
	const struct gz_content *c = gz_match_content(s->buffers->first);

	assert_true(c->literal->nocase);
	assert_null(s->buffers->next); /* pkt_data names the same buffer again */
	assert_true(sig_matches(s, GZ_SPAN("abcd")));
	assert_false(sig_matches(s, GZ_SPAN("cdab")));
	gz_sig_destroy(s);
}

static void
the_rule_says_which_pattern_is_fast(void **state)
{
	struct gz_sig *s = build_options("content:\"abcd\"; content:\"efghij\"; fast_pattern:1,3;");
	const struct gz_content *c;

	assert_non_null(s->fast);
	assert_ptr_equal(s->fast_buffer, s->buffers);
	c = gz_match_content(s->fast);
	assert_memory_equal(c->literal->p, "efghij", 6);
	assert_true(c->flags & GZ_CONTENT_CHOP);
	assert_int_equal(c->chop_at, 1);
	assert_int_equal(c->chop_len, 3);
	gz_sig_destroy(s);
	s = build_options("content:\"abcd\";");
	assert_null(s->fast);
	gz_sig_destroy(s);
}

static void
what_contradicts_itself_is_refused(void **state)
{
	static const struct refusal_case cases[] = {
		{ "content:abc;", "t:1:39: content: expected a text in quotes" },
		{ "content:\"\";", "t:1:40: content: expected 1 to 65535 bytes" },
		{ "content:\"a|0|\";",
				"t:1:41: content: an odd number of hexadecimal digits between the "
				"bars" },
		{ "content:\"a|0x|\";",
				"t:1:43: content: expected hexadecimal digits between the bars" },
		{ "content:\"a|00\";", "t:1:41: content: this bar is not closed by another" },
		{ "content:\"a\\x\";",
				"t:1:41: content: a backslash stands before \" ; : or \\ only: "
				"write |5c|" },
		{ "content:\"a\"b\";",
				"t:1:41: content: a quote within the text: write \\\" or |22|" },
		{ "content;", "t:1:31: content: needs a value: content:[!]\"<text with |hex bytes|>\"" },
		{ "nocase;", "t:1:31: nocase: follows no content" },
		{ "content:\"a\"; nocase:1;", "t:1:51: nocase: takes no value" },
		{ "content:\"a\"; nocase; nocase;",
				"t:1:52: nocase: a content may have this once" },
		{ "content:\"abc\"; depth:2;", "t:1:52: depth: expected a number from 3 to 65535" },
		{ "content:\"abc\"; within:2;",
				"t:1:53: within: expected a number from 3 to 1048576" },
		{ "content:\"a\"; offset:-1;",
				"t:1:51: offset: expected a number from 0 to 65535" },
		{ "content:\"a\"; offset:x;",
				"t:1:51: offset: expected a number, or a variable that byte_extract "
				"or byte_math has set before" },
		{ "content:\"a\"; depth:5; distance:0;",
				"t:1:62: distance: does not go with depth on the same content" },
		{ "content:\"a\"; within:5; startswith;",
				"t:1:54: startswith: does not go with within on the same content" },
		{ "content:\"a\"; startswith; offset:1;",
				"t:1:63: offset: does not go with startswith on the same content" },
		{ "content:\"a\"; fast_pattern; content:\"b\"; fast_pattern;",
				"t:1:71: fast_pattern: only one content of a rule can be the fast "
				"pattern" },
		{ "content:!\"a\"; offset:3; fast_pattern;",
				"t:1:55: fast_pattern: a negated content with a place cannot be the "
				"fast pattern" },
		{ "content:\"a\"; offset:3; fast_pattern:only;",
				"t:1:67: fast_pattern: does not go with offset on the same content" },
		{ "content:\"a\"; fast_pattern:only; depth:3;",
				"t:1:69: depth: does not go with fast_pattern:only on the same "
				"content" },
		{ "content:\"abc\"; fast_pattern:1,3;",
				"t:1:59: fast_pattern: the part ends behind the content's 3 bytes" },
	};

	assert_refusals(cases, RTE_DIM(cases));
}

/* ---- chains against a search that tries every place ---- */

enum {
	CHAIN_MOST = 5,
	BUF_MOST = 20,
};

struct link {
	char text[4];
	uint32_t len;
	bool negated, nocase, relative, within, depth, offset, endswith;
	int32_t from; /* distance or offset */
	uint32_t room; /* within or depth */
};

static uint64_t seed = 42;

static uint32_t
draw(uint32_t below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(seed >> 33) % below;
}

static void
draw_link(struct link *l, bool first)
{
	uint32_t i;

	*l = (struct link){ .len = 1 + draw(2) };
	for (i = 0; i < l->len; i++)
		l->text[i] = "abA"[draw(3)];
	l->negated = draw(5) == 0;
	l->nocase = draw(3) == 0;
	l->endswith = draw(8) == 0;
	l->relative = draw(3) != 0;
	if (l->relative) {
		l->from = (int32_t)draw(7) - 3;
		l->within = draw(2) == 0;
	} else {
		l->offset = draw(3) == 0;
		l->from = l->offset ? (int32_t)draw(8) : 0;
		l->depth = draw(3) == 0;
	}
	l->room = l->len + draw(5);
}

static int
print_link(const struct link *l, char *to, size_t size)
{
	int n = snprintf(to, size, "content:%s\"%s\";%s%s", l->negated ? "!" : "", l->text,
			l->nocase ? " nocase;" : "", l->endswith ? " endswith;" : "");

	if (l->relative)
		n += snprintf(to + n, size - (size_t)n, " distance:%d;", l->from);
	if (l->within)
		n += snprintf(to + n, size - (size_t)n, " within:%u;", l->room);
	if (l->offset)
		n += snprintf(to + n, size - (size_t)n, " offset:%d;", l->from);
	if (l->depth)
		n += snprintf(to + n, size - (size_t)n, " depth:%u;", l->room);
	n += snprintf(to + n, size - (size_t)n, " ");
	return n;
}

static bool
stands_at(const struct link *l, const char *buf, int len, int at)
{
	uint32_t i;

	for (i = 0; i < l->len; i++) {
		if (at + (int)i >= len)
			return false;
		if (l->nocase ? tolower(buf[at + (int)i]) != tolower(l->text[i])
			      : buf[at + (int)i] != l->text[i])
			return false;
	}
	return !l->endswith || at + (int)l->len == len;
}

/** Does the chain from @p l on hold when the match before ended at @p before? Every place is tried. */
static bool
holds(const struct link *l, uint32_t n, const char *buf, int len, int before)
{
	bool somewhere = false;
	int at, first, last;

	if (n == 0)
		return true;
	first = l->relative ? before + l->from : l->from;
	last = l->within || l->depth ? first + (int)l->room : len;
	for (at = 0; at < len; at++) {
		if (at < first || at + (int)l->len > last || !stands_at(l, buf, len, at))
			continue;
		somewhere = true;
		if (!l->negated && holds(l + 1, n - 1, buf, len, at + (int)l->len))
			return true;
	}
	return l->negated && !somewhere && holds(l + 1, n - 1, buf, len, before);
}

static void
chains_match_where_trying_every_place_does(void **state)
{
	struct link links[CHAIN_MOST];
	uint32_t round, i, n, matches = 0, nb_bufs = 12, b;
	char options[600], buf[BUF_MOST];
	struct gz_sig *s;
	int len, at;
	bool is;

	for (round = 0; round < 20000; round++) {
		n = 1 + draw(CHAIN_MOST);
		for (i = 0, at = 0; i < n; i++) {
			draw_link(&links[i], i == 0);
			at += print_link(&links[i], options + at, sizeof(options) - (size_t)at);
		}
		s = build_options(options);
		for (b = 0; b < nb_bufs; b++) {
			len = (int)draw(BUF_MOST);
			for (i = 0; i < (uint32_t)len; i++)
				buf[i] = "abA"[draw(3)];
			is = sig_matches(s, gz_span(buf, (uint32_t)len));
			if (is != holds(links, n, buf, len, 0))
				fail_msg("%s in \"%.*s\": %d", options, len, buf, is);
			matches += is;
		}
		gz_sig_destroy(s);
	}
	assert_in_range(matches, 20000, 200000);
}

static void
a_chain_that_takes_too_many_steps_does_not_match(void **state)
{
	char options[1024] = "", buf[1000];
	struct gz_sig *s;
	uint32_t i;

	memset(buf, 'a', sizeof(buf));
	for (i = 0; i < 10; i++)
		strcat(options, "content:\"a\"; distance:0; ");
	strcat(options, "content:\"b\"; distance:0;");
	s = build_options(options);
	assert_false(sig_matches(s, gz_span(buf, sizeof(buf))));
	gz_sig_destroy(s);
}

static void
what_has_no_room_can_never_match(void **state)
{
	static const struct refusal_case cases[] = {
		{ "dsize:2; content:\"abc\";",
				"t:1:1: what must stand there takes 3 bytes, and dsize allows 2: it can "
				"never match" },
		{ "content:\"abc\"; offset:4; dsize:<7;",
				"t:1:1: what must stand there takes 7 bytes, and dsize allows 6: it can "
				"never match" },
		{ "dns.query; content:\"abc\"; bsize:1<>3;",
				"t:1:1: what must stand there takes 3 bytes, and bsize allows 2: it can "
				"never match" },
		{ "dns.query; bsize:<=2; content:\"a\"; content:\"abc\";",
				"t:1:1: what must stand there takes 3 bytes, and bsize allows 2: it can "
				"never match" },
	};
	static const char *const taken[] = {
		"dsize:3; content:\"abc\";", "dsize:>1; content:\"abc\";",
		"dsize:!2; content:\"abc\";", "dsize:2; content:!\"abc\";",
		"dsize:2; dns.query; content:\"abc\";", "dns.query; content:\"abc\"; bsize:3;",
		"dns.query; bsize:1; dns.query; content:\"abc\";", /* another of its values */
	};
	uint32_t i;

	assert_refusals(cases, RTE_DIM(cases));
	for (i = 0; i < RTE_DIM(taken); i++)
		gz_sig_destroy(build_options(taken[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_content_stands_anywhere_unless_told_where),
		cmocka_unit_test(a_relative_content_counts_from_the_match_before),
		cmocka_unit_test(offset_and_depth_count_from_the_start_of_the_stream),
		cmocka_unit_test(the_end_is_not_known_while_a_buffer_grows),
		cmocka_unit_test(a_modifier_goes_to_the_last_content),
		cmocka_unit_test(the_rule_says_which_pattern_is_fast),
		cmocka_unit_test(what_contradicts_itself_is_refused),
		cmocka_unit_test(chains_match_where_trying_every_place_does),
		cmocka_unit_test(a_chain_that_takes_too_many_steps_does_not_match),
		cmocka_unit_test(what_has_no_room_can_never_match),
	};

	return cmocka_run_group_tests(tests, keyword_setup, keyword_teardown);
}
