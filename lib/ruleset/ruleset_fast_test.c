/* SPDX-License-Identifier: BSD-3-Clause */
#include "ruleset_toy.h"

static struct gz_ruleset *rs;

static int
forget(void **state)
{
	gz_ruleset_destroy(rs);
	rs = NULL;
	return 0;
}

/* The fast pattern of a rule with these options. */
static struct rs_fast
choose(const char *proto, const char *options)
{
	struct rs_fast f = { .literal.len = 0 };
	char text[2000];

	forget(NULL);
	snprintf(text, sizeof(text), "alert %s any any -> any any (%s sid:1;)\n", proto, options);
	rs = toy_rules(text);
	if (!rs_fast_choose(rs->sigs[0], &f))
		f.literal.len = 0;
	return f;
}

static bool
is(const struct rs_fast *f, const char *literal)
{
	return gz_span_equal(f->literal, gz_span_str(literal));
}

static void
what_the_rule_names_is_taken(void **state)
{
	struct rs_fast f = choose(
			"tcp", "content:\"much longer\"; content:\"named\"; fast_pattern;");

	assert_true(is(&f, "named"));
}

static void
else_the_one_that_is_rarest(void **state)
{
	struct rs_fast f = choose(
			"tcp", "content:\"GET\"; content:\"/vuln-Qx.php\"; content:\"tea\";");

	assert_true(is(&f, "/vuln-Qx"));
	f = choose("tcp",
			"content:\"|00 00 00 00 00 00 00 00 00 00|\"; content:\"|de ad be ef|\";");
	assert_true(is(&f, "\xde\xad\xbe\xef"));
}

static void
what_is_negated_is_never_taken(void **state)
{
	struct rs_fast f = choose("tcp", "content:!\"long and rare xyzzy\"; content:\"abcd\";");

	assert_true(is(&f, "abcd"));
	f = choose("tcp", "content:!\"abcd\";");
	assert_int_equal(f.literal.len, 0);
}

static void
a_chopped_one_is_taken_as_chopped(void **state)
{
	struct rs_fast f = choose(
			"tcp", "content:\"0123456789\"; offset:10; depth:30; fast_pattern:4,5;");

	assert_true(is(&f, "45678"));
	assert_int_equal(f.from, 10 + 4 + 5);
	assert_int_equal(f.to, 10 + 30 - 10 + 4 + 5);
	assert_int_equal(rs_fast_kind(&f), RS_FAR);
}

static void
a_rule_about_a_transaction_goes_by_its_fields(void **state)
{
	struct rs_fast f = choose(
			"toy", "content:\"long and rare xyzzy\"; toy.name; content:\"abcd\";");

	assert_true(is(&f, "abcd"));
	assert_string_equal(f.buffer->field->name, "toy.name");
}

static void
a_short_one_is_kept_apart(void **state)
{
	struct rs_fast f = choose("tcp", "content:\"abc\";");

	assert_int_equal(rs_fast_kind(&f), RS_SHORT);
	f = choose("tcp", "content:\"abc\"; depth:9;");
	assert_int_equal(rs_fast_kind(&f), RS_SHORT);
	assert_int_equal(f.to, 9);
	f = choose("tcp", "content:\"abcd\"; depth:9;");
	assert_int_equal(rs_fast_kind(&f), RS_FAR);
}

static void
one_with_a_single_place_is_looked_up_there(void **state)
{
	struct rs_fast f = choose("tcp", "content:\"abcd\"; startswith;");

	assert_int_equal(f.place, RS_AT);
	assert_int_equal(f.at, 0);
	f = choose("tcp", "content:\"abcd\"; offset:7; depth:4;");
	assert_int_equal(f.place, RS_AT);
	assert_int_equal(f.at, 7);
	f = choose("tcp", "content:\"abcd\"; offset:7; depth:5;");
	assert_int_equal(f.place, RS_ANYWHERE);
	f = choose("toy", "toy.name; content:\"abcd\"; endswith;");
	assert_int_equal(f.place, RS_AT_END);
	f = choose("toy", "toy.name; content:\"abcd\"; bsize:4;");
	assert_int_equal(f.place, RS_AT_END);
	f = choose("toy", "toy.name; content:\"abcd\"; bsize:5;");
	assert_int_equal(f.place, RS_ANYWHERE);
	/* What grows has its end somewhere else each time. */
	f = choose("toy", "toy.body; content:\"abcd\"; endswith;");
	assert_int_equal(f.place, RS_ANYWHERE);
}

