/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rte_common.h>

#include <cmocka.h>

#include "gz_conf.h"

static const char *const colours[] = { "red", "green", "blue", NULL };

static const struct gz_setting boat_settings[] = {
	{ "boat.name", GZ_SETTING_STRING, "Ann \"the first\"", .help = "painted on the stern" },
	{ "boat.crew", GZ_SETTING_UINT, "4", .min = 1, .max = 12, .unit = "people",
			.help = "on board" },
	{ "boat.hold", GZ_SETTING_UINT, "2M", .unit = "bytes", .min = 1024, .help = "room below" },
	{ "boat.motor", GZ_SETTING_BOOL, "true", .help = "has one" },
	{ "boat.colour", GZ_SETTING_WORD, "green", .words = colours, .help = "of the hull" },
	{ "boat.nap", GZ_SETTING_TIME, "90 s", .max = 3600000, .help = "rest of the crew",
			.live = true },
	{ "boat.flags", GZ_SETTING_STRINGS, "blue peter, jack", .help = "hoisted" },
	{ "boat.sail.area", GZ_SETTING_UINT, NULL, .help = "square metres" },
	{ "boats", GZ_SETTING_LIST, NULL, .help = "all in the harbour" },
	{ "boats[].berth", GZ_SETTING_UINT, "7", .max = 99, .help = "where it lies" },
	{ "boats[].name", GZ_SETTING_STRING, NULL, .required = true, .help = "painted on" },
	{ "boats[].masts", GZ_SETTING_LIST, NULL, .help = "from the bow" },
	{ "boats[].masts[].height", GZ_SETTING_UINT, NULL, .required = true, .help = "metres" },
};
GZ_CONF_REGISTER(boat_settings)

static char dir[] = "/tmp/gz_conf_test.XXXXXX";

static int
make_dir(void **state)
{
	return mkdtemp(dir) == NULL;
}

static int
remove_dir(void **state)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

/** The path of a file with this text; one of few, kept. */
static const char *
file(const char *name, const char *text)
{
	static char paths[4][64];
	static uint32_t next;
	char *path = paths[next++ % RTE_DIM(paths)];
	FILE *to;

	snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	to = fopen(path, "w");
	assert_non_null(to);
	fputs(text, to);
	fclose(to);
	return path;
}

static struct gz_conf *
load(const char *text)
{
	struct gz_conf *c = gz_conf_create();
	struct gz_errors e = GZ_ERRORS_INIT;

	gz_conf_load(c, file("boat.cfg", text), &e);
	gz_conf_check(c, &e);
	gz_errors_print(&e, stderr);
	assert_int_equal(e.count, 0);
	return c;
}

/** Loading @p text says @p told, the directory left out. */
static void
assert_told(const char *text, const char *told)
{
	struct gz_conf *c = gz_conf_create();
	struct gz_errors e = GZ_ERRORS_INIT;
	char line[1024], all[4096] = "", *at;
	uint32_t i;

	gz_conf_load(c, file("boat.cfg", text), &e);
	gz_conf_check(c, &e);
	for (i = 0; i < e.count; i++) {
		gz_error_format(&e.v[i], line, sizeof(line));
		while ((at = strstr(line, dir)) != NULL)
			memmove(at, at + strlen(dir) + 1, strlen(at + strlen(dir) + 1) + 1);
		strcat(all, line);
		strcat(all, "\n");
	}
	assert_string_equal(all, told);
	gz_errors_clear(&e);
	gz_conf_destroy(c);
}

static void
what_is_not_given_has_its_default(void **state)
{
	struct gz_conf *c = gz_conf_create();

	assert_string_equal(gz_conf_string(c, "boat.name"), "Ann \"the first\"");
	assert_int_equal(gz_conf_uint(c, "boat.crew"), 4);
	assert_int_equal(gz_conf_uint(c, "boat.hold"), 2 << 20);
	assert_true(gz_conf_bool(c, "boat.motor"));
	assert_int_equal(gz_conf_word(c, "boat.colour"), 1);
	assert_int_equal(gz_conf_ms(c, "boat.nap"), 90000);
	assert_int_equal(gz_conf_strings(c, "boat.flags"), 2);
	assert_string_equal(gz_conf_strings_at(c, "boat.flags", 1), "jack");
	assert_int_equal(gz_conf_uint(c, "boat.sail.area"), 0);
	assert_int_equal(gz_conf_items(c, "boats"), 0);
	assert_false(gz_conf_given(c, "boat.crew"));
	assert_null(gz_conf_place(c, "boat.crew").file);
	gz_conf_destroy(c);
}

