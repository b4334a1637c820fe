/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_FILE_H
#define GZ_FILE_H

/*
 * A file in transfer within a transaction: an HTTP body, a part of a form, an
 * attachment, an FTP data connection. Parsers open, add and close; detection and
 * the fileinfo events read. A file lives as long as its transaction.
 */

#include "gz_app.h"
#include "gz_json.h"

enum gz_file_state {
	GZ_FILE_OPEN,
	GZ_FILE_CLOSED,
	GZ_FILE_TRUNCATED, /* its end was not seen */
	GZ_FILE_ERROR,
};

enum {
	GZ_HASH_MD5 = 1 << 0,
	GZ_HASH_SHA1 = 1 << 1,
	GZ_HASH_SHA256 = 1 << 2,

	GZ_FILES_MOST = 256, /* in one transaction and direction; further ones are not kept */
	GZ_FILE_NAME_MOST = 4096, /* bytes; a longer name is cut */
	GZ_FILE_HEAD = 1024, /* first bytes that tell its kind */
};

struct gz_file_hashes;

struct gz_file {
	struct gz_file *next; /* in the transaction and direction, oldest first */
	struct gz_bytes name;
	uint8_t state; /* enum gz_file_state */
	uint8_t dir; /* enum gz_dir */
	bool gaps; /* bytes were lost in it */
	bool may_end; /* it may be whole as it is: that nothing follows does not make it truncated */
	bool has_range; /* start and end are told */
	bool stored; /* detect: a rule asked to keep it */
	bool told; /* its fileinfo event was written */
	uint64_t size; /* bytes that came */
	uint64_t start, end; /* of a Content-Range */
	struct gz_body *body; /* its content: its own, or the transaction's */
	struct gz_body own;
	struct gz_file_hashes *hashes; /* NULL: none wanted */
	struct gz_bytes head; /* its first bytes, when its kind is wanted */
	struct gz_bytes kind; /* what they are, once somebody has asked */
	bool kind_known;
};

/**
 * A new file at the end of the transaction's list.
 *
 * @param body  Where the parser itself keeps the content; NULL: the file keeps it.
 * @return NULL: too many, or no memory; the transfer goes on without.
 */
struct gz_file *
gz_file_open(struct gz_tx *tx, enum gz_dir dir, struct gz_span name, struct gz_body *body);
/** Content. Only for files with a body of their own is it kept; hashed it is always. */
void gz_file_add(struct gz_tx *tx, struct gz_file *f, struct gz_span s);
/** @p len bytes of it are lost. */
void gz_file_gap(struct gz_file *f, uint64_t len);
void gz_file_close(struct gz_file *f, enum gz_file_state state);
/** Free the files of @p tx: the room does it when the transaction ends. */
void gz_files_free(struct gz_tx *tx);
/** Bodies of their own let go: the room does it when the transaction was judged. */
void gz_files_judged(struct gz_tx *tx, enum gz_dir dir);

/** The digest of a closed file: 16, 20 or 32 bytes. false: not computed (yet). */
bool gz_file_digest(const struct gz_file *f, uint32_t hash, uint8_t out[32], uint32_t *len);

/** "files": […] of what goes in @p dir, if anything. */
void gz_files_log(const struct gz_tx *tx, enum gz_dir dir, struct gz_json *j);

/** What kind of file it is, by its first bytes. false: not known, or not yet. */
bool gz_file_kind(struct gz_tx *tx, struct gz_file *f, struct gz_span *kind);

/* Getters for the rows of fields: file.name, file.data and file.magic. */
bool gz_file_get_name(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v);
bool gz_file_get_data(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v);
bool gz_file_get_magic(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v);

#endif /* GZ_FILE_H */
