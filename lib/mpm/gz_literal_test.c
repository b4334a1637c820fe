/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "gz_literal.h"

static uint64_t seed = 1;

static uint32_t
draw(uint32_t below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(seed >> 33) % below;
}

static int64_t
naive(const uint8_t *p, uint32_t len, bool nocase, const uint8_t *hay, uint32_t hay_len)
{
	uint32_t at, i;

	for (at = 0; at + len <= hay_len; at++) {
		for (i = 0; i < len; i++)
			if (nocase ? tolower(p[i]) != tolower(hay[at + i]) : p[i] != hay[at + i])
				break;
		if (i == len)
			return at;
	}
	return -1;
}

static void
a_search_finds_what_a_plain_loop_finds(void **state)
{
	static const char letters[] = "abAB@[`{\x00\xff";
	uint8_t *hay, needle[20];
	uint32_t round, len, hay_len, i, found = 0;
	struct gz_literal *l;
	int64_t at;
	bool nocase;

	for (round = 0; round < 40000; round++) {
		hay_len = draw(160);
		len = 1 + draw(draw(2) == 0 ? 3 : 20);
		nocase = draw(2) == 0;
		/* exactly so long, so that a sanitizer sees a read beyond it */
		hay = malloc(hay_len + 1);
		for (i = 0; i < hay_len; i++)
			hay[i] = (uint8_t)letters[draw(sizeof(letters) - 1)];
		for (i = 0; i < len; i++)
			needle[i] = (uint8_t)letters[draw(sizeof(letters) - 1)];
		if (hay_len > len && draw(2) == 0)
			for (at = draw(hay_len - len + 1), i = 0; i < len; i++)
				needle[i] = nocase ? (uint8_t)toupper(hay[at + i]) : hay[at + i];
		hay = realloc(hay, hay_len == 0 ? 1 : hay_len);
		l = gz_literal_create(gz_span(needle, len), nocase);
		at = naive(needle, len, nocase, hay, hay_len);
		assert_int_equal(gz_literal_find(l, gz_span(hay, hay_len)), at);
		assert_int_equal(gz_literal_at(l, gz_span(hay, hay_len)), at == 0);
		found += at >= 0;
		gz_literal_destroy(l);
		free(hay);
	}
	assert_in_range(found, 10000, 39000);
}

static void
case_matters_unless_told_otherwise(void **state)
{
	struct gz_literal *l = gz_literal_create(GZ_SPAN("GeT "), false);

	assert_int_equal(gz_literal_find(l, GZ_SPAN("xGeT /")), 1);
	assert_int_equal(gz_literal_find(l, GZ_SPAN("xGET /")), -1);
	gz_literal_destroy(l);
	l = gz_literal_create(GZ_SPAN("GeT "), true);
	assert_int_equal(gz_literal_find(l, GZ_SPAN("xgEt /")), 1);
	gz_literal_destroy(l);
}

static void
only_letters_have_a_case(void **state)
{
	struct gz_literal *l = gz_literal_create(GZ_SPAN("@["), true);

	assert_int_equal(gz_literal_find(l, GZ_SPAN("`{")), -1);
	assert_int_equal(gz_literal_find(l, GZ_SPAN("@[")), 0);
	gz_literal_destroy(l);
}

static void
an_empty_literal_is_none(void **state)
{
	assert_null(gz_literal_create(GZ_SPAN(""), false));
	gz_literal_destroy(NULL);
}

static void
odd_bytes_are_rarer_than_text(void **state)
{
	assert_true(gz_literal_rarity('e') < gz_literal_rarity('q'));
	assert_true(gz_literal_rarity('q') < gz_literal_rarity('Q'));
	assert_true(gz_literal_rarity(0) < gz_literal_rarity(0x90));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_search_finds_what_a_plain_loop_finds),
		cmocka_unit_test(case_matters_unless_told_otherwise),
		cmocka_unit_test(only_letters_have_a_case),
		cmocka_unit_test(an_empty_literal_is_none),
		cmocka_unit_test(odd_bytes_are_rarer_than_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
