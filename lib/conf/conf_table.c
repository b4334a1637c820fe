/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_internal.h"

enum {
	FIRST_BUCKETS = 64,
};

/* FNV-1a: names are few and come from the configuration's own author. */
static uint32_t
hash(const char *name)
{
	uint32_t h = 2166136261;

	for (; *name != '\0'; name++)
		h = (h ^ (uint8_t)*name) * 16777619;
	return h;
}

static struct conf_value **
bucket_of(const struct gz_conf *c, const char *name)
{
	return &c->buckets[hash(name) & (c->nb_buckets - 1)];
}

struct conf_value *
conf_get(const struct gz_conf *c, const char *name)
{
	struct conf_value *v;

	if (c->nb_buckets == 0)
		return NULL;
	for (v = *bucket_of(c, name); v != NULL; v = v->next) {
		if (strcmp(v->name, name) == 0)
			return v;
	}
	return NULL;
}

static void
table_grow(struct gz_conf *c)
{
	struct gz_conf wider = *c;
	struct conf_value *v, **b;
	uint32_t i;

	wider.nb_buckets = c->nb_buckets == 0 ? FIRST_BUCKETS : c->nb_buckets * 2;
	wider.buckets = conf_or_abort(calloc(wider.nb_buckets, sizeof(*wider.buckets)));
	for (i = 0; i < c->nb_buckets; i++) {
		while ((v = c->buckets[i]) != NULL) {
			c->buckets[i] = v->next;
			b = bucket_of(&wider, v->name);
			v->next = *b;
			*b = v;
		}
	}
	free(c->buckets);
	*c = wider;
}

struct conf_value *
conf_put(struct gz_conf *c, const char *name, const struct conf_row *row, struct gz_place place)
{
	struct conf_value *v = conf_get(c, name), **b;

	place.file = conf_keep_file(c, place.file);
	if (v != NULL) {
		conf_value_clear(v);
		v->place = place;
		return v;
	}
	if (c->nb_values == c->nb_buckets)
		table_grow(c);
	b = bucket_of(c, name);
	v = conf_or_abort(calloc(1, sizeof(*v)));
	v->name = conf_or_abort(strdup(name));
	v->row = row;
	v->place = place;
	v->next = *b;
	*b = v;
	c->nb_values++;
	return v;
}

/** Drop the values whose name starts with @p start. */
static void
drop(struct gz_conf *c, const char *start)
{
	size_t len = strlen(start);
	struct conf_value *v, **at;
	uint32_t i;

	for (i = 0; i < c->nb_buckets; i++) {
		at = &c->buckets[i];
		while ((v = *at) != NULL) {
			if (strncmp(v->name, start, len) != 0) {
				at = &v->next;
				continue;
			}
			*at = v->next;
			conf_value_clear(v);
			free(v->name);
			free(v);
			c->nb_values--;
		}
	}
}

void
conf_drop_items(struct gz_conf *c, const char *list)
{
	char start[CONF_NAME_SIZE];

	snprintf(start, sizeof(start), "%s[", list);
	drop(c, start);
}

void
conf_table_free(struct gz_conf *c)
{
	uint32_t i;

	drop(c, "");
	free(c->buckets);
	for (i = 0; i < c->nb_files; i++)
		free(c->files[i]);
	free(c->files);
}

const char *
conf_keep_file(struct gz_conf *c, const char *file)
{
	uint32_t i;

	for (i = 0; i < c->nb_files; i++) {
		if (strcmp(c->files[i], file) == 0)
			return c->files[i];
	}
	c->files = conf_or_abort(reallocarray(c->files, c->nb_files + 1, sizeof(*c->files)));
	c->files[c->nb_files] = conf_or_abort(strdup(file));
	return c->files[c->nb_files++];
}
