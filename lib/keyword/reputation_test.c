/* SPDX-License-Identifier: BSD-3-Clause */
#include <unistd.h>

#include "keyword_test.h"
#include "reputation.h"

static char categories[] = "/tmp/gz_categories.XXXXXX", addresses[] = "/tmp/gz_addresses.XXXXXX";
static struct gz_errors errors;

/** The files' reputations, in place of those before. */
static void
read_files(const char *first, const char *second)
{
	struct gz_conf *conf = gz_conf_create();
	char set[128];

	write_text(categories, first);
	write_text(addresses, second);
	gz_errors_clear(&errors);
	gz_reputation_destroy(test_env.reputation);
	snprintf(set, sizeof(set), "reputation.categories-file=%s", categories);
	assert_int_equal(gz_conf_set(conf, set, &errors), 0);
	snprintf(set, sizeof(set), "reputation.files=%s", addresses);
	assert_int_equal(gz_conf_set(conf, set, &errors), 0);
	test_env.reputation = gz_reputation_create(conf, &errors);
	gz_conf_destroy(conf);
}

static int
setup(void **state)
{
	close(mkstemp(categories));
	close(mkstemp(addresses));
	keyword_setup(state);
	read_files("# ours\n1,Bad,Known bad hosts\n2,Good,Known good hosts\n",
			"1.2.3.4,1,101\n1.2.3.0/24,1,20\n1.2.3.4,2,5\n2001:db8::/32,1,127\n"
			"9.9.9.9,1,0\n");
	assert_int_equal(errors.count, 0);
	return 0;
}

static int
teardown(void **state)
{
	unlink(categories);
	unlink(addresses);
	gz_errors_clear(&errors);
	gz_reputation_destroy(test_env.reputation);
	test_env.reputation = NULL;
	return keyword_teardown(state);
}

static void
the_longest_prefix_tells_the_score(void **state)
{
	assert_true(holds_between("iprep:src,Bad,=,101;", "1.2.3.4", "8.8.8.8"));
	assert_true(holds_between("iprep:src,Bad,=,20;", "1.2.3.5", "8.8.8.8"));
	assert_true(holds_between("iprep:src,Good,<,6;", "1.2.3.4", "8.8.8.8"));
	assert_true(holds_between("iprep:dst,Bad,>,126;", "8.8.8.8", "2001:db8::1"));
	assert_false(holds_between("iprep:src,Bad,<,100;", "1.2.4.4", "8.8.8.8"));
	assert_false(holds_between("iprep:src,Bad,<=,100;", "9.9.9.9", "8.8.8.8"));
}

static void
a_rule_says_whose_reputation_it_asks(void **state)
{
	assert_false(holds_between("iprep:dst,Bad,>,1;", "1.2.3.4", "8.8.8.8"));
	assert_true(holds_between("iprep:any,Bad,>,1;", "8.8.8.8", "1.2.3.4"));
	assert_false(holds_between("iprep:both,Bad,>,1;", "8.8.8.8", "1.2.3.4"));
	assert_true(holds_between("iprep:both,Bad,>=,20;", "1.2.3.9", "1.2.3.4"));
	assert_true(holds_between("iprep:src,Bad,isset;", "1.2.3.9", "8.8.8.8"));
	assert_false(holds_between("iprep:src,Bad,isnotset;", "1.2.3.9", "8.8.8.8"));
	assert_true(holds_between("iprep:src,Good,isnotset;", "1.2.3.9", "8.8.8.8"));
}

static void
a_signature_keeps_what_it_asks(void **state)
{
	struct gz_pkt p = { .flags = GZ_PKT_IPV4, .src = addr("1.2.3.4"), .dst = addr("8.8.8.8") };
	struct gz_sig *s = build_options("iprep:src,Bad,>,100;");
	struct gz_eval e;

	read_files("1,Bad,Known bad hosts\n", "");
	eval_init(&e, s);
	e.pkt = &p;
	assert_true(gz_eval_all(&e, s->packet));
	gz_sig_destroy(s);
	assert_false(holds_between("iprep:src,Bad,isset;", "1.2.3.4", "8.8.8.8"));
	assert_refused("iprep:src,Good,isset;",
			"t:1:41: iprep: no such category: the setting reputation.categories-file "
			"tells them");
	assert_refused("iprep:src,Bad,~,3;",
			"t:1:45: iprep: expected <, <=, >, >= or = and a score up to 127, isset or "
			"isnotset");
	assert_refused("iprep:who,Bad,>,3;", "t:1:37: iprep: expected src, dst, both or any");
}

static void
what_is_wrong_in_a_file_is_told(void **state)
{
	char said[256], wanted[256];

	read_files("1,Bad,x\n99,Worse,x\n",
			"1.2.3.4,1,5\n1.2.3.300,1,5\n1.2.3.4,7,5\n1.2.3.4,1,128\n");
	assert_int_equal(errors.count, 4);
	gz_error_format(&errors.v[0], said, sizeof(said));
	snprintf(wanted, sizeof(wanted),
			"%s:2:1: expected a number from 1 to 60, a short name and a description",
			categories);
	assert_string_equal(said, wanted);
	gz_error_format(&errors.v[1], said, sizeof(said));
	snprintf(wanted, sizeof(wanted), "%s:2:1: expected an address or a prefix", addresses);
	assert_string_equal(said, wanted);
	assert_true(holds_between("iprep:src,Bad,isset;", "1.2.3.4", "8.8.8.8"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_prefix_tells_the_score),
		cmocka_unit_test(a_rule_says_whose_reputation_it_asks),
		cmocka_unit_test(a_signature_keeps_what_it_asks),
		cmocka_unit_test(what_is_wrong_in_a_file_is_told),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
