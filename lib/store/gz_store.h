/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_STORE_H
#define GZ_STORE_H

/*
 * Files in transfer that are kept on disk, as Suricata's filestore (version 2):
 * <dir>/<first two digits>/<SHA-256>, each content once.
 *
 * A worker fills blocks of its desk, a pool reserved at the start, and hands
 * them over through a ring of one writer and one reader; a thread of the store
 * writes them to a temporary file and gives the blocks back. When the file has
 * ended well, it gets its name by a rename: under a digest's name stands all of
 * it or nothing. The worker neither waits nor asks the kernel; when its pool is
 * spent, the file is given up, with a counter, never the packet. In replay it
 * waits instead.
 *
 * Certificates that rules with tls.store ask for are kept in the same way, in a
 * folder of their own (tls-store.dir) and under names of their own, within the
 * same limits.
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_conf.h"
#include "gz_span.h"

struct gz_store; /* control's */
struct gz_store_desk; /* a worker's side of it */
struct gz_store_file; /* on its way: the worker's until it is ended */

struct gz_store_opts {
	const struct gz_conf *conf;
	const char *log_dir; /* file-store.dir is relative to it; made when it is missing */
	uint32_t nb_workers;
	bool replay; /* wait for the disk instead of giving files up */
};

/**
 * Control: open the folder and start the thread.
 *
 * @return 0 with *@p store, which is NULL when neither file-store.enabled nor tls-store.enabled is
 * true; else -errno, told.
 */
int
gz_store_open(const struct gz_store_opts *opts, struct gz_store **store, struct gz_errors *errors);
/** Where the configuration wants files to be kept; @p log_dir as above. */
void gz_store_folder(const struct gz_conf *conf, const char *log_dir, char *to, size_t size);
/** Control, when no worker turns any more: write what was handed over, end the thread. */
void gz_store_finish(struct gz_store *s);
/** Control, after the workers are gone. NULL is nothing. */
void gz_store_close(struct gz_store *s);

/** The desk of worker @p i; NULL for a store of NULL. */
struct gz_store_desk *gz_store_desk(struct gz_store *s, uint32_t i);

/* ---- for one worker each ---- */

/** Is every file kept, whether a rule asks for it or not (file-store.force)? */
bool gz_store_is_forced(const struct gz_store_desk *d);
/** A file begins. NULL: too many are open (counted). */
struct gz_store_file *gz_store_begin(struct gz_store_desk *d);
/** Content. Until gz_store_keep() it waits in memory. A file that cannot be kept any more is given
 * up here, and what follows of it is ignored; gz_store_end() tells. */
void gz_store_add(struct gz_store_desk *d, struct gz_store_file *f, struct gz_span s);
/** A rule has asked for it: what waits goes to the disk, as will what comes. */
void gz_store_keep(struct gz_store_desk *d, struct gz_store_file *f);
bool gz_store_is_kept(const struct gz_store_file *f);
/**
 * The file is through, and @p f gone.
 *
 * @param sha256  Of all of it, 32 bytes; NULL: nobody wants it after all.
 * @return        Its number, from 1, when all of it was handed over to be stored; else 0.
 */
uint64_t gz_store_end(struct gz_store_desk *d, struct gz_store_file *f, const uint8_t *sha256);

/** Which of the two are kept. */
bool gz_store_keeps_files(const struct gz_store_desk *d);
bool gz_store_keeps_certs(const struct gz_store_desk *d);
/**
 * A text about a certificate begins, to be kept as <second>.<microsecond>-<number>.<ending>.
 *
 * @param number  0: it gets a new one, written there, for what belongs to it.
 * @return        NULL: too many are open, or the folder is full (counted).
 */
struct gz_store_file *gz_store_begin_cert(
		struct gz_store_desk *d, uint64_t time_us, uint64_t *number, const char *ending);
/** It is through, and @p f gone: all of it will be there, or nothing. */
void gz_store_end_cert(struct gz_store_desk *d, struct gz_store_file *f);

#endif /* GZ_STORE_H */
