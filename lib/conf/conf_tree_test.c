/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "conf_tree.h"

static char path[] = "/tmp/conf_tree_test.XXXXXX";

static int
make_file(void **state)
{
	int fd = mkstemp(path);

	return fd < 0 ? -1 : close(fd);
}

static int
remove_file(void **state)
{
	return unlink(path);
}

static void
read_text(struct conf_tree *t, const char *text)
{
	struct gz_errors e = GZ_ERRORS_INIT;
	FILE *to = fopen(path, "w");

	assert_non_null(to);
	fputs(text, to);
	fclose(to);
	assert_int_equal(conf_tree_read(t, path, &e), 0);
}

/** The setting @p name, its name and its value, stand in @p line at these columns. */
static void
assert_place(const struct conf_tree *t, const char *name, uint32_t line, uint32_t column,
		uint32_t value_column)
{
	const config_setting_t *s = config_lookup(&t->config, name);

	assert_non_null(s);
	assert_int_equal(conf_tree_place(t, s).line, line);
	assert_int_equal(conf_tree_place(t, s).column, column);
	assert_int_equal(conf_tree_value_place(t, s).line, line);
	assert_int_equal(conf_tree_value_place(t, s).column, value_column);
}

static void
settings_of_one_name_in_a_line_have_their_own_columns(void **state)
{
	struct conf_tree t;

	read_text(&t, "boats = ( { name = \"a\"; }, { name = \"b\"; } );\n");
	assert_place(&t, "boats", 1, 1, 9);
	assert_place(&t, "boats.[0]", 1, 11, 11);
	assert_place(&t, "boats.[0].name", 1, 13, 20);
	assert_place(&t, "boats.[1]", 1, 28, 28);
	assert_place(&t, "boats.[1].name", 1, 30, 37);
	conf_tree_free(&t);
}

static void
a_member_named_as_its_group_has_its_own_column(void **state)
{
	struct conf_tree t;

	read_text(&t, "mast = { mast = 1; }; sail = { mast-foot = 2; mast : 3; };\n");
	assert_place(&t, "mast", 1, 1, 8);
	assert_place(&t, "mast.mast", 1, 10, 17);
	assert_place(&t, "sail.mast", 1, 47, 54);
	conf_tree_free(&t);
}

static void
names_and_brackets_within_strings_are_text(void **state)
{
	struct conf_tree t;

	read_text(&t,
			"flags = [\"crew = 1\", \"a \\\"{ crew\"];\n"
			"note = \"\\\\ {\"; list = ( \"{\", { crew = 4; }, ( 5 ), [ 6 ] ); crew = 5;\n");
	assert_place(&t, "flags", 1, 1, 9);
	assert_place(&t, "list.[0]", 2, 1, 1);
	assert_place(&t, "list.[1]", 2, 30, 30);
	assert_place(&t, "list.[1].crew", 2, 32, 39);
	assert_place(&t, "list.[2]", 2, 45, 45);
	assert_place(&t, "list.[3]", 2, 52, 52);
	assert_place(&t, "crew", 2, 61, 68);
	conf_tree_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_of_one_name_in_a_line_have_their_own_columns),
		cmocka_unit_test(a_member_named_as_its_group_has_its_own_column),
		cmocka_unit_test(names_and_brackets_within_strings_are_text),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
