/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "gz_pack.h"

static char dir[] = "/tmp/gz_pack_test.XXXXXX";

static int
make_dir(void **state)
{
	return mkdtemp(dir) == NULL;
}

static int
remove_dir(void **state)
{
	char *command;
	int ret;

	if (asprintf(&command, "rm -r %s", dir) < 0)
		return -1;
	ret = system(command);
	free(command);
	return ret;
}

static struct gz_pack *
pack(const char *name, const char *text, struct gz_errors *errors)
{
	char path[64];
	FILE *to;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	to = fopen(path, "w");
	assert_non_null(to);
	fputs(text, to);
	fclose(to);
	return gz_pack_read(path, errors);
}

static void
assert_error(const struct gz_errors *e, uint32_t i, uint32_t line, uint32_t column,
		const char *text)
{
	assert_true(i < e->count);
	assert_int_equal(e->v[i].place.line, line);
	assert_int_equal(e->v[i].place.column, column);
	assert_string_equal(e->v[i].text, text);
}

static void
values_are_read_by_their_paths(void **state)
{
	struct gz_errors e = GZ_ERRORS_INIT;
	struct gz_pack *p = pack("a.cfg",
			"title = \"fruit\";\n"
			"items = ( { name = \"apple\"; grams = 150; ripe = true; price = 0.5; },\n"
			"  { name = \"pear\"; price = 2; seeds = 5000000000; } );\n",
			&e);

	assert_string_equal(gz_pack_string(p, true, "title"), "fruit");
	assert_int_equal(gz_pack_count(p, "items"), 2);
	assert_int_equal(gz_pack_count(p, "others"), 0);
	assert_string_equal(gz_pack_string(p, true, "items.[%u].name", 1), "pear");
	assert_null(gz_pack_string(p, false, "items.[%u].colour", 1));
	assert_int_equal(gz_pack_int(p, 7, "items.[0].grams"), 150);
	assert_int_equal(gz_pack_int(p, 7, "items.[1].grams"), 7);
	assert_true(gz_pack_int(p, 7, "items.[1].seeds") == 5000000000);
	assert_true(gz_pack_bool(p, false, "items.[0].ripe"));
	assert_true(gz_pack_bool(p, true, "items.[1].ripe"));
	assert_true(gz_pack_number(p, 1, "items.[0].price") == 0.5);
	assert_true(gz_pack_number(p, 1, "items.[1].price") == 2);
	assert_int_equal(gz_pack_place(p, "items.[1].price").line, 3);
	assert_int_equal(gz_pack_place(p, "items.[1].price").column, 28);
	assert_int_equal(e.count, 0);
	gz_pack_destroy(p);
}

static void
what_is_wrong_is_told_at_its_place(void **state)
{
	static const char *const known[] = { "title", "items", NULL };
	struct gz_errors e = GZ_ERRORS_INIT;
	struct gz_pack *p = pack("b.cfg",
			"title = 5;\n"
			"itemss = 3;\n"
			"items = { };\n"
			"flag = \"no\";\n",
			&e);

	gz_pack_know(p, "", known);
	assert_error(&e, 0, 2, 1, "unknown member \"itemss\", did you mean \"items\"?");
	assert_error(&e, 1, 4, 1, "unknown member \"flag\"");
	assert_null(gz_pack_string(p, true, "title"));
	assert_error(&e, 2, 1, 9, "\"title\" must be text in quotes");
	assert_int_equal(gz_pack_count(p, "items"), 0);
	assert_error(&e, 3, 3, 9, "\"items\" must be a list");
	assert_true(gz_pack_bool(p, true, "flag"));
	assert_error(&e, 4, 4, 8, "\"flag\" must be true or false");
	assert_int_equal(gz_pack_int(p, 9, "flag"), 9);
	assert_error(&e, 5, 4, 8, "\"flag\" must be a number");
	assert_null(gz_pack_string(p, true, "items.name"));
	assert_error(&e, 6, 3, 9, "\"name\" is missing");
	gz_pack_know(p, "title", known);
	assert_int_equal(e.count, 8);
	gz_errors_clear(&e);
	gz_pack_destroy(p);
}

static void
a_file_that_cannot_be_read_is_told(void **state)
{
	struct gz_errors e = GZ_ERRORS_INIT;

	assert_null(gz_pack_read("/nowhere/at.all", &e));
	assert_null(gz_pack_read("/tmp", &e));
	assert_null(pack("c.cfg", "title = ;\n", &e));
	assert_int_equal(e.count, 3);
	assert_int_equal(e.v[2].place.line, 1);
	gz_errors_clear(&e);
}

static void
note_name(void *arg, const char *path)
{
	strcat(arg, strrchr(path, '/') + 1);
	strcat(arg, " ");
}

static void
files_of_a_folder_come_in_order_of_names(void **state)
{
	struct gz_errors e = GZ_ERRORS_INIT;
	char names[256] = "";

	gz_pack_destroy(pack("z.pack", "a = 1;", &e));
	gz_pack_destroy(pack("y.pack", "a = 1;", &e));
	gz_pack_destroy(pack("x.other", "a = 1;", &e));
	assert_int_equal(gz_pack_each_file(dir, ".pack", note_name, names, &e), 2);
	assert_string_equal(names, "y.pack z.pack ");
	assert_int_equal(e.count, 0);
	assert_int_equal(gz_pack_each_file("/nowhere", ".pack", note_name, names, &e), -ENOENT);
	assert_int_equal(e.count, 1);
	gz_errors_clear(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_read_by_their_paths),
		cmocka_unit_test(what_is_wrong_is_told_at_its_place),
		cmocka_unit_test(a_file_that_cannot_be_read_is_told),
		cmocka_unit_test(files_of_a_folder_come_in_order_of_names),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
