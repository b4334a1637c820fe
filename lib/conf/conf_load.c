/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "conf_internal.h"
#include "conf_tree.h"

/** A walk through a file's tree. */
struct walk {
	struct gz_conf *conf;
	struct gz_errors *errors;
	struct conf_tree tree;
};

/** A scalar as the text that conf_value_parse() reads; NULL when it is none. */
static const char *
scalar_text(const config_setting_t *s, char number[CONF_NUMBER_SIZE])
{
	switch (config_setting_type(s)) {
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		snprintf(number, CONF_NUMBER_SIZE, "%lld", config_setting_get_int64(s));
		return number;
	case CONFIG_TYPE_FLOAT:
		snprintf(number, CONF_NUMBER_SIZE, "%g", config_setting_get_float(s));
		return number;
	case CONFIG_TYPE_BOOL:
		return config_setting_get_bool(s) ? "true" : "false";
	case CONFIG_TYPE_STRING:
		return config_setting_get_string(s);
	default:
		return NULL;
	}
}

static bool
is_text(const struct gz_setting *s)
{
	return s->type == GZ_SETTING_STRING || s->type == GZ_SETTING_STRINGS ||
			s->type == GZ_SETTING_WORD;
}

static void
load_strings(struct walk *w, const config_setting_t *s, const char *name, struct conf_value *v)
{
	char number[CONF_NUMBER_SIZE];
	const config_setting_t *item;
	const char *text;
	int i;

	for (i = 0; i < config_setting_length(s); i++) {
		item = config_setting_get_elem(s, (unsigned int)i);
		text = scalar_text(item, number);
		if (text == NULL) {
			gz_errors_add(w->errors, conf_tree_value_place(&w->tree, s), "wrong type",
					"%s needs a list of strings: [\"one\", \"two\"]", name);
			return;
		}
		conf_value_add(v, gz_span_str(text));
	}
}

static void
load_value(struct walk *w, const config_setting_t *s, const char *name, const struct conf_row *row)
{
	const struct gz_setting *setting = row->setting;
	struct gz_place place = conf_tree_value_place(&w->tree, s);
	struct conf_value *v = conf_put(w->conf, name, row, place);
	char why[CONF_WHY_SIZE], number[CONF_NUMBER_SIZE];
	const char *text = scalar_text(s, number);
	uint32_t before = w->errors->count;

	if (text == NULL && setting->type == GZ_SETTING_STRINGS && !config_setting_is_group(s)) {
		load_strings(w, s, name, v);
	} else if (text == NULL) {
		gz_errors_add(w->errors, place, "wrong type", "%s needs a value, not a %s", name,
				config_setting_is_group(s) ? "group" : "list");
	} else if (is_text(setting) && config_setting_type(s) != CONFIG_TYPE_STRING) {
		gz_errors_add(w->errors, place, "wrong type", "%s needs text in quotes, not %s",
				name, text);
	} else if (setting->type == GZ_SETTING_STRINGS) {
		conf_value_add(v, gz_span_str(text));
	} else if (!conf_value_parse(setting, name, text, v, why)) {
		gz_errors_add(w->errors, place, "wrong value", "%s", why);
	}
	v->is_wrong = w->errors->count > before;
}

static void load_group(struct walk *w, const config_setting_t *group, const char *name);

static void
load_list(struct walk *w, const config_setting_t *s, const char *name, const struct conf_row *row)
{
	struct gz_place place = conf_tree_value_place(&w->tree, s);
	struct conf_value *v;
	const config_setting_t *item;
	char item_name[CONF_NAME_SIZE];
	int i;

	conf_drop_items(w->conf, name);
	v = conf_put(w->conf, name, row, place);
	if (!config_setting_is_list(s)) {
		gz_errors_add(w->errors, place, "wrong type",
				"%s needs a list of groups: ( { ... }, { ... } )", name);
		return;
	}
	for (i = 0; i < config_setting_length(s); i++) {
		item = config_setting_get_elem(s, (unsigned int)i);
		snprintf(item_name, sizeof(item_name), "%s[%d]", name, i);
		conf_put(w->conf, item_name, row, conf_tree_value_place(&w->tree, item));
		if (config_setting_is_group(item))
			load_group(w, item, item_name);
		else
			gz_errors_add(w->errors, conf_tree_value_place(&w->tree, item),
					"wrong type", "%s needs to be a group: { ... }", item_name);
	}
	v->number = (uint64_t)config_setting_length(s);
}

static void
load_setting(struct walk *w, const config_setting_t *s, const char *name)
{
	const struct conf_row *row = conf_row_find(name);
	char why[CONF_WHY_SIZE];

	if (row != NULL && row->setting->type == GZ_SETTING_LIST) {
		load_list(w, s, name, row);
	} else if (row != NULL) {
		load_value(w, s, name, row);
	} else if (!conf_is_group(name)) {
		conf_unknown(name, why);
		gz_errors_add(w->errors, conf_tree_place(&w->tree, s), "unknown setting", "%s",
				why);
	} else if (config_setting_is_group(s)) {
		load_group(w, s, name);
	} else {
		gz_errors_add(w->errors, conf_tree_value_place(&w->tree, s), "wrong type",
				"%s is a group of settings: %s = { ... }", name,
				config_setting_name(s));
	}
}

/** @p name is "" at the top. */
static void
load_group(struct walk *w, const config_setting_t *group, const char *name)
{
	const config_setting_t *s;
	char member[CONF_NAME_SIZE];
	int i, n;

	for (i = 0; i < config_setting_length(group); i++) {
		s = config_setting_get_elem(group, (unsigned int)i);
		n = snprintf(member, sizeof(member), "%s%s%s", name, name[0] == '\0' ? "" : ".",
				config_setting_name(s));
		if (n >= CONF_NAME_SIZE)
			gz_errors_add(w->errors, conf_tree_place(&w->tree, s), "unknown setting",
					"the name is too long");
		else
			load_setting(w, s, member);
	}
}

int
gz_conf_load(struct gz_conf *c, const char *path, struct gz_errors *errors)
{
	uint32_t before = gz_errors_refusals(errors);
	struct walk w = { .conf = c, .errors = errors };
	int ret;

	ret = conf_tree_read(&w.tree, path, errors);
	if (ret < 0)
		return ret;
	load_group(&w, config_root_setting(&w.tree.config), "");
	conf_tree_free(&w.tree);
	return gz_errors_refusals(errors) == before ? 0 : -EINVAL;
}
