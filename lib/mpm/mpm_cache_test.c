/* SPDX-License-Identifier: BSD-3-Clause */
#include <dirent.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "gz_mpm.h"

static char dir[64];

static int
make_dir(void **state)
{
	snprintf(dir, sizeof(dir), "/tmp/gauze-mpm-XXXXXX");
	return mkdtemp(dir) == NULL ? -1 : 0;
}

/* The only file there, or any of several; false: none. */
static bool
any_file(char path[PATH_MAX])
{
	DIR *d = opendir(dir);
	struct dirent *e;
	bool found = false;

	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.') {
			snprintf(path, PATH_MAX, "%s/%s", dir, e->d_name);
			found = true;
		}
	closedir(d);
	return found;
}

static int
remove_dir(void **state)
{
	char path[PATH_MAX];

	while (any_file(path))
		unlink(path);
	return rmdir(dir);
}

static uint32_t
count_files(void)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	uint32_t n = 0;

	while ((e = readdir(d)) != NULL)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static bool
seen(void *arg, uint32_t number, uint32_t end)
{
	*(uint32_t *)arg = end;
	return true;
}

/* Build a set of one literal, check that it works, tell whether it came from the cache. */
static bool
build(const char *literal)
{
	struct gz_mpm_builder *b = gz_mpm_builder_create();
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_mpm_scratch *s = NULL;
	uint32_t end = 0;
	struct gz_mpm *m;
	bool cached;

	gz_mpm_add(b, gz_span_str(literal), false);
	m = gz_mpm_build(b, dir, &errors);
	assert_non_null(m);
	assert_int_equal(gz_mpm_scratch_fit(&s, m), 0);
	gz_mpm_scan(m, s, gz_span_str(literal), seen, &end);
	assert_int_equal(end, strlen(literal));
	assert_int_equal(gz_mpm_longest(m), strlen(literal));
	cached = gz_mpm_was_cached(m);
	gz_mpm_scratch_destroy(s);
	gz_mpm_destroy(m);
	gz_mpm_builder_destroy(b);
	return cached;
}

static void
a_second_build_comes_from_the_cache(void **state)
{
	assert_false(build("needle"));
	assert_true(build("needle"));
	assert_false(build("noodle"));
	assert_int_equal(count_files(), 2);
}

static void
a_changed_byte_anywhere_makes_the_file_worthless(void **state)
{
	char path[PATH_MAX];
	long size, at;
	FILE *f;
	int c;

	assert_false(build("needle"));
	assert_true(any_file(path));
	f = fopen(path, "rb");
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	fclose(f);
	for (at = 0; at < size; at += 1 + size / 40) {
		f = fopen(path, "r+b");
		fseek(f, at, SEEK_SET);
		c = fgetc(f);
		fseek(f, at, SEEK_SET);
		fputc(c ^ 0x41, f);
		fclose(f);
		assert_false(build("needle"));
		assert_true(build("needle"));
	}
}

static void
a_file_cut_short_is_worthless(void **state)
{
	char path[PATH_MAX];

	assert_false(build("needle"));
	assert_true(any_file(path));
	assert_int_equal(truncate(path, 200), 0);
	assert_false(build("needle"));
	assert_int_equal(truncate(path, 0), 0);
	assert_false(build("needle"));
	assert_true(build("needle"));
}

static void
the_trim_keeps_what_was_used_last(void **state)
{
	assert_false(build("one of them"));
	assert_false(build("two of them"));
	assert_true(build("one of them"));
	gz_mpm_cache_trim(dir, 1ULL << 40);
	assert_int_equal(count_files(), 2);
	gz_mpm_cache_trim(dir, 0);
	assert_int_equal(count_files(), 0);
	gz_mpm_cache_trim("/nonexistent", 0);
}

static void
a_directory_that_is_not_there_only_costs_time(void **state)
{
	remove_dir(state);
	assert_false(build("needle"));
	assert_false(build("needle"));
	make_dir(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
				a_second_build_comes_from_the_cache, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(a_changed_byte_anywhere_makes_the_file_worthless,
				make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
				a_file_cut_short_is_worthless, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
				the_trim_keeps_what_was_used_last, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(a_directory_that_is_not_there_only_costs_time,
				make_dir, remove_dir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
