/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ber.h"

static struct gz_cursor
over(struct gz_span s)
{
	return gz_cursor(s.p, s.len);
}

static void
lengths_are_short_or_long_and_definite(void **state)
{
	static const struct {
		struct gz_span bytes;
		int r;
		uint32_t len;
	} cases[] = {
		{ { (const uint8_t *)"\x04\x05", 2 }, 1, 5 },
		{ { (const uint8_t *)"\x04\x81\x80", 3 }, 1, 128 },
		{ { (const uint8_t *)"\x04\x84\xff\xff\xff\xff", 6 }, 1, UINT32_MAX },
		{ { (const uint8_t *)"\x04", 1 }, 0, 0 },
		{ { (const uint8_t *)"\x04\x82\x01", 3 }, 0, 0 },
		{ { (const uint8_t *)"\x04\x80", 2 }, -1, 0 }, /* indefinite */
		{ { (const uint8_t *)"\x04\x85\0\0\0\0\1", 7 }, -1, 0 },
		{ { (const uint8_t *)"\x1f\x81\x01", 3 }, -1, 0 }, /* a long tag */
	};

	for (uint32_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct gz_cursor c = over(cases[i].bytes);
		uint32_t len;
		uint8_t id;

		assert_int_equal(ber_head(&c, &id, &len), cases[i].r);
		if (cases[i].r == 1)
			assert_int_equal(len, cases[i].len);
		else
			assert_ptr_equal(c.p, cases[i].bytes.p);
	}
}

static void
an_element_that_is_not_all_there_moves_nothing(void **state)
{
	struct gz_cursor c = over(gz_span("\x04\3ab", 4)), inside;
	struct gz_span s;
	struct ber e;

	assert_false(ber_take(&c, &e));
	assert_false(ber_expect(&c, BER_OCTETS, &s));
	assert_int_equal(gz_cursor_left(&c), 4);
	c = over(gz_span("\x30\4\x04\2ab\5\0", 8));
	assert_false(ber_expect(&c, BER_OCTETS, &s));
	assert_true(ber_enter(&c, BER_SEQUENCE, &inside));
	assert_true(ber_expect(&inside, BER_OCTETS, &s));
	assert_true(gz_span_equal(s, GZ_SPAN("ab")));
	assert_true(ber_expect(&c, BER_NULL, &s));
	assert_int_equal(s.len, 0);
}

static void
numbers_have_a_sign_and_at_most_eight_bytes(void **state)
{
	struct gz_cursor c;
	int64_t n;

	assert_true(ber_number(gz_span("\xff", 1), &n));
	assert_int_equal(n, -1);
	assert_true(ber_number(gz_span("\0\xff", 2), &n));
	assert_int_equal(n, 255);
	assert_true(ber_number(gz_span("\x80\0\0\0\0\0\0\0", 8), &n));
	assert_true(n == INT64_MIN);
	assert_false(ber_number(gz_span("\0\0\0\0\0\0\0\0\1", 9), &n));
	assert_false(ber_number(gz_span("", 0), &n));
	c = over(gz_span("\2\1\7", 3));
	assert_false(ber_expect_number(&c, BER_ENUMERATED, &n));
	assert_true(ber_expect_number(&c, BER_INTEGER, &n));
	assert_int_equal(n, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_are_short_or_long_and_definite),
		cmocka_unit_test(an_element_that_is_not_all_there_moves_nothing),
		cmocka_unit_test(numbers_have_a_sign_and_at_most_eight_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
