/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include <rte_errno.h>

#include "ruleset_toy.h"

static void
rules_are_numbered_in_the_order_of_judging(void **state)
{
	struct gz_ruleset *rs = toy_rules(
			"alert tcp any any -> any any (msg:\"late\"; content:\"abcd\"; priority:3; sid:1;)\n"
			"alert tcp any any -> any any (msg:\"early\"; content:\"abcd\"; priority:1; sid:9;)\n"
			"reject tcp any any -> any any (content:\"abcd\"; sid:3;)\n"
			"drop tcp any any -> any any (content:\"abcd\"; sid:4;)\n"
			"pass tcp any any -> any any (content:\"abcd\"; sid:5;)\n"
			"alert tcp any any -> any any (content:\"abcd\"; priority:1; sid:8;)\n");
	static const uint32_t order[] = { 5, 4, 3, 8, 9, 1 };
	const struct gz_sig *s;
	uint32_t i;

	assert_int_equal(gz_ruleset_count(rs), RTE_DIM(order));
	gz_ruleset_foreach(rs, s, i)
		assert_int_equal(s->sid, order[i]);
	for (i = 0; i < RTE_DIM(order); i++)
		assert_int_equal(gz_ruleset_find(rs, 1, order[i]), i);
	assert_int_equal(gz_ruleset_find(rs, 1, 7), -1);
	assert_int_equal(gz_ruleset_find(rs, 2, 5), -1);
	gz_ruleset_destroy(rs);
}

static void
bits_are_set_before_they_are_tested(void **state)
{
	struct gz_ruleset *rs = toy_rules(
			"alert ip any any -> any any (flowbits:isset,a; sid:1;)\n"
			"alert ip any any -> any any (flowbits:isnotset,a; flowbits:set,a; sid:2;)\n"
			"alert ip any any -> any any (flowbits:unset,a; sid:3;)\n"
			"alert ip any any -> any any (flowbits:isset,a; flowbits:set,b; sid:4;)\n"
			"alert ip any any -> any any (flowbits:isset,b; sid:5;)\n"
			"alert ip any any -> any any (flowbits:set,a; sid:6;)\n");
	static const uint32_t order[] = { 3, 6, 2, 1, 4, 5 };
	const struct gz_sig *s;
	uint32_t i;

	gz_ruleset_foreach(rs, s, i)
		assert_int_equal(s->sid, order[i]);
	gz_ruleset_destroy(rs);
}

static void
of_two_rules_with_one_sid_the_newer_holds(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_ruleset_report report;
	struct gz_ruleset *rs = toy_try(
			"alert tcp any any -> any any (content:\"abcd\"; sid:1; rev:2;)\n"
			"alert tcp any any -> any any (content:\"efgh\"; sid:1; rev:7;)\n"
			"alert tcp any any -> any any (content:\"ijkl\"; sid:1; gid:3;)\n",
			NULL, &report, &errors);

	assert_non_null(rs);
	assert_int_equal(report.accepted, 2);
	assert_int_equal(report.refused, 1);
	assert_int_equal(errors.count, 1);
	assert_int_equal(errors.v[0].place.line, 1);
	assert_string_equal(errors.v[0].reason, "duplicate sid");
	assert_int_equal(gz_ruleset_sig(rs, gz_ruleset_find(rs, 1, 1))->rev, 7);
	gz_errors_clear(&errors);
	gz_ruleset_destroy(rs);
}

static void
a_refused_rule_leaves_the_others_in_force(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_ruleset_report report;
	struct gz_ruleset *rs = toy_try(
			"alert tcp any any -> any any (content:\"abcd\"; sid:1;)\n"
			"alert tcp any any => nowhere\n"
			"alert tcp any any -> any any (contemt:\"abcd\"; sid:2;)\n"
			"alert toy any any -> any any (toy.name; content:\"x\"; sid:3;)\n",
			NULL, &report, &errors);

	assert_non_null(rs);
	assert_int_equal(report.accepted, 2);
	assert_int_equal(report.refused, 2);
	assert_int_equal(errors.count, 2);
	assert_true(gz_ruleset_find(rs, 1, 3) >= 0);
	gz_errors_clear(&errors);
	gz_ruleset_destroy(rs);
}

