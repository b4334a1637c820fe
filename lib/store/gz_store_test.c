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

#include "store_internal.h"

static char folder[] = "/tmp/gz_store_test.XXXXXX";
static struct gz_errors errors;

/* Of the test that runs. */
static struct gz_store *s;
static struct gz_store_desk *d;

/* Of the tests: any content has the digest that a test gives it. */
static const uint8_t digest[32] = { 0xab, 0xcd, 0xef };
static const char digest_name[] =
		"filestore/ab/abcdef0000000000000000000000000000000000000000000000000000000000";

static void
open_store(const char *a, const char *b, bool replay)
{
	struct gz_store_opts o = {
		.conf = gz_conf_create(), .log_dir = folder, .nb_workers = 1, .replay = replay
	};

	gz_errors_clear(&errors);
	assert_int_equal(gz_conf_set((struct gz_conf *)o.conf, "file-store.enabled=true", &errors),
			0);
	if (a != NULL)
		assert_int_equal(gz_conf_set((struct gz_conf *)o.conf, a, &errors), 0);
	if (b != NULL)
		assert_int_equal(gz_conf_set((struct gz_conf *)o.conf, b, &errors), 0);
	gz_store_open(&o, &s, &errors);
	gz_conf_destroy((struct gz_conf *)o.conf);
	d = gz_store_desk(s, 0);
}

/** A store with these settings, and a file that begins. */
static struct gz_store_file *
begin(const char *a, const char *b)
{
	open_store(a, b, false);
	return gz_store_begin(d);
}

/** The same, and a rule that has asked for it. */
static struct gz_store_file *
begin_kept(const char *a)
{
	struct gz_store_file *f = begin(a, NULL);

	gz_store_keep(d, f);
	return f;
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
add_bytes(struct gz_store_file *f, uint64_t n)
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
	struct gz_store_file *f = begin(NULL, NULL);

	add_bytes(f, 50000);
	gz_store_keep(d, f);
	assert_true(gz_store_is_kept(f));
	add_bytes(f, 0);
	assert_int_equal(gz_store_end(d, f, digest), 1);
	gz_store_close(s);
	assert_bytes(digest_name, 50000);
	assert_true(is_empty("filestore/tmp"));
	assert_int_equal(counted("file_store.stored"), 1);
}

static void
what_comes_after_the_rule_is_stored_too(void **state)
{
	struct gz_store_file *f = begin_kept(NULL);

	add_bytes(f, 123456);
	assert_int_equal(gz_store_end(d, f, digest), 1);
	gz_store_close(s);
	assert_bytes(digest_name, 123456);
}

static void
a_file_that_nobody_asks_for_leaves_nothing(void **state)
{
	struct gz_store_file *f = begin(NULL, NULL);

	add_bytes(f, 50000);
	assert_false(gz_store_is_kept(f));
	assert_int_equal(gz_store_end(d, f, digest), 0);
	gz_store_close(s);
	assert_int_equal(size_of(digest_name), -1);
	assert_true(is_empty("filestore/tmp"));
}

static void
a_file_without_a_digest_is_removed(void **state)
{
	struct gz_store_file *f = begin_kept(NULL);

	add_bytes(f, 50000);
	assert_int_equal(gz_store_end(d, f, NULL), 0);
	gz_store_close(s);
	assert_true(is_empty("filestore/tmp"));
}

