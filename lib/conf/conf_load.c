/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include <libconfig.h>

#include "conf_internal.h"

/** A walk through a file's tree. */
struct walk {
	struct gz_conf *conf;
	const struct conf_text *text;
	struct gz_errors *errors;
};

static bool
is_name_byte(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '_' || c == '-' || c == '*';
}

/** Where @p name stands in @p line as a whole word, or -1. */
static int64_t
find_name(struct gz_span line, struct gz_span name)
{
	struct gz_span rest = line;
	int64_t at, from = 0;

	while ((at = gz_span_find(rest, name)) >= 0) {
		from += at;
		rest = gz_span(line.p + from + name.len, line.len - (uint32_t)from - name.len);
		if ((from == 0 || !is_name_byte(line.p[from - 1])) &&
				(rest.len == 0 || !is_name_byte(rest.p[0])))
			return from;
		from += name.len;
	}
	return -1;
}

/** A setting's place, at its name, or behind it at its value. libconfig knows the line alone. */
static struct gz_place
place_of(const struct walk *w, const config_setting_t *s, bool at_value)
{
	uint32_t line = config_setting_source_line(s), i;
	struct gz_place place = conf_text_place(w->text, line);
	struct gz_span text = conf_text_line(w->text, line);
	const char *name = config_setting_name(s);
	int64_t at;

	if (name == NULL || (at = find_name(text, gz_span_str(name))) < 0)
		return place;
	place.column = (uint32_t)at + 1;
	if (!at_value)
		return place;
	i = (uint32_t)at + (uint32_t)strlen(name);
	while (i < text.len && strchr(" \t=:", text.p[i]) != NULL)
		i++;
	if (i < text.len)
		place.column = i + 1;
	return place;
}

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
			gz_errors_add(w->errors, place_of(w, s, true), "wrong type",
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
	struct gz_place place = place_of(w, s, true);
	struct conf_value *v = conf_put(w->conf, name, row, place);
	char why[CONF_WHY_SIZE], number[CONF_NUMBER_SIZE];
	const char *text = scalar_text(s, number);

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
}

static void load_group(struct walk *w, const config_setting_t *group, const char *name);

static void
load_list(struct walk *w, const config_setting_t *s, const char *name, const struct conf_row *row)
{
	struct gz_place place = place_of(w, s, true);
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
		conf_put(w->conf, item_name, row, place_of(w, item, true));
		if (config_setting_is_group(item))
			load_group(w, item, item_name);
		else
			gz_errors_add(w->errors, place_of(w, item, true), "wrong type",
					"%s needs to be a group: { ... }", item_name);
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
		gz_errors_add(w->errors, place_of(w, s, false), "unknown setting", "%s", why);
	} else if (config_setting_is_group(s)) {
		load_group(w, s, name);
	} else {
		gz_errors_add(w->errors, place_of(w, s, true), "wrong type",
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
			gz_errors_add(w->errors, place_of(w, s, false), "unknown setting",
					"the name is too long");
		else
			load_setting(w, s, member);
	}
}

static void
tell_syntax(struct walk *w, const config_t *tree)
{
	uint32_t line = (uint32_t)config_error_line(tree);
	struct gz_span text = gz_span_trim(conf_text_line(w->text, line));

	gz_errors_add(w->errors, conf_text_place(w->text, line), "syntax error",
			"%s in or before \"%.*s\"", config_error_text(tree),
			(int)RTE_MIN(text.len, 64U), (const char *)text.p);
}

int
gz_conf_load(struct gz_conf *c, const char *path, struct gz_errors *errors)
{
	uint32_t before = gz_errors_refusals(errors);
	struct walk w = { c, NULL, errors };
	struct conf_text *text;
	config_t tree;
	int ret;

	text = conf_text_load(path, errors, &ret);
	if (text == NULL)
		return ret;
	w.text = text;
	config_init(&tree);
	/* Should its idea of an include differ from ours, it finds nothing to open. */
	config_set_include_dir(&tree, "/dev/null");
	if (!config_read_string(&tree, conf_text_all(text))) {
		tell_syntax(&w, &tree);
	} else {
		load_group(&w, config_root_setting(&tree), "");
		gz_conf_check(c, errors);
	}
	config_destroy(&tree);
	conf_text_free(text);
	return gz_errors_refusals(errors) == before ? 0 : -EINVAL;
}
