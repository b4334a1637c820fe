/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRANSFER_H
#define TRANSFER_H

/*
 * A file that comes in pieces, each with its place (SMB, NFS). What comes ahead
 * of its turn waits for what is missing, up to a bound.
 */

#include "gz_file.h"

struct transfer_piece {
	struct transfer_piece *next; /* by place */
	uint64_t at;
	struct gz_bytes bytes;
};

struct transfer {
	struct gz_tx *tx; /* NULL: none */
	struct gz_file *file; /* NULL: none could be had; the pieces are counted all the same */
	uint64_t at; /* what comes next */
	struct transfer_piece *ahead;
	uint32_t nb_ahead, ahead_bytes;
};

enum transfer_fit {
	TRANSFER_FITS,
	TRANSFER_TOO_MANY, /* pieces wait: what is missing was given up */
	TRANSFER_TOO_LONG, /* is what waits: the same */
};

/** @p data has its place at @p at. */
enum transfer_fit
transfer_take(struct gz_app *app, struct transfer *t, uint64_t at, struct gz_span data);
/** @p len bytes at @p at are lost. */
void transfer_lost(struct transfer *t, uint64_t at, uint64_t len);
/** Nothing more will come: what waits goes on behind what is missing. */
void transfer_flush(struct gz_app *app, struct transfer *t);
/** Forget what waits. */
void transfer_drop(struct gz_app *app, struct transfer *t);

#endif /* TRANSFER_H */