static void
a_file_gives_values_of_all_types(void **state)
{
	struct gz_conf *c = load("boat = {\n"
				 "	name = \"Bea\"; crew = 12;\n"
				 "	hold = \"3G\";\n"
				 "	motor = false;\n"
				 "	colour : \"blue\";\n"
				 "	nap = \"5 min\";\n"
				 "	flags = [\"a\", \"b, c\", \"d\"];\n"
				 "	sail = { area = 40; };\n"
				 "};\n");

	assert_string_equal(gz_conf_string(c, "boat.name"), "Bea");
	assert_int_equal(gz_conf_uint(c, "boat.crew"), 12);
	assert_true(gz_conf_uint(c, "boat.hold") == UINT64_C(3) << 30);
	assert_false(gz_conf_bool(c, "boat.motor"));
	assert_int_equal(gz_conf_word(c, "boat.colour"), 2);
	assert_int_equal(gz_conf_ms(c, "boat.nap"), 300000);
	assert_int_equal(gz_conf_strings(c, "boat.flags"), 3);
	assert_string_equal(gz_conf_strings_at(c, "boat.flags", 1), "b, c");
	assert_int_equal(gz_conf_uint(c, "boat.sail.area"), 40);
	assert_true(gz_conf_given(c, "boat.crew"));
	assert_int_equal(gz_conf_place(c, "boat.crew").line, 2);
	assert_int_equal(gz_conf_place(c, "boat.crew").column, 23);
	gz_conf_destroy(c);
}

static void
long_numbers_are_not_cut(void **state)
{
	struct gz_conf *c = load("boat = { hold = 5000000000; sail = { area = 4294967296 } };\n"
				 "# 9999999999\n");

	assert_true(gz_conf_uint(c, "boat.hold") == UINT64_C(5000000000));
	assert_true(gz_conf_uint(c, "boat.sail.area") == UINT64_C(4294967296));
	gz_conf_destroy(c);
}

static void
a_list_has_items_with_members(void **state)
{
	struct gz_conf *c = load(
			"boats = ( { name = \"a\"; berth = 3; },\n"
			"  { name = \"b\"; masts = ( { height = 9; }, { height = 12; } ); } );\n");

	assert_int_equal(gz_conf_items(c, "boats"), 2);
	assert_string_equal(gz_conf_string(c, gz_conf_item("boats[].name", 1)), "b");
	assert_int_equal(gz_conf_uint(c, gz_conf_item("boats[].berth", 0)), 3);
	assert_int_equal(gz_conf_uint(c, gz_conf_item("boats[].berth", 1)), 7);
	assert_int_equal(gz_conf_items(c, gz_conf_item("boats[].masts", 0)), 0);
	assert_int_equal(gz_conf_items(c, gz_conf_item("boats[].masts", 1)), 2);
	assert_int_equal(
			gz_conf_uint(c, gz_conf_item(gz_conf_item("boats[].masts[].height", 1), 1)),
			12);
	assert_int_equal(gz_conf_place(c, "boats[1]").line, 2);
	gz_conf_destroy(c);
}

static void
a_later_file_replaces_a_list(void **state)
{
	struct gz_conf *c = load("boats = ( { name = \"a\"; berth = 3; }, { name = \"b\"; } );\n");
	struct gz_errors e = GZ_ERRORS_INIT;

	assert_int_equal(gz_conf_load(c, file("two.cfg", "boats = ( { name = \"c\"; } );"), &e), 0);
	assert_int_equal(gz_conf_items(c, "boats"), 1);
	assert_string_equal(gz_conf_string(c, "boats[0].name"), "c");
	assert_int_equal(gz_conf_uint(c, "boats[0].berth"), 7);
	assert_false(gz_conf_given(c, "boats[1]"));
	gz_conf_destroy(c);
}

static void
every_error_is_told_at_its_place(void **state)
{
	assert_told("boat = {\n"
		    "	crew = 13;\n"
		    "	crow = 3; hold = 4;\n"
		    "	  motor = \"yes\";\n"
		    "	colour = \"pink\";\n"
		    "	nap = 30; name = 7;\n"
		    "	flags = \"a\";\n"
		    "	sail = 5;\n"
		    "};\n"
		    "ships = ();\n",
			"boat.cfg:2:9: boat.crew is 13, but must be from 1 to 12\n"
			"boat.cfg:3:2: unknown setting boat.crow, did you mean boat.crew?\n"
			"boat.cfg:3:19: boat.hold is 4, but must be at least 1K\n"
			"boat.cfg:4:12: boat.motor needs true or false, not \"yes\"\n"
			"boat.cfg:5:11: boat.colour is \"pink\", but must be one of red, green, blue\n"
			"boat.cfg:6:8: boat.nap needs a time such as \"250 ms\", \"30 s\", \"5 min\", "
			"\"24 h\" or \"7 d\", not \"30\"\n"
			"boat.cfg:6:19: boat.name needs text in quotes, not 7\n"
			"boat.cfg:8:9: boat.sail is a group of settings: sail = { ... }\n"
			"boat.cfg:10:1: unknown setting ships\n");
}

