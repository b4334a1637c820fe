/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <rte_common.h>

#include <cmocka.h>

#include "gz_rule.h"
#include "gz_span.h"

enum {
	KEPT = 8,
};

struct kept {
	struct gz_rule *v[KEPT];
	uint32_t count;
	struct gz_errors errors;
};

static void
keep(void *arg, struct gz_rule *r)
{
	struct kept *k = arg;

	assert_true(k->count < KEPT);
	k->v[k->count++] = r;
}

static struct kept
parse(const char *text)
{
	struct kept k = { .errors = GZ_ERRORS_INIT };
	int n;

	n = gz_rules_parse("t.rules", gz_span_str(text), keep, &k, &k.errors);
	assert_int_equal(n, k.count);
	return k;
}

static void
clear(struct kept *k)
{
	uint32_t i;

	for (i = 0; i < k->count; i++)
		gz_rule_destroy(k->v[i]);
	gz_errors_clear(&k->errors);
}

static void
assert_place(struct gz_place p, uint32_t line, uint32_t column)
{
	assert_string_equal(p.file, "t.rules");
	assert_int_equal(p.line, line);
	assert_int_equal(p.column, column);
}

static void
a_rule_comes_apart_into_header_and_options(void **state)
{
	struct kept k = parse("alert tcp $HOME_NET [80, 8080:] <> !10.0.0.1 any "
			      "(msg:\"a\\;b; \\\"c\\\"\" ; nocase; sid : 7 ;)\r\n");
	const struct gz_rule *r = k.v[0];

	assert_int_equal(k.count, 1);
	assert_int_equal(r->action, GZ_ACTION_ALERT);
	assert_string_equal(r->proto, "tcp");
	assert_string_equal(r->addr[0], "$HOME_NET");
	assert_string_equal(r->port[0], "[80, 8080:]");
	assert_true(r->both_ways);
	assert_string_equal(r->addr[1], "!10.0.0.1");
	assert_string_equal(r->port[1], "any");
	assert_int_equal(r->nb_options, 3);
	assert_string_equal(r->options[0].name, "msg");
	assert_string_equal(r->options[0].value, "\"a\\;b; \\\"c\\\"\"");
	assert_string_equal(r->options[1].name, "nocase");
	assert_null(r->options[1].value);
	assert_string_equal(r->options[2].name, "sid");
	assert_string_equal(r->options[2].value, "7");
	assert_string_equal(r->text,
			"alert tcp $HOME_NET [80, 8080:] <> !10.0.0.1 any "
			"(msg:\"a\\;b; \\\"c\\\"\" ; nocase; sid : 7 ;)");
	clear(&k);
}

static void
actions_have_their_names(void **state)
{
	static const char *const names[] = { "alert", "drop", "pass", "reject", "rejectboth",
		"rejectdst" };
	char text[80];
	struct kept k;
	uint32_t i;

	for (i = 0; i < RTE_DIM(names); i++) {
		snprintf(text, sizeof(text), "%s ip any any -> any any (sid:1;)", names[i]);
		k = parse(text);
		assert_int_equal(k.count, 1);
		assert_string_equal(gz_action_name(k.v[0]->action), names[i]);
		clear(&k);
	}
	k = parse("rejectsrc ip any any -> any any (sid:1;)");
	assert_int_equal(k.v[0]->action, GZ_ACTION_REJECT);
	clear(&k);
}

static void
a_value_ends_at_its_semicolon(void **state)
{
	static const struct {
		const char *option, *value;
	} cases[] = {
		{ "content:\"a;b\";", "\"a;b\"" },
		{ "content:! \"a;b\" ;", "! \"a;b\"" },
		{ "content:\"a\\\\\";", "\"a\\\\\"" },
		{ "content:\"a\\\";b\";", "\"a\\\";b\"" },
		{ "pcre:\"/say \"x\"y/i\";", "\"/say \"x\"y/i\"" },
		{ "reference:url,a?b=\"c;", "url,a?b=\"c" },
		{ "reference:url,a\\;b;", "url,a\\;b" },
		{ "msg:;", "" },
	};
	char text[120];
	struct kept k;
	uint32_t i;

	for (i = 0; i < RTE_DIM(cases); i++) {
		snprintf(text, sizeof(text), "alert ip any any -> any any (%s sid:1;)",
				cases[i].option);
		k = parse(text);
		assert_int_equal(k.count, 1);
		assert_int_equal(k.v[0]->nb_options, 2);
		assert_string_equal(k.v[0]->options[0].value, cases[i].value);
		clear(&k);
	}
}

static void
comments_and_empty_lines_are_no_rules(void **state)
{
	struct kept k = parse(
			"\xef\xbb\xbf# alert\n\n  \t\n #x\nalert ip any any -> any any (sid:1;)");

	assert_int_equal(k.count, 1);
	assert_place(k.v[0]->place, 5, 1);
	assert_int_equal(k.errors.count, 0);
	clear(&k);
}

static void
lines_are_joined_and_keep_their_places(void **state)
{
	struct kept k = parse(
			"\n  alert ip any any -> \\\n   any any (msg:\"on\\\r\ne\"; \\\n  sid:1;)\n"
			"pass ip any any -> any any (sid:2;)\n");
	const struct gz_rule *r = k.v[0];

	assert_int_equal(k.count, 2);
	assert_string_equal(r->options[0].value, "\"one\"");
	assert_place(r->place, 2, 3);
	assert_place(gz_rule_place(r, r->addr[1]), 3, 4);
	assert_place(gz_rule_place(r, r->options[0].name), 3, 13);
	assert_place(gz_rule_place(r, r->options[0].value + 3), 4, 1);
	assert_place(gz_rule_place(r, r->options[1].name), 5, 3);
	assert_place(gz_rule_place(r, r->options[1].value), 5, 7);
	assert_place(k.v[1]->place, 6, 1);
	clear(&k);
}

