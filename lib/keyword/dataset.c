/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataset.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/queue.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <rte_common.h>
#include <rte_debug.h>
#include <rte_jhash.h>

#include "dataset_file.h"

enum {
	DATASET_ROOM = 16 << 20, /* bytes for values, unless the rule says more */
	DATASET_BUCKETS = 1 << 14,
};

const char *const dataset_types[DATASET_NB_TYPES] = {
	[DATASET_STRING] = "string",
	[DATASET_MD5] = "md5",
	[DATASET_SHA256] = "sha256",
	[DATASET_IP] = "ip",
	[DATASET_IPV4] = "ipv4",
};

struct entry {
	struct entry *next;
	uint32_t hash, len;
	uint32_t value;
	atomic_bool in; /* false: was taken out again */
	uint8_t data[];
};

struct dataset {
	STAILQ_ENTRY(dataset) link;
	char *name;
	enum dataset_type type;
	char *load, *save;
	struct timespec changed; /* the file, when it was loaded */
	bool with_values;
	atomic_uint users; /* rules, and the list of all while it is the one of its name */
	uint32_t secret;
	uint8_t *room; /* entries, one behind the other */
	uint64_t room_size;
	atomic_ullong room_used;
	atomic_uint count;
	_Atomic(struct entry *) buckets[DATASET_BUCKETS];
};

STAILQ_HEAD(dataset_list, dataset);

struct datasets {
	struct dataset_list list;
};

/* ---- values ---- */

/** rte_jhash() reads whole words, also beyond the end: what is left of the last one comes by itself. */
static uint32_t
hash_of(const struct dataset *d, struct gz_span data)
{
	uint32_t words = data.len & ~UINT32_C(3), rest = (data.len & 3) << 24;

	for (uint32_t i = words; i < data.len; i++)
		rest |= (uint32_t)data.p[i] << 8 * (i - words);
	return rte_jhash_1word(rest, rte_jhash(data.p, words, d->secret));
}

static struct entry *
find_from(struct entry *e, uint32_t hash, struct gz_span data)
{
	for (; e != NULL; e = e->next) {
		if (e->hash == hash && gz_span_equal(gz_span(e->data, e->len), data))
			return e;
	}
	return NULL;
}

static struct entry *
find(const struct dataset *d, struct gz_span data, uint32_t hash)
{
	struct entry *first = atomic_load_explicit(
			&d->buckets[hash % DATASET_BUCKETS], memory_order_acquire);

	return find_from(first, hash, data);
}

bool
dataset_has(const struct dataset *d, struct gz_span data, uint32_t *value)
{
	struct entry *e = find(d, data, hash_of(d, data));

	if (e == NULL || !atomic_load_explicit(&e->in, memory_order_relaxed))
		return false;
	if (value != NULL)
		*value = e->value;
	return true;
}

static struct entry *
entry_create(struct dataset *d, struct gz_span data, uint32_t hash, uint32_t value)
{
	uint64_t size = RTE_ALIGN_CEIL(sizeof(struct entry) + data.len, sizeof(void *));
	uint64_t at = atomic_fetch_add(&d->room_used, size);
	struct entry *e;

	if (at + size > d->room_size)
		return NULL;
	e = (struct entry *)(void *)(d->room + at);
	e->hash = hash;
	e->len = data.len;
	e->value = value;
	atomic_init(&e->in, true);
	if (data.len > 0)
		memcpy(e->data, data.p, data.len);
	return e;
}

/** It is there already: put it in again, if it was taken out. */
static bool
revive(struct dataset *d, struct entry *e)
{
	bool out = false;

	if (!atomic_compare_exchange_strong(&e->in, &out, true))
		return false;
	atomic_fetch_add(&d->count, 1);
	return true;
}

bool
dataset_add(struct dataset *d, struct gz_span data, uint32_t value)
{
	uint32_t hash = hash_of(d, data);
	_Atomic(struct entry *) *bucket = &d->buckets[hash % DATASET_BUCKETS];
	struct entry *first = atomic_load_explicit(bucket, memory_order_acquire), *e, *there;

	there = find_from(first, hash, data);
	if (there != NULL)
		return revive(d, there);
	e = entry_create(d, data, hash, value);
	if (e == NULL)
		return false; /* full */
	/* Whoever was faster may have added the same value: look again before each try. */
	do {
		there = find_from(first, hash, data);
		if (there != NULL)
			return revive(d, there);
		e->next = first;
	} while (!atomic_compare_exchange_weak_explicit(
			bucket, &first, e, memory_order_release, memory_order_acquire));
	atomic_fetch_add(&d->count, 1);
	return true;
}

bool
dataset_remove(struct dataset *d, struct gz_span data)
{
	struct entry *e = find(d, data, hash_of(d, data));
	bool in = true;

	if (e == NULL || !atomic_compare_exchange_strong(&e->in, &in, false))
		return false;
	atomic_fetch_sub(&d->count, 1);
	return true;
}

uint32_t
dataset_count(const struct dataset *d)
{
	return atomic_load(&d->count);
}

/* ---- sets ---- */

static char *
copy(const char *s)
{
	char *c = s == NULL ? NULL : strdup(s);

	RTE_VERIFY(s == NULL || c != NULL);
	return c;
}

