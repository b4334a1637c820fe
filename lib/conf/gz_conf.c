/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "conf_internal.h"

enum {
	ITEM_NAMES = 8, /* of gz_conf_item(), valid at once */
};

struct gz_conf *
gz_conf_create(void)
{
	uint32_t nb;

	conf_rows(&nb);
	return calloc(1, sizeof(struct gz_conf));
}

void
gz_conf_destroy(struct gz_conf *c)
{
	if (c == NULL)
		return;
	conf_table_free(c);
	free(c);
}

/** What was given and could be read, else the default. */
static const struct conf_value *
value_of(const struct gz_conf *c, const char *name, enum gz_setting_type type)
{
	const struct conf_value *v = conf_get(c, name);
	const struct conf_row *row = v != NULL ? v->row : conf_row_find(name);

	if (row == NULL || row->setting->type != type)
		rte_panic("%s is no setting, or of another type\n", name);
	return v != NULL && !v->is_wrong ? v : &row->value;
}

bool
gz_conf_bool(const struct gz_conf *c, const char *name)
{
	return value_of(c, name, GZ_SETTING_BOOL)->number != 0;
}

uint64_t
gz_conf_uint(const struct gz_conf *c, const char *name)
{
	return value_of(c, name, GZ_SETTING_UINT)->number;
}

uint64_t
gz_conf_ms(const struct gz_conf *c, const char *name)
{
	return value_of(c, name, GZ_SETTING_TIME)->number;
}

const char *
gz_conf_string(const struct gz_conf *c, const char *name)
{
	const struct conf_value *v = value_of(c, name, GZ_SETTING_STRING);

	return v->nb_strings == 0 ? "" : v->strings[0];
}

uint32_t
gz_conf_word(const struct gz_conf *c, const char *name)
{
	return (uint32_t)value_of(c, name, GZ_SETTING_WORD)->number;
}

uint32_t
gz_conf_strings(const struct gz_conf *c, const char *name)
{
	return value_of(c, name, GZ_SETTING_STRINGS)->nb_strings;
}

const char *
gz_conf_strings_at(const struct gz_conf *c, const char *name, uint32_t i)
{
	const struct conf_value *v = value_of(c, name, GZ_SETTING_STRINGS);

	RTE_VERIFY(i < v->nb_strings);
	return v->strings[i];
}

uint32_t
gz_conf_items(const struct gz_conf *c, const char *list)
{
	return (uint32_t)value_of(c, list, GZ_SETTING_LIST)->number;
}

const char *
gz_conf_item(const char *member, uint32_t i)
{
	static __thread char names[ITEM_NAMES][CONF_NAME_SIZE];
	static __thread uint32_t next;
	const char *at = strstr(member, "[]");
	char *name = names[next++ % ITEM_NAMES];

	RTE_VERIFY(at != NULL);
	snprintf(name, CONF_NAME_SIZE, "%.*s[%u]%s", (int)(at - member), member, i, at + 2);
	return name;
}

bool
gz_conf_given(const struct gz_conf *c, const char *name)
{
	return conf_get(c, name) != NULL;
}

struct gz_place
gz_conf_place(const struct gz_conf *c, const char *name)
{
	const struct conf_value *v = conf_get(c, name);

	return v == NULL ? (struct gz_place){ NULL, 0, 0 } : v->place;
}
