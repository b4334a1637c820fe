/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "gz_keyword.h"

static void
names_keep_their_numbers(void **state)
{
	struct gz_names *n = gz_names_create();
	char name[16];
	uint32_t i, a = gz_names_number(n, "flowbits", GZ_SPAN("a"));

	assert_int_not_equal(gz_names_number(n, "xbits", GZ_SPAN("a")), a);
	for (i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		assert_int_equal(gz_names_number(n, "flowbits", gz_span_str(name)), i + 3);
	}
	assert_int_equal(gz_names_number(n, "flowbits", GZ_SPAN("a")), a);
	assert_int_equal(gz_names_number(n, "flowbits", GZ_SPAN("n77")), 80);
	gz_names_destroy(n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_keep_their_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
