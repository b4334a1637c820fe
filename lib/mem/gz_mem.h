/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_MEM_H
#define GZ_MEM_H

/*
 * Memory of the packet's path: one region per worker, reserved when the worker
 * is made, handed out in size classes without a lock, a system call or malloc.
 * Every byte is charged to a purpose, and a purpose has a budget: when that is
 * spent, gz_mem_get() says NULL and the caller does what its row of the
 * exception table says. Sizes run from 16 bytes to GZ_MEM_MOST.
 *
 * Control's memory is malloc(), which is jemalloc's in the product.
 *
 * In sanitizer builds what is not handed out is poisoned.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <rte_common.h>

#include "gz_conf.h"

enum {
	GZ_MEM_MOST = 1 << 20, /* bytes in one piece */
};

struct gz_mem;

/** A purpose: GZ_MEM_PURPOSE(tcp_stream, "tcp-stream", "bytes kept of TCP streams") in one file of
 * a room. Its budget for all workers together is the setting memory.<name>, a share of the whole. */
struct gz_mem_purpose {
	const char *name;
	const char *help;
	uint32_t share; /* default budget in percent of memory.workers; sums may exceed 100 */
	uint32_t id;
	STAILQ_ENTRY(gz_mem_purpose) next;
	struct gz_setting setting; /* memory.<name> */
	struct gz_setting_set setting_set;
};

void gz_mem_register(struct gz_mem_purpose *p);

#define GZ_MEM_PURPOSE(var, text, percent, sentence)                                             \
	static struct gz_mem_purpose var = { .name = text, .help = sentence, .share = percent }; \
	RTE_INIT(gz_mem_register_##var)                                                          \
	{                                                                                        \
		gz_mem_register(&var);                                                           \
	}

/**
 * The region of one of @p nb_workers workers, sized by the setting memory.workers;
 * budgets are split evenly. @p conf NULL: defaults (tests).
 *
 * @return NULL with rte_errno ENOMEM.
 */
struct gz_mem *gz_mem_create(const struct gz_conf *conf, uint32_t nb_workers);
void gz_mem_destroy(struct gz_mem *m);

/** At least @p size bytes, aligned to 16, not cleared; NULL when the budget or the region is spent. */
void *gz_mem_get(struct gz_mem *m, const struct gz_mem_purpose *purpose, size_t size);
/** As above, all zero. */
void *gz_mem_zero(struct gz_mem *m, const struct gz_mem_purpose *purpose, size_t size);
/** Give back; @p size as it was asked for. NULL is nothing. */
void gz_mem_put(struct gz_mem *m, const struct gz_mem_purpose *purpose, void *p, size_t size);
/**
 * Make @p p (of @p old bytes, of which @p keep matter) hold @p size.
 *
 * @return the new place, or NULL with @p p untouched.
 */
void *gz_mem_grow(struct gz_mem *m, const struct gz_mem_purpose *purpose, void *p, size_t old,
		size_t keep, size_t size);
/** How many bytes a piece of @p size takes anyway: ask for so many, and use them all. */
size_t gz_mem_fits(size_t size);

struct gz_mem_use {
	uint64_t used; /* bytes now */
	uint64_t peak; /* most ever */
	uint64_t budget; /* bytes */
	uint64_t refused; /* times NULL was said */
};

/** Any thread: at most slightly old. */
void
gz_mem_usage(const struct gz_mem *m, const struct gz_mem_purpose *purpose, struct gz_mem_use *use);
/** Bytes ever taken from the region (its high-water mark). */
uint64_t gz_mem_resident(const struct gz_mem *m);
/** Walk the purposes; NULL starts, NULL ends. */
const struct gz_mem_purpose *gz_mem_purpose_next(const struct gz_mem_purpose *p);

/** Control's heap: allocated, resident and mapped bytes, by jemalloc; zeroes without it. */
void gz_mem_heap(uint64_t *allocated, uint64_t *resident, uint64_t *mapped);

#endif /* GZ_MEM_H */