static void
destroy(struct dataset *d)
{
	if (d->room != NULL)
		munmap(d->room, d->room_size);
	free(d->name);
	free(d->load);
	free(d->save);
	free(d);
}

void
dataset_put(struct dataset *d)
{
	if (atomic_fetch_sub(&d->users, 1) == 1)
		destroy(d);
}

/** A file's entries take no more than four times its bytes and a header each. */
static uint64_t
room_for(const struct dataset_want *want, const struct stat *file)
{
	uint64_t room = want->memcap > 0 ? want->memcap : DATASET_ROOM;

	if (want->load != NULL)
		room += (uint64_t)file->st_size * 32;
	return RTE_ALIGN_CEIL(room, 4096);
}

static struct dataset *
create(const struct dataset_want *want, const struct stat *file)
{
	struct dataset *d = calloc(1, sizeof(*d));

	RTE_VERIFY(d != NULL);
	d->name = strndup((const char *)want->name.p, want->name.len);
	RTE_VERIFY(d->name != NULL);
	RTE_VERIFY(getrandom(&d->secret, sizeof(d->secret), 0) == sizeof(d->secret));
	d->type = want->type;
	d->load = copy(want->load);
	d->save = copy(want->save);
	d->changed = file->st_mtim;
	d->with_values = want->with_values;
	d->room_size = room_for(want, file);
	/* Pages are taken as they are filled. */
	d->room = mmap(NULL, d->room_size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	RTE_VERIFY(d->room != MAP_FAILED);
	atomic_init(&d->users, 1);
	return d;
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/** Can the rule use the set that has this name? */
static const char *
mismatch(const struct dataset *d, const struct dataset_want *want)
{
	if (want->has_type && want->type != d->type)
		return "a dataset of this name has another type";
	if (want->with_values != d->with_values)
		return "a dataset of this name is of the other kind (dataset, datarep)";
	if ((want->load != NULL && !same_text(want->load, d->load)) ||
			(want->save != NULL && !same_text(want->save, d->save)))
		return "a dataset of this name has another file";
	return NULL;
}

static struct dataset *
find_set(struct datasets *all, struct gz_span name)
{
	struct dataset *d;

	STAILQ_FOREACH(d, &all->list, link) {
		if (gz_span_equal(name, gz_span_str(d->name)))
			return d;
	}
	return NULL;
}

/** A set that is only loaded goes when its file has changed; who uses it keeps it. */
static bool
is_stale(const struct dataset *d, const struct stat *file)
{
	return d->load != NULL && d->save == NULL &&
			(file->st_mtim.tv_sec != d->changed.tv_sec ||
					file->st_mtim.tv_nsec != d->changed.tv_nsec);
}

static struct dataset *
make(struct datasets *all, const struct dataset_want *want, const struct stat *file, char *error,
		uint32_t size)
{
	struct dataset *d = create(want, file);

	if (want->load != NULL && !dataset_file_load(d, want, error, size)) {
		destroy(d);
		return NULL;
	}
	STAILQ_INSERT_TAIL(&all->list, d, link);
	atomic_fetch_add(&d->users, 1);
	return d;
}

struct dataset *
datasets_get(struct datasets *all, const struct dataset_want *want, char *error, uint32_t size)
{
	struct dataset *d = find_set(all, want->name);
	const char *path = want->load != NULL ? want->load : d != NULL ? d->load : NULL, *wrong;
	struct stat file = { .st_size = 0 };

	/* What a set is saved to need not be there the first time. */
	if (path != NULL && stat(path, &file) < 0 && want->save == NULL) {
		snprintf(error, size, "cannot read %s: %s", path, strerror(errno));
		return NULL;
	}
	if (d == NULL && !want->has_type) {
		snprintf(error, size,
				"no dataset \"%.*s\" has been defined before: its type is missing",
				(int)want->name.len, (const char *)want->name.p);
		return NULL;
	}
	wrong = d == NULL ? NULL : mismatch(d, want);
	if (wrong != NULL) {
		snprintf(error, size, "%s", wrong);
		return NULL;
	}
	if (d != NULL && want->load != NULL && is_stale(d, &file)) {
		STAILQ_REMOVE(&all->list, d, dataset, link);
		dataset_put(d);
		d = NULL;
	}
	if (d == NULL)
		return make(all, want, &file, error, size);
	atomic_fetch_add(&d->users, 1);
	return d;
}

struct datasets *
datasets_create(void)
{
	struct datasets *all = calloc(1, sizeof(*all));

	RTE_VERIFY(all != NULL);
	STAILQ_INIT(&all->list);
	return all;
}

static void
save(const struct dataset *d)
{
	FILE *to = fopen(d->save, "we");
	const struct entry *e;
	uint32_t i;

	if (to == NULL)
		return;
	for (i = 0; i < DATASET_BUCKETS; i++) {
		for (e = atomic_load(&d->buckets[i]); e != NULL; e = e->next) {
			if (atomic_load(&e->in))
				dataset_file_write(to, d->type, gz_span(e->data, e->len));
		}
	}
	fclose(to);
}

void
datasets_destroy(struct datasets *all)
{
	struct dataset *d;

	while ((d = STAILQ_FIRST(&all->list)) != NULL) {
		STAILQ_REMOVE_HEAD(&all->list, link);
		if (d->save != NULL)
			save(d);
		dataset_put(d);
	}
	free(all);
}
