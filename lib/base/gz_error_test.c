/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <rte_common.h>

#include <cmocka.h>

#include "gz_error.h"
#include "gz_log.h"

GZ_LOG_REGISTER(sample)

static void
errors_are_told_in_order_with_their_places(void **state)
{
	struct gz_errors e = GZ_ERRORS_INIT;
	char file[] = "a.rules", *text;
	size_t len;
	FILE *to;

	gz_errors_add(&e, (struct gz_place){ file, 14, 3 }, "bad content", "content needs %s",
			"quotes");
	gz_errors_warn(&e, (struct gz_place){ file, 15, 0 }, NULL, "no rev");
	gz_errors_add(&e, (struct gz_place){ file, 0, 0 }, NULL, "cannot be read");
	gz_errors_add(&e, (struct gz_place){ NULL, 0, 0 }, NULL, "no rules");
	file[0] = 'b'; /* names are copied */
	assert_int_equal(gz_errors_refusals(&e), 3);
	assert_string_equal(e.v[0].reason, "bad content");

	to = open_memstream(&text, &len);
	gz_errors_print(&e, to);
	fclose(to);
	assert_string_equal(text,
			"a.rules:14:3: content needs quotes\n"
			"a.rules:15: warning: no rev\n"
			"a.rules: cannot be read\n"
			"no rules\n");
	free(text);
	gz_errors_clear(&e);
	assert_int_equal(e.count, 0);
}

static void
a_list_grows_with_its_errors(void **state)
{
	struct gz_errors e = GZ_ERRORS_INIT;
	char line[16];
	uint32_t i;

	for (i = 0; i < 1000; i++)
		gz_errors_add(&e, (struct gz_place){ "f", i + 1, 0 }, NULL, "number %u", i);
	assert_int_equal(e.count, 1000);
	gz_error_format(&e.v[999], line, sizeof(line));
	assert_string_equal(line, "f:1000: number "); /* cut to the size */
	gz_errors_clear(&e);
}

static void
the_nearest_word_is_within_a_third(void **state)
{
	static const char *const known[] = { "content", "flow", "flowbits", "http.uri" };

	assert_string_equal(gz_nearest_word("contnet", known, 4), "content");
	assert_string_equal(gz_nearest_word("http_uri", known, 4), "http.uri");
	assert_string_equal(gz_nearest_word("flows", known, 4), "flow");
	assert_string_equal(gz_nearest_word("flow", known, 4), "flow");
	assert_null(gz_nearest_word("fl", known, 4));
	assert_null(gz_nearest_word("geoip", known, 4));
	assert_null(gz_nearest_word("", known, 4));
	assert_null(gz_nearest_word("flow", known, 0));
}

static void
a_log_line_has_its_room_in_front(void **state)
{
	char *text;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	rte_openlog_stream(to);
	GZ_LOG(NOTICE, "table has room for %u flows", 7);
	GZ_LOG(DEBUG, "not at this level");
	rte_openlog_stream(stderr);
	fclose(to);
	assert_string_equal(text, "sample: table has room for 7 flows\n");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_are_told_in_order_with_their_places),
		cmocka_unit_test(a_list_grows_with_its_errors),
		cmocka_unit_test(the_nearest_word_is_within_a_third),
		cmocka_unit_test(a_log_line_has_its_room_in_front),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
