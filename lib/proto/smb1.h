/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMB1_H
#define SMB1_H

/* What the two files about SMB 1 share. */

#include "smb.h"

enum {
	SMB1_CLOSE = 0x04,
	SMB1_LOCKING_ANDX = 0x24,
	SMB1_TRANS = 0x25,
	SMB1_OPEN_ANDX = 0x2d,
	SMB1_READ_ANDX = 0x2e,
	SMB1_WRITE_ANDX = 0x2f,
	SMB1_TRANS2 = 0x32,
	SMB1_NEGOTIATE = 0x72,
	SMB1_SESSION_SETUP = 0x73,
	SMB1_LOGOFF = 0x74,
	SMB1_TREE_CONNECT = 0x75,
	SMB1_NT_CREATE = 0xa2,
	SMB1_NT_CANCEL = 0xa4,
};

/** A message's words and, behind them, its bytes. */
struct smb1_parts {
	struct gz_span words;
	struct gz_cursor bytes;
};

/** A file's number of two bytes in the place of SMB 2's. */
void smb1_guid(uint16_t fid, struct smb_guid *id);
void smb1_request_part(struct smb_msg *m, struct smb1_parts *p);
void smb1_response_part(struct smb_msg *m, struct smb1_parts *p);

#endif /* SMB1_H */