static void
a_value_of_the_wrong_shape_is_told(void **state)
{
	assert_told("boats = { name = \"a\" };\n",
			"boat.cfg:1:9: boats needs a list of groups: "
			"( { ... }, { ... } )\n");
	assert_told("boats = ( 5 );\n",
			"boat.cfg:1:1: boats[0] needs to be a group: { ... }\n"
			"boat.cfg:1:1: boats[0].name must be given\n");
	assert_told("boat = { crew = ( 1, 2 ); hold = { }; };\n",
			"boat.cfg:1:17: boat.crew needs a value, not a list\n"
			"boat.cfg:1:34: boat.hold needs a value, not a group\n");
	assert_told("boat = { flags = ( { } ); };\n",
			"boat.cfg:1:18: boat.flags needs a list of strings: [\"one\", \"two\"]\n");
	assert_told("boat = { crew = -3; hold = 1.5; };\n",
			"boat.cfg:1:17: boat.crew needs a whole number, not \"-3\"\n"
			"boat.cfg:1:28: boat.hold needs a number of bytes such as 4096 or \"16M\", not \"1.5\"\n");
	assert_told("boat = { hold = \"99999999T\"; crew = 99999999999999999999; };\n",
			"boat.cfg:1:17: boat.hold needs a number of bytes such as 4096 or \"16M\", "
			"not \"99999999T\"\n"
			"boat.cfg:1:37: boat.crew is 9223372036854775807, but must be from 1 to 12\n");
}

static void
a_member_that_must_be_given_is_missed_at_its_item(void **state)
{
	assert_told("boats = (\n  { name = \"a\"; },\n  { berth = 5; },\n  { name = \"\"; } );\n",
			"boat.cfg:3:3: boats[1].name must be given\n"
			"boat.cfg:4:12: boats[2].name must be given\n");
}

static void
bad_syntax_is_told_with_its_line(void **state)
{
	assert_told("boat = {\n  crew = = 4;\n};\n",
			"boat.cfg:2:3: syntax error in or before \"crew = = 4;\"\n");
	assert_told("boat = { crew = 3; crew = 4; };\n",
			"boat.cfg:1:1: duplicate setting name in or before \"boat = { crew = 3; crew = 4; };\"\n");
	assert_told("boat = { name = \"open;\n",
			"boat.cfg:1:1: syntax error in or before "
			"\"boat = { name = \"open;\"\n");
}

static void
an_include_stands_beside_its_file_and_keeps_its_lines(void **state)
{
	struct gz_conf *c;
	char sub[64];

	snprintf(sub, sizeof(sub), "%s/sub", dir);
	mkdir(sub, 0700);
	file("sub/crew.cfg", "# a comment\n\ncrew = 9;\n@include \"motor.cfg\"\n");
	file("sub/motor.cfg", "motor = false;");
	c = load("/* @include \"nothing\"\n@include \"nothing\" */\n"
		 "# @include \"nothing\"\n"
		 "boat = {\n  @include \"sub/crew.cfg\"\n  sail = { area = 2; };\n};\n");
	assert_int_equal(gz_conf_uint(c, "boat.crew"), 9);
	assert_false(gz_conf_bool(c, "boat.motor"));
	assert_int_equal(gz_conf_uint(c, "boat.sail.area"), 2);
	assert_int_equal(gz_conf_place(c, "boat.crew").line, 3);
	assert_string_equal(strrchr(gz_conf_place(c, "boat.crew").file, '/'), "/crew.cfg");
	assert_int_equal(gz_conf_place(c, "boat.sail.area").line, 6);
	gz_conf_destroy(c);
}

