/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <fcntl.h>
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

GZ_EVENT_TYPE(regatta_event, "regatta", "boats that race")
GZ_EVENT_TYPE(storm_event, "storm", "boats that should not")

static struct gz_event_type secret_event = {
	.reg = { .name = "secret" },
	.help = "nobody's business",
	.off = true,
};
GZ_REGISTER(gz_event_types, secret_event)

enum {
	HARBOUR_IN,
	HARBOUR_PIER_NORTH,
	HARBOUR_PIER_SOUTH,
	HARBOUR_PIERS
};

static const struct gz_stat_row harbour_rows[] = {
	[HARBOUR_IN] = { "harbour.in", "boats that came" },
	[HARBOUR_PIER_NORTH] = { "harbour.pier.north", "boats at the north pier" },
	[HARBOUR_PIERS] = { "harbour.pier-lamps", "lamps lit" },
	[HARBOUR_PIER_SOUTH] = { "harbour.pier.south", "boats at the south pier" },
};
GZ_STAT_REGISTER(harbour, harbour_rows)

static char folder[] = "/tmp/gz_sink_test.XXXXXX";
static struct gz_errors errors;

static struct gz_sinks *
open_sinks(const char *a, const char *b, const struct gz_sink_names *names)
{
	struct gz_conf *conf = gz_conf_create();
	struct gz_sinks *s;

	gz_errors_clear(&errors);
	if (a != NULL)
		assert_int_equal(gz_conf_set(conf, a, &errors), 0);
	if (b != NULL)
		assert_int_equal(gz_conf_set(conf, b, &errors), 0);
	s = gz_sinks_open(conf, folder, names, &errors);
	gz_conf_destroy(conf);
	return s;
}

static void
post(struct gz_sinks *s, const struct gz_event_type *type, const char *text)
{
	uint32_t len = (uint32_t)strlen(text);
	struct gz_event *e = calloc(1, sizeof(*e) + len);

	e->type = (uint16_t)type->reg.id;
	e->wire = 0;
	e->tx_id = UINT64_MAX;
	e->text_len = len;
	memcpy(e->text, text, len);
	gz_sinks_write(s, e);
	free(e);
}

