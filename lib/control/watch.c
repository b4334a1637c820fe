/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Files of rules watched for changes (rules.watch): their folders are, because
 * editors and fetchers replace files. A reload starts when all is quiet again.
 */

#include <errno.h>
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

struct watch {
	int fd;
	uint64_t due_ms; /* 0: nothing changed */
};

static int
watch_folder_of(struct watch *w, const char *path, struct gz_errors *errors)
{
	struct gz_place place = { path, 0, 0 };
	char *copy = strdup(path);
	int ret;

	if (copy == NULL)
		abort();
	ret = inotify_add_watch(w->fd, dirname(copy), WATCH_EVENTS);
	if (ret < 0)
		gz_errors_add(errors, place, "file", "its folder cannot be watched: %s",
				strerror(errno));
	free(copy);
	return ret;
}

int
control_watch_open(struct gz_control *c, struct gz_errors *errors)
{
	uint32_t n = c->opts.nb_rules, i;
	struct watch *w;

	if (!gz_conf_bool(c->conf, "rules.watch"))
		return 0;
	w = calloc(1, sizeof(*w));
	if (w == NULL)
		return -ENOMEM;
	c->watch = w;
	w->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (w->fd < 0)
		return -errno;
	for (i = 0; i < n; i++)
		if (watch_folder_of(w, c->opts.rules[i], errors) < 0)
			return -EINVAL;
	n = n > 0 ? 0 : gz_conf_strings(c->conf, "rules.files");
	for (i = 0; i < n; i++)
		if (watch_folder_of(w, gz_conf_strings_at(c->conf, "rules.files", i), errors) < 0)
			return -EINVAL;
	return 0;
}

void
control_watch_close(struct gz_control *c)
{
	if (c->watch == NULL)
		return;
	if (c->watch->fd >= 0)
		close(c->watch->fd);
	free(c->watch);
	c->watch = NULL;
}

int
control_watch_fd(const struct gz_control *c)
{
	return c->watch != NULL ? c->watch->fd : -1;
}

void
control_watch_read(struct gz_control *c)
{
	char buf[4096] __attribute__((aligned(8)));

	while (read(c->watch->fd, buf, sizeof(buf)) > 0)
		c->watch->due_ms = gz_clock_mono_ms() + WATCH_QUIET_MS;
}

void
control_watch_tick(struct gz_control *c)
{
	if (c->watch == NULL || c->watch->due_ms == 0 || gz_clock_mono_ms() < c->watch->due_ms)
		return;
	c->watch->due_ms = 0;
	gz_reload_request(c, GZ_RELOAD_RULES, "file watch");
}
