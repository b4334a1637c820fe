/* SPDX-License-Identifier: BSD-3-Clause */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "gz_stat.h"
#include "gz_store.h"

static char folder[] = "/tmp/gz_cert_test.XXXXXX";
static struct gz_store *s;
static struct gz_store_desk *d;

static void
open_store(const char *more)
{
	const char *settings[] = { "tls-store.enabled=true", more };
	struct gz_conf *conf = gz_conf_create();
	struct gz_errors errors = { 0 };
	struct gz_store_opts o = { .conf = conf, .log_dir = folder, .nb_workers = 1 };

	for (uint32_t i = 0; i < 2; i++)
		assert_int_equal(gz_conf_set(conf, settings[i], &errors), 0);
	assert_int_equal(gz_store_open(&o, &s, &errors), 0);
	gz_conf_destroy(conf);
	d = gz_store_desk(s, 0);
}

/** @return false: it could not begin. */
static bool
keep(uint64_t *number, const char *ending, const char *text)
{
	struct gz_store_file *f = gz_store_begin_cert(
			d, UINT64_C(1700000000000042), number, ending);

	if (f == NULL)
		return false;
	gz_store_add(d, f, gz_span_str(text));
	gz_store_end_cert(d, f);
	return true;
}

/** Names in the folder that end so. */
static uint32_t
count(const char *ending)
{
	char path[256];
	struct dirent *e;
	uint32_t n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/certs", folder);
	dir = opendir(path);
	assert_non_null(dir);
	while ((e = readdir(dir)) != NULL)
		n += strstr(e->d_name, ending) != NULL;
	closedir(dir);
	return n;
}

static long
size_of(uint64_t number, const char *ending)
{
	char path[256];
	struct stat st;

	snprintf(path, sizeof(path), "%s/certs/1700000000.000042-%llu.%s", folder,
			(unsigned long long)number, ending);
	return stat(path, &st) == 0 ? (long)st.st_size : -1;
}

static void
close_store(void)
{
	gz_store_finish(s);
	gz_store_close(s);
}

static void
certificates_are_kept_under_time_and_number(void **state)
{
	uint64_t number = 0, next = 0;

	open_store("file-store.enabled=false");
	assert_true(gz_store_keeps_certs(d));
	assert_false(gz_store_keeps_files(d));
	assert_true(keep(&number, "pem", "a chain"));
	assert_true(keep(&number, "meta", "whose"));
	assert_true(keep(&next, "pem", "another one"));
	close_store();
	assert_int_not_equal(number, next);
	assert_int_equal(size_of(number, "pem"), 7);
	assert_int_equal(size_of(number, "meta"), 5);
	assert_int_equal(size_of(next, "pem"), 11);
}

static void
certificates_have_the_limits_of_files(void **state)
{
	uint64_t number = 0;

	open_store("file-store.max-file=4");
	assert_true(keep(&number, "long", "a chain"));
	close_store();
	assert_int_equal(count("long"), 0);
	open_store("file-store.max-total=3");
	keep(&number, "more", "a chain");
	close_store();
	assert_int_equal(count("more"), 0);
}

static void
files_do_not_keep_certificates(void **state)
{
	open_store("file-store.enabled=true");
	assert_true(gz_store_keeps_files(d));
	close_store();
	open_store("tls-store.enabled=false");
	assert_null(s);
}

static int
setup(void **state)
{
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	assert_non_null(mkdtemp(folder));
	gz_stat_block_use(gz_stat_block_create("test"));
	return 0;
}

static int
teardown(void **state)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

#define UNIT(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(certificates_are_kept_under_time_and_number),
		UNIT(certificates_have_the_limits_of_files),
		UNIT(files_do_not_keep_certificates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