static void
a_file_that_cannot_be_read_is_a_failure(void **state)
{
	const char *files[] = { "/nonexistent/some.rules" };
	const struct gz_ruleset_opts opts = { files, 1, NULL, 1, &toy_env };
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_ruleset_report report;

	assert_null(gz_ruleset_build(&opts, NULL, &report, &errors));
	assert_int_equal(rte_errno, ENOENT);
	assert_int_equal(errors.count, 1);
	gz_errors_clear(&errors);
}

static void
a_pattern_without_files_is_a_warning(void **state)
{
	const char *files[] = { "/nonexistent/*.rules" };
	const struct gz_ruleset_opts opts = { files, 1, NULL, 1, &toy_env };
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_ruleset_report report;
	struct gz_ruleset *rs = gz_ruleset_build(&opts, NULL, &report, &errors);

	assert_non_null(rs);
	assert_int_equal(gz_ruleset_count(rs), 0);
	assert_int_equal(errors.warnings, 1);
	gz_errors_clear(&errors);
	gz_ruleset_destroy(rs);
}

static void
the_report_says_what_changed(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_ruleset_report report;
	struct gz_ruleset *old = toy_rules(
			"alert tcp any any -> any any (content:\"abcd\"; sid:1;)\n"
			"alert tcp any any -> any any (content:\"efgh\"; sid:2;)\n"
			"alert tcp any any -> any any (content:\"ijkl\"; sid:3;)\n");
	struct gz_ruleset *rs = toy_try("alert tcp any any -> any any (content:\"abcd\"; sid:1;)\n"
					"alert tcp any any -> any any (content:\"EFGH\"; sid:2;)\n"
					"alert tcp any any -> any any (content:\"mnop\"; sid:4;)\n",
			old, &report, &errors);

	assert_int_equal(report.unchanged, 1);
	assert_int_equal(report.changed, 1);
	assert_int_equal(report.added, 1);
	assert_int_equal(report.removed, 1);
	assert_int_equal(report.accepted, 3);
	assert_true(gz_ruleset_generation(rs) > gz_ruleset_generation(old));
	gz_ruleset_destroy(old);
	gz_ruleset_destroy(rs);
}

static void
sets_that_did_not_change_are_shared(void **state)
{
	const char *text = "alert tcp any any -> any any (content:\"abcd\"; sid:1;)\n"
			   "alert toy any any -> any any (toy.name; content:\"efgh\"; sid:2;)\n";
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_ruleset_report report;
	struct gz_ruleset *old = toy_rules(text);
	struct gz_ruleset *rs = toy_try(text, old, &report, &errors);
	uint32_t i;

	assert_int_equal(rs->nb_sets, old->nb_sets);
	for (i = 0; i < rs->nb_sets; i++)
		assert_ptr_equal(rs->sets[i]->mpm, old->sets[i]->mpm);
	/* The new one must not need the old one. */
	gz_ruleset_destroy(old);
	assert_true(gz_mpm_size(rs->sets[0]->mpm) > 0);
	gz_ruleset_destroy(rs);
}

static void
publishing_hands_back_the_one_before(void **state)
{
	struct gz_ruleset *one = toy_rules("alert ip any any -> any any (sid:1;)\n");
	struct gz_ruleset *two = toy_rules("alert ip any any -> any any (sid:1;)\n");

	assert_null(gz_ruleset_publish(one));
	assert_ptr_equal(gz_ruleset_live(), one);
	assert_ptr_equal(gz_ruleset_publish(two), one);
	assert_ptr_equal(gz_ruleset_live(), two);
	assert_ptr_equal(gz_ruleset_publish(NULL), two);
	gz_ruleset_destroy(one);
	gz_ruleset_destroy(two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_numbered_in_the_order_of_judging),
		cmocka_unit_test(bits_are_set_before_they_are_tested),
		cmocka_unit_test(of_two_rules_with_one_sid_the_newer_holds),
		cmocka_unit_test(a_refused_rule_leaves_the_others_in_force),
		cmocka_unit_test(a_file_that_cannot_be_read_is_a_failure),
		cmocka_unit_test(a_pattern_without_files_is_a_warning),
		cmocka_unit_test(the_report_says_what_changed),
		cmocka_unit_test(sets_that_did_not_change_are_shared),
		cmocka_unit_test(publishing_hands_back_the_one_before),
	};

	return cmocka_run_group_tests(tests, toy_begin, toy_end);
}
