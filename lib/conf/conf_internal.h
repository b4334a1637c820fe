/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CONF_INTERNAL_H
#define CONF_INTERNAL_H

#include "gz_conf.h"
#include "gz_span.h"

enum {
	CONF_NAME_SIZE = 256, /* room for a setting's full name, with its NUL */
	CONF_WHY_SIZE = 512, /* and for a sentence about it */
	CONF_NUMBER_SIZE = 32,
};

struct conf_row;

/** A value given, or a row's default. */
struct conf_value {
	struct conf_value *next; /* in its bucket */
	char *name;
	const struct conf_row *row;
	struct gz_place place; /* its file's name belongs to the configuration */
	uint64_t number; /* BOOL, UINT, TIME in ms, WORD's index; LIST: how many items */
	char **strings; /* STRING: one; STRINGS */
	uint32_t nb_strings;
	bool is_wrong; /* what was given could not be read: the default holds */
};

/** A setting as registered, ready to use. */
struct conf_row {
	const struct gz_setting *setting;
	struct conf_value value; /* the default */
};

struct gz_conf {
	struct conf_value **buckets; /* by full name */
	uint32_t nb_buckets; /* a power of two */
	uint32_t nb_values;
	char **files; /* names that places point to */
	uint32_t nb_files;
};

/* conf_rows.c: all rows, sorted by name; built once. */

const struct conf_row *conf_rows(uint32_t *nb);
/** The row of "wires[1].outside" is that of "wires[].outside". NULL: there is none. */
const struct conf_row *conf_row_find(const char *name);
/** Does a row's name start with @p name and a dot? */
bool conf_is_group(const char *name);
/** "unknown setting …, did you mean …". */
void conf_unknown(const char *name, char why[CONF_WHY_SIZE]);
/** @p name without the numbers in brackets. */
void conf_pattern(const char *name, char pattern[CONF_NAME_SIZE]);

/* conf_value.c: values and their text. */

/** Fill @p v from text, or say why not in a sentence that starts with @p name. */
bool conf_value_parse(const struct gz_setting *s, const char *name, const char *text,
		struct conf_value *v, char why[CONF_WHY_SIZE]);
/** Add one string to STRING or STRINGS. */
void conf_value_add(struct conf_value *v, struct gz_span text);
/** Forget what it holds, not what it is. */
void conf_value_clear(struct conf_value *v);
/** As text that conf_value_parse() reads. @return to be freed by the caller. */
char *conf_value_text(const struct gz_setting *s, const struct conf_value *v);

/* conf_walk.c: all settings there are. */

typedef void (*conf_walk_fn)(void *arg, const char *name, const struct conf_row *row);
/** Call @p fn for each setting, lists item by item. */
void conf_walk(const struct gz_conf *c, conf_walk_fn fn, void *arg);

/* conf_table.c: the values given. An item of a list is one too, as "wires[1]". */

struct conf_value *conf_get(const struct gz_conf *c, const char *name);
/** The value given under @p name, emptied, or a new one. */
struct conf_value *
conf_put(struct gz_conf *c, const char *name, const struct conf_row *row, struct gz_place place);
/** Forget all items of a list. */
void conf_drop_items(struct gz_conf *c, const char *list);
void conf_table_free(struct gz_conf *c);
/** The same name, kept as long as @p c. */
const char *conf_keep_file(struct gz_conf *c, const char *file);

/* conf_text.c: the text of a file and of what it includes. */

struct conf_text;

/** NULL: told in @p errors; -errno in @p ret. */
struct conf_text *conf_text_load(const char *path, struct gz_errors *errors, int *ret);
void conf_text_free(struct conf_text *t);
/** All of it in one piece, as libconfig can take it. */
const char *conf_text_all(const struct conf_text *t);
/** Where line @p line of the whole comes from, at its first word. */
struct gz_place conf_text_place(const struct conf_text *t, uint32_t line);
/** The line as it stands in its file. */
struct gz_span conf_text_line(const struct conf_text *t, uint32_t line);

/* Memory that control cannot do without. */

void *conf_or_abort(void *p);

#endif /* CONF_INTERNAL_H */
