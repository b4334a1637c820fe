/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_internal.h"

static void
walk_under(const struct gz_conf *c, const char *prefix, conf_walk_fn fn, void *arg)
{
	char pattern[CONF_NAME_SIZE], name[CONF_NAME_SIZE], item[CONF_NAME_SIZE];
	const struct conf_row *rows;
	uint32_t i, k, nb;
	const char *last;

	conf_pattern(prefix, pattern);
	rows = conf_rows(&nb);
	for (i = 0; i < nb; i++) {
		if (strncmp(rows[i].setting->name, pattern, strlen(pattern)) != 0)
			continue;
		last = rows[i].setting->name + strlen(pattern);
		if (strstr(last, "[]") != NULL)
			continue;
		snprintf(name, sizeof(name), "%s%s", prefix, last);
		if (rows[i].setting->type != GZ_SETTING_LIST) {
			fn(arg, name, &rows[i]);
			continue;
		}
		for (k = 0; k < gz_conf_items(c, name); k++) {
			snprintf(item, sizeof(item), "%.*s[%u].", CONF_NAME_SIZE - 16, name, k);
			walk_under(c, item, fn, arg);
		}
	}
}

void
conf_walk(const struct gz_conf *c, conf_walk_fn fn, void *arg)
{
	walk_under(c, "", fn, arg);
}

static char *
text_of(const struct gz_conf *c, const char *name, const struct conf_row *row)
{
	const struct conf_value *v = conf_get(c, name);

	return conf_value_text(row->setting, v != NULL ? v : &row->value);
}

struct each {
	const struct gz_conf *conf;
	gz_conf_each_fn fn;
	void *arg;
};

static void
each_setting(void *arg, const char *name, const struct conf_row *row)
{
	const struct each *e = arg;
	char *text = text_of(e->conf, name, row);

	e->fn(e->arg, name, text, row->setting, gz_conf_given(e->conf, name));
	free(text);
}

void
gz_conf_each(const struct gz_conf *c, gz_conf_each_fn fn, void *arg)
{
	struct each e = { c, fn, arg };

	conf_walk(c, each_setting, &e);
}

/** Is there the item that @p name is a member of? */
static bool
item_is_there(const struct gz_conf *c, const char *name)
{
	const char *end = strrchr(name, ']');
	char item[CONF_NAME_SIZE];

	if (end == NULL)
		return true;
	snprintf(item, sizeof(item), "%.*s", (int)(end + 1 - name), name);
	return gz_conf_given(c, item);
}

struct diff {
	const struct gz_conf *here, *there;
	bool turned; /* here is after: tell only what there is not there */
	gz_conf_diff_fn fn;
	void *arg;
};

static void
diff_setting(void *arg, const char *name, const struct conf_row *row)
{
	const struct diff *d = arg;
	char *here, *there = NULL;
	bool is_there = item_is_there(d->there, name);

	if (is_there && d->turned)
		return;
	here = text_of(d->here, name, row);
	if (is_there)
		there = text_of(d->there, name, row);
	if (d->turned)
		d->fn(d->arg, name, NULL, here, row->setting);
	else if (there == NULL || strcmp(here, there) != 0)
		d->fn(d->arg, name, here, there, row->setting);
	free(here);
	free(there);
}

void
gz_conf_diff(const struct gz_conf *before, const struct gz_conf *after, gz_conf_diff_fn fn,
		void *arg)
{
	struct diff d = { before, after, false, fn, arg };

	conf_walk(before, diff_setting, &d);
	d = (struct diff){ after, before, true, fn, arg };
	conf_walk(after, diff_setting, &d);
}
