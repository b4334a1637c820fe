/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "gz_sink.h"
#include "gz_stat.h"

GZ_EVENT_TYPE(fileinfo_event, "fileinfo", "a file")
GZ_EVENT_TYPE(other_event, "other", "something else")

#define DIGEST "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
#define STORED "\"sha256\":\"" DIGEST "\",\"stored\":true,\"file_id\":7"

static char folder[] = "/tmp/gz_fileinfo_test.XXXXXX";

static struct gz_sinks *
open_sinks(const char *more)
{
	const char *settings[] = { "file-store.enabled=true", "eve.enabled=false", more };
	struct gz_conf *conf = gz_conf_create();
	struct gz_errors errors = { 0 };
	struct gz_sinks *s;

	for (uint32_t i = 0; i < RTE_DIM(settings); i++)
		assert_int_equal(gz_conf_set(conf, settings[i], &errors), 0);
	s = gz_sinks_open(conf, folder, NULL, &errors);
	assert_non_null(s);
	gz_conf_destroy(conf);
	return s;
}

static void
post(struct gz_sinks *s, const struct gz_event_type *type, const char *text)
{
	static union {
		struct gz_event e;
		char room[4096];
	} u;

	u.e = (struct gz_event){ .type = (uint16_t)type->reg.id,
		.wire = GZ_EVENT_NONE,
		.tx_id = UINT64_MAX,
		.time_us = UINT64_C(1700000000123456),
		.text_len = (uint32_t)strlen(text) };
	memcpy(u.e.text, text, u.e.text_len);
	gz_sinks_write(s, &u.e);
}

/** What stands in the folder of that digest under the number, and nothing any more. "": no file. */
static const char *
take_away(const char *digest, uint32_t number)
{
	static char text[4096];
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/filestore/%.2s/%s.1700000000.%u.json", folder, digest,
			digest, number);
	text[0] = '\0';
	file = fopen(path, "r");
	if (file == NULL)
		return text;
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	unlink(path);
	return text;
}

static int
make_folder(void **state)
{
	char path[256];

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/filestore", folder);
	return mkdir(path, 0700);
}

static int
remove_folder(void **state)
{
	char command[256];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static void
the_event_of_a_kept_file_stands_beside_it(void **state)
{
	struct gz_sinks *s = open_sinks("file-store.write-fileinfo=true");
	const char *text;

	post(s, &fileinfo_event, "\"fileinfo\":{\"filename\":\"a\"," STORED "}");
	text = take_away(DIGEST, 7);
	assert_non_null(strstr(text, "{\"timestamp\":\"2023-11-14T22:13:20.123456"));
	assert_non_null(strstr(
			text, "\"event_type\":\"fileinfo\",\"fileinfo\":{\"filename\":\"a\""));
	gz_sinks_close(s);
}

static void
others_are_not_written(void **state)
{
	struct gz_sinks *s = open_sinks("file-store.write-fileinfo=true");

	post(s, &other_event, "\"fileinfo\":{" STORED "}");
	post(s, &fileinfo_event, "\"fileinfo\":{\"sha256\":\"" DIGEST "\",\"stored\":false}");
	post(s, &fileinfo_event, "\"fileinfo\":{\"stored\":true,\"file_id\":7}");
	/* a name that looks like one */
	post(s, &fileinfo_event,
			"\"fileinfo\":{\"filename\":\"\\\"sha256\\\":\\\"" DIGEST
			"\\\"\",\"stored\":true,\"file_id\":7}");
	assert_string_equal(take_away(DIGEST, 7), "");
	gz_sinks_close(s);
	s = open_sinks("file-store.write-fileinfo=false");
	post(s, &fileinfo_event, "\"fileinfo\":{" STORED "}");
	assert_string_equal(take_away(DIGEST, 7), "");
	gz_sinks_close(s);
}

static void
they_have_a_limit(void **state)
{
	uint32_t n, before = (uint32_t)gz_stat_sum((uint32_t)gz_stat_find("sink.lost"));
	struct gz_conf *conf = gz_conf_create();
	struct gz_errors errors = { 0 };
	struct gz_sinks *s;
	char text[256];

	gz_conf_set(conf, "file-store.enabled=true", &errors);
	gz_conf_set(conf, "file-store.write-fileinfo=true", &errors);
	gz_conf_set(conf, "file-store.max-total=500", &errors);
	s = gz_sinks_open(conf, folder, NULL, &errors);
	for (n = 1; n <= 8; n++) {
		snprintf(text, sizeof(text),
				"\"fileinfo\":{\"sha256\":\"" DIGEST
				"\",\"stored\":true,\"file_id\":%u}",
				n);
		post(s, &fileinfo_event, text);
	}
	assert_string_not_equal(take_away(DIGEST, 1), "");
	assert_string_equal(take_away(DIGEST, 8), "");
	assert_true(gz_stat_sum((uint32_t)gz_stat_find("sink.lost")) > before);
	gz_sinks_close(s);
	gz_conf_destroy(conf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_event_of_a_kept_file_stands_beside_it),
		cmocka_unit_test(others_are_not_written),
		cmocka_unit_test(they_have_a_limit),
	};

	gz_stat_block_use(gz_stat_block_create("test"));
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
