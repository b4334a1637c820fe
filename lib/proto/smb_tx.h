/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMB_TX_H
#define SMB_TX_H

/* What is known of a transaction of SMB. */

#include "dcerpc.h"

enum {
	SMB_ID = 16, /* bytes of a file's number; SMB 1 uses two */
};

/** What a transaction is about: which of its members are told. */
enum smb_kind {
	SMB_PLAIN,
	SMB_NEGOTIATE,
	SMB_SETUP,
	SMB_TREE,
	SMB_CREATE,
	SMB_IOCTL,
	SMB_SET_INFO,
	SMB_FILE,
	SMB_RPC,
};

enum smb_share {
	SMB_SHARE_UNKNOWN,
	SMB_SHARE_DISK,
	SMB_SHARE_PIPE,
	SMB_SHARE_PRINT,
};

struct smb_guid {
	uint8_t b[SMB_ID];
};

/** How somebody logs on. */
struct smb_auth {
	bool ntlmssp;
	struct gz_bytes domain, user, host;
	bool has_version;
	uint8_t major, minor, rev;
	uint16_t build;
	struct gz_bytes realm, sname; /* Kerberos; the parts of sname end with NUL */
};

struct smb_negotiate {
	uint32_t nb_dialects;
	struct gz_bytes dialects; /* each with its NUL */
	bool has_client, has_server, has_sizes;
	struct smb_guid client, server;
	uint32_t max_read, max_write;
};

struct smb_create {
	uint32_t disposition;
	bool delete_on_close, opened;
	uint32_t created, accessed, modified, changed; /* seconds of the epoch */
	uint64_t size;
};

struct smb_tx {
	uint8_t kind; /* enum smb_kind */
	uint8_t version; /* of the request: 1 or 2 */
	uint16_t command;
	bool has_command, has_status, dos_status, has_id;
	uint8_t share_type; /* enum smb_share */
	bool is_pipe, waits; /* a call knows it */
	uint32_t status, tree, function;
	uint64_t session;
	struct smb_guid id; /* of the file */
	struct gz_bytes name; /* of a share or a file */
	struct gz_bytes share; /* that the file is in, or the service asked for */
	struct gz_bytes service; /* the server's */
	struct gz_bytes os[2], lm[2]; /* of SMB 1's session setup */
	struct gz_bytes rename; /* new name */
	struct smb_auth auth;
	struct smb_create create;
	struct smb_negotiate *negotiate;
	struct dcerpc_call *rpc;
};

static inline struct smb_tx *
smb_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

#endif /* SMB_TX_H */
