/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "gz_cursor.h"
#include "gz_span.h"

static void
assert_span(struct gz_span s, const char *text)
{
	assert_true(gz_span_equal(s, gz_span_str(text)));
}

static void
trim_takes_blanks_from_both_ends(void **state)
{
	assert_span(gz_span_trim(GZ_SPAN(" \t a b\t ")), "a b");
	assert_span(gz_span_trim(GZ_SPAN("\t \t")), "");
	assert_span(gz_span_trim(GZ_SPAN("")), "");
}

static void
cut_takes_parts_until_nothing_is_left(void **state)
{
	struct gz_span rest = GZ_SPAN("a,,bc,"), part;

	assert_true(gz_span_cut(&rest, ',', &part));
	assert_span(part, "a");
	assert_true(gz_span_cut(&rest, ',', &part));
	assert_span(part, "");
	assert_true(gz_span_cut(&rest, ',', &part));
	assert_span(part, "bc");
	assert_false(gz_span_cut(&rest, ',', &part));

	rest = GZ_SPAN("whole");
	assert_true(gz_span_cut(&rest, ',', &part));
	assert_span(part, "whole");
	assert_false(gz_span_cut(&rest, ',', &part));
}

static void
find_tells_where_a_part_starts(void **state)
{
	assert_int_equal(gz_span_find(GZ_SPAN("abcabd"), GZ_SPAN("abd")), 3);
	assert_int_equal(gz_span_find(GZ_SPAN("abc"), GZ_SPAN("abcd")), -1);
	assert_int_equal(gz_span_find(GZ_SPAN("abc"), GZ_SPAN("")), 0);
	assert_int_equal(gz_span_find(gz_span(NULL, 0), GZ_SPAN("a")), -1);
}

static void
comparison_can_ignore_case(void **state)
{
	assert_true(gz_span_equal_nocase(GZ_SPAN("Host"), GZ_SPAN("hOST")));
	assert_false(gz_span_equal_nocase(GZ_SPAN("Host"), GZ_SPAN("Hosts")));
	assert_true(gz_span_starts(GZ_SPAN("Host"), GZ_SPAN("Ho")));
	assert_false(gz_span_starts(GZ_SPAN("H"), GZ_SPAN("Ho")));
}

static void
a_number_is_whole_or_refused(void **state)
{
	uint64_t v = 7;

	assert_true(gz_span_u64(GZ_SPAN("18446744073709551615"), &v));
	assert_true(v == UINT64_MAX);
	assert_true(gz_span_u64(GZ_SPAN("007"), &v));
	assert_int_equal(v, 7);
	assert_false(gz_span_u64(GZ_SPAN("18446744073709551616"), &v));
	assert_false(gz_span_u64(GZ_SPAN("-1"), &v));
	assert_false(gz_span_u64(GZ_SPAN(" 1"), &v));
	assert_false(gz_span_u64(GZ_SPAN("1x"), &v));
	assert_false(gz_span_u64(GZ_SPAN(""), &v));
	assert_int_equal(v, 7);
}

static void
a_cursor_reads_network_order(void **state)
{
	static const uint8_t wire[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
		18 };
	struct gz_cursor c = gz_cursor(wire, sizeof(wire));
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	assert_true(gz_cursor_u8(&c, &u8));
	assert_int_equal(u8, 1);
	assert_true(gz_cursor_be16(&c, &u16));
	assert_int_equal(u16, 0x0203);
	assert_true(gz_cursor_be24(&c, &u32));
	assert_int_equal(u32, 0x040506);
	assert_true(gz_cursor_be32(&c, &u32));
	assert_int_equal(u32, 0x0708090a);
	assert_true(gz_cursor_be64(&c, &u64));
	assert_true(u64 == 0x0b0c0d0e0f101112);
	assert_int_equal(gz_cursor_left(&c), 0);
}

static void
a_cursor_reads_little_ends_first_where_asked(void **state)
{
	static const uint8_t wire[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 };
	struct gz_cursor c = gz_cursor(wire, sizeof(wire));
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	assert_true(gz_cursor_le16(&c, &u16));
	assert_int_equal(u16, 0x0201);
	assert_true(gz_cursor_le32(&c, &u32));
	assert_int_equal(u32, 0x06050403);
	assert_true(gz_cursor_le64(&c, &u64));
	assert_true(u64 == 0x0e0d0c0b0a090807);
}

static void
a_cursor_does_not_move_when_bytes_lack(void **state)
{
	struct gz_cursor c = gz_cursor("\1\2\3", 3), sub;
	struct gz_span s;
	uint32_t u32;
	uint64_t u64;
	uint8_t u8;

	assert_false(gz_cursor_be32(&c, &u32));
	assert_false(gz_cursor_le32(&c, &u32));
	assert_false(gz_cursor_be64(&c, &u64));
	assert_false(gz_cursor_le64(&c, &u64));
	assert_false(gz_cursor_take(&c, 4, &s));
	assert_false(gz_cursor_sub(&c, UINT32_MAX, &sub));
	assert_false(gz_cursor_skip(&c, 4));
	assert_int_equal(gz_cursor_left(&c), 3);
	assert_true(gz_cursor_sub(&c, 1, &sub));
	assert_true(gz_cursor_u8(&sub, &u8));
	assert_false(gz_cursor_u8(&sub, &u8));
	assert_true(gz_cursor_take(&c, 2, &s));
	assert_span(s, "\2\3");
	assert_true(gz_cursor_skip(&c, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trim_takes_blanks_from_both_ends),
		cmocka_unit_test(cut_takes_parts_until_nothing_is_left),
		cmocka_unit_test(find_tells_where_a_part_starts),
		cmocka_unit_test(comparison_can_ignore_case),
		cmocka_unit_test(a_number_is_whole_or_refused),
		cmocka_unit_test(a_cursor_reads_network_order),
		cmocka_unit_test(a_cursor_reads_little_ends_first_where_asked),
		cmocka_unit_test(a_cursor_does_not_move_when_bytes_lack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
