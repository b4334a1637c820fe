/* SPDX-License-Identifier: BSD-3-Clause */

/* The folder: temporary files in tmp/, and what is stored by its digest. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gz_clock.h"
#include "gz_log.h"

#include "store_internal.h"

GZ_LOG_REGISTER(store)

enum {
	FOLDER_MODE = 0750,
	FILE_MODE = 0640,
	FOLDERS = 256, /* by the first byte of the digest */
};

static const char *
folder_of(const struct gz_store *s, const struct gz_store_file *f)
{
	return f->name[0] != '\0' ? s->certs : s->dir;
}

static void
temporary_path(const struct gz_store *s, const struct gz_store_file *f, char path[STORE_PATH])
{
	snprintf(path, STORE_PATH, "%s/tmp/%d.%llu", folder_of(s, f), (int)getpid(),
			(unsigned long long)f->id);
}

/** Its folder, and its name in that. */
static void
final_path(const struct gz_store *s, const struct gz_store_file *f, char folder[STORE_PATH],
		char path[STORE_PATH])
{
	uint32_t i;
	int n;

	if (f->name[0] != '\0') {
		snprintf(folder, STORE_PATH, "%s", s->certs);
		snprintf(path, STORE_PATH, "%s/%s", s->certs, f->name);
		return;
	}
	snprintf(folder, STORE_PATH, "%s/%02x", s->dir, f->sha256[0]);
	n = snprintf(path, STORE_PATH, "%s/%02x/", s->dir, f->sha256[0]);
	for (i = 0; i < STORE_DIGEST; i++)
		n += snprintf(path + n, STORE_PATH - (size_t)n, "%02x", f->sha256[i]);
}

static void
trouble(struct gz_store_file *f, const char *doing)
{
	f->broken = true;
	store_count(STORE_FS_ERRORS, 1);
	GZ_LOG(DEBUG, "cannot %s file %llu: %s", doing, (unsigned long long)f->id, strerror(errno));
}

static bool
open_temporary(struct gz_store *s, struct gz_store_file *f)
{
	char path[STORE_PATH];

	if (f->fd >= 0 || f->broken)
		return !f->broken;
	temporary_path(s, f, path);
	f->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (f->fd < 0) {
		trouble(f, "open");
		return false;
	}
	store_gauge(STORE_OPEN, ++s->nb_open);
	return true;
}

/** May @p len bytes more be written? What has no name yet takes room, too. */
static bool
has_room(struct gz_store *s, struct gz_store_file *f, uint32_t len)
{
	if (s->total_most == 0 || s->total + s->temporary + len <= s->total_most)
		return true;
	atomic_store_explicit(&s->full, true, memory_order_relaxed);
	f->broken = true;
	store_count(STORE_FULL, 1);
	return false;
}

void
store_disk_write(struct gz_store *s, const struct store_block *b)
{
	struct gz_store_file *f = b->file;
	uint32_t at = 0;
	ssize_t n;

	if (f->broken || !has_room(s, f, b->len) || !open_temporary(s, f))
		return;
	f->written += b->len;
	s->temporary += b->len;
	while (at < b->len) {
		n = write(f->fd, b->data + at, b->len - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			trouble(f, "write");
			return;
		}
		at += (uint32_t)n;
	}
}

static void
name_it(struct gz_store *s, struct gz_store_file *f, const char *temporary)
{
	char folder[STORE_PATH], path[STORE_PATH];

	final_path(s, f, folder, path);
	if (access(path, F_OK) == 0) {
		unlink(temporary);
		store_count(STORE_KNOWN, 1);
		return;
	}
	mkdir(folder, FOLDER_MODE);
	if (rename(temporary, path) < 0) {
		trouble(f, "name");
		unlink(temporary);
		return;
	}
	s->total += f->written;
	store_count(STORE_STORED, 1);
}

void
store_disk_end(struct gz_store *s, struct gz_store_file *f)
{
	char path[STORE_PATH];

	if (f->whole)
		open_temporary(s, f); /* it may be empty */
	if (f->fd < 0)
		return;
	if (close(f->fd) < 0 && errno != EINTR)
		trouble(f, "write");
	f->fd = -1;
	store_gauge(STORE_OPEN, --s->nb_open);
	s->temporary -= f->written;
	temporary_path(s, f, path);
	if (f->whole && !f->broken)
		name_it(s, f, path);
	else
		unlink(path);
}

/** Call @p fn for each file in a folder of ours. */
static void
each_file(const char *folder, void (*fn)(int dir, const char *name, void *arg), void *arg)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			fn(dirfd(d), e->d_name, arg);
	closedir(d);
}

/* "<process>.<number>": of a process that ended without a word. */
static void
forget_left(int dir, const char *name, void *arg)
{
	char *end;
	long pid = strtol(name, &end, 10);

	(void)arg;
	if (*end != '.' || pid <= 0 ||
			(pid != getpid() && (kill((pid_t)pid, 0) == 0 || errno != ESRCH)))
		return;
	unlinkat(dir, name, 0);
}

static void
add_size(int dir, const char *name, void *arg)
{
	uint64_t *total = arg;
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
		*total += (uint64_t)st.st_size;
}

void
store_disk_count(struct gz_store *s)
{
	char path[STORE_PATH];
	uint32_t i;

	s->total = 0;
	s->counted_ms = gz_clock_mono_ms();
	if (s->total_most > 0 && s->certs[0] != '\0')
		each_file(s->certs, add_size, &s->total);
	for (i = 0; s->total_most > 0 && s->dir[0] != '\0' && i < FOLDERS; i++) {
		snprintf(path, sizeof(path), "%s/%02x", s->dir, i);
		each_file(path, add_size, &s->total);
	}
	atomic_store_explicit(&s->full, s->total_most > 0 && s->total >= s->total_most,
			memory_order_relaxed);
}

static int
make_folder(const char *path)
{
	return mkdir(path, FOLDER_MODE) < 0 && errno != EEXIST ? -errno : 0;
}

/** The folder @p dir with its temporary files. */
static int
open_folder(const char *dir)
{
	char path[STORE_PATH];
	int ret;

	if (dir[0] == '\0')
		return 0;
	ret = make_folder(dir);
	snprintf(path, sizeof(path), "%s/tmp", dir);
	if (ret == 0)
		ret = make_folder(path);
	if (ret == 0 && access(path, W_OK) < 0)
		ret = -errno;
	if (ret == 0)
		each_file(path, forget_left, NULL);
	return ret;
}

int
store_disk_init(struct gz_store *s)
{
	int ret = open_folder(s->dir);

	if (ret == 0)
		ret = open_folder(s->certs);
	if (ret == 0)
		store_disk_count(s);
	return ret;
}