static void
the_same_content_is_stored_once(void **state)
{
	struct gz_store_file *f = begin("file-store.force=true", NULL);
	int i;

	for (i = 1; i <= 3; i++, f = gz_store_begin(d)) {
		add_bytes(f, 100);
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
	struct gz_store_file *f = begin("file-store.force=true", NULL);

	assert_int_equal(gz_store_end(d, f, digest), 1);
	gz_store_close(s);
	assert_int_equal(size_of(digest_name), 0);
}

static void
a_file_longer_than_allowed_is_given_up(void **state)
{
	struct gz_store_file *f = begin_kept("file-store.max-file=20000");

	add_bytes(f, 20001);
	assert_int_equal(gz_store_end(d, f, digest), 0);
	gz_store_close(s);
	assert_int_equal(size_of(digest_name), -1);
	assert_true(is_empty("filestore/tmp"));
	assert_int_equal(counted("file_store.too_long"), 1);
}

static void
only_so_much_waits_for_a_rule(void **state)
{
	struct gz_store_file *f = begin("file-store.max-waiting=10000", NULL);

	add_bytes(f, 10001);
	gz_store_keep(d, f);
	assert_false(gz_store_is_kept(f));
	assert_int_equal(gz_store_end(d, f, digest), 0);
	gz_store_close(s);
	assert_int_equal(counted("file_store.not_asked"), 1);
}

static void
a_spent_pool_gives_the_file_up_and_comes_back(void **state)
{
	struct gz_store_file *f = begin("file-store.memory=1M", "file-store.max-waiting=4M");

	add_bytes(f, 2 << 20);
	gz_store_keep(d, f);
	assert_int_equal(gz_store_end(d, f, digest), 0);
	assert_int_equal(counted("file_store.no_room"), 1);
	f = gz_store_begin(d);
	add_bytes(f, 900 * 1000);
	gz_store_keep(d, f);
	assert_int_equal(gz_store_end(d, f, digest), 1);
	gz_store_close(s);
	assert_bytes(digest_name, 900 * 1000);
}

static void
in_replay_it_waits_for_the_disk(void **state)
{
	struct gz_store_file *f;

	open_store("file-store.memory=1M", NULL, true);
	f = gz_store_begin(d);
	gz_store_keep(d, f);
	add_bytes(f, 20 << 20);
	assert_int_equal(gz_store_end(d, f, digest), 1);
	gz_store_close(s);
	assert_bytes(digest_name, 20 << 20);
}

static void
only_so_many_files_are_open(void **state)
{
	struct gz_store_file *f[8];
	int i;

	f[0] = begin("file-store.max-open-files=8", NULL);
	for (i = 1; i < 8; i++)
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
	struct gz_store_file *f = begin_kept("file-store.max-total=1000");

	add_bytes(f, 900);
	assert_int_equal(gz_store_end(d, f, digest), 1);
	gz_store_close(s);
	/* what is there counts, after a restart too */
	f = begin_kept("file-store.max-total=900");
	assert_int_equal(gz_store_end(d, f, digest), 0);
	gz_store_close(s);
	assert_int_equal(counted("file_store.full"), 1);
}

static void
what_is_being_written_takes_room_too(void **state)
{
	struct gz_store_file *f = begin_kept("file-store.max-total=100000");
	char name[64];

	add_bytes(f, 300000);
	gz_store_finish(s);
	snprintf(name, sizeof(name), "filestore/tmp/%d.1", (int)getpid());
	assert_in_range(size_of(name), 1, 100000);
	assert_int_equal(counted("file_store.full"), 1);
	gz_store_close(s);
}

static void
room_that_somebody_makes_is_found(void **state)
{
	struct gz_store_file *f = begin_kept("file-store.max-total=1000");

	add_bytes(f, 1000);
	assert_int_equal(gz_store_end(d, f, digest), 1);
	f = gz_store_begin(d);
	gz_store_keep(d, f);
	add_bytes(f, 1);
	gz_store_end(d, f, digest);
	gz_store_finish(s);
	assert_true(atomic_load(&s->full));
	assert_int_equal(unlink(path_of(digest_name)), 0);
	store_disk_count(s);
	assert_false(atomic_load(&s->full));
	gz_store_close(s);
}

/* A file of the model: what the store must make of it. */
struct model {
	struct gz_store_file *f;
	uint64_t size;
	bool kept, given_up;
};

enum {
	MODELS = 8,
	STEPS = 6000,
	WAIT_MOST = 30000,
	FILE_MOST = 60000,
};

/** Some bytes more, from where it is. */
static void
model_add(struct model *m, uint32_t n)
{
	uint8_t part[20000];
	uint32_t i;

	for (i = 0; i < n; i++)
		part[i] = (uint8_t)((m->size + i) * 31 >> 3);
	gz_store_add(d, m->f, gz_span(part, n));
	m->size += n;
	m->given_up |= m->size > FILE_MOST || (!m->kept && m->size > WAIT_MOST);
}

/** It ends, under a digest of its own. @return it must be there. */
static bool
model_end(struct model *m, uint32_t number, bool whole)
{
	const uint8_t sha256[32] = { (uint8_t)number, (uint8_t)(number >> 8) };
	bool want = m->kept && !m->given_up && whole;

	assert_int_equal(gz_store_end(d, m->f, whole ? sha256 : NULL) != 0, want);
	m->f = NULL;
	return want;
}

static void
whatever_happens_to_files_each_is_stored_or_not(void **state)
{
	static uint64_t size_of_number[STEPS];
	struct model all[MODELS] = { 0 }, *m;
	uint32_t i, number = 0, random = 1;
	char name[128];

	open_store("file-store.memory=1M", "file-store.max-waiting=30000", true);
	s->file_most = FILE_MOST;
	for (i = 0; i < STEPS; i++) {
		random = random * 1103515245 + 12345;
		m = &all[random >> 16 & (MODELS - 1)];
		if (m->f == NULL) {
			*m = (struct model){ .f = gz_store_begin(d) };
			assert_non_null(m->f);
		} else if ((random >> 19 & 7) < 5) {
			model_add(m, (random >> 22) * 19);
		} else if ((random >> 19 & 7) == 5) {
			gz_store_keep(d, m->f);
			m->kept |= !m->given_up;
		} else if (model_end(m, ++number, (random >> 22 & 3) > 0)) {
			size_of_number[number] = m->size + 1;
		}
	}
	for (m = all; m < all + MODELS; m++)
		if (m->f != NULL)
			model_end(m, 0, false);
	gz_store_close(s);
	assert_true(counted("file_store.stored") > 100);
	for (i = 1; i <= number; i++) {
		snprintf(name, sizeof(name), "filestore/%02x/%02x%02x%060x", i & 0xff, i & 0xff,
				i >> 8, 0);
		assert_int_equal(size_of(name) + 1, (long)size_of_number[i]);
		if (size_of_number[i] > 0)
			assert_bytes(name, size_of_number[i] - 1);
	}
	assert_true(is_empty("filestore/tmp"));
}

static void
what_a_dead_process_left_is_removed(void **state)
{
	FILE *f;

	open_store(NULL, NULL, false);
	gz_store_close(s);
	f = fopen(path_of("filestore/tmp/999999999.1"), "w");
	assert_non_null(f);
	fclose(f);
	open_store(NULL, NULL, false);
	gz_store_close(s);
	assert_true(is_empty("filestore/tmp"));
}

static void
a_folder_that_cannot_be_is_told(void **state)
{
	char line[512];

	open_store("file-store.dir=/proc/gauze", NULL, false);
	assert_null(s);
	assert_int_equal(errors.count, 1);
	gz_error_format(&errors.v[0], line, sizeof(line));
	assert_non_null(strstr(line, "file-store: cannot keep files in /proc/gauze"));
}

static void
without_the_setting_there_is_no_store(void **state)
{
	struct gz_store_opts o = { .conf = gz_conf_create(), .log_dir = folder, .nb_workers = 1 };

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
		UNIT(what_is_being_written_takes_room_too),
		UNIT(room_that_somebody_makes_is_found),
		UNIT(whatever_happens_to_files_each_is_stored_or_not),
		UNIT(what_a_dead_process_left_is_removed),
		UNIT(a_folder_that_cannot_be_is_told),
		UNIT(without_the_setting_there_is_no_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
