/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A file per set: a head, then Hyperscan's serialised database. A file is put in
 * place by rename, so it is whole or not there; one that is cut short, was
 * changed or belongs to another version is as good as none.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rte_debug.h>

#include "mpm_internal.h"

#define SUFFIX ".mpm"

struct cache_head {
	char magic[8];
	uint8_t key[GZ_MPM_KEY];
	uint8_t sum[GZ_MPM_KEY]; /* of what follows the head */
	uint64_t len; /* of it, bytes */
};

static const char magic[8] = "gzmpm01";

enum {
	FILE_MOST = 1 << 30, /* bytes: a larger file is none of ours */
	NAME_MOST = 2 * GZ_MPM_KEY + sizeof(SUFFIX),
};

static bool
file_path(char path[PATH_MAX], const char *dir, const uint8_t key[GZ_MPM_KEY])
{
	char name[NAME_MOST];
	uint32_t i;
	int n;

	for (i = 0; i < GZ_MPM_KEY; i++)
		snprintf(name + 2 * i, 3, "%02x", key[i]);
	n = snprintf(path, PATH_MAX, "%s/%s%s", dir, name, SUFFIX);
	return n > 0 && n < PATH_MAX;
}

static void
sum_of(const char *p, size_t len, uint8_t sum[GZ_MPM_KEY])
{
	RTE_VERIFY(EVP_Digest(p, len, sum, NULL, EVP_sha256(), NULL) == 1);
}

/* The whole file, or NULL. */
static char *
file_read(const char *path, size_t *len)
{
	struct stat st;
	char *p = NULL;
	FILE *f;

	f = fopen(path, "rb");
	if (f == NULL)
		return NULL;
	if (fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
			st.st_size <= FILE_MOST) {
		p = malloc((size_t)st.st_size);
		RTE_VERIFY(p != NULL);
		*len = fread(p, 1, (size_t)st.st_size, f);
	}
	fclose(f);
	return p;
}

static bool
is_good(const char *file, size_t len, const uint8_t key[GZ_MPM_KEY])
{
	struct cache_head head;
	uint8_t sum[GZ_MPM_KEY];

	if (len < sizeof(head))
		return false;
	memcpy(&head, file, sizeof(head));
	if (memcmp(head.magic, magic, sizeof(magic)) != 0 ||
			memcmp(head.key, key, GZ_MPM_KEY) != 0 || head.len != len - sizeof(head))
		return false;
	sum_of(file + sizeof(head), head.len, sum);
	return memcmp(sum, head.sum, sizeof(sum)) == 0;
}

hs_database_t *
mpm_cache_load(const char *dir, const uint8_t key[GZ_MPM_KEY])
{
	const size_t head = sizeof(struct cache_head);
	hs_database_t *db = NULL;
	char path[PATH_MAX], *file;
	size_t len = 0;

	if (!file_path(path, dir, key))
		return NULL;
	file = file_read(path, &len);
	if (file == NULL)
		return NULL;
	if (is_good(file, len, key) &&
			hs_deserialize_database(file + head, len - head, &db) != HS_SUCCESS)
		db = NULL;
	free(file);
	/* What is used stays: the trim goes by this time. */
	if (db != NULL)
		utimensat(AT_FDCWD, path, NULL, 0);
	return db;
}

static bool
file_write(int fd, const struct cache_head *head, const char *bytes)
{
	FILE *f = fdopen(fd, "wb");
	bool good;

	if (f == NULL) {
		close(fd);
		return false;
	}
	good = fwrite(head, sizeof(*head), 1, f) == 1 && fwrite(bytes, head->len, 1, f) == 1;
	good = fflush(f) == 0 && good;
	return fclose(f) == 0 && good;
}

void
mpm_cache_store(const char *dir, const uint8_t key[GZ_MPM_KEY], const hs_database_t *db)
{
	struct cache_head head = { .len = 0 };
	char path[PATH_MAX], temp[PATH_MAX], *bytes = NULL;
	size_t len = 0;
	int fd, n;

	n = snprintf(temp, sizeof(temp), "%s/new-XXXXXX", dir);
	if (!file_path(path, dir, key) || n < 0 || n >= PATH_MAX)
		return;
	if (hs_serialize_database(db, &bytes, &len) != HS_SUCCESS)
		return;
	memcpy(head.magic, magic, sizeof(magic));
	memcpy(head.key, key, GZ_MPM_KEY);
	sum_of(bytes, len, head.sum);
	head.len = len;
	fd = mkstemp(temp);
	if (fd >= 0 && (!file_write(fd, &head, bytes) || rename(temp, path) != 0))
		unlink(temp);
	free(bytes);
}

struct cached {
	char name[NAME_MAX + 1];
	uint64_t bytes;
	struct timespec used;
};

static int
newest_first(const void *a, const void *b)
{
	const struct timespec *x = &((const struct cached *)a)->used;
	const struct timespec *y = &((const struct cached *)b)->used;

	if (x->tv_sec != y->tv_sec)
		return x->tv_sec > y->tv_sec ? -1 : 1;
	return x->tv_nsec > y->tv_nsec ? -1 : x->tv_nsec < y->tv_nsec;
}

static bool
is_ours(const char *name)
{
	size_t len = strlen(name);

	return len == 2 * GZ_MPM_KEY + strlen(SUFFIX) && strcmp(name + 2 * GZ_MPM_KEY, SUFFIX) == 0;
}

static uint32_t
list_cache(DIR *d, struct cached **list)
{
	struct cached *v = NULL;
	uint32_t n = 0, room = 0;
	struct dirent *e;
	struct stat st;

	while ((e = readdir(d)) != NULL) {
		if (!is_ours(e->d_name) || fstatat(dirfd(d), e->d_name, &st, 0) != 0)
			continue;
		if (n == room) {
			room = room == 0 ? 64 : room * 2;
			v = realloc(v, room * sizeof(*v));
			RTE_VERIFY(v != NULL);
		}
		snprintf(v[n].name, sizeof(v[n].name), "%s", e->d_name);
		v[n].bytes = (uint64_t)st.st_size;
		v[n].used = st.st_mtim;
		n++;
	}
	*list = v;
	return n;
}

void
gz_mpm_cache_trim(const char *cache_dir, uint64_t most_bytes)
{
	struct cached *v;
	uint64_t sum = 0;
	uint32_t n, i;
	DIR *d;

	d = opendir(cache_dir);
	if (d == NULL)
		return;
	n = list_cache(d, &v);
	if (n > 0)
		qsort(v, n, sizeof(*v), newest_first);
	for (i = 0; i < n; i++) {
		sum += v[i].bytes;
		if (sum > most_bytes)
			unlinkat(dirfd(d), v[i].name, 0);
	}
	free(v);
	closedir(d);
}
