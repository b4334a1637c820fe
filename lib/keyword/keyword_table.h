/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KEYWORD_TABLE_H
#define KEYWORD_TABLE_H

/*
 * A bounded table of a worker: a key gives a small record that is made when it
 * is new. When the table is full, or memory is spent, the record that was not
 * looked at for the longest time goes.
 */

#include "gz_addr.h"
#include "gz_mem.h"

struct table;

struct table_key {
	struct gz_addr a, b;
	uint64_t what; /* a rule, the name of a bit, a flow */
	uint64_t kind;
};

struct table_record {
	uint64_t time_us;
	uint32_t count;
	uint32_t more;
};

/** @p most: records. Aborts without memory, as control may. */
struct table *table_create(struct gz_mem *mem, uint32_t most);
void table_destroy(struct table *t);
/** The record of @p key, or NULL. */
struct table_record *table_find(struct table *t, const struct table_key *key);
/** The same; a new one is all zero, and *@p is_new says so. NULL: no memory at all. */
struct table_record *table_get(struct table *t, const struct table_key *key, bool *is_new);
/** Was there no room for a record since the last call? */
bool table_forgot(struct table *t);
void table_drop(struct table *t, const struct table_key *key);
uint32_t table_count(const struct table *t);

#endif /* KEYWORD_TABLE_H */
