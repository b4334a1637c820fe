/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NFS4_H
#define NFS4_H

/* A COMPOUND of NFS 4, as the files that read its arguments and its results share it. */

#include "gz_cursor.h"

#include "nfs.h"

enum {
	NFS4_READ = 25, /* an operation */
	NFS4_WORDS_MOST = 64, /* of a bitmap */
};

/** A compound that is being read. */
struct nfs4_compound {
	struct nfs_msg *m;
	struct gz_cursor c;
	struct nfs_handle at; /* the current file, as far as it is known */
	struct gz_span name; /* that was last spoken of */
	struct gz_span to;
	uint32_t op;
	bool wrote, read;
};

static inline bool
nfs4_skip_words(struct gz_cursor *c, uint32_t n)
{
	return gz_cursor_skip(c, 4 * n);
}

static inline bool
nfs4_skip_bitmap(struct gz_cursor *c)
{
	uint32_t n;

	return gz_cursor_be32(c, &n) && n <= NFS4_WORDS_MOST && nfs4_skip_words(c, n);
}

static inline bool
nfs4_skip_attr(struct gz_cursor *c)
{
	return nfs4_skip_bitmap(c) && xdr_skip_opaque(c);
}

/* ---- nfs4_results.c: false: malformed ---- */

/** GETFH: what was looked up, opened or created last has this handle. */
bool nfs4_take_new_handle(struct nfs4_compound *o);
/** Of an OPEN: its state, and perhaps a delegation (RFC 8881 section 18.16.2). */
bool nfs4_take_opened(struct nfs4_compound *o);
/** READ. */
bool nfs4_take_data(struct nfs4_compound *o);
/** READDIR. */
bool nfs4_take_entries(struct nfs4_compound *o);

#endif /* NFS4_H */
