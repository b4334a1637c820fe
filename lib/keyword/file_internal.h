/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FILE_INTERNAL_H
#define FILE_INTERNAL_H

/*
 * What keywords ask of a file as a whole: its size, its digests. All that a rule
 * asks must hold of one and the same file of the transaction.
 */

#include "gz_file.h"

#include "keyword_internal.h"

/** One thing that is asked; its owner puts this first in what it keeps. */
struct file_test {
	bool (*has)(const struct file_test *t, const struct gz_file *f);
	void (*free)(struct file_test *t);
	struct file_test *next;
};

/** The rule asks @p t, too: it is the signature's now. */
void file_test_add(struct gz_sig_builder *b, struct file_test *t);
/** Does @p f, the @p index-th of the transaction, have all that the rule asks of a file, its name and
 * its kind among that? Leaves e->buf as it finds it. */
bool file_is_meant(struct gz_eval *e, struct gz_file *f, uint32_t index);

/** "[!]<file>": a list of digests, GZ_HASH_* of @p hex digits each; for filemd5 and its like. */
const char *
file_hash_parse(struct gz_sig_builder *b, const char *value, uint32_t hash, uint32_t digits);

#endif /* FILE_INTERNAL_H */
