/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "grammar.h"

/* What the last command was called with. */
static struct {
	const char *command;
	char text[256];
	uint64_t number;
	bool has_number;
	struct gz_addr addr;
} last;

static int
run_boats(struct gz_shell_call *c)
{
	last.command = "boats";
	last.has_number = gz_shell_uint(c, "berth", &last.number);
	gz_out_u64(c->out, "boats", *(const uint64_t *)c->app);
	return 0;
}

static int
run_boat(struct gz_shell_call *c)
{
	last.command = "boat";
	snprintf(last.text, sizeof(last.text), "%s", gz_shell_text(c, "name"));
	return 0;
}

static int
run_logs(struct gz_shell_call *c)
{
	const char *filter = gz_shell_text(c, "filter");

	last.command = "logs";
	snprintf(last.text, sizeof(last.text), "%s", filter == NULL ? "(none)" : filter);
	gz_out_str(c->out, "filter", last.text);
	return 0;
}

static int
run_lamp(struct gz_shell_call *c)
{
	last.command = "lamp";
	snprintf(last.text, sizeof(last.text), "%s", gz_shell_text(c, "switch"));
	return 0;
}

static int
run_call(struct gz_shell_call *c)
{
	last.command = "call";
	assert_true(gz_shell_addr(c, "who", &last.addr));
	return 0;
}

static int
run_sink(struct gz_shell_call *c)
{
	gz_out_error(c->out, "boats float");
	return -EPERM;
}

static const struct gz_shell_command commands[] = {
	{ "show boats [berth:uint]", run_boats, "all boats, or one" },
	{ "show boat name:word", run_boat, "a boat by its name" },
	{ "show logs [filter:rest]", run_logs, "entries of the log" },
	{ "set lamp switch:on|off", run_lamp, "the lamp in the mast" },
	{ "call who:addr", run_call, "hail somebody" },
	{ "sink", run_sink, "try to" },
};
GZ_SHELL_REGISTER(commands)

static uint64_t nb_boats = 7;

/* Run a line; the answer is kept until the next. */
static const char *
run(const char *line, int *ret)
{
	static char answer[64 * 1024];
	struct gz_out *out;
	const char *text;
	size_t len;

	memset(&last, 0, sizeof(last));
	*ret = gz_shell_line(&nb_boats, line, &out);
	text = gz_out_finish(out, &len);
	assert_true(len < sizeof(answer));
	memcpy(answer, text, len);
	answer[len] = '\0';
	gz_out_destroy(out);
	return answer;
}

static void
a_command_runs_with_the_application(void **state)
{
	int ret;

	assert_string_equal(run("show boats", &ret), "boats:  7\n");
	assert_int_equal(ret, 0);
	assert_string_equal(last.command, "boats");
	assert_false(last.has_number);
}

static void
a_show_takes_json(void **state)
{
	int ret;

	assert_string_equal(run("show boats json", &ret), "{\"boats\":7}\n");
	assert_string_equal(run("show boats 3 json", &ret), "{\"boats\":7}\n");
	assert_int_equal(last.number, 3);
}

static void
a_number_is_typed(void **state)
{
	int ret;

	run("  show \t boats   18446744073709551615  # the last", &ret);
	assert_int_equal(ret, 0);
	assert_true(last.has_number);
	assert_true(last.number == UINT64_MAX);
	run("show boats 18446744073709551616", &ret);
	assert_int_equal(ret, -EINVAL);
	run("show boats -1", &ret);
	assert_int_equal(ret, -EINVAL);
}

static void
an_address_is_typed(void **state)
{
	static const uint8_t v4[] = { 10, 1, 2, 3 };
	struct gz_addr a = gz_addr_v4(v4);
	int ret;

	run("call 10.1.2.3", &ret);
	assert_int_equal(ret, 0);
	assert_true(gz_addr_equal(&last.addr, &a));
	run("call fe80::1", &ret);
	assert_int_equal(ret, 0);
	assert_false(gz_addr_is_v4(&last.addr));
	run("call everybody", &ret);
	assert_int_equal(ret, -EINVAL);
}

static void
the_rest_of_a_line_keeps_its_words(void **state)
{
	int ret;

	run("show logs", &ret);
	assert_string_equal(last.text, "(none)");
	run("show logs src 10.0.0.1  and port 80", &ret);
	assert_string_equal(last.text, "src 10.0.0.1 and port 80");
	assert_string_equal(run("show logs port 80 json", &ret), "{\"filter\":\"port 80\"}\n");
	assert_string_equal(run("show logs json", &ret), "{\"filter\":\"(none)\"}\n");
}

static void
keywords_may_be_cut_short(void **state)
{
	int ret;

	run("sh boats", &ret);
	assert_int_equal(ret, 0);
	assert_string_equal(last.command, "boats");
	run("set la off", &ret);
	assert_string_equal(last.text, "off");
}

static void
a_whole_keyword_beats_a_longer_one(void **state)
{
	int ret;

	run("show boat Ann", &ret);
	assert_int_equal(ret, 0);
	assert_string_equal(last.command, "boat");
	assert_string_equal(last.text, "Ann");
}

