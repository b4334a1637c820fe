/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include <rte_ring.h>

#include "gz_store.h"

enum {
	STORE_BLOCK = 8 * 1024, /* bytes of content in one */
	STORE_DIGEST = 32,
	STORE_PATH = 1024,
	STORE_NAME = 64,
};

enum store_stat {
	STORE_STORED,
	STORE_KNOWN,
	STORE_OPEN,
	STORE_MAX_HIT,
	STORE_NO_ROOM,
	STORE_TOO_LONG,
	STORE_WAITED,
	STORE_FULL,
	STORE_FS_ERRORS,
	STORE_NB_STATS,
};
void store_count(enum store_stat row, uint64_t n);
void store_gauge(enum store_stat row, uint64_t n);

/** What the rings carry: a block of content, or a file that has ended. */
struct store_item {
	bool ends;
};

struct store_block {
	struct store_item item;
	uint32_t len;
	struct gz_store_file *file;
	struct store_block *next; /* of its file's, or free */
	uint8_t data[STORE_BLOCK];
};

struct gz_store_file {
	struct store_item item;
	struct gz_store_file *next; /* free */
	/* the worker's */
	bool kept, given_up;
	uint64_t size;
	struct store_block *first, *last; /* not handed over yet */
	/* set before it is handed over */
	uint64_t id;
	bool whole;
	uint8_t sha256[STORE_DIGEST];
	char name[STORE_NAME]; /* of a certificate's; "": it is called by its digest */
	/* the thread's */
	int fd; /* -1: not open */
	bool broken;
	uint64_t written;
};

struct gz_store_desk {
	struct gz_store *store;
	struct rte_ring *out; /* to the thread */
	struct rte_ring *back;
	uint32_t on_the_way; /* items handed over that have not come back */
	struct store_block *free_blocks;
	struct gz_store_file *free_files;
	struct store_block *blocks; /* the pool: those from used on were never handed out */
	struct gz_store_file *files;
	uint32_t nb_blocks, used_blocks;
	uint32_t nb_files, used_files;
};

struct gz_store {
	char dir[STORE_PATH / 2]; /* "": files are not kept */
	char certs[STORE_PATH / 2]; /* "": certificates are not kept */
	uint64_t file_most; /* bytes of one file; 0: any */
	uint64_t wait_most; /* bytes that wait for a rule to ask */
	uint64_t total_most; /* bytes in the folder; 0: any */
	bool force;
	bool replay;
	atomic_ullong next_id;
	atomic_bool full; /* thread: wo, workers: ro */
	atomic_bool stop; /* thread: ro, control: wo */
	bool runs;
	pthread_t thread;
	struct gz_stat_block *stat; /* the thread's */
	uint64_t total; /* the thread's: bytes in the folder that have their names */
	uint64_t temporary; /* the thread's: bytes of files that are being written */
	uint64_t counted_ms; /* the thread's: when it looked at the folder last */
	uint32_t nb_open; /* the thread's */
	uint32_t nb_desks;
	struct gz_store_desk *desks;
};

/* ---- store_desk.c ---- */

int store_desk_init(struct gz_store_desk *d, struct gz_store *s, uint32_t blocks, uint32_t files);
void store_desk_fini(struct gz_store_desk *d);

/* ---- store_disk.c: the thread's ---- */

/** Make the folders; let go of what a process left that is no more. @return 0 or -errno. */
int store_disk_init(struct gz_store *s);
void store_disk_write(struct gz_store *s, const struct store_block *b);
/** Give it its name, or remove it. */
void store_disk_end(struct gz_store *s, struct gz_store_file *f);
/** Look how much there is: somebody may have made room. */
void store_disk_count(struct gz_store *s);

#endif /* STORE_INTERNAL_H */
