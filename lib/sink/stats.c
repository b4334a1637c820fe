/* SPDX-License-Identifier: BSD-3-Clause */
/* All counters as one event: "flow.created" becomes {"flow": {"created": …}}. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "gz_stat.h"

#include "sink_internal.h"

static const struct gz_setting stats_settings[] = {
	{ "eve.stats-interval", GZ_SETTING_TIME, "10 s", .min = 0,
			.help = "how often all counters are written as a stats event; 0: never" },
};
GZ_CONF_REGISTER(stats_settings)

GZ_EVENT_TYPE(stats_event, "stats", "all counters, every eve.stats-interval")

enum {
	WORD_MOST = 64,
};

static uint32_t *by_name; /* rows' numbers, in the order of their words */
static pthread_once_t by_name_once = PTHREAD_ONCE_INIT;

/* A dot comes before all else, so that a group's rows stay together. */
static int
name_compare(const char *a, const char *b)
{
	uint8_t x, y;

	while (*a == *b && *a != '\0') {
		a++;
		b++;
	}
	x = *a == '.' ? 1 : (uint8_t)*a;
	y = *b == '.' ? 1 : (uint8_t)*b;
	return x - y;
}

static int
row_compare(const void *a, const void *b)
{
	return name_compare(gz_stat_row(*(const uint32_t *)a)->name,
			gz_stat_row(*(const uint32_t *)b)->name);
}

/* One name can be a number or a group of numbers. */
static void
names_check(uint32_t n)
{
	const char *name, *next;
	size_t len;

	for (uint32_t i = 1; i < n; i++) {
		name = gz_stat_row(by_name[i - 1])->name;
		next = gz_stat_row(by_name[i])->name;
		len = strlen(name);
		if (strncmp(name, next, len) == 0 && (next[len] == '.' || next[len] == '\0'))
			rte_panic("stat: \"%s\" is a counter and \"%s\" too\n", name, next);
	}
}

static void
names_sort(void)
{
	uint32_t n = gz_stat_count();

	by_name = malloc((n + 1) * sizeof(*by_name));
	RTE_VERIFY(by_name != NULL);
	for (uint32_t i = 0; i < n; i++)
		by_name[i] = i;
	qsort(by_name, n, sizeof(*by_name), row_compare);
	names_check(n);
}

static void __attribute__((destructor)) names_free(void)
{
	free(by_name);
}

/* Bytes that two names share in whole words, dots included. */
static uint32_t
common_groups(const char *a, const char *b)
{
	uint32_t i, groups = 0;

	for (i = 0; a[i] == b[i] && a[i] != '\0'; i++) {
		if (a[i] == '.')
			groups++;
	}
	return groups;
}

static uint32_t
nb_groups(const char *name)
{
	uint32_t n = 0;

	for (; *name != '\0'; name++)
		n += *name == '.';
	return n;
}

/* Open the groups of @p name after the first @p have. @return its last word. */
static const char *
open_groups(struct gz_json *j, const char *name, uint32_t have)
{
	char word[WORD_MOST];
	const char *dot;

	for (uint32_t i = 0; (dot = strchr(name, '.')) != NULL; i++, name = dot + 1) {
		if (i < have)
			continue;
		snprintf(word, sizeof(word), "%.*s", (int)(dot - name), name);
		gz_json_object(j, word);
	}
	return name;
}

static void
write_rows(struct gz_json *j)
{
	uint32_t n = gz_stat_count(), have, depth = 0;
	const char *before = "", *name, *word;

	for (uint32_t i = 0; i < n; i++) {
		name = gz_stat_row(by_name[i])->name;
		have = common_groups(before, name);
		for (; depth > have; depth--)
			gz_json_object_end(j);
		word = open_groups(j, name, have);
		depth = nb_groups(name);
		gz_json_u64(j, word, gz_stat_sum(by_name[i]));
		before = name;
	}
	for (; depth > 0; depth--)
		gz_json_object_end(j);
}

bool
gz_stats_event(struct gz_event *e, uint64_t now_us, uint64_t uptime_s)
{
	struct gz_json j;

	pthread_once(&by_name_once, names_sort);
	memset(e, 0, sizeof(*e));
	e->type = (uint16_t)stats_event.reg.id;
	e->wire = GZ_EVENT_NONE;
	e->server = GZ_EVENT_NONE;
	e->tx_id = UINT64_MAX;
	e->time_us = now_us;
	gz_json_init(&j, e->text, GZ_EVENT_TEXT_MOST);
	gz_json_object(&j, "stats");
	gz_json_u64(&j, "uptime", uptime_s);
	write_rows(&j);
	gz_json_object_end(&j);
	e->text_len = j.len;
	return !gz_json_full(&j);
}
