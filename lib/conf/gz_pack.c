/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_pack.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "conf_internal.h"
#include "conf_tree.h"

enum {
	PATH_MOST = 256, /* bytes of a value's path */
};

struct gz_pack {
	struct conf_tree tree;
	struct gz_errors *errors;
};

/** The whole file's when @p s is NULL. */
static struct gz_place
place_of(const struct gz_pack *p, const config_setting_t *s)
{
	return conf_tree_value_place(
			&p->tree, s != NULL ? s : config_root_setting(&p->tree.config));
}

struct gz_pack *
gz_pack_read(const char *path, struct gz_errors *errors)
{
	struct gz_pack *p = conf_or_abort(calloc(1, sizeof(*p)));

	p->errors = errors;
	if (conf_tree_read(&p->tree, path, errors) < 0) {
		free(p);
		return NULL;
	}
	config_set_auto_convert(&p->tree.config, true);
	return p;
}

void
gz_pack_destroy(struct gz_pack *p)
{
	if (p == NULL)
		return;
	conf_tree_free(&p->tree);
	free(p);
}

static config_setting_t *
look_up(const struct gz_pack *p, const char *path)
{
	return *path == '\0' ? config_root_setting(&p->tree.config)
			     : config_lookup(&p->tree.config, path);
}

uint32_t
gz_pack_count(struct gz_pack *p, const char *path)
{
	config_setting_t *s = look_up(p, path);

	if (s == NULL)
		return 0;
	if (config_setting_is_list(s) || config_setting_is_array(s))
		return (uint32_t)config_setting_length(s);
	gz_errors_add(p->errors, place_of(p, s), "wrong type", "\"%s\" must be a list", path);
	return 0;
}

void
gz_pack_know(struct gz_pack *p, const char *path, const char *const *known)
{
	config_setting_t *group = look_up(p, path);
	uint32_t nb_known = 0;

	if (group == NULL)
		return;
	if (!config_setting_is_group(group)) {
		gz_errors_add(p->errors, place_of(p, group), "wrong type",
				"\"%s\" must be a group: { name = value; … }", path);
		return;
	}
	while (known[nb_known] != NULL)
		nb_known++;
	for (int i = 0; i < config_setting_length(group); i++) {
		config_setting_t *s = config_setting_get_elem(group, (unsigned int)i);
		const char *name = config_setting_name(s), *near;
		uint32_t k = 0;

		while (k < nb_known && strcmp(known[k], name) != 0)
			k++;
		if (k < nb_known)
			continue;
		near = gz_nearest_word(name, known, nb_known);
		gz_errors_add(p->errors, conf_tree_place(&p->tree, s), "unknown member",
				"unknown member \"%s\"%s%s%s", name,
				near != NULL ? ", did you mean \"" : "", near != NULL ? near : "",
				near != NULL ? "\"?" : "");
	}
}

#define PATH_OF(path, fmt)                              \
	char path[PATH_MOST];                           \
	do {                                            \
		va_list ap;                             \
		va_start(ap, fmt);                      \
		vsnprintf(path, sizeof(path), fmt, ap); \
		va_end(ap);                             \
	} while (0)

const char *
gz_pack_string(struct gz_pack *p, bool required, const char *fmt, ...)
{
	config_setting_t *s;

	PATH_OF(path, fmt);
	s = look_up(p, path);
	if (s == NULL) {
		char *dot = strrchr(path, '.');

		if (!required)
			return NULL;
		if (dot != NULL)
			*dot = '\0';
		gz_errors_add(p->errors, place_of(p, dot != NULL ? look_up(p, path) : NULL),
				"missing member", "\"%s\" is missing",
				dot != NULL ? dot + 1 : path);
		return NULL;
	}
	if (config_setting_type(s) == CONFIG_TYPE_STRING)
		return config_setting_get_string(s);
	gz_errors_add(p->errors, place_of(p, s), "wrong type", "\"%s\" must be text in quotes",
			path);
	return NULL;
}

static config_setting_t *
look_up_number(struct gz_pack *p, const char *path)
{
	config_setting_t *s = look_up(p, path);

	if (s == NULL || config_setting_is_number(s))
		return s;
	gz_errors_add(p->errors, place_of(p, s), "wrong type", "\"%s\" must be a number", path);
	return NULL;
}

int64_t
gz_pack_int(struct gz_pack *p, int64_t otherwise, const char *fmt, ...)
{
	config_setting_t *s;

	PATH_OF(path, fmt);
	s = look_up_number(p, path);
	return s != NULL ? config_setting_get_int64(s) : otherwise;
}

double
gz_pack_number(struct gz_pack *p, double otherwise, const char *fmt, ...)
{
	config_setting_t *s;

	PATH_OF(path, fmt);
	s = look_up_number(p, path);
	return s != NULL ? config_setting_get_float(s) : otherwise;
}

bool
gz_pack_bool(struct gz_pack *p, bool otherwise, const char *fmt, ...)
{
	config_setting_t *s;

	PATH_OF(path, fmt);
	s = look_up(p, path);
	if (s == NULL)
		return otherwise;
	if (config_setting_type(s) == CONFIG_TYPE_BOOL)
		return config_setting_get_bool(s);
	gz_errors_add(p->errors, place_of(p, s), "wrong type", "\"%s\" must be true or false",
			path);
	return otherwise;
}

struct gz_place
gz_pack_place(struct gz_pack *p, const char *fmt, ...)
{
	PATH_OF(path, fmt);
	return place_of(p, look_up(p, path));
}

static int
has_suffix(const char *name, const char *suffix)
{
	size_t n = strlen(name), k = strlen(suffix);

	return n > k && strcmp(name + n - k, suffix) == 0;
}

int
gz_pack_each_file(const char *dir, const char *suffix, gz_pack_file_fn fn, void *arg,
		struct gz_errors *errors)
{
	struct dirent **entries;
	int found = scandir(dir, &entries, NULL, alphasort);
	int files = 0;

	if (found < 0) {
		found = -errno;
		gz_errors_add(errors, (struct gz_place){ dir, 0, 0 }, "unreadable folder",
				"cannot be read: %s", strerror(-found));
		return found;
	}
	for (int i = 0; i < found; i++) {
		char *path;

		if (has_suffix(entries[i]->d_name, suffix)) {
			if (asprintf(&path, "%s/%s", dir, entries[i]->d_name) < 0)
				abort();
			fn(arg, path);
			free(path);
			files++;
		}
		free(entries[i]);
	}
	free(entries);
	return files;
}
