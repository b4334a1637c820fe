/* SPDX-License-Identifier: BSD-3-Clause */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "conf_internal.h"

static STAILQ_HEAD(, gz_setting_set) sets = STAILQ_HEAD_INITIALIZER(sets);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct conf_row *rows; /* kept until the process ends */
static uint32_t nb_rows;

void
gz_conf_register(struct gz_setting_set *set)
{
	RTE_VERIFY(rows == NULL);
	STAILQ_INSERT_TAIL(&sets, set, next);
}

static int
by_name(const void *a, const void *b)
{
	const struct conf_row *x = a, *y = b;

	return strcmp(x->setting->name, y->setting->name);
}

/** A row that contradicts itself or another is a programmer's mistake. */
static void
row_init(struct conf_row *row)
{
	const struct gz_setting *s = row->setting;
	const char *text = s->value;
	char why[CONF_WHY_SIZE];

	RTE_VERIFY(strlen(s->name) < CONF_NAME_SIZE / 2);
	RTE_VERIFY(s->type != GZ_SETTING_WORD || (s->words != NULL && s->words[0] != NULL));
	row->value.row = row;
	if (s->type == GZ_SETTING_LIST)
		return;
	if (text == NULL)
		text = s->type == GZ_SETTING_BOOL            ? "false"
				: s->type == GZ_SETTING_WORD ? s->words[0]
				: s->type == GZ_SETTING_UINT || s->type == GZ_SETTING_TIME ? "0"
											   : "";
	/* What must be given has no default to be in range. */
	if (!s->required && !conf_value_parse(s, s->name, text, &row->value, why))
		rte_panic("the default is wrong: %s\n", why);
}

static void
rows_build(void)
{
	struct gz_setting_set *set;
	uint32_t i, n = 0;

	STAILQ_FOREACH(set, &sets, next)
		nb_rows += set->nb_rows;
	rows = conf_or_abort(calloc(nb_rows + 1, sizeof(*rows)));
	STAILQ_FOREACH(set, &sets, next) {
		for (i = 0; i < set->nb_rows; i++)
			rows[n++].setting = &set->rows[i];
	}
	qsort(rows, nb_rows, sizeof(*rows), by_name);
	for (i = 0; i < nb_rows; i++) {
		if (i > 0 && by_name(&rows[i - 1], &rows[i]) == 0)
			rte_panic("two settings are called %s\n", rows[i].setting->name);
		row_init(&rows[i]);
	}
}

const struct conf_row *
conf_rows(uint32_t *nb)
{
	pthread_once(&once, rows_build);
	*nb = nb_rows;
	return rows;
}

void
conf_pattern(const char *name, char pattern[CONF_NAME_SIZE])
{
	bool inside = false;
	size_t n = 0;

	for (; *name != '\0' && n < CONF_NAME_SIZE - 1; name++) {
		if (*name == ']')
			inside = false;
		if (!inside)
			pattern[n++] = *name;
		if (*name == '[')
			inside = true;
	}
	pattern[n] = '\0';
}

/** The first row whose name is not below @p name. */
static uint32_t
row_from(const char *name)
{
	uint32_t low = 0, high, middle;

	conf_rows(&high);
	while (low < high) {
		middle = (low + high) / 2;
		if (strcmp(rows[middle].setting->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct conf_row *
conf_row_find(const char *name)
{
	char pattern[CONF_NAME_SIZE];
	uint32_t i;

	conf_pattern(name, pattern);
	i = row_from(pattern);
	if (i == nb_rows || strcmp(rows[i].setting->name, pattern) != 0)
		return NULL;
	return &rows[i];
}

bool
conf_is_group(const char *name)
{
	char pattern[CONF_NAME_SIZE];
	size_t len;
	uint32_t i;

	conf_pattern(name, pattern);
	len = strlen(pattern);
	if (len + 1 >= CONF_NAME_SIZE)
		return false;
	pattern[len++] = '.';
	pattern[len] = '\0';
	i = row_from(pattern);
	return i < nb_rows && strncmp(rows[i].setting->name, pattern, len) == 0;
}

void
conf_unknown(const char *name, char why[CONF_WHY_SIZE])
{
	char pattern[CONF_NAME_SIZE];
	const char **names, *near;
	uint32_t i, nb;

	conf_rows(&nb);
	names = conf_or_abort(calloc(nb + 1, sizeof(*names)));
	for (i = 0; i < nb; i++)
		names[i] = rows[i].setting->name;
	conf_pattern(name, pattern);
	near = gz_nearest_word(pattern, names, nb);
	if (near != NULL)
		snprintf(why, CONF_WHY_SIZE, "unknown setting %s, did you mean %s?", name, near);
	else
		snprintf(why, CONF_WHY_SIZE, "unknown setting %s", name);
	free(names);
}
