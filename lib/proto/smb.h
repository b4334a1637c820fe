/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMB_H
#define SMB_H

/*
 * SMB 1 (MS-CIFS, MS-SMB), 2 and 3 (MS-SMB2) in the frames of NetBIOS sessions
 * (RFC 1002). A transaction is a request and its response; all reads, or writes,
 * of one open file are one transaction with the file; what is written to and
 * read from a named pipe becomes calls of DCE/RPC.
 */

#include "gz_file.h"

#include "dcerpc.h"
#include "smb_tx.h"
#include "transfer.h"

enum {
	SMB1_HEAD = 32,
	SMB2_HEAD = 64,
	SMB_MESSAGE_MOST = 64 * 1024, /* of a message that is looked at, file data apart */
	SMB_TEXT_MOST = 4096, /* bytes of a name */

	SMB_CALLS_MOST = 1024, /* requests that wait for their responses */
	SMB_HANDLES_MOST = 512, /* files that are open */
	SMB_TREES_MOST = 128, /* shares that are connected */
	SMB_TXS_MOST = 256, /* that are not complete: app.max-tx has room for a chunk's more */
	SMB_DIALECTS_MOST = 32,
	SMB_DIALECT_TEXT = 24, /* bytes of a name, with its NUL */
	SMB_STATUS_TEXT = 64,
};

enum smb_event {
	SMB_EVENT_MALFORMED,
	SMB_EVENT_MALFORMED_NTLMSSP,
	SMB_EVENT_MALFORMED_DIALECTS,
	SMB_EVENT_FILE_OVERLAP,
	SMB_EVENT_RESPONSE_TO_SERVER,
	SMB_EVENT_REQUEST_TO_CLIENT,
	SMB_EVENT_READ_REQUEST_TOO_LARGE,
	SMB_EVENT_READ_RESPONSE_TOO_LARGE,
	SMB_EVENT_WRITE_REQUEST_TOO_LARGE,
	SMB_EVENT_MAX_READ_TOO_LARGE,
	SMB_EVENT_MAX_WRITE_TOO_LARGE,
	SMB_EVENT_WRITE_QUEUE_SIZE,
	SMB_EVENT_WRITE_QUEUE_COUNT,
	SMB_EVENT_READ_QUEUE_SIZE,
	SMB_EVENT_READ_QUEUE_COUNT,
	SMB_EVENT_TOO_MANY,
};

struct smb_tree {
	TAILQ_ENTRY(smb_tree) link;
	uint64_t session;
	uint32_t id;
	uint8_t type; /* enum smb_share */
	struct gz_bytes name;
};

/** A file or pipe that is open. */
struct smb_handle {
	TAILQ_ENTRY(smb_handle) link;
	struct smb_guid id;
	uint32_t tree;
	uint64_t session;
	bool is_pipe;
	uint64_t size; /* as the server said; 0: unknown */
	struct gz_bytes name;
	struct transfer transfer[2]; /* writes and reads, by direction */
	struct dcerpc_assoc assoc;
	struct gz_bytes pdu[2]; /* of DCE/RPC, not whole yet */
	bool not_rpc[2]; /* what goes through the pipe is something else */
};

/** A request that waits for its response. */
struct smb_call {
	TAILQ_ENTRY(smb_call) link;
	uint64_t mid;
	uint16_t command;
	uint8_t version;
	struct gz_tx *tx; /* NULL: it has none */
	struct smb_guid id; /* of a file */
	bool has_id;
	uint64_t at; /* of a read */
	uint32_t tree;
};

TAILQ_HEAD(smb_trees, smb_tree);
TAILQ_HEAD(smb_handles, smb_handle);
TAILQ_HEAD(smb_calls, smb_call);

struct smb_state;

/** A message that is being read. */
struct smb_msg {
	struct gz_app *app;
	struct smb_state *s;
	enum gz_dir dir;
	uint8_t version;
	bool response, unicode, dos_status, chained; /* another message follows */
	uint16_t command;
	uint32_t status;
	uint64_t mid, session;
	uint32_t tree;
	struct gz_span all; /* from its header on: its start, when its data is long */
	uint32_t len; /* of the whole */
	struct smb_call *call; /* that a response answers */
};

/** What one direction is in the middle of. */
struct smb_side {
	uint32_t left; /* bytes of the frame that are still to come */
	uint32_t skip; /* bytes of it to pass over */
	uint32_t data; /* bytes of it that are data of a file or pipe */
	bool lost; /* where the next frame starts is not known */
	struct smb_guid id; /* of the file whose data that is */
	uint64_t at;
	struct smb_msg msg; /* that brings it; without its bytes */
};

struct smb_state {
	struct smb_side side[2];
	struct smb_trees trees;
	struct smb_handles handles;
	struct smb_calls calls;
	uint32_t nb_trees, nb_handles, nb_calls;
	char dialect[SMB_DIALECT_TEXT];
	uint32_t max_read, max_write; /* as negotiated; 0: unknown */
	struct smb_guid last; /* the file of the message before, in a chain */
	bool has_last;
};

