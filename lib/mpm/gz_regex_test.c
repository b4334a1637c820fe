/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gz_regex.h"
#include "gz_stat.h"

static struct gz_regex_work *work;

static int
create(void **state)
{
	struct gz_stat_block *b = gz_stat_block_create("test");

	gz_stat_block_use(b);
	work = gz_regex_work_create();
	return 0;
}

static int
destroy(void **state)
{
	gz_regex_work_destroy(work);
	return 0;
}

static struct gz_regex *
compile(const char *pattern, uint32_t flags)
{
	char error[200] = "";
	uint32_t at = 0;
	struct gz_regex *r = gz_regex_compile(pattern, flags, error, sizeof(error), &at);

	assert_string_equal(error, "");
	assert_non_null(r);
	return r;
}

static bool
matches(const char *pattern, uint32_t flags, const char *subject)
{
	struct gz_regex *r = compile(pattern, flags);
	bool yes = gz_regex_match(r, work, gz_span_str(subject), 0, NULL);

	gz_regex_destroy(r);
	return yes;
}

static void
flags_do_what_their_letters_say(void **state)
{
	assert_false(matches("abc", 0, "ABC"));
	assert_true(matches("abc", GZ_REGEX_NOCASE, "ABC"));
	assert_false(matches("a.c", 0, "a\nc"));
	assert_true(matches("a.c", GZ_REGEX_DOTALL, "a\nc"));
	assert_false(matches("^b", 0, "a\nb"));
	assert_true(matches("^b", GZ_REGEX_MULTILINE, "a\nb"));
	assert_true(matches("a b # more", GZ_REGEX_EXTENDED, "ab"));
	assert_false(matches("b", GZ_REGEX_ANCHORED, "ab"));
	assert_true(matches("b$", 0, "ab\n"));
	assert_false(matches("b$", GZ_REGEX_DOLLAR_END, "ab\n"));
}

static void
groups_tell_where_they_matched(void **state)
{
	struct gz_regex *r = compile("(?P<user>[a-z]+)=(x)?([0-9]+)", 0);
	struct gz_span g[GZ_REGEX_GROUPS + 1], subject = GZ_SPAN("..id=42;");

	assert_int_equal(gz_regex_groups(r), 3);
	assert_int_equal(gz_regex_group(r, "user"), 1);
	assert_int_equal(gz_regex_group(r, "nobody"), -1);
	assert_true(gz_regex_match(r, work, subject, 0, g));
	assert_true(gz_span_equal(g[0], GZ_SPAN("id=42")));
	assert_ptr_equal(g[0].p, subject.p + 2);
	assert_true(gz_span_equal(g[1], GZ_SPAN("id")));
	assert_null(g[2].p);
	assert_true(gz_span_equal(g[3], GZ_SPAN("42")));
	assert_null(g[8].p);
	gz_regex_destroy(r);
}

static void
more_groups_than_are_reported_still_match(void **state)
{
	struct gz_regex *r = compile("(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)", 0);
	struct gz_span g[GZ_REGEX_GROUPS + 1];

	assert_true(gz_regex_match(r, work, GZ_SPAN("0123456789"), 0, g));
	assert_true(gz_span_equal(g[8], GZ_SPAN("7")));
	gz_regex_destroy(r);
}

static void
a_search_starts_where_told_and_may_look_back(void **state)
{
	struct gz_regex *r = compile("(?<=a)b", 0);

	assert_true(gz_regex_match(r, work, GZ_SPAN("ab"), 1, NULL));
	assert_false(gz_regex_match(r, work, GZ_SPAN("ab"), 2, NULL));
	assert_false(gz_regex_match(r, work, GZ_SPAN("ab"), 3, NULL));
	gz_regex_destroy(r);
}

static void
an_empty_subject_is_no_trouble(void **state)
{
	struct gz_regex *r = compile("^$", 0);

	assert_true(gz_regex_match(r, work, gz_span(NULL, 0), 0, NULL));
	gz_regex_destroy(r);
}

static void
bytes_that_are_no_text_match_as_bytes(void **state)
{
	struct gz_regex *r = compile("\\xff\\x00[\\x80-\\x90]", 0);

	assert_true(gz_regex_match(r, work, GZ_SPAN("..\xff\x00\x85"), 0, NULL));
	gz_regex_destroy(r);
}

static void
a_bad_expression_is_told_with_its_place(void **state)
{
	char error[200] = "";
	uint32_t at = 0;

	assert_null(gz_regex_compile("ab(c", 0, error, sizeof(error), &at));
	assert_int_equal(at, 4);
	assert_true(strlen(error) > 0);
	assert_null(gz_regex_compile("(*UTF)a", 0, error, sizeof(error), &at));
}

static void
an_expression_that_explodes_is_given_up(void **state)
{
	struct gz_regex *r = compile("(a+)+b(?=c)\\1", 0);
	uint64_t before = gz_stat_sum((uint32_t)gz_stat_find("regex.limit"));
	char subject[5000];

	memset(subject, 'a', sizeof(subject));
	subject[sizeof(subject) - 1] = 'b';
	assert_false(gz_regex_match(r, work, gz_span(subject, sizeof(subject)), 0, NULL));
	assert_true(gz_stat_sum((uint32_t)gz_stat_find("regex.limit")) > before);
	gz_regex_destroy(r);
}

static void
without_the_jit_memory_is_bounded_too(void **state)
{
	struct gz_regex *r = compile("(*NO_JIT)^(?:(a)|b)*c$", 0);
	char subject[20000];
	uint32_t i;

	memset(subject, 'a', sizeof(subject));
	for (i = 0; i < 20; i++)
		assert_false(gz_regex_match(r, work, gz_span(subject, sizeof(subject)), 0, NULL));
	assert_true(gz_regex_match(r, work, GZ_SPAN("abac"), 0, NULL));
	gz_regex_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_do_what_their_letters_say),
		cmocka_unit_test(groups_tell_where_they_matched),
		cmocka_unit_test(more_groups_than_are_reported_still_match),
		cmocka_unit_test(a_search_starts_where_told_and_may_look_back),
		cmocka_unit_test(an_empty_subject_is_no_trouble),
		cmocka_unit_test(bytes_that_are_no_text_match_as_bytes),
		cmocka_unit_test(a_bad_expression_is_told_with_its_place),
		cmocka_unit_test(an_expression_that_explodes_is_given_up),
		cmocka_unit_test(without_the_jit_memory_is_bounded_too),
	};

	return cmocka_run_group_tests(tests, create, destroy);
}
