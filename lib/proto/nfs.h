/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NFS_H
#define NFS_H

/*
 * NFS 2 (RFC 1094), 3 (RFC 1813) and 4 (RFC 7530, 8881) over Sun's RPC. A call
 * and its reply are a transaction; what is read from a file, or written to it,
 * is one of its own, as long as that goes on in order.
 */

#include <sys/queue.h>

#include "gz_file.h"
#include "gz_proto.h"

#include "rpc.h"
#include "transfer.h"

enum {
	NFS_PROGRAM = 100003,

	NFS_HANDLE_MOST = 128, /* bytes (RFC 7530 section 4.2) */
	NFS_NAME_MOST = 1024, /* bytes of a name that is kept */
	NFS_TEXT_MOST = 64 * 1024, /* of one in a message */
	NFS_DATA_MOST = 16 * 1024 * 1024, /* bytes in one read or write */

	NFS_WHOLE_MOST = 60 *
			1024, /* bytes of a record that is waited for; of a longer one its head */
	NFS_HEAD_MOST = 4096, /* what is waited for of a longer one */
	NFS_RECORD_MOST = 2 * 1024 * 1024, /* bytes of a record */
	NFS_JOINED_MOST = 1088 * 1024, /* bytes of one in several fragments */

	NFS_CALLS_MOST = 256, /* that wait for their reply */
	NFS_NAMES_MOST = 512, /* of handles that are remembered */
	NFS_FILES_MOST = 64, /* that are being read or written */
	NFS_OPS_MOST = 128, /* in a compound: more than servers take */
	NFS_PROCEDURES_MOST = 128, /* numbers of procedures and operations that rules see */
};

enum nfs_event {
	NFS_EVENT_MALFORMED,
	NFS_EVENT_NON_EXISTING_VERSION,
	NFS_EVENT_UNSUPPORTED_VERSION,
	NFS_EVENT_TOO_MANY,
};

struct nfs_handle {
	uint32_t len;
	uint8_t p[NFS_HANDLE_MOST];
};

struct nfs_tx {
	uint32_t xid, version, procedure;
	bool is_file, quiet; /* quiet: no event tells it */
	bool has_handle, has_rename, last, has_unix;
	uint32_t rpc_status, status;
	uint32_t flavor, uid, gid;
	uint32_t chunks, last_xid; /* of a file */
	uint64_t procedures[NFS_PROCEDURES_MOST / 64]; /* a bit each */
	uint32_t handle_sum; /* CRC-32 */
	struct gz_bytes machine, name, to;
};

/** A file that is read or written. */
struct nfs_file {
	TAILQ_ENTRY(nfs_file) link;
	struct nfs_handle handle;
	uint8_t dir; /* enum gz_dir: C2S: written */
	bool has_end;
	uint64_t end; /* where it ends */
	struct transfer t;
};

struct nfs_name {
	TAILQ_ENTRY(nfs_name) link;
	struct nfs_handle handle;
	struct gz_bytes name;
};

/** A call that waits for its reply. */
struct nfs_call {
	TAILQ_ENTRY(nfs_call) link;
	uint32_t xid, version, procedure;
	struct gz_tx *tx; /* NULL: it has none of its own */
	struct nfs_handle handle; /* what it is about */
	bool ends; /* a write that is the last, a commit */
	uint64_t at; /* of a read */
	struct gz_bytes name; /* that was looked up */
};

TAILQ_HEAD(nfs_files, nfs_file);
TAILQ_HEAD(nfs_names, nfs_name);
TAILQ_HEAD(nfs_calls, nfs_call);

/** One direction of a connection. */
struct nfs_side {
	struct nfs_file *file; /* whose data comes; NULL: nobody wants it */
	uint64_t at; /* its place in the file */
	uint32_t data; /* bytes of it to come */
	uint32_t skip; /* bytes of the record behind it */
	uint32_t expect; /* bytes of the record that waits to be whole; 0: unknown */
	bool lost; /* where the next record starts is not known */
	uint32_t join; /* bytes to come of a fragment that is not the whole record */
	bool join_last; /* and which is its last */
	struct gz_bytes joined; /* fragments so far */
};

