/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/random.h>

#include <rte_common.h>
#include <rte_debug.h>
#include <rte_jhash.h>

GZ_MEM_PURPOSE(keyword_memory, "keyword", 5, "bits of flows and addresses, counts of thresholds")

struct entry {
	struct table_key key;
	struct table_record record;
	struct entry *hash_next;
	TAILQ_ENTRY(entry) use;
};

TAILQ_HEAD(entries, entry);

struct table {
	struct gz_mem *mem;
	uint32_t most, count;
	uint32_t mask; /* of buckets */
	bool forgot; /* a record found no room */
	uint32_t secret; /* nobody may choose keys that fall into one bucket */
	struct entries by_use; /* the one that may go first in front */
	struct entry *buckets[];
};

struct table *
table_create(struct gz_mem *mem, uint32_t most)
{
	uint32_t nb = rte_align32pow2(most);
	struct table *t = calloc(1, sizeof(*t) + nb * sizeof(t->buckets[0]));

	RTE_VERIFY(t != NULL);
	RTE_VERIFY(getrandom(&t->secret, sizeof(t->secret), 0) == sizeof(t->secret));
	t->mem = mem;
	t->most = most;
	t->mask = nb - 1;
	TAILQ_INIT(&t->by_use);
	return t;
}

static struct entry **
bucket_of(struct table *t, const struct table_key *key)
{
	return &t->buckets[rte_jhash_32b((const uint32_t *)key, sizeof(*key) / 4, t->secret) &
			t->mask];
}

static struct entry **
place_of(struct table *t, const struct table_key *key)
{
	struct entry **at = bucket_of(t, key);

	while (*at != NULL && memcmp(&(*at)->key, key, sizeof(*key)) != 0)
		at = &(*at)->hash_next;
	return at;
}

static void
drop(struct table *t, struct entry **at)
{
	struct entry *e = *at;

	*at = e->hash_next;
	TAILQ_REMOVE(&t->by_use, e, use);
	gz_mem_put(t->mem, &keyword_memory, e, sizeof(*e));
	t->count--;
}

void
table_destroy(struct table *t)
{
	struct entry *e;

	if (t == NULL)
		return;
	while ((e = TAILQ_FIRST(&t->by_use)) != NULL)
		drop(t, place_of(t, &e->key));
	free(t);
}

static struct table_record *
used(struct table *t, struct entry *e)
{
	TAILQ_REMOVE(&t->by_use, e, use);
	TAILQ_INSERT_TAIL(&t->by_use, e, use);
	return &e->record;
}

struct table_record *
table_find(struct table *t, const struct table_key *key)
{
	struct entry *e = *place_of(t, key);

	return e == NULL ? NULL : used(t, e);
}

/** Room for one more: of the memory, or of the record that may go first. */
static struct entry *
room(struct table *t)
{
	struct entry *e = NULL, *oldest = TAILQ_FIRST(&t->by_use);

	if (t->count < t->most)
		e = gz_mem_get(t->mem, &keyword_memory, sizeof(*e));
	if (e != NULL || oldest == NULL)
		return e;
	drop(t, place_of(t, &oldest->key));
	return gz_mem_get(t->mem, &keyword_memory, sizeof(*e));
}

struct table_record *
table_get(struct table *t, const struct table_key *key, bool *is_new)
{
	struct entry **at = place_of(t, key), *e = *at;

	*is_new = e == NULL;
	if (e != NULL)
		return used(t, e);
	e = room(t);
	if (e == NULL) {
		t->forgot = true;
		return NULL;
	}
	*e = (struct entry){ .key = *key };
	at = bucket_of(t, key); /* the one that went may have been in the way */
	e->hash_next = *at;
	*at = e;
	TAILQ_INSERT_TAIL(&t->by_use, e, use);
	t->count++;
	return &e->record;
}

bool
table_forgot(struct table *t)
{
	bool forgot = t->forgot;

	t->forgot = false;
	return forgot;
}

void
table_drop(struct table *t, const struct table_key *key)
{
	struct entry **at = place_of(t, key);

	if (*at != NULL)
		drop(t, at);
}

uint32_t
table_count(const struct table *t)
{
	return t->count;
}
