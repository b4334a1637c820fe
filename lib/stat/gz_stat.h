/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_STAT_H
#define GZ_STAT_H

/*
 * Counters, declared as rows where they are counted:
 *
 *	enum { FLOW_CREATED, FLOW_FULL };
 *	static struct gz_stat_row flow_rows[] = {
 *		[FLOW_CREATED] = { "flow.created", "flows seen for the first time" },
 *		[FLOW_FULL] = { "flow.full", "packets that found no room in the table" },
 *	};
 *	GZ_STAT_REGISTER(flow, flow_rows)
 *	…
 *	GZ_STAT_ADD(flow, FLOW_CREATED, 1);
 *
 * Each thread that counts owns a block; nobody else writes it, and readers add
 * the blocks up. A thread without a block counts into a common one that no one reads.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include <rte_common.h>

struct gz_stat_row {
	const char *name; /* dotted words, as EVE's stats nests them */
	const char *help;
	bool gauge; /* what there is now, not how often: a clear leaves it alone */
};

struct gz_stat_set {
	const struct gz_stat_row *rows;
	uint32_t nb_rows;
	uint32_t base; /* index of the first row in a block */
	STAILQ_ENTRY(gz_stat_set) next;
};

struct gz_stat_block;

extern __thread uint64_t *gz_stat_self;

/** Called by constructors only. */
void gz_stat_register(struct gz_stat_set *set);

#define GZ_STAT_REGISTER(set, table)                                                       \
	static struct gz_stat_set set##_stat_set = { table, RTE_DIM(table), 0, { NULL } }; \
	RTE_INIT(gz_stat_register_##set)                                                   \
	{                                                                                  \
		gz_stat_register(&set##_stat_set);                                         \
	}

#define GZ_STAT_ADD(set, row, n) (gz_stat_self[set##_stat_set.base + (row)] += (n))
/** For gauges; they are summed over workers like counters. */
#define GZ_STAT_SET(set, row, n) (gz_stat_self[set##_stat_set.base + (row)] = (n))

/** Number of all rows; fixed once main() runs. */
uint32_t gz_stat_count(void);
const struct gz_stat_row *gz_stat_row(uint32_t index);
/** The index of a name, or -1. */
int gz_stat_find(const char *name);

/** A block of zeroes named @p name; kept in a list until the process ends. NULL: no memory. */
struct gz_stat_block *gz_stat_block_create(const char *name);
/** What @p b counted stays in the sums; its gauges do not. */
void gz_stat_block_destroy(struct gz_stat_block *b);
/** From now on the calling thread counts into @p b. */
void gz_stat_block_use(struct gz_stat_block *b);
/** From now on the calling thread counts nothing, as what it does only looks ahead. @return what
 * gz_stat_resume() wants. Does not nest. */
uint64_t *gz_stat_pause(void);
static inline void
gz_stat_resume(uint64_t *self)
{
	gz_stat_self = self;
}
const char *gz_stat_block_name(const struct gz_stat_block *b);
/** A row of one block; any thread, at most slightly old. */
uint64_t gz_stat_block_get(const struct gz_stat_block *b, uint32_t index);
/** All blocks' sum since the last clear. */
uint64_t gz_stat_sum(uint32_t index);
/** Make the present sums the new zero (`clear counters`); the blocks themselves are not touched. */
void gz_stat_clear(void);

/** Walk the blocks in order of creation; NULL starts, NULL ends. */
struct gz_stat_block *gz_stat_block_next(const struct gz_stat_block *b);

#endif /* GZ_STAT_H */
