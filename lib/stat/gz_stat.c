/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_stat.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

enum {
	ROWS_MOST = 4096,
	NAME_SIZE = 32,
};

struct gz_stat_block {
	char name[NAME_SIZE];
	TAILQ_ENTRY(gz_stat_block) next;
	uint64_t v[] __rte_cache_aligned; /* its worker: rw, all: ro */
};

static STAILQ_HEAD(, gz_stat_set) sets = STAILQ_HEAD_INITIALIZER(sets);
static const struct gz_stat_row *rows[ROWS_MOST];
static uint32_t nb_rows;

/* Guards what follows; whoever counts does not come here. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static TAILQ_HEAD(, gz_stat_block) blocks = TAILQ_HEAD_INITIALIZER(blocks);
static uint64_t gone[ROWS_MOST]; /* counted by blocks that were destroyed */
static uint64_t zero[ROWS_MOST]; /* sums at the last clear */

static uint64_t nobodys[ROWS_MOST];
__thread uint64_t *gz_stat_self = nobodys;

void
gz_stat_register(struct gz_stat_set *set)
{
	uint32_t i;

	RTE_VERIFY(nb_rows + set->nb_rows <= ROWS_MOST);
	set->base = nb_rows;
	STAILQ_INSERT_TAIL(&sets, set, next);
	for (i = 0; i < set->nb_rows; i++) {
		if (gz_stat_find(set->rows[i].name) >= 0)
			rte_panic("two counters are called %s\n", set->rows[i].name);
		rows[nb_rows++] = &set->rows[i];
	}
}

uint32_t
gz_stat_count(void)
{
	return nb_rows;
}

const struct gz_stat_row *
gz_stat_row(uint32_t index)
{
	return rows[index];
}

int
gz_stat_find(const char *name)
{
	uint32_t i;

	for (i = 0; i < nb_rows; i++) {
		if (strcmp(rows[i]->name, name) == 0)
			return (int)i;
	}
	return -1;
}

struct gz_stat_block *
gz_stat_block_create(const char *name)
{
	size_t size = sizeof(struct gz_stat_block) + nb_rows * sizeof(uint64_t);
	struct gz_stat_block *b;

	/* A cache line is never shared with another block. */
	size = RTE_CACHE_LINE_ROUNDUP(size);
	b = aligned_alloc(RTE_CACHE_LINE_SIZE, size);
	if (b == NULL)
		return NULL;
	memset(b, 0, size);
	strncpy(b->name, name, NAME_SIZE - 1);
	pthread_mutex_lock(&lock);
	TAILQ_INSERT_TAIL(&blocks, b, next);
	pthread_mutex_unlock(&lock);
	return b;
}

void
gz_stat_block_destroy(struct gz_stat_block *b)
{
	uint32_t i;

	if (b == NULL)
		return;
	if (gz_stat_self == b->v)
		gz_stat_self = nobodys;
	pthread_mutex_lock(&lock);
	TAILQ_REMOVE(&blocks, b, next);
	for (i = 0; i < nb_rows; i++) {
		if (!rows[i]->gauge)
			gone[i] += b->v[i];
	}
	pthread_mutex_unlock(&lock);
	free(b);
}

void
gz_stat_block_use(struct gz_stat_block *b)
{
	gz_stat_self = b == NULL ? nobodys : b->v;
}

uint64_t *
gz_stat_pause(void)
{
	static __thread uint64_t unseen[ROWS_MOST]; /* its own: threads do not share lines */
	uint64_t *self = gz_stat_self;

	gz_stat_self = unseen;
	return self;
}

const char *
gz_stat_block_name(const struct gz_stat_block *b)
{
	return b->name;
}

uint64_t
gz_stat_block_get(const struct gz_stat_block *b, uint32_t index)
{
	return __atomic_load_n(&b->v[index], __ATOMIC_RELAXED);
}

/** With the lock held. */
static uint64_t
sum_of(uint32_t index)
{
	struct gz_stat_block *b;
	uint64_t sum = gone[index];

	TAILQ_FOREACH(b, &blocks, next)
		sum += gz_stat_block_get(b, index);
	return sum;
}

uint64_t
gz_stat_sum(uint32_t index)
{
	uint64_t sum;

	pthread_mutex_lock(&lock);
	sum = sum_of(index) - zero[index];
	pthread_mutex_unlock(&lock);
	return sum;
}

void
gz_stat_clear(void)
{
	uint32_t i;

	pthread_mutex_lock(&lock);
	for (i = 0; i < nb_rows; i++) {
		if (!rows[i]->gauge)
			zero[i] = sum_of(i);
	}
	pthread_mutex_unlock(&lock);
}

struct gz_stat_block *
gz_stat_block_next(const struct gz_stat_block *b)
{
	struct gz_stat_block *next;

	pthread_mutex_lock(&lock);
	next = b == NULL ? TAILQ_FIRST(&blocks) : TAILQ_NEXT(b, next);
	pthread_mutex_unlock(&lock);
	return next;
}