static const char *
path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* What a file holds; it is removed. */
static const char *
read_away(const char *name)
{
	static char text[64 * 1024];
	FILE *f = fopen(path_of(name), "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	unlink(path_of(name));
	return text;
}

static uint64_t
lost(void)
{
	return gz_stat_sum((uint32_t)gz_stat_find("sink.lost"));
}

static void
events_go_to_a_file_in_the_log_directory(void **state)
{
	struct gz_sinks *s = open_sinks(NULL, NULL, NULL);
	const char *text;

	post(s, &regatta_event, "\"n\":1");
	post(s, &storm_event, "\"n\":2");
	gz_sinks_flush(s);
	text = read_away("eve.json");
	assert_non_null(strstr(text, "\"event_type\":\"regatta\",\"n\":1}\n{"));
	assert_non_null(strstr(text, "\"event_type\":\"storm\",\"n\":2}\n"));
	gz_sinks_close(s);
}

static void
types_that_are_off_are_not_wanted_unless_named(void **state)
{
	struct gz_sinks *s = open_sinks(NULL, NULL, NULL);
	uint64_t mask[GZ_EVENT_TYPES_MOST / 64];

	gz_sinks_mask(s, mask);
	assert_true((mask[0] >> regatta_event.reg.id & 1) == 1);
	assert_true((mask[0] >> secret_event.reg.id & 1) == 0);
	gz_sinks_close(s);
	s = open_sinks("eve.types=secret,storm", NULL, NULL);
	gz_sinks_mask(s, mask);
	assert_true(mask[0] ==
			(UINT64_C(1) << secret_event.reg.id | UINT64_C(1) << storm_event.reg.id));
	post(s, &regatta_event, "");
	post(s, &secret_event, "");
	gz_sinks_close(s);
	assert_null(strstr(read_away("eve.json"), "regatta"));
}

static void
an_unknown_type_is_refused(void **state)
{
	assert_null(open_sinks("eve.types=regata", NULL, NULL));
	assert_int_equal(errors.count, 1);
	assert_non_null(strstr(errors.v[0].text, "\"regatta\""));
}

static void
a_file_that_cannot_be_written_is_refused(void **state)
{
	assert_null(open_sinks("eve.path=/nowhere/at/all.json", NULL, NULL));
	assert_non_null(strstr(errors.v[0].text, "/nowhere/at/all.json"));
}

static void
a_writer_can_be_switched_off(void **state)
{
	struct gz_sinks *s = open_sinks("eve.enabled=false", NULL, NULL);
	uint64_t mask[GZ_EVENT_TYPES_MOST / 64];

	gz_sinks_mask(s, mask);
	assert_true(mask[0] == 0 && mask[1] == 0);
	post(s, &regatta_event, "");
	gz_sinks_close(s);
	assert_int_equal(access(path_of("eve.json"), F_OK), -1);
}

static const char *
wire_name(void *arg, uint16_t wire)
{
	assert_int_equal(wire, 0);
	return "north \"pier\"";
}

static void
wires_have_names(void **state)
{
	struct gz_sink_names names = { wire_name, NULL };
	struct gz_sinks *s = open_sinks(NULL, NULL, &names);

	post(s, &regatta_event, "");
	post(s, &regatta_event, "");
	gz_sinks_close(s);
	assert_non_null(strstr(read_away("eve.json"), ",\"in_iface\":\"north \\\"pier\\\"\","));
}

static void
rotation_starts_a_new_file(void **state)
{
	struct gz_sinks *s = open_sinks(NULL, NULL, NULL);
	char old[128];

	post(s, &regatta_event, "\"n\":1");
	snprintf(old, sizeof(old), "%s", path_of("old.json"));
	assert_int_equal(rename(path_of("eve.json"), old), 0);
	gz_sinks_rotate(s);
	post(s, &regatta_event, "\"n\":2");
	gz_sinks_close(s);
	assert_non_null(strstr(read_away("old.json"), "\"n\":1}\n"));
	assert_non_null(strstr(read_away("eve.json"), "\"n\":2}\n"));
}

static void
a_file_is_gone_on_with(void **state)
{
	struct gz_sinks *s = open_sinks(NULL, NULL, NULL);
	const char *text;

	post(s, &regatta_event, "\"n\":1");
	gz_sinks_close(s);
	s = open_sinks(NULL, NULL, NULL);
	post(s, &regatta_event, "\"n\":2");
	gz_sinks_close(s);
	text = read_away("eve.json");
	assert_non_null(strstr(text, "\"n\":1}\n"));
	assert_non_null(strstr(text, "\"n\":2}\n"));
}

/* A text of @p len bytes that is one JSON member. */
static char *
long_text(size_t len)
{
	char *text = malloc(len + 1);

	memset(text, 'x', len);
	memcpy(text, "\"x\":\"", 5);
	text[len - 1] = '"';
	text[len] = '\0';
	return text;
}

static void
a_pipe_that_nobody_reads_loses_events_and_waits_for_nothing(void **state)
{
	char *text = long_text(100000);
	uint64_t before = lost();
	struct gz_sinks *s;

	assert_int_equal(mkfifo(path_of("pipe"), 0600), 0);
	s = open_sinks("eve.path=pipe", NULL, NULL);
	assert_non_null(s);
	for (int i = 0; i < 100; i++)
		post(s, &regatta_event, text);
	gz_sinks_flush(s);
	assert_true(lost() - before >= 85);
	gz_sinks_close(s);
	assert_true(lost() - before == 100);
	unlink(path_of("pipe"));
	free(text);
}

/* Read what is there now. */
static size_t
drain(int fd, char *text, size_t size)
{
	size_t n = 0;
	ssize_t got;

	while ((got = read(fd, text + n, size - n)) > 0)
		n += (size_t)got;
	return n;
}

static void
a_slow_reader_gets_whole_lines(void **state)
{
	enum {
		SIZE = 4 * 1024 * 1024
	};
	char *text = long_text(100000), *all = malloc(SIZE), *nl;
	uint64_t before = lost(), whole = 0;
	size_t n = 0, at = 0;
	struct gz_sinks *s;
	int fd;

	assert_int_equal(mkfifo(path_of("pipe"), 0600), 0);
	fd = open(path_of("pipe"), O_RDONLY | O_NONBLOCK);
	s = open_sinks("eve.path=pipe", NULL, NULL);
	for (int i = 0; i < 30; i++) {
		post(s, &regatta_event, text);
		if (i % 10 == 9)
			n += drain(fd, all + n, SIZE - n);
	}
	for (int i = 0; i < 100; i++) {
		gz_sinks_flush(s);
		n += drain(fd, all + n, SIZE - n);
	}
	for (; (nl = memchr(all + at, '\n', n - at)) != NULL; at = (size_t)(nl - all) + 1) {
		assert_memory_equal(all + at, "{\"timestamp\"", 12);
		assert_memory_equal(nl - 3, "x\"}", 3);
		whole++;
	}
	assert_int_equal(at, n);
	assert_true(whole + (lost() - before) == 30);
	assert_true(whole > 10);
	gz_sinks_close(s);
	close(fd);
	unlink(path_of("pipe"));
	free(text);
	free(all);
}

static void
counters_are_nested_by_their_dots(void **state)
{
	struct gz_stat_block *b = gz_stat_block_create("test");
	struct gz_sinks *s = open_sinks(NULL, NULL, NULL);
	const char *text;

	gz_stat_block_use(b);
	GZ_STAT_ADD(harbour, HARBOUR_IN, 3);
	GZ_STAT_ADD(harbour, HARBOUR_PIER_NORTH, 1);
	GZ_STAT_ADD(harbour, HARBOUR_PIER_SOUTH, 2);
	gz_sinks_stats(s, 0, 42);
	gz_sinks_close(s);
	text = read_away("eve.json");
	assert_non_null(strstr(text, "\"event_type\":\"stats\",\"stats\":{\"uptime\":42,"));
	assert_non_null(strstr(text,
			"\"harbour\":{\"in\":3,\"pier\":{\"north\":1,\"south\":2},"
			"\"pier-lamps\":0}"));
}

static int
make_folder(void **state)
{
	gz_stat_block_use(gz_stat_block_create("main"));
	return mkdtemp(folder) == NULL;
}

static int
remove_folder(void **state)
{
	gz_errors_clear(&errors);
	unlink(path_of("eve.json"));
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_go_to_a_file_in_the_log_directory),
		cmocka_unit_test(types_that_are_off_are_not_wanted_unless_named),
		cmocka_unit_test(an_unknown_type_is_refused),
		cmocka_unit_test(a_file_that_cannot_be_written_is_refused),
		cmocka_unit_test(a_writer_can_be_switched_off),
		cmocka_unit_test(wires_have_names),
		cmocka_unit_test(rotation_starts_a_new_file),
		cmocka_unit_test(a_file_is_gone_on_with),
		cmocka_unit_test(a_pipe_that_nobody_reads_loses_events_and_waits_for_nothing),
		cmocka_unit_test(a_slow_reader_gets_whole_lines),
		cmocka_unit_test(counters_are_nested_by_their_dots),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
