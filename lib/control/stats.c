/* SPDX-License-Identifier: BSD-3-Clause */

/* The `stats` event: all counters, nested by the dots of their names. */

#include <stdlib.h>
#include <string.h>

#include "gz_clock.h"

#include "control_internal.h"

enum {
	STATS_TEXT = 128 * 1024,
	STATS_DEPTH = 8,
};

GZ_EVENT_TYPE(stats_event, "stats", "all counters, now and then")

uint64_t
control_stat(const char *name)
{
	int i = gz_stat_find(name);

	return i < 0 ? 0 : gz_stat_sum((uint32_t)i);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(gz_stat_row(*(const uint32_t *)a)->name,
			gz_stat_row(*(const uint32_t *)b)->name);
}

/* The indexes of all rows in the order of their names; made once. */
static const uint32_t *
sorted_rows(void)
{
	static uint32_t *rows;
	uint32_t n = gz_stat_count();

	if (rows != NULL)
		return rows;
	rows = malloc((n + 1) * sizeof(*rows));
	if (rows == NULL)
		abort();
	for (uint32_t i = 0; i < n; i++)
		rows[i] = i;
	qsort(rows, n, sizeof(*rows), by_name);
	return rows;
}

/* How many bytes of leading words, with their dots, @p a and @p b share; and how many words. */
static size_t
shared_words(const char *a, const char *b, uint32_t *words)
{
	size_t shared = 0;

	*words = 0;
	for (size_t i = 0; a[i] != '\0' && a[i] == b[i]; i++) {
		if (a[i] != '.')
			continue;
		shared = i + 1;
		(*words)++;
	}
	return shared;
}

/* Objects for the words of @p name but the last. @return the last. */
static const char *
open_words(struct gz_json *j, const char *name, uint32_t *depth)
{
	const char *dot;
	char word[64];

	while ((dot = strchr(name, '.')) != NULL) {
		snprintf(word, sizeof(word), "%.*s", (int)(dot - name), name);
		gz_json_object(j, word);
		(*depth)++;
		name = dot + 1;
	}
	return name;
}

static void
tell_counters(struct gz_json *j)
{
	const uint32_t *rows = sorted_rows();
	const char *before = "", *name;
	uint32_t depth = 0, words;
	size_t shared;

	for (uint32_t i = 0; i < gz_stat_count(); i++) {
		name = gz_stat_row(rows[i])->name;
		shared = shared_words(before, name, &words);
		for (; depth > words; depth--)
			gz_json_object_end(j);
		gz_json_u64(j, open_words(j, name + shared, &depth), gz_stat_sum(rows[i]));
		before = name;
	}
	for (; depth > 0; depth--)
		gz_json_object_end(j);
}

void
control_post_stats(struct gz_control *c, uint64_t time_us)
{
	struct gz_event *e = gz_event_begin(c->ring, &stats_event, STATS_TEXT);
	struct gz_json *j;

	if (e == NULL)
		return;
	e->time_us = time_us;
	j = gz_event_json(c->ring);
	gz_json_object(j, "stats");
	gz_json_u64(j, "uptime", (gz_clock_wall_us() - c->started_us) / 1000000);
	tell_counters(j);
	gz_json_object_end(j);
	gz_event_commit(c->ring);
}
