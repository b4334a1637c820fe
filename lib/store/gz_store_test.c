/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "gz_stat.h"
#include "gz_store.h"

static char folder[] = "/tmp/gz_store_test.XXXXXX";
static struct gz_errors errors;

/* Of the tests: any content has the digest that a test gives it. */
static const uint8_t digest[32] = { 0xab, 0xcd, 0xef };
static const char digest_name[] =
		"filestore/ab/abcdef0000000000000000000000000000000000000000000000000000000000";

static struct gz_store *
open_store(const char *a, const char *b, bool replay)
{
	struct gz_store_opts o = {
		.conf = gz_conf_create(), .log_dir = folder, .nb_workers = 1, .replay = replay
	};
	struct gz_store *s = NULL;

	gz_errors_clear(&errors);
	assert_int_equal(gz_conf_set((struct gz_conf *)o.conf, "file-store.enabled=true", &errors),
			0);
	if (a != NULL)
		assert_int_equal(gz_conf_set((struct gz_conf *)o.conf, a, &errors), 0);
	if (b != NULL)
		assert_int_equal(gz_conf_set((struct gz_conf *)o.conf, b, &errors), 0);
	gz_store_open(&o, &s, &errors);
	gz_conf_destroy((struct gz_conf *)o.conf);
	return s;
}

static uint64_t
counted(const char *name)
{
	return gz_stat_sum((uint32_t)gz_stat_find(name));
}

