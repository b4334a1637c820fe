/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gz_mpm.h"

enum {
	LITERALS = 60,
	DATA = 700,
};

static uint64_t seed = 7;

static uint32_t
draw(uint32_t below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(seed >> 33) % below;
}

struct literal {
	uint8_t p[12];
	uint32_t len;
	bool nocase;
	uint32_t number;
};

/* found[number][end] */
static uint8_t found[LITERALS][DATA + 1], wanted[LITERALS][DATA + 1];
static uint32_t last_end;

static bool
note(void *arg, uint32_t number, uint32_t end)
{
	assert_true(number < LITERALS && end <= DATA);
	assert_true(end >= last_end);
	last_end = end;
	found[number][end] = 1;
	return false;
}

static void
draw_literal(struct literal *l)
{
	uint32_t i;

	l->len = 1 + draw(sizeof(l->p));
	l->nocase = draw(3) == 0;
	for (i = 0; i < l->len; i++)
		l->p[i] = (uint8_t)("abAB\x00"[draw(5)]);
}

static void
want(const struct literal *l, const uint8_t *data, uint32_t len)
{
	uint32_t at, i;

	for (at = 0; at + l->len <= len; at++) {
		for (i = 0; i < l->len; i++)
			if (l->nocase ? tolower(l->p[i]) != tolower(data[at + i])
				      : l->p[i] != data[at + i])
				break;
		if (i == l->len)
			wanted[l->number][at + l->len] = 1;
	}
}

static void
a_scan_finds_what_plain_loops_find(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_mpm_scratch *scratch = NULL;
	struct literal literals[LITERALS];
	struct gz_mpm_builder *b;
	uint32_t round, i, len;
	struct gz_mpm *m;
	uint8_t *data;

	for (round = 0; round < 30; round++) {
		b = gz_mpm_builder_create();
		for (i = 0; i < LITERALS; i++) {
			draw_literal(&literals[i]);
			literals[i].number = gz_mpm_add(b, gz_span(literals[i].p, literals[i].len),
					literals[i].nocase);
		}
		m = gz_mpm_build(b, NULL, &errors);
		assert_non_null(m);
		assert_int_equal(gz_mpm_scratch_fit(&scratch, m), 0);
		len = draw(DATA + 1);
		data = malloc(len == 0 ? 1 : len);
		for (i = 0; i < len; i++)
			data[i] = (uint8_t)("abAB\x00"[draw(5)]);
		memset(found, 0, sizeof(found));
		memset(wanted, 0, sizeof(wanted));
		last_end = 0;
		gz_mpm_scan(m, scratch, gz_span(data, len), note, NULL);
		for (i = 0; i < LITERALS; i++)
			want(&literals[i], data, len);
		assert_memory_equal(found, wanted, sizeof(found));
		free(data);
		gz_mpm_destroy(m);
		gz_mpm_builder_destroy(b);
	}
	gz_mpm_scratch_destroy(scratch);
}

static void
equal_literals_have_one_number(void **state)
{
	struct gz_mpm_builder *b = gz_mpm_builder_create();
	uint8_t many[4];
	uint32_t i;

	assert_int_equal(gz_mpm_add(b, GZ_SPAN("abc"), false), 0);
	assert_int_equal(gz_mpm_add(b, GZ_SPAN("ABC"), false), 1);
	assert_int_equal(gz_mpm_add(b, GZ_SPAN("ABC"), true), 2);
	assert_int_equal(gz_mpm_add(b, GZ_SPAN("aBc"), true), 2);
	assert_int_equal(gz_mpm_add(b, GZ_SPAN("abc"), false), 0);
	for (i = 0; i < 5000; i++) {
		memcpy(many, &i, sizeof(many));
		assert_int_equal(gz_mpm_add(b, gz_span(many, 4), false), 3 + i);
	}
	assert_int_equal(gz_mpm_builder_count(b), 5003);
	gz_mpm_builder_destroy(b);
}

static void
a_long_literal_is_found_whole(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_mpm_builder *b = gz_mpm_builder_create();
	struct gz_mpm_scratch *scratch = NULL;
	uint8_t data[GZ_MPM_LITERAL_MOST];
	struct gz_mpm *m;

	memset(data, 'x', sizeof(data));
	data[17] = 0;
	assert_int_equal(gz_mpm_add(b, gz_span(data, sizeof(data)), false), 0);
	m = gz_mpm_build(b, NULL, &errors);
	assert_non_null(m);
	assert_int_equal(gz_mpm_longest(m), sizeof(data));
	assert_int_equal(gz_mpm_scratch_fit(&scratch, m), 0);
	memset(found, 0, sizeof(found));
	last_end = 0;
	gz_mpm_scan(m, scratch, gz_span(data, 100), note, NULL);
	assert_int_equal(last_end, 0);
	data[18] = 'y';
	gz_mpm_scan(m, scratch, gz_span(data, sizeof(data)), note, NULL);
	assert_int_equal(last_end, 0);
	gz_mpm_scratch_destroy(scratch);
	gz_mpm_destroy(m);
	gz_mpm_builder_destroy(b);
}

static bool
stop(void *arg, uint32_t number, uint32_t end)
{
	uint32_t *times = arg;

	return ++*times == 2;
}

static void
a_scan_stops_when_told(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_mpm_builder *b = gz_mpm_builder_create();
	struct gz_mpm_scratch *scratch = NULL, *clone;
	uint32_t times = 0;
	struct gz_mpm *m;

	gz_mpm_add(b, GZ_SPAN("aa"), false);
	m = gz_mpm_build(b, NULL, &errors);
	assert_int_equal(gz_mpm_scratch_fit(&scratch, m), 0);
	clone = gz_mpm_scratch_clone(scratch);
	assert_non_null(clone);
	gz_mpm_scan(m, clone, GZ_SPAN("aaaaaaaa"), stop, &times);
	assert_int_equal(times, 2);
	gz_mpm_scratch_destroy(clone);
	gz_mpm_scratch_destroy(scratch);
	gz_mpm_destroy(m);
	gz_mpm_builder_destroy(b);
}

static void
a_shared_set_lives_until_its_last_owner_goes(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_mpm_builder *b = gz_mpm_builder_create();
	uint8_t key[GZ_MPM_KEY];
	struct gz_mpm *m;

	gz_mpm_add(b, GZ_SPAN("needle"), false);
	gz_mpm_builder_key(b, key);
	m = gz_mpm_build(b, NULL, &errors);
	assert_ptr_equal(gz_mpm_share(m), m);
	gz_mpm_destroy(m);
	assert_memory_equal(gz_mpm_key(m), key, sizeof(key));
	assert_true(gz_mpm_size(m) > 0);
	gz_mpm_destroy(m);
	gz_mpm_builder_destroy(b);
}

static void
an_empty_set_is_an_error(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_mpm_builder *b = gz_mpm_builder_create();

	assert_null(gz_mpm_build(b, NULL, &errors));
	assert_int_equal(errors.count, 1);
	gz_errors_clear(&errors);
	gz_mpm_builder_destroy(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scan_finds_what_plain_loops_find),
		cmocka_unit_test(equal_literals_have_one_number),
		cmocka_unit_test(a_long_literal_is_found_whole),
		cmocka_unit_test(a_scan_stops_when_told),
		cmocka_unit_test(a_shared_set_lives_until_its_last_owner_goes),
		cmocka_unit_test(an_empty_set_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