static void
an_unclear_word_is_refused(void **state)
{
	const char *text;
	int ret;

	text = run("s lamp on", &ret);
	assert_int_equal(ret, -EINVAL);
	assert_non_null(strstr(text, "\"s\" is unclear; it could be set, show, sink"));
	run("show boa", &ret);
	assert_int_equal(ret, -EINVAL);
}

static void
an_unknown_word_is_told_with_the_nearest(void **state)
{
	const char *text;
	int ret;

	text = run("show boots", &ret);
	assert_int_equal(ret, -EINVAL);
	assert_non_null(strstr(text, "did you mean \"boats\"?"));
	text = run("set lamp green", &ret);
	assert_non_null(strstr(text, "expected: off, on"));
	text = run("sink deeper", &ret);
	assert_non_null(strstr(text, "\"deeper\" is one word too many"));
}

static void
a_line_that_stops_early_says_what_is_expected(void **state)
{
	int ret;

	assert_non_null(strstr(run("set lamp", &ret), "more is expected: off, on"));
	assert_int_equal(ret, -EINVAL);
	assert_non_null(strstr(run("call", &ret), "more is expected: <who>"));
}

static void
a_command_that_fails_says_why(void **state)
{
	int ret;

	assert_non_null(strstr(run("sink", &ret), "boats float"));
	assert_int_equal(ret, -EPERM);
}

static void
an_empty_line_does_nothing(void **state)
{
	int ret;

	assert_string_equal(run("", &ret), "");
	assert_int_equal(ret, 0);
	run("   # a comment", &ret);
	assert_int_equal(ret, 0);
	assert_null(last.command);
}

static void
a_line_too_long_is_refused(void **state)
{
	char line[GZ_SHELL_LINE_MOST + 1];
	int ret;

	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	assert_non_null(strstr(run(line, &ret), "longer than"));
	assert_int_equal(ret, -EINVAL);
}

static const struct gz_shell_choice *
complete(const char *line, uint32_t *n, uint32_t *partial)
{
	static struct gz_shell_choice v[64];

	*n = gz_shell_complete(line, v, 64, partial);
	return v;
}

static void
completion_offers_the_verbs_first(void **state)
{
	const struct gz_shell_choice *v;
	uint32_t n, partial;

	v = complete("", &n, &partial);
	assert_int_equal(partial, 0);
	assert_int_equal(n, 6); /* call, help, quit, set, show, sink */
	assert_string_equal(v[0].word, "call");
	assert_string_equal(v[4].word, "show");
	assert_string_equal(v[4].help, "boat, boats, logs");
}

static void
completion_goes_on_with_the_word_begun(void **state)
{
	const struct gz_shell_choice *v;
	uint32_t n, partial;

	v = complete("show lo", &n, &partial);
	assert_int_equal(n, 1);
	assert_int_equal(partial, 2);
	assert_string_equal(v[0].word, "logs");
	assert_string_equal(v[0].help, "entries of the log");
	complete("show x", &n, &partial);
	assert_int_equal(n, 0);
}

static void
completion_knows_what_may_be_left_out(void **state)
{
	const struct gz_shell_choice *v;
	uint32_t n, partial;

	v = complete("show boats ", &n, &partial);
	assert_int_equal(n, 3);
	assert_string_equal(v[0].word, "<enter>");
	assert_string_equal(v[0].help, "all boats, or one");
	assert_string_equal(v[1].word, "<berth>");
	assert_false(v[1].literal);
	assert_string_equal(v[2].word, "json");
	v = complete("set lamp o", &n, &partial);
	assert_int_equal(n, 2);
	assert_string_equal(v[0].word, "off");
	assert_string_equal(v[1].word, "on");
}

static void
help_lists_the_commands(void **state)
{
	const char *text;
	int ret;

	text = run("help", &ret);
	assert_int_equal(ret, 0);
	assert_non_null(strstr(text, "show boats [<berth>] [json]"));
	assert_non_null(strstr(text, "set lamp on|off"));
	text = run("help show bo", &ret);
	assert_non_null(strstr(text, "show boats"));
	assert_null(strstr(text, "show logs"));
	run("help swim", &ret);
	assert_int_equal(ret, -ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_runs_with_the_application),
		cmocka_unit_test(a_show_takes_json),
		cmocka_unit_test(a_number_is_typed),
		cmocka_unit_test(an_address_is_typed),
		cmocka_unit_test(the_rest_of_a_line_keeps_its_words),
		cmocka_unit_test(keywords_may_be_cut_short),
		cmocka_unit_test(a_whole_keyword_beats_a_longer_one),
		cmocka_unit_test(an_unclear_word_is_refused),
		cmocka_unit_test(an_unknown_word_is_told_with_the_nearest),
		cmocka_unit_test(a_line_that_stops_early_says_what_is_expected),
		cmocka_unit_test(a_command_that_fails_says_why),
		cmocka_unit_test(an_empty_line_does_nothing),
		cmocka_unit_test(a_line_too_long_is_refused),
		cmocka_unit_test(completion_offers_the_verbs_first),
		cmocka_unit_test(completion_goes_on_with_the_word_begun),
		cmocka_unit_test(completion_knows_what_may_be_left_out),
		cmocka_unit_test(help_lists_the_commands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