static const char *
path_of(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* Bytes of a file in the folder, -1: it is not there. */
static long
size_of(const char *name)
{
	struct stat st;

	return stat(path_of(name), &st) == 0 ? (long)st.st_size : -1;
}

static bool
is_empty(const char *name)
{
	char command[600];

	snprintf(command, sizeof(command), "test -z \"$(ls -A %s)\"", path_of(name));
	return system(command) == 0;
}

static void
add_bytes(struct gz_store_desk *d, struct gz_store_file *f, uint64_t n)
{
	uint8_t part[3000];
	uint64_t i, len;

	for (i = 0; i < n; i += len) {
		len = RTE_MIN((uint64_t)sizeof(part), n - i);
		for (uint64_t k = 0; k < len; k++)
			part[k] = (uint8_t)((i + k) * 31 >> 3);
		gz_store_add(d, f, gz_span(part, (uint32_t)len));
	}
}

static void
assert_bytes(const char *name, uint64_t n)
{
	FILE *from = fopen(path_of(name), "r");
	uint64_t i;

	assert_non_null(from);
	for (i = 0; i < n; i++)
		assert_int_equal(fgetc(from), (uint8_t)(i * 31 >> 3));
	assert_int_equal(fgetc(from), EOF);
	fclose(from);
}

static void
a_file_is_stored_under_its_digest(void **state)
{
	struct gz_store *s = open_store(NULL, NULL, false);
	struct gz_store_desk *d = gz_store_desk(s, 0);
	struct gz_store_file *f = gz_store_begin(d);

	add_bytes(d, f, 50000);
	gz_store_keep(d, f);
	assert_true(gz_store_is_kept(f));
	add_bytes(d, f, 0);
	assert_int_equal(gz_store_end(d, f, digest), 1);
	gz_store_close(s);
	assert_bytes(digest_name, 50000);
	assert_true(is_empty("filestore/tmp"));
	assert_int_equal(counted("file_store.stored"), 1);
}

static void
what_comes_after_the_rule_is_stored_too(void **state)
{
	struct gz_store *s = open_store(NULL, NULL, false);
	struct gz_store_desk *d = gz_store_desk(s, 0);
	struct gz_store_file *f = gz_store_begin(d);

	gz_store_keep(d, f);
	add_bytes(d, f, 123456);
	assert_int_equal(gz_store_end(d, f, digest), 1);
	gz_store_close(s);
	assert_bytes(digest_name, 123456);
}

static void
a_file_that_nobody_asks_for_leaves_nothing(void **state)
{
	struct gz_store *s = open_store(NULL, NULL, false);
	struct gz_store_desk *d = gz_store_desk(s, 0);
	struct gz_store_file *f = gz_store_begin(d);

	add_bytes(d, f, 50000);
	assert_false(gz_store_is_kept(f));
	assert_int_equal(gz_store_end(d, f, digest), 0);
	gz_store_close(s);
	assert_int_equal(size_of(digest_name), -1);
	assert_true(is_empty("filestore/tmp"));
}

static void
a_file_without_a_digest_is_removed(void **state)
{
	struct gz_store *s = open_store(NULL, NULL, false);
	struct gz_store_desk *d = gz_store_desk(s, 0);
	struct gz_store_file *f = gz_store_begin(d);

	gz_store_keep(d, f);
	add_bytes(d, f, 50000);
	assert_int_equal(gz_store_end(d, f, NULL), 0);
	gz_store_close(s);
	assert_true(is_empty("filestore/tmp"));
}

static void
the_same_content_is_stored_once(void **state)
{
	struct gz_store *s = open_store("file-store.force=true", NULL, false);
	struct gz_store_desk *d = gz_store_desk(s, 0);
	struct gz_store_file *f;
	int i;

	for (i = 1; i <= 3; i++) {
		f = gz_store_begin(d);
		add_bytes(d, f, 100);
		assert_int_equal(gz_store_end(d, f, digest), i);
	}
	gz_store_close(s);
	assert_int_equal(counted("file_store.stored"), 1);
	assert_int_equal(counted("file_store.known"), 2);
	assert_true(is_empty("filestore/tmp"));
}

static void
an_empty_file_is_a_file(void **state)
{
	struct gz_store *s = open_store("file-store.force=true", NULL, false);
	struct gz_store_desk *d = gz_store_desk(s, 0);

	assert_int_equal(gz_store_end(d, gz_store_begin(d), digest), 1);
	gz_store_close(s);
	assert_int_equal(size_of(digest_name), 0);
}

static void
a_file_longer_than_allowed_is_given_up(void **state)
{
	struct gz_store *s = open_store("file-store.max-file=20000", NULL, false);
	struct gz_store_desk *d = gz_store_desk(s, 0);
	struct gz_store_file *f = gz_store_begin(d);

	gz_store_keep(d, f);
	add_bytes(d, f, 20001);
	assert_int_equal(gz_store_end(d, f, digest), 0);
	gz_store_close(s);
	assert_int_equal(size_of(digest_name), -1);
	assert_true(is_empty("filestore/tmp"));
	assert_int_equal(counted("file_store.too_long"), 1);
}

static void
only_so_much_waits_for_a_rule(void **state)
{
	struct gz_store *s = open_store("file-store.max-waiting=10000", NULL, false);
	struct gz_store_desk *d = gz_store_desk(s, 0);
	struct gz_store_file *f = gz_store_begin(d);

	add_bytes(d, f, 10001);
	gz_store_keep(d, f);
	assert_false(gz_store_is_kept(f));
	assert_int_equal(gz_store_end(d, f, digest), 0);
	gz_store_close(s);
	assert_int_equal(counted("file_store.not_asked"), 1);
}

static void
a_spent_pool_gives_the_file_up_and_comes_back(void **state)
{
	struct gz_store *s = open_store("file-store.memory=1M", "file-store.max-waiting=4M", false);
	struct gz_store_desk *d = gz_store_desk(s, 0);
	struct gz_store_file *f = gz_store_begin(d);

	add_bytes(d, f, 2 << 20);
	gz_store_keep(d, f);
	assert_int_equal(gz_store_end(d, f, digest), 0);
	assert_int_equal(counted("file_store.no_room"), 1);
	f = gz_store_begin(d);
	add_bytes(d, f, 900 * 1000);
	gz_store_keep(d, f);
	assert_int_equal(gz_store_end(d, f, digest), 1);
	gz_store_close(s);
	assert_bytes(digest_name, 900 * 1000);
}

static void
in_replay_it_waits_for_the_disk(void **state)
{
	struct gz_store *s = open_store("file-store.memory=1M", NULL, true);
	struct gz_store_desk *d = gz_store_desk(s, 0);
	struct gz_store_file *f = gz_store_begin(d);

	gz_store_keep(d, f);
	add_bytes(d, f, 20 << 20);
	assert_int_equal(gz_store_end(d, f, digest), 1);
	gz_store_close(s);
	assert_bytes(digest_name, 20 << 20);
}

static void
only_so_many_files_are_open(void **state)
{
	struct gz_store *s = open_store("file-store.max-open-files=8", NULL, false);
	struct gz_store_desk *d = gz_store_desk(s, 0);
	struct gz_store_file *f[8];
	int i;

	for (i = 0; i < 8; i++)
		assert_non_null(f[i] = gz_store_begin(d));
	assert_null(gz_store_begin(d));
	assert_int_equal(counted("file_store.open_files_max_hit"), 1);
	gz_store_end(d, f[3], NULL);
	assert_ptr_equal(gz_store_begin(d), f[3]);
	gz_store_close(s);
}

static void
a_full_folder_takes_no_more(void **state)
{
	struct gz_store *s = open_store("file-store.max-total=1000", NULL, false);
	struct gz_store_desk *d = gz_store_desk(s, 0);
	struct gz_store_file *f = gz_store_begin(d);

	gz_store_keep(d, f);
	add_bytes(d, f, 900);
	assert_int_equal(gz_store_end(d, f, digest), 1);
	gz_store_close(s);
	/* what is there counts, after a restart too */
	s = open_store("file-store.max-total=900", NULL, false);
	d = gz_store_desk(s, 0);
	f = gz_store_begin(d);
	gz_store_keep(d, f);
	assert_int_equal(gz_store_end(d, f, digest), 0);
	gz_store_close(s);
	assert_int_equal(counted("file_store.full"), 1);
}

static void
what_a_dead_process_left_is_removed(void **state)
{
	FILE *f;

	gz_store_close(open_store(NULL, NULL, false));
	f = fopen(path_of("filestore/tmp/999999999.1"), "w");
	assert_non_null(f);
	fclose(f);
	gz_store_close(open_store(NULL, NULL, false));
	assert_true(is_empty("filestore/tmp"));
}

static void
a_folder_that_cannot_be_is_told(void **state)
{
	char line[512];

	assert_null(open_store("file-store.dir=/proc/gauze", NULL, false));
	assert_int_equal(errors.count, 1);
	gz_error_format(&errors.v[0], line, sizeof(line));
	assert_non_null(strstr(line, "file-store: cannot keep files in /proc/gauze"));
}

static void
without_the_setting_there_is_no_store(void **state)
{
	struct gz_store_opts o = { .conf = gz_conf_create(), .log_dir = folder, .nb_workers = 1 };
	struct gz_store *s = NULL;

	assert_int_equal(gz_store_open(&o, &s, &errors), 0);
	assert_null(s);
	assert_null(gz_store_desk(s, 0));
	gz_store_close(s);
	gz_conf_destroy((struct gz_conf *)o.conf);
}

static int
setup(void **state)
{
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	assert_non_null(mkdtemp(folder));
	gz_stat_block_use(gz_stat_block_create("test"));
	gz_stat_clear();
	return 0;
}

static int
teardown(void **state)
{
	char command[128];

	gz_errors_clear(&errors);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

#define UNIT(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_file_is_stored_under_its_digest),
		UNIT(what_comes_after_the_rule_is_stored_too),
		UNIT(a_file_that_nobody_asks_for_leaves_nothing),
		UNIT(a_file_without_a_digest_is_removed),
		UNIT(the_same_content_is_stored_once),
		UNIT(an_empty_file_is_a_file),
		UNIT(a_file_longer_than_allowed_is_given_up),
		UNIT(only_so_much_waits_for_a_rule),
		UNIT(a_spent_pool_gives_the_file_up_and_comes_back),
		UNIT(in_replay_it_waits_for_the_disk),
		UNIT(only_so_many_files_are_open),
		UNIT(a_full_folder_takes_no_more),
		UNIT(what_a_dead_process_left_is_removed),
		UNIT(a_folder_that_cannot_be_is_told),
		UNIT(without_the_setting_there_is_no_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