static void
a_bad_rule_is_told_with_its_place_and_skipped(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "alrt ip any any -> any any (sid:1;)",
				"t.rules:1:1: unknown action \"alrt\": did you mean \"alert\"?" },
		{ "log ip any any -> any any (sid:1;)",
				"t.rules:1:1: unknown action \"log\": expected alert, config, drop, pass, "
				"reject, rejectsrc, rejectdst or rejectboth" },
		{ "alert ip any any <- any any (sid:1;)",
				"t.rules:1:18: unknown direction \"<-\": expected ->, <> or =>" },
		{ "alert ip any any -> any (sid:1;)",
				"t.rules:1:25: the destination port is missing" },
		{ "alert ip any any -> any any(sid:1;)",
				"t.rules:1:28: a blank is missing before the options" },
		{ "alert ip [1.2.3.4 any -> any any (sid:1;)",
				"t.rules:1:10: the list of the source address is not closed by ]" },
		{ "alert ip any] any -> any any (sid:1;)", "t.rules:1:13: this ] closes nothing" },
		{ "alert ip any any -> any any",
				"t.rules:1:27: the options are missing: expected (" },
		{ "alert ip any any -> any any (sid:1)",
				"t.rules:1:34: the option does not end with a semicolon" },
		{ "alert ip any any -> any any (sid:1;",
				"t.rules:1:35: the options are not closed by )" },
		{ "alert ip any any -> any any (sid:1;) x",
				"t.rules:1:37: nothing may follow the options" },
		{ "alert ip any any -> any any (;)",
				"t.rules:1:30: the name of an option is missing" },
		{ "alert ip any any -> any any (nocase )",
				"t.rules:1:37: expected a colon or a semicolon after the option" },
		{ "alert ip any any -> any any (msg:\"a; sid:1;)",
				"t.rules:1:34: this quote is not closed" },
	};
	char line[256];
	struct kept k;
	uint32_t i;

	for (i = 0; i < RTE_DIM(cases); i++) {
		k = parse(cases[i].text);
		assert_int_equal(k.count, 0);
		assert_int_equal(k.errors.count, 1);
		gz_error_format(&k.errors.v[0], line, sizeof(line));
		assert_string_equal(line, cases[i].error);
		assert_string_equal(k.errors.v[0].reason, "syntax");
		clear(&k);
	}
	k = parse("x\nalert ip any any -> any any (sid:1;)\ny");
	assert_int_equal(k.count, 1);
	assert_int_equal(k.errors.count, 2);
	clear(&k);
}

static void
a_zero_byte_is_refused(void **state)
{
	struct kept k = { .errors = GZ_ERRORS_INIT };

	assert_int_equal(gz_rules_parse("t.rules", GZ_SPAN("alert ip any\0any -> any any (sid:1;)"),
					 keep, &k, &k.errors),
			0);
	assert_place(k.errors.v[0].place, 1, 13);
	clear(&k);
}

static void
a_file_is_read_or_the_reason_told(void **state)
{
	char path[] = "/tmp/gz_rule_test.XXXXXX", line[200];
	struct kept k = { .errors = GZ_ERRORS_INIT };
	int fd = mkstemp(path);

	assert_int_equal(dprintf(fd, "alert ip any any -> any any (sid:3;)"), 36);
	close(fd);
	assert_int_equal(gz_rules_read(path, keep, &k, &k.errors), 1);
	assert_string_equal(k.v[0]->place.file, path);
	unlink(path);
	assert_int_equal(gz_rules_read(path, keep, &k, &k.errors), -ENOENT);
	gz_error_format(&k.errors.v[0], line, sizeof(line));
	assert_non_null(strstr(line, ": cannot read the rules: No such file or directory"));
	clear(&k);
}

static void
drop_it(void *arg, struct gz_rule *r)
{
	gz_rule_destroy(r);
}

/* The time is a bound for a loaded machine: alone it takes a tenth of it. */
static void
many_rules_are_read_in_no_time(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	uint32_t i, nb = 25000;
	clock_t start;
	size_t len;
	char *text;
	FILE *to;

	to = open_memstream(&text, &len);
	for (i = 0; i < nb; i++)
		fprintf(to,
				"alert http $HOME_NET any -> $EXTERNAL_NET any (msg:\"rule %u\"; "
				"flow:established,to_server; http.uri; content:\"/a|20|b\"; startswith; "
				"content:\"x\\;y\"; distance:0; http.header; content:!\"Referer\"; "
				"reference:url,example.org/%u; classtype:trojan-activity; sid:%u; "
				"rev:1; metadata:created_at 2024_01_01, updated_at 2024_01_02;)\n",
				i, i, i + 1);
	fclose(to);
	start = clock();
	assert_int_equal(gz_rules_parse("m", gz_span(text, (uint32_t)len), drop_it, NULL, &errors),
			nb);
	assert_true(clock() - start < CLOCKS_PER_SEC);
	assert_int_equal(errors.count, 0);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_comes_apart_into_header_and_options),
		cmocka_unit_test(actions_have_their_names),
		cmocka_unit_test(a_value_ends_at_its_semicolon),
		cmocka_unit_test(comments_and_empty_lines_are_no_rules),
		cmocka_unit_test(lines_are_joined_and_keep_their_places),
		cmocka_unit_test(a_bad_rule_is_told_with_its_place_and_skipped),
		cmocka_unit_test(a_zero_byte_is_refused),
		cmocka_unit_test(a_file_is_read_or_the_reason_told),
		cmocka_unit_test(many_rules_are_read_in_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
