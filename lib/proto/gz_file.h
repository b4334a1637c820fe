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
	GZ_FILE_SIDS = 16, /* rules that its event names */
	GZ_FILE_HEAD = 1024, /* first bytes that tell its kind */
};

struct gz_file_hashes;
struct proto_whole;

struct gz_file {
	struct gz_file *next; /* in the transaction and direction, oldest first */
	struct gz_bytes name;
	uint8_t state; /* enum gz_file_state */
	uint8_t dir; /* enum gz_dir */
	bool gaps; /* bytes were lost in it */
	bool may_end; /* it may be whole as it is: that nothing follows does not make it truncated */
	bool has_range; /* start and end are told */
	bool keep; /* a rule asked to keep it */
	bool told; /* its fileinfo event was written */
	uint8_t nb_sids;
	uint32_t sids[GZ_FILE_SIDS]; /* of rules that asked, for its event */
	struct gz_store_file *store; /* on its way to the disk, or waiting; NULL: not kept */
	uint64_t stored; /* its number there; 0: it is not kept, or not yet */
	uint64_t size; /* bytes that came */
	uint64_t start, end; /* of a Content-Range */
	struct gz_body *body; /* its content: its own, or the transaction's */
	struct gz_body own;
	struct gz_file_hashes *hashes; /* NULL: none wanted */
	struct gz_bytes head; /* its first bytes, when its kind is wanted */
	struct gz_bytes kind; /* what they are, once somebody has asked */
	bool kind_known;
	struct proto_whole *part_of; /* a range of it; NULL: it is no part */
	struct proto_whole *whole; /* it is that, put together of ranges so far; NULL: it is not */
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
/** Its digests are those of what came, though it was cut off. */
void gz_file_hash_end(struct gz_file *f);
/** Free the files of @p tx: the room does it when the transaction ends. */
void gz_files_free(struct gz_tx *tx);
/** Bodies of their own let go: the room does it when the transaction was judged. */
void gz_files_judged(struct gz_tx *tx, enum gz_dir dir);

/** Let go of what outlives flows: files in ranges that are not complete. */
void gz_files_drop_wholes(struct gz_proto_ctx *c);

/* Which files a rule wants kept on disk. Where there is no store they do nothing. */

/** This one. */
void gz_file_keep(struct gz_tx *tx, struct gz_file *f);
/** Those of the transaction in directions @p dirs (1 << enum gz_dir), and those that will begin. */
void gz_tx_keep_files(struct gz_tx *tx, uint8_t dirs);
/** Those of the flow's transactions, and of those that will begin. */
void gz_app_keep_files(struct gz_app *app, uint8_t dirs);
/** A rule with filestore has matched on it: its event names the rule. What does not fit is not known. */
void gz_file_name_rule(struct gz_file *f, uint32_t sid);
bool gz_file_is_of_rule(const struct gz_file *f, uint32_t sid);

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

/* clang-format off */
/** Those rows for files that go in @p dirs (GZ_FIELD_C2S ...), judged as @p get_data has their
 * content; behind that the progress of a transaction from which they are there. */
#define GZ_FILE_ROWS(dirs, get_data, ...) \
	{ "file.data", NULL, "file_data", "content of files in transfer", \
		(dirs) | GZ_FIELD_STREAM | GZ_FIELD_MULTI, 3, __VA_ARGS__, get_data }, \
	{ "file.name", NULL, NULL, "name of files in transfer", \
		(dirs) | GZ_FIELD_MULTI, 2, __VA_ARGS__, gz_file_get_name }, \
	{ "file.magic", NULL, NULL, "kind of files in transfer", \
		(dirs) | GZ_FIELD_MULTI | GZ_FIELD_NO_FP, 1, __VA_ARGS__, gz_file_get_magic }
/* clang-format on */

#endif /* GZ_FILE_H */