static void
a_bad_include_is_told_where_it_stands(void **state)
{
	struct gz_conf *c = gz_conf_create();
	struct gz_errors e = GZ_ERRORS_INIT;

	assert_int_equal(
			gz_conf_load(c, file("a.cfg", "\n  @include \"none.cfg\"\n"), &e), -ENOENT);
	assert_int_equal(e.v[0].place.line, 2);
	assert_int_equal(e.v[0].place.column, 3);
	assert_int_equal(gz_conf_load(c, file("a.cfg", "@include \"/tmp\"\n"), &e), -EISDIR);
	assert_int_equal(gz_conf_load(c, file("a.cfg", "@include \"a.cfg\"\n"), &e), -EINVAL);
	assert_int_equal(gz_conf_load(c, file("a.cfg", "@include a.cfg\n"), &e), -EINVAL);
	assert_int_equal(gz_conf_load(c, "/tmp", &e), -EISDIR);
	assert_int_equal(gz_conf_load(c, "/nowhere/at/all", &e), -ENOENT);
	assert_int_equal(e.count, 6);
	gz_errors_clear(&e);
	gz_conf_destroy(c);
}

static void
assert_set_told(struct gz_conf *c, const char *assignment, const char *told)
{
	struct gz_errors e = GZ_ERRORS_INIT;
	char line[1024];

	assert_int_equal(gz_conf_set(c, assignment, &e), -EINVAL);
	assert_int_equal(e.count, 1);
	gz_error_format(&e.v[0], line, sizeof(line));
	assert_string_equal(line, told);
	gz_errors_clear(&e);
}

static void
set(struct gz_conf *c, const char *assignment)
{
	struct gz_errors e = GZ_ERRORS_INIT;

	assert_int_equal(gz_conf_set(c, assignment, &e), 0);
}

static void
set_goes_over_what_is_there(void **state)
{
	struct gz_conf *c = load("boat = { crew = 2; };\nboats = ( { name = \"a\"; } );\n");
	struct gz_errors e = GZ_ERRORS_INIT;

	set(c, "boat.crew=5");
	set(c, "boat.hold=1G");
	set(c, "boat.motor=false");
	set(c, "boat.nap= 20min ");
	assert_set_told(c, "boat.nap=2 hours",
			"--set: boat.nap needs a time such as \"250 ms\", "
			"\"30 s\", \"5 min\", \"24 h\" or \"7 d\", not \"2 hours\"");
	set(c, "boat.nap=1 h");
	set(c, "boat.flags=a, b,c");
	set(c, "boat.name=x=y");
	set(c, "boats[0].name=b");
	set(c, "boats[1].name=c");
	set(c, "boats[1].masts[0].height=4");
	assert_int_equal(gz_conf_check(c, &e), 0);
	assert_int_equal(gz_conf_uint(c, "boat.crew"), 5);
	assert_int_equal(gz_conf_uint(c, "boat.hold"), 1 << 30);
	assert_int_equal(gz_conf_ms(c, "boat.nap"), 3600000);
	assert_int_equal(gz_conf_strings(c, "boat.flags"), 3);
	assert_string_equal(gz_conf_strings_at(c, "boat.flags", 2), "c");
	assert_string_equal(gz_conf_string(c, "boat.name"), "x=y");
	assert_string_equal(gz_conf_string(c, "boats[0].name"), "b");
	assert_int_equal(gz_conf_items(c, "boats"), 2);
	assert_int_equal(gz_conf_uint(c, "boats[1].masts[0].height"), 4);
	assert_string_equal(gz_conf_place(c, "boat.crew").file, "--set");
	gz_conf_destroy(c);
}

static void
a_bad_set_is_told(void **state)
{
	struct gz_conf *c = gz_conf_create();
	struct gz_errors e = GZ_ERRORS_INIT;

	assert_set_told(c, "boat.crew", "--set: \"boat.crew\" is not name=value");
	assert_set_told(c, "boat.crev=1",
			"--set: unknown setting boat.crev, did you mean boat.crew?");
	assert_set_told(c, "boat.crew=0", "--set: boat.crew is 0, but must be from 1 to 12");
	assert_set_told(c, "boats=x", "--set: boats is a list: give the members of its items");
	assert_set_told(c, "boats[1].name=x", "--set: the next item of boats is boats[0]");
	assert_set_told(c, "boats[x].name=x", "--set: boats[x].name is no member of a list's item");
	assert_set_told(c, "boats[].name=x", "--set: boats[].name is no member of a list's item");
	set(c, "boats[0].berth=1");
	assert_int_equal(gz_conf_check(c, &e), -EINVAL);
	assert_string_equal(e.v[0].text, "boats[0].name must be given");
	gz_errors_clear(&e);
	gz_conf_destroy(c);
}