static inline struct gz_cursor
smb_at(const struct smb_msg *m, uint32_t offset)
{
	return gz_cursor(m->all.p + RTE_MIN(offset, m->all.len),
			m->all.len - RTE_MIN(offset, m->all.len));
}

/* ---- smb_table.c: calls, files, shares ---- */

struct smb_call *smb_call_new(const struct smb_msg *m, struct gz_tx *tx);
struct smb_call *smb_call_find(const struct smb_msg *m);
void smb_call_drop(struct gz_app *app, struct smb_state *s, struct smb_call *c);
struct smb_handle *smb_handle_find(struct smb_state *s, const struct smb_guid *id);
/** @return NULL: no memory. The oldest makes room. */
struct smb_handle *smb_handle_new(const struct smb_msg *m, const struct smb_guid *id);
void smb_handle_drop(struct gz_app *app, struct smb_state *s, struct smb_handle *h);
struct smb_tree *smb_tree_find(struct smb_state *s, const struct smb_msg *m, uint32_t id);
void smb_tree_add(const struct smb_msg *m, struct gz_span name, enum smb_share type);
void smb_tree_drop(struct gz_app *app, struct smb_state *s, struct smb_tree *t);
void smb_tables_free(struct gz_app *app, struct smb_state *s);

/* ---- smb_tx.c ---- */

/** A transaction for the request. NULL: too many, or no memory. */
struct gz_tx *smb_tx_new(const struct smb_msg *m, enum smb_kind kind);
/** The request's, with its call to find it again. */
struct gz_tx *smb_request(const struct smb_msg *m, enum smb_kind kind);
/** The response's: status noted. NULL: its request had none. */
struct gz_tx *smb_response(const struct smb_msg *m);
void smb_event(const struct smb_msg *m, struct gz_tx *tx, enum smb_event event);
void smb_tx_free(struct gz_app *app, struct gz_tx *tx);
bool smb_is_error(const struct smb_msg *m);

/* ---- smb1.c, smb1_response.c, smb2.c, smb2_response.c ---- */

/** How long a message's start is that says what its data is; 0: take the message whole. */
uint32_t smb1_data_start(struct gz_span s, enum gz_dir dir);
uint32_t smb2_data_start(struct gz_span s, enum gz_dir dir);
void smb1_message(struct smb_msg *m);
void smb2_message(struct smb_msg *m);
void smb2_request(struct smb_msg *m);
void smb2_response(struct smb_msg *m);
/** All ones: the file that a message before in the chain opens. */
extern const struct smb_guid smb2_related;
bool smb2_take_id(const struct smb_msg *m, uint32_t offset, struct smb_guid *id);

/* ---- smb_data.c: what is read and written ---- */

/** @p len bytes of data at @p offset of the message go to, or come from, the file at @p at. */
struct smb_data {
	struct smb_guid id;
	uint64_t at;
	uint32_t offset, len;
};

void smb_data_begin(struct smb_msg *m, const struct smb_data *d);
void smb_data_add(struct gz_app *app, enum gz_dir dir, struct gz_span data);
void smb_data_gap(struct gz_app *app, enum gz_dir dir, uint32_t len);
/** The file is closed: its transactions are complete. */
void smb_transfers_end(struct gz_app *app, struct smb_handle *h);
void smb_transfers_free(struct gz_app *app, struct smb_handle *h);
/** Bytes through a pipe; @p tx of a request that is both (TransactNamedPipe): NULL: none. */
void smb_pipe(const struct smb_msg *m, struct smb_handle *h, struct gz_span data);
/** May these bytes start a packet of DCE/RPC? */
bool smb_is_rpc(struct gz_span data);
/** The pipe is closed: what was called gets no answer. */
void smb_pipe_end(struct gz_app *app, struct smb_handle *h);

/* ---- smb_text.c, smb_auth.c ---- */

/** Text as UTF-8, up to its NUL. */
void smb_text(struct gz_app *app, struct gz_bytes *to, struct gz_span s, bool unicode);
/** Text that ends with a NUL, taken off the cursor; aligned from @p start in Unicode. */
void smb_text_take(const struct smb_msg *m, struct gz_cursor *c, struct gz_bytes *to);
void smb_auth(const struct smb_msg *m, struct gz_tx *tx, struct gz_span blob);

/* ---- words: smb_names.c, smb_status.c, smb_log.c ---- */

/** NULL: it has none. */
const char *smb_command_name(uint8_t version, uint16_t command);
/** Behind "FSCTL_". NULL: it has none. */
const char *smb_function_name(uint32_t function);
/** Into @p name. NULL: it has none. */
const char *smb_status_name(uint32_t status, char name[SMB_STATUS_TEXT]);
void smb_dialect_name(uint16_t dialect, char name[SMB_DIALECT_TEXT]);
/** Hundreds of nanoseconds since 1601 as seconds since 1970; 0: before. */
uint32_t smb_seconds(uint64_t time);
void smb_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

enum {
	SMB_NB_FIELDS = 9,
};
extern const struct gz_field_row smb_fields[];

#endif /* SMB_H */
