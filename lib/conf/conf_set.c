/* SPDX-License-Identifier: BSD-3-Clause */

/* Settings one by one, as --set gives them, and what must be given in any case. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "conf_internal.h"

/** See to it that the item in the way to @p name is there: the next one is added. */
static bool
reach_item(struct gz_conf *c, const char *name, struct gz_place place, char why[CONF_WHY_SIZE])
{
	const char *open = strrchr(name, '['), *close = strrchr(name, ']');
	char list[CONF_NAME_SIZE], item[CONF_NAME_SIZE];
	const struct conf_row *row;
	struct conf_value *v;
	uint64_t index;

	if (open == NULL)
		return true;
	snprintf(list, sizeof(list), "%.*s", (int)(open - name), name);
	row = conf_row_find(list);
	if (row == NULL || row->setting->type != GZ_SETTING_LIST || close < open ||
			!gz_span_u64(gz_span(open + 1, (uint32_t)(close - open - 1)), &index)) {
		snprintf(why, CONF_WHY_SIZE, "%s is no member of a list's item", name);
		return false;
	}
	if (!reach_item(c, list, place, why))
		return false;
	v = conf_get(c, list);
	if (v == NULL)
		v = conf_put(c, list, row, place);
	if (index > v->number) {
		snprintf(why, CONF_WHY_SIZE, "the next item of %s is %s[%u]", list, list,
				(uint32_t)v->number);
		return false;
	}
	if (index < v->number)
		return true;
	v->is_wrong = false;
	v->number++;
	snprintf(item, sizeof(item), "%.*s", (int)(close + 1 - name), name);
	conf_put(c, item, row, place);
	return true;
}

/** Take the name and its row off an assignment. @return the value's text, or NULL and why not. */
static const char *
read_name(const char *assignment, char name[CONF_NAME_SIZE], const struct conf_row **row,
		char why[CONF_WHY_SIZE])
{
	const char *equals = strchr(assignment, '=');

	if (equals == NULL || equals - assignment >= CONF_NAME_SIZE) {
		snprintf(why, CONF_WHY_SIZE, "\"%.64s\" is not name=value", assignment);
		return NULL;
	}
	snprintf(name, CONF_NAME_SIZE, "%.*s", (int)(equals - assignment), assignment);
	*row = conf_row_find(name);
	if (*row != NULL && (*row)->setting->type != GZ_SETTING_LIST)
		return equals + 1;
	if (*row != NULL)
		snprintf(why, CONF_WHY_SIZE, "%s is a list: give the members of its items", name);
	else
		conf_unknown(name, why);
	return NULL;
}

int
gz_conf_set(struct gz_conf *c, const char *assignment, struct gz_errors *errors)
{
	static const struct gz_place place = { "--set", 0, 0 };
	char name[CONF_NAME_SIZE], why[CONF_WHY_SIZE];
	const struct conf_row *row;
	struct conf_value *v;
	const char *text;

	text = read_name(assignment, name, &row, why);
	if (text != NULL && reach_item(c, name, place, why)) {
		v = conf_put(c, name, row, place);
		v->is_wrong = !conf_value_parse(row->setting, name, text, v, why);
		if (!v->is_wrong)
			return 0;
	}
	gz_errors_add(errors, place, "wrong value", "%s", why);
	return -EINVAL;
}

struct check {
	const struct gz_conf *conf;
	struct gz_errors *errors;
};

static void
check_setting(void *arg, const char *name, const struct conf_row *row)
{
	const struct check *k = arg;
	const struct conf_value *v = conf_get(k->conf, name);
	char item[CONF_NAME_SIZE];

	if (!row->setting->required)
		return;
	if (v != NULL &&
			(row->setting->type != GZ_SETTING_STRING || v->nb_strings == 0 ||
					v->strings[0][0] != '\0'))
		return;
	snprintf(item, sizeof(item), "%.*s", (int)(strrchr(name, '.') - name), name);
	gz_errors_add(k->errors, gz_conf_place(k->conf, v != NULL ? name : item), "missing setting",
			"%s must be given", name);
}

int
gz_conf_check(const struct gz_conf *c, struct gz_errors *errors)
{
	uint32_t before = gz_errors_refusals(errors);
	struct check k = { c, errors };

	conf_walk(c, check_setting, &k);
	return gz_errors_refusals(errors) == before ? 0 : -EINVAL;
}

struct gz_conf *
gz_conf_read(const char *path, const char *const *sets, uint32_t nb_sets, struct gz_errors *errors)
{
	struct gz_conf *c = conf_or_abort(gz_conf_create());

	if (path != NULL)
		gz_conf_load(c, path, errors);
	for (uint32_t i = 0; i < nb_sets; i++)
		gz_conf_set(c, sets[i], errors);
	gz_conf_check(c, errors);
	return c;
}