static void
a_configuration_in_error_still_tells_the_rest(void **state)
{
	static const char *const sets[] = { "boats[0].name=a", "boat.nap=soon" };
	const char *path = file("boat.cfg",
			"boat = { crew = 99; hold = \"3G\"; };\n"
			"boats = ( { berth = 1; } );\n");
	struct gz_errors e = GZ_ERRORS_INIT;
	struct gz_conf *c = gz_conf_read(path, sets, RTE_DIM(sets), &e);

	assert_int_equal(gz_errors_refusals(&e), 2); /* --set gave the name that the file lacks */
	assert_int_equal(gz_conf_uint(c, "boat.crew"), 4);
	assert_int_equal(gz_conf_ms(c, "boat.nap"), 90000);
	assert_int_equal(gz_conf_uint(c, "boat.hold"), UINT64_C(3) << 30);
	gz_errors_clear(&e);
	gz_conf_destroy(c);
}

static void
note_given(void *arg, const char *name, const char *value, const struct gz_setting *row, bool given)
{
	assert_false(given);
	assert_non_null(row);
	strcat(arg, name);
	strcat(arg, "=");
	strcat(arg, value);
	strcat(arg, "\n");
}

static void
note(void *arg, const char *name, const char *value, const struct gz_setting *row, bool given)
{
	note_given(arg, name, value, row, false);
}

static void
the_defaults_are_a_file_that_loads_and_changes_nothing(void **state)
{
	struct gz_conf *c = gz_conf_create(), *printed;
	char before[4096] = "", after[4096] = "", *text;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	gz_conf_print_defaults(to);
	fclose(to);
	gz_conf_each(c, note_given, before);
	printed = load(text);
	gz_conf_each(printed, note, after);
	assert_string_equal(before, after);
	assert_non_null(strstr(before, "boat.nap=90 s\n"));
	assert_non_null(strstr(before, "boat.hold=2M\n"));
	assert_non_null(strstr(before, "boat.flags=blue peter, jack\n"));
	assert_true(gz_conf_given(printed, "boat.sail.area"));
	assert_non_null(strstr(text, "	# on board; 1 to 12 (people)\n	crew = 4;\n"));
	free(text);
	gz_conf_destroy(printed);
	gz_conf_destroy(c);
}

static void
note_diff(void *arg, const char *name, const char *before, const char *after,
		const struct gz_setting *row)
{
	char line[256];

	snprintf(line, sizeof(line), "%s %s>%s\n", name, before == NULL ? "-" : before,
			after == NULL ? "-" : after);
	strcat(arg, line);
}

static void
a_diff_tells_what_changed(void **state)
{
	struct gz_conf *a = load("boat = { crew = 2; nap = \"60 s\"; };\n"
				 "boats = ( { name = \"a\"; }, { name = \"b\"; berth = 9; } );\n");
	struct gz_conf *b = load("boat = { crew = 3; nap = \"1 min\"; motor = true; };\n"
				 "boats = ( { name = \"x\"; } );\n");
	char there[1024] = "", back[1024] = "";

	gz_conf_diff(a, b, note_diff, there);
	assert_string_equal(there,
			"boat.crew 2>3\nboats[0].name a>x\n"
			"boats[1].berth 9>-\nboats[1].name b>-\n");
	gz_conf_diff(b, a, note_diff, back);
	assert_string_equal(back,
			"boat.crew 3>2\nboats[0].name x>a\n"
			"boats[1].berth ->9\nboats[1].name ->b\n");
	gz_conf_destroy(a);
	gz_conf_destroy(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_given_has_its_default),
		cmocka_unit_test(a_file_gives_values_of_all_types),
		cmocka_unit_test(long_numbers_are_not_cut),
		cmocka_unit_test(a_list_has_items_with_members),
		cmocka_unit_test(a_later_file_replaces_a_list),
		cmocka_unit_test(every_error_is_told_at_its_place),
		cmocka_unit_test(a_value_of_the_wrong_shape_is_told),
		cmocka_unit_test(a_member_that_must_be_given_is_missed_at_its_item),
		cmocka_unit_test(bad_syntax_is_told_with_its_line),
		cmocka_unit_test(an_include_stands_beside_its_file_and_keeps_its_lines),
		cmocka_unit_test(a_bad_include_is_told_where_it_stands),
		cmocka_unit_test(set_goes_over_what_is_there),
		cmocka_unit_test(a_bad_set_is_told),
		cmocka_unit_test(a_configuration_in_error_still_tells_the_rest),
		cmocka_unit_test(the_defaults_are_a_file_that_loads_and_changes_nothing),
		cmocka_unit_test(a_diff_tells_what_changed),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
