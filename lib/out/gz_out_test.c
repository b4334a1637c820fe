/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gz_out.h"

static void
assert_finished(struct gz_out *o, const char *text)
{
	size_t len;
	const char *got = gz_out_finish(o, &len);
	char *copy = strndup(got, len);

	assert_string_equal(copy, text);
	free(copy);
	gz_out_destroy(o);
}

static struct gz_out *
status(enum gz_out_face face)
{
	struct gz_out *o = gz_out_create(face);

	gz_out_str(o, "version", "0.1");
	gz_out_u64(o, "up", 12);
	gz_out_object(o, "memory");
	gz_out_double(o, "used", 1.25, 1);
	gz_out_bool(o, "huge-pages", false);
	gz_out_object_end(o);
	gz_out_str(o, "name", NULL);
	gz_out_note(o, "%d things to do", 2);
	gz_out_fmt(o, "end", "%s", "x");
	return o;
}

static void
members_are_aligned_lines_in_text(void **state)
{
	assert_finished(status(GZ_OUT_TEXT),
			"version:  0.1\n"
			"up:       12\n"
			"memory:\n"
			"  used:        1.2\n"
			"  huge-pages:  no\n"
			"name:  -\n"
			"2 things to do\n"
			"end:  x\n");
}

static void
members_are_members_in_json(void **state)
{
	assert_finished(status(GZ_OUT_JSON),
			"{\"version\":\"0.1\",\"up\":12,\"memory\":{\"used\":1.2,\"huge-pages\":false},"
			"\"name\":null,\"end\":\"x\"}\n");
}

static void
port(struct gz_out *o, const char *name, uint64_t rx, int64_t drift)
{
	gz_out_row(o);
	gz_out_str(o, "name", name);
	gz_out_u64(o, "rx", rx);
	gz_out_i64(o, "secret", 5);
	if (drift != 0)
		gz_out_i64(o, "drift", drift);
}

static struct gz_out *
ports(enum gz_out_face face)
{
	struct gz_out *o = gz_out_create(face);

	gz_out_table(o, "ports", "name", "rx", "drift", "link", NULL);
	port(o, "a", 5, -3);
	gz_out_str(o, "link", "up");
	port(o, "outside", 1234567, 0);
	port(o, "caf\xc3\xa9", 7, 12);
	gz_out_table_end(o);
	gz_out_table(o, "none", "x", NULL);
	gz_out_table_end(o);
	return o;
}

static void
numbers_of_a_table_are_flush_right(void **state)
{
	assert_finished(ports(GZ_OUT_TEXT),
			"name          rx  drift  link\n"
			"a              5     -3  up\n"
			"outside  1234567      -  -\n"
			"caf\xc3\xa9           7     12  -\n"
			"\n"
			"none:\n"
			"x\n");
}

static void
a_table_is_an_array_of_objects_in_json(void **state)
{
	assert_finished(ports(GZ_OUT_JSON),
			"{\"ports\":[{\"name\":\"a\",\"rx\":5,\"secret\":5,\"drift\":-3,\"link\":\"up\"},"
			"{\"name\":\"outside\",\"rx\":1234567,\"secret\":5},"
			"{\"name\":\"caf\xc3\xa9\",\"rx\":7,\"secret\":5,\"drift\":12}],\"none\":[]}\n");
}

static void
bytes_that_command_a_terminal_are_shown_by_number(void **state)
{
	struct gz_out *o = gz_out_create(GZ_OUT_TEXT);

	gz_out_str(o, "server", "nginx\x1b[2J\n\x7f");
	gz_out_str(o, "c1",
			"\xc2\x9b"
			"2J \xc2\xa0 \xc3\x9b");
	gz_out_str(o, "bad", "\xff\xc3\xa9");
	assert_finished(o,
			"server:  nginx\\x1b[2J\\x0a\\x7f\n"
			"c1:      \\xc2\\x9b2J \xc2\xa0 \xc3\x9b\n"
			"bad:     \\xff\\xc3\\xa9\n");
}

static void
text_and_errors_have_both_faces(void **state)
{
	struct gz_out *o = gz_out_create(GZ_OUT_TEXT);

	gz_out_text(o, "file", "one\ntwo\n");
	gz_out_error(o, "no port %d", 3);
	assert_finished(o, "one\ntwo\nerror: no port 3\n");

	o = gz_out_create(GZ_OUT_JSON);
	gz_out_text(o, "file", "one\ntwo\n");
	gz_out_error(o, "no port %d", 3);
	assert_finished(o, "{\"file\":\"one\\ntwo\\n\",\"error\":\"no port 3\"}\n");
}

static void
what_is_no_number_is_none(void **state)
{
	struct gz_out *o = gz_out_create(GZ_OUT_JSON);

	gz_out_double(o, "a", (double)NAN, 1);
	gz_out_double(o, "b", -(double)INFINITY, 1);
	assert_finished(o, "{\"a\":null,\"b\":null}\n");
}

static void
nothing_shown_is_empty(void **state)
{
	assert_finished(gz_out_create(GZ_OUT_JSON), "{}\n");
	assert_finished(gz_out_create(GZ_OUT_TEXT), "");
}

static void
more_than_the_limit_is_told_instead(void **state)
{
	char *mega = malloc((1 << 20) + 1);
	enum gz_out_face face;
	struct gz_out *o;
	int i;

	memset(mega, 'x', 1 << 20);
	mega[1 << 20] = '\0';
	for (face = GZ_OUT_TEXT; face <= GZ_OUT_JSON; face++) {
		o = gz_out_create(face);
		for (i = 0; i < 65; i++)
			gz_out_str(o, "k", mega);
		assert_finished(o,
				face == GZ_OUT_TEXT ? "error: more than 64 MiB to show\n"
						    : "{\"error\":\"more than 64 MiB to show\"}\n");
	}
	free(mega);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_aligned_lines_in_text),
		cmocka_unit_test(members_are_members_in_json),
		cmocka_unit_test(numbers_of_a_table_are_flush_right),
		cmocka_unit_test(a_table_is_an_array_of_objects_in_json),
		cmocka_unit_test(bytes_that_command_a_terminal_are_shown_by_number),
		cmocka_unit_test(text_and_errors_have_both_faces),
		cmocka_unit_test(what_is_no_number_is_none),
		cmocka_unit_test(nothing_shown_is_empty),
		cmocka_unit_test(more_than_the_limit_is_told_instead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