static void
a_place_is_followed_from_match_to_match(void **state)
{
	struct rs_fast f = choose("tcp",
			"content:\"|01|\"; offset:2; depth:1; content:\"|00 01 00|\"; distance:1; within:3; "
			"content:\"|02|o|00|\"; nocase; distance:0; fast_pattern;");

	assert_int_equal(f.place, RS_AT);
	assert_int_equal(f.at, 4);
	assert_int_equal(f.literal.len, 3);
	f = choose("tcp", "content:\"|01|\"; content:\"abcd\"; distance:1; within:4;");
	assert_int_equal(f.place, RS_ANYWHERE);
	f = choose("tcp", "content:\"|01|\"; depth:1; content:\"abcd\"; distance:1; within:5;");
	assert_int_equal(f.place, RS_ANYWHERE);
	f = choose("tcp",
			"content:\"|01|\"; depth:1; byte_jump:1,0,relative; "
			"content:\"abcd\"; distance:1; within:4;");
	assert_int_equal(f.place, RS_ANYWHERE);
	f = choose("tcp",
			"content:\"|01|\"; depth:1; byte_test:1,>,5,0,relative; "
			"content:\"abcd\"; distance:1; within:4;");
	assert_int_equal(f.place, RS_AT);
	assert_int_equal(f.at, 2);
}

static void
one_byte_somewhere_is_no_use(void **state)
{
	struct rs_fast f = choose("tcp", "content:\"x\";");

	assert_int_equal(f.literal.len, 0);
	f = choose("tcp", "content:\"x\"; depth:1;");
	assert_int_equal(f.literal.len, 1);
}

static void
of_a_long_one_a_part_is_searched(void **state)
{
	struct rs_fast f = choose(
			"tcp", "content:\"eeeeeeeeeeeeeeeeeeeZQXJ|90|WKVeeeeeee\"; offset:2;");

	assert_true(is(&f, "ZQXJ\x90WKV"));
	assert_int_equal(f.from, 2 + 19 + 8);
	assert_int_equal(f.to, UINT32_MAX);
}

static void
a_relative_one_may_be_anywhere(void **state)
{
	struct rs_fast f = choose("tcp",
			"content:\"ab\"; depth:2; content:\"rare xyz\"; distance:0; within:20;");

	assert_true(is(&f, "rare xyz"));
	assert_int_equal(rs_fast_kind(&f), RS_FAR);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(what_the_rule_names_is_taken, forget),
		cmocka_unit_test_teardown(else_the_one_that_is_rarest, forget),
		cmocka_unit_test_teardown(what_is_negated_is_never_taken, forget),
		cmocka_unit_test_teardown(a_chopped_one_is_taken_as_chopped, forget),
		cmocka_unit_test_teardown(a_rule_about_a_transaction_goes_by_its_fields, forget),
		cmocka_unit_test_teardown(a_short_one_is_kept_apart, forget),
		cmocka_unit_test_teardown(one_with_a_single_place_is_looked_up_there, forget),
		cmocka_unit_test_teardown(a_place_is_followed_from_match_to_match, forget),
		cmocka_unit_test_teardown(one_byte_somewhere_is_no_use, forget),
		cmocka_unit_test_teardown(of_a_long_one_a_part_is_searched, forget),
		cmocka_unit_test_teardown(a_relative_one_may_be_anywhere, forget),
	};

	return cmocka_run_group_tests(tests, toy_begin, toy_end);
}
