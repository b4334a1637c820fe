/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_CONF_H
#define GZ_CONF_H

/*
 * Settings, declared as rows in the room that obeys them:
 *
 *	static struct gz_setting flow_settings[] = {
 *		{ "flow.max", GZ_SETTING_UINT, "262144", .min = 1024, .max = 1 << 26, .unit = "flows",
 *			.help = "room in the flow table, all workers together" },
 *	};
 *	GZ_CONF_REGISTER(flow_settings)
 *
 * A file is libconfig's syntax; "flow.max" is group flow, member max. A list of
 * groups (wires, servers) is a row of type GZ_SETTING_LIST, and the members of
 * its items are rows named with "[]": "wires[].outside". An unknown setting, a
 * wrong type and a value out of range are errors with file, line and column.
 *
 * A struct gz_conf is built and read by control threads; workers get values, not this.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/queue.h>

#include <rte_common.h>

#include "gz_error.h"

enum gz_setting_type {
	GZ_SETTING_BOOL, /* true | false */
	GZ_SETTING_UINT, /* a whole number; suffixes K M G (1024) when unit is "bytes" */
	GZ_SETTING_TIME, /* "250 ms", "30 s", "5 min", "24 h", "7 d": milliseconds inside */
	GZ_SETTING_STRING, /* text; .required forbids an empty one in a list's item */
	GZ_SETTING_WORD, /* one of .words */
	GZ_SETTING_STRINGS, /* a list of strings */
	GZ_SETTING_LIST, /* a list of groups */
};

struct gz_setting {
	const char *name;
	enum gz_setting_type type;
	const char *value; /* the default, as text; NULL: 0, false, "" or none */
	uint64_t min, max; /* UINT and TIME; max 0 means no bound */
	const char *unit;
	const char *const *words; /* WORD: NULL-terminated; the value is the index */
	bool required; /* in a list's item: must be given */
	bool live; /* a reload of the configuration changes it without a restart */
	const char *help; /* a sentence, for --defaults and the documentation */
};

struct gz_setting_set {
	const struct gz_setting *rows;
	uint32_t nb_rows;
	STAILQ_ENTRY(gz_setting_set) next;
};

void gz_conf_register(struct gz_setting_set *set);

#define GZ_CONF_REGISTER(table)                                                         \
	static struct gz_setting_set table##_set = { table, RTE_DIM(table), { NULL } }; \
	RTE_INIT(gz_conf_register_##table)                                              \
	{                                                                               \
		gz_conf_register(&table##_set);                                         \
	}

struct gz_conf;

/** All defaults. NULL: no memory. */
struct gz_conf *gz_conf_create(void);
void gz_conf_destroy(struct gz_conf *c);

/**
 * Read a file over what is there; `@include "other.cfg"` works, relative to the file.
 *
 * A number of more than 31 bits may be written as it is. After an error @p c serves only to find
 * further ones: what could not be read is as if not given, and required members may be empty.
 *
 * @return 0, or -EINVAL (told in @p errors, one row each) or -errno of the file (told too).
 */
int gz_conf_load(struct gz_conf *c, const char *path, struct gz_errors *errors);

/**
 * Are all members there that a list's item must have? To be asked when all is loaded and set.
 * @return 0 or -EINVAL.
 */
int gz_conf_check(const struct gz_conf *c, struct gz_errors *errors);

/**
 * "name=value" as from --set, over what is there. Items of lists: "servers[0].mode=detect",
 * where the number behind the last adds an item; a STRINGS value is comma-separated. The place of an error is "--set".
 */
int gz_conf_set(struct gz_conf *c, const char *assignment, struct gz_errors *errors);

/**
 * All of it: defaults, then the file at @p path (NULL: none), then each of @p sets, then the check.
 *
 * @return never NULL; after an error told in @p errors it serves only to find further ones.
 */
struct gz_conf *
gz_conf_read(const char *path, const char *const *sets, uint32_t nb_sets, struct gz_errors *errors);

/** Print every setting with its help as a comment and its default: a file that loads. */
void gz_conf_print_defaults(FILE *to);

/* Typed reading. A name that is no row, or of another type, is a programmer's mistake: aborts. */
bool gz_conf_bool(const struct gz_conf *c, const char *name);
uint64_t gz_conf_uint(const struct gz_conf *c, const char *name);
uint64_t gz_conf_ms(const struct gz_conf *c, const char *name);
const char *gz_conf_string(const struct gz_conf *c, const char *name);
/** Index into the row's words. */
uint32_t gz_conf_word(const struct gz_conf *c, const char *name);
/** STRINGS: how many, and the i-th. */
uint32_t gz_conf_strings(const struct gz_conf *c, const char *name);
const char *gz_conf_strings_at(const struct gz_conf *c, const char *name, uint32_t i);
/** LIST: how many items. */
uint32_t gz_conf_items(const struct gz_conf *c, const char *list);
/** Name of a member of the i-th item, for the readers above: gz_conf_item("wires[].outside", 1) is
 * "wires[1].outside". @return a string in a thread's own ring of buffers, valid for 8 further calls. */
const char *gz_conf_item(const char *member, uint32_t i);
/** Was it given, by a file or --set? */
bool gz_conf_given(const struct gz_conf *c, const char *name);
/** Where it was given; file NULL for a default. For errors that only its reader can find. Both
 * also know items: "wires[1]". */
struct gz_place gz_conf_place(const struct gz_conf *c, const char *name);

/** Call @p fn with each setting's full name and present value as text (lists item by item). */
typedef void (*gz_conf_each_fn)(void *arg, const char *name, const char *value,
		const struct gz_setting *row, bool given);
void gz_conf_each(const struct gz_conf *c, gz_conf_each_fn fn, void *arg);

/** Call @p fn for each setting that differs between two configurations; NULL: the item is not there. */
typedef void (*gz_conf_diff_fn)(void *arg, const char *name, const char *before, const char *after,
		const struct gz_setting *row);
void gz_conf_diff(const struct gz_conf *before, const struct gz_conf *after, gz_conf_diff_fn fn,
		void *arg);

#endif /* GZ_CONF_H */
