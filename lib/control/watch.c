/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Files of rules watched for changes (rules.watch): their folders are, because
 * editors and fetchers replace files. A reload starts when all is quiet again.
 */

#include <errno.h>
#include <fnmatch.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "gz_clock.h"

#include "control_internal.h"

enum {
	WATCH_QUIET_MS = 1000, /* after the last change */
	WATCH_EVENTS = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE,
};

struct watched {
	int folder; /* inotify's number of it */
	char *path; /* of the file, or its pattern */
};

struct watch {
	int fd;
	uint64_t due_ms; /* 0: nothing changed */
	struct watched *v;
	uint32_t n;
};

/* dirname() and basename() may write into what they are given. */
static char *
part_of(const char *path, char *(*part)(char *path))
{
	char *copy = strdup(path), *name;

	if (copy == NULL)
		abort();
	name = strdup(part(copy));
	if (name == NULL)
		abort();
	free(copy);
	return name;
}

static int
watch_file(struct watch *w, const char *path, struct gz_errors *errors)
{
	struct watched *file = &w->v[w->n];
	struct gz_place place = { path, 0, 0 };
	char *folder = part_of(path, dirname);

	file->folder = inotify_add_watch(w->fd, folder, WATCH_EVENTS);
	free(folder);
	if (file->folder < 0) {
		gz_errors_add(errors, place, "file", "its folder cannot be watched: %s",
				strerror(errno));
		return -EINVAL;
	}
	file->path = part_of(path, basename);
	w->n++;
	return 0;
}

static int
watch_files(struct gz_control *c, struct gz_errors *errors)
{
	bool by_opts = c->opts.nb_rules > 0;
	uint32_t n = by_opts ? c->opts.nb_rules : gz_conf_strings(c->conf, "rules.files");
	struct watch *w = c->watch;
	int ret = 0;

	w->v = calloc(n + 1, sizeof(*w->v));
	if (w->v == NULL)
		abort();
	for (uint32_t i = 0; i < n && ret == 0; i++)
		ret = watch_file(w,
				by_opts ? c->opts.rules[i]
					: gz_conf_strings_at(c->conf, "rules.files", i),
				errors);
	return ret;
}

int
control_watch_open(struct gz_control *c, struct gz_errors *errors)
{
	if (!gz_conf_bool(c->conf, "rules.watch"))
		return 0;
	c->watch = calloc(1, sizeof(*c->watch));
	if (c->watch == NULL)
		abort();
	c->watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (c->watch->fd < 0)
		return -errno;
	return watch_files(c, errors);
}

void
control_watch_close(struct gz_control *c)
{
	struct watch *w = c->watch;

	if (w == NULL)
		return;
	if (w->fd >= 0)
		close(w->fd);
	for (uint32_t i = 0; i < w->n; i++)
		free(w->v[i].path);
	free(w->v);
	free(w);
	c->watch = NULL;
}

int
control_watch_fd(const struct gz_control *c)
{
	return c->watch != NULL ? c->watch->fd : -1;
}

static bool
is_watched(const struct watch *w, const struct inotify_event *e)
{
	for (uint32_t i = 0; i < w->n; i++)
		if (w->v[i].folder == e->wd && fnmatch(w->v[i].path, e->name, 0) == 0)
			return true;
	return false;
}

void
control_watch_read(struct gz_control *c)
{
	char buf[4096] __attribute__((aligned(8)));
	const struct inotify_event *e;
	ssize_t len, at;

	while ((len = read(c->watch->fd, buf, sizeof(buf))) > 0) {
		for (at = 0; at < len; at += (ssize_t)(sizeof(*e) + e->len)) {
			e = (const struct inotify_event *)(buf + at);
			if (e->len > 0 && is_watched(c->watch, e))
				c->watch->due_ms = gz_clock_mono_ms() + WATCH_QUIET_MS;
		}
	}
}

void
control_watch_tick(struct gz_control *c)
{
	if (c->watch == NULL || c->watch->due_ms == 0 || gz_clock_mono_ms() < c->watch->due_ms)
		return;
	c->watch->due_ms = 0;
	gz_reload_request(c, GZ_RELOAD_RULES, "file watch");
}
