/* SPDX-License-Identifier: BSD-3-Clause */
#include <arpa/inet.h>
#include <unistd.h>

#include "keyword_test.h"

/* A threshold file, and what it does to the rules it names. */

static char path[] = "/tmp/gz_limit_test.XXXXXX";
static struct gz_errors errors;
static struct gz_limits *limits;
static struct gz_pkt pkt;
static uint64_t now_us = 1000000;

static void
read_file(const char *text)
{
	struct gz_conf *conf = gz_conf_create();
	char set[128];

	gz_errors_clear(&errors);
	gz_limits_destroy(limits);
	write_text(path, text);
	snprintf(set, sizeof(set), "rules.threshold-file=%s", path);
	assert_int_equal(gz_conf_set(conf, set, &errors), 0);
	limits = gz_limits_create(conf, test_env.vars, &errors);
	assert_non_null(limits);
	gz_conf_destroy(conf);
	test_env.limits = limits;
}

static int
setup(void **state)
{
	int fd = mkstemp(path);

	close(fd);
	return keyword_setup(state);
}

static int
teardown(void **state)
{
	unlink(path);
	gz_errors_clear(&errors);
	gz_limits_destroy(limits);
	test_env.limits = NULL;
	return keyword_teardown(state);
}

/** The answers of the rule with sid 1 to so many packets, a second apart; D: the action is drop. */
static void
assert_answers(const char *options, const char *answers)
{
	static const char letters[] = { [GZ_NO] = 'n', [GZ_YES] = 'y', [GZ_QUIET] = 'q' };
	struct gz_sig *s = build_options(options);
	char said[32] = "";
	struct gz_eval e;
	size_t i;

	for (i = 0; i < strlen(answers); i++) {
		eval_init(&e, s);
		e.pkt = &pkt;
		e.now_us = now_us;
		said[i] = letters[gz_eval_post(&e, s)];
		if (e.new_action == GZ_ACTION_DROP)
			said[i] = 'D';
		now_us += 1000000;
	}
	assert_string_equal(said, answers);
	gz_sig_destroy(s);
	now_us += UINT64_C(10000000000);
}

static void
a_rule_is_suppressed_for_whom_the_file_says(void **state)
{
	pkt.src = addr("10.0.0.1");
	pkt.dst = addr("192.168.0.1");
	read_file("suppress gen_id 1, sig_id 1\n");
	assert_int_equal(errors.count, 0);
	assert_answers("", "qq");
	read_file("suppress gen_id 1, sig_id 2\n");
	assert_answers("", "y");
	read_file("suppress gen_id 1, sig_id 1, track by_src, ip 10.0.0.0/8\n");
	assert_answers("", "q");
	read_file("suppress gen_id 1, sig_id 1, track by_dst, ip 10.0.0.0/8\n");
	assert_answers("", "y");
	read_file("suppress gen_id 1, sig_id 1, track by_either, ip [1.2.3.4, 192.168.0.0/16]\n");
	assert_answers("", "q");
	read_file("suppress gen_id 1, sig_id 0, track by_src, ip 10.0.0.1\n"
		  "suppress gen_id 0, sig_id 0, track by_src, ip 1.2.3.4\n");
	assert_answers("", "q");
	read_file("suppress gen_id 1, sig_id 1, track by_src, ip !10.0.0.1\n");
	assert_answers("", "y");
}

static void
a_filter_takes_the_place_of_the_rules_own(void **state)
{
	read_file("# of nobody\n\n"
		  "event_filter gen_id 1, sig_id 1, type limit, \\\n"
		  "  track by_src, count 1, seconds 60\n");
	assert_int_equal(errors.count, 0);
	assert_answers("", "yqq");
	assert_answers("threshold:type threshold, track by_src, count 2, seconds 60;", "yqq");
	assert_answers("detection_filter:track by_src, count 1, seconds 60;", "nyq");
	read_file("threshold gen_id 1, sig_id 0, type threshold, track by_rule, count 3, seconds "
		  "60\n");
	assert_answers("", "nnynny");
	assert_answers("threshold:type limit, track by_src, count 2, seconds 60;", "yyq");
}

static void
a_rate_changes_the_action_for_a_time(void **state)
{
	read_file("rate_filter gen_id 1, sig_id 1, track by_src, count 2, seconds 60, \\\n"
		  "\tnew_action drop, timeout 3\n");
	assert_int_equal(errors.count, 0);
	assert_answers("", "yyDDDyyD");
	read_file("rate_filter gen_id 1, sig_id 1, track by_src, count 2, seconds 1, "
		  "new_action drop, timeout 3\n");
	assert_answers("", "yyyyyy");
}

static void
assert_told(const char *text, const char *line)
{
	char said[512];

	read_file(text);
	assert_int_equal(errors.count, 1);
	gz_error_format(&errors.v[0], said, sizeof(said));
	if (strncmp(said, path, strlen(path)) != 0 || strcmp(said + strlen(path), line) != 0)
		fail_msg("\"%s\" is told as %s", text, said);
}

static void
what_is_wrong_is_told_where_it_stands(void **state)
{
	assert_told("suppres gen_id 1, sig_id 1\n",
			":1:1: expected suppress, threshold, event_filter or rate_filter");
	assert_told("\nsuppress gen_id 1\n", ":2:1: sig_id is missing");
	assert_told("suppress gen_id 1, sig_id x\n", ":1:27: expected a number");
	assert_told("suppress gen_id 1, sig_id 1, count 2\n",
			":1:30: count has no place in such a line");
	assert_told("suppress gen_id 1, sig_id 1, track by_src\n",
			":1:1: track and ip go together");
	assert_told("suppress gen_id 1, sig_id 1, sig_id 1\n", ":1:30: sig_id is said twice");
	assert_told("suppress gen_id 1, sig_id 1, track by_src, ip 10.0.0.0/99\n",
			":1:47: \"10.0.0.0/99\" is no address: expected an address, a prefix, a "
			"range, a list in brackets, a variable or any");
	assert_told("threshold gen_id 1, sig_id 1, type backoff, track by_src, count 1, seconds "
		    "1\n",
			":1:36: expected type limit, threshold or both");
	assert_told("rate_filter gen_id 1, sig_id 1, track by_src, count 1, seconds 1, "
		    "new_action log, timeout 1\n",
			":1:78: expected new_action alert, drop, pass or reject");
}

static void
other_lines_hold_beside_a_wrong_one(void **state)
{
	read_file("nonsense\nsuppress gen_id 1, sig_id 1\n");
	assert_int_equal(errors.count, 1);
	assert_answers("", "q");
}

static void
a_file_that_is_not_there_is_told(void **state)
{
	struct gz_conf *conf = gz_conf_create();
	struct gz_limits *none;

	gz_errors_clear(&errors);
	assert_int_equal(gz_conf_set(conf, "rules.threshold-file=/nowhere/x", &errors), 0);
	none = gz_limits_create(conf, test_env.vars, &errors);
	assert_non_null(none);
	assert_int_equal(errors.count, 1);
	gz_limits_destroy(none);
	gz_conf_destroy(conf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_is_suppressed_for_whom_the_file_says),
		cmocka_unit_test(a_filter_takes_the_place_of_the_rules_own),
		cmocka_unit_test(a_rate_changes_the_action_for_a_time),
		cmocka_unit_test(what_is_wrong_is_told_where_it_stands),
		cmocka_unit_test(other_lines_hold_beside_a_wrong_one),
		cmocka_unit_test(a_file_that_is_not_there_is_told),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