struct nfs_state {
	struct nfs_side side[2];
	struct nfs_files files;
	struct nfs_names names;
	struct nfs_calls calls;
	uint32_t nb_files, nb_names, nb_calls;
};

/** A message that is being read. */
struct nfs_msg {
	struct gz_app *app;
	struct nfs_state *s;
	enum gz_dir dir;
	struct rpc_message rpc;
	uint32_t left; /* bytes of its record that are not there yet */
	struct nfs_call *call; /* that a reply answers */
};

static inline struct nfs_tx *
nfs_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

/* ---- nfs_call.c: versions 2 and 3 ---- */

void nfs_request(struct nfs_msg *m);
void nfs_reply(struct nfs_msg *m);
/** A transaction of its own for the call @p m. NULL: no room. */
struct gz_tx *nfs_tx_new(const struct nfs_msg *m, uint32_t procedure);
void nfs_procedure_add(struct nfs_tx *t, uint32_t procedure);
/** The call @p m waits from now on. NULL: no room. */
struct nfs_call *nfs_call_new(const struct nfs_msg *m);
/** The one that waits with this number. NULL: none. */
struct nfs_call *nfs_call_find(const struct nfs_state *s, uint32_t xid);
void nfs_call_free(struct gz_app *app, struct nfs_state *s, struct nfs_call *c);
/** A message is not what it should be. */
void nfs_malformed(const struct nfs_msg *m);
/** A reply has come to a transaction, with what it says. */
void nfs_answered(struct gz_tx *tx, const struct nfs_msg *m, uint32_t status);

/* ---- nfs4.c ---- */

void nfs4_request(struct nfs_msg *m);
void nfs4_reply(struct nfs_msg *m);

/* ---- nfs_file.c ---- */

uint32_t nfs_handle_sum(const struct nfs_handle *h);
bool nfs_handle_set(struct nfs_handle *h, struct gz_span s);
void nfs_name_set(struct nfs_state *s, struct gz_app *app, const struct nfs_handle *h,
		struct gz_span name);
struct gz_span nfs_name_of(struct nfs_state *s, const struct nfs_handle *h);
struct nfs_file *nfs_file_find(struct nfs_state *s, const struct nfs_handle *h, enum gz_dir dir);
/** The file that is written to, or read from, at @p at: begun if it must. NULL: no room. */
struct nfs_file *
nfs_file_at(const struct nfs_msg *m, const struct nfs_handle *h, enum gz_dir dir, uint64_t at);
/** @p len bytes for it, of which the cursor has the first: the others come with the record. */
void nfs_file_data(const struct nfs_msg *m, struct nfs_file *f, uint64_t at, struct gz_cursor *c,
		uint32_t len);
/** The file ends at @p end: it is through when all before that has come. */
void nfs_file_ends_at(struct gz_app *app, struct nfs_file *f, uint64_t end);
/** All of it has come. */
void nfs_file_end(struct gz_app *app, struct nfs_file *f, enum gz_file_state state);
/** Data of a record that comes in parts; bytes of it that are lost. */
void nfs_data_add(struct gz_app *app, enum gz_dir dir, struct gz_span data);
void nfs_data_lost(struct gz_app *app, enum gz_dir dir, uint32_t len);
void nfs_state_free(struct gz_app *app, struct nfs_state *s);

/* ---- nfs_frames.c ---- */

enum {
	NFS_NB_FRAMES = 10,
};

extern const struct gz_field_row nfs_frames[NFS_NB_FRAMES];
/** Of a message of @p len bytes, of which @p s has the first, with @p mark bytes in front. */
void nfs_note_frames(struct gz_app *app, const struct gz_input *in, uint32_t mark, struct gz_span s,
		uint32_t len);

/* ---- nfs_log.c ---- */

enum {
	NFS_NB_FIELDS = 5,
};

extern const struct gz_field_row nfs_fields[NFS_NB_FIELDS];
void nfs_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* NFS_H */
