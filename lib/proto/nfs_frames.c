/* SPDX-License-Identifier: BSD-3-Clause */

/* Frames of NFS and of the RPC around it. */

#include "gz_frame.h"

#include "nfs.h"

enum {
	FRAME_RPC_PDU,
	FRAME_RPC_HDR,
	FRAME_RPC_DATA,
	FRAME_RPC_CREDS,
	FRAME_PDU,
	FRAME_STATUS,
	FRAME_NFS4_PDU,
	FRAME_NFS4_HDR,
	FRAME_NFS4_OPS,
	FRAME_NFS4_STATUS,

	REPLY_HEAD = 8, /* bytes: number and type */
	CREDENTIALS_HEAD = 8, /* bytes: flavor and length */
	NFS4_HEAD = 8,
	STATUS = 4,
};

const struct gz_field_row nfs_frames[NFS_NB_FRAMES] = {
	[FRAME_RPC_PDU] = GZ_FRAME("nfs.rpc.pdu", "a message of RPC, its record mark included"),
	[FRAME_RPC_HDR] = GZ_FRAME("nfs.rpc.hdr", "a reply's number and type"),
	[FRAME_RPC_DATA] = GZ_FRAME("nfs.rpc.data", "what follows them"),
	[FRAME_RPC_CREDS] = GZ_FRAME("nfs.rpc.creds", "a call's credentials, from their flavor on"),
	[FRAME_PDU] = GZ_FRAME("nfs.nfs.pdu", "arguments or results of NFS 2 or 3"),
	[FRAME_STATUS] = GZ_FRAME("nfs.nfs.status", "the status that results begin with"),
	[FRAME_NFS4_PDU] = GZ_FRAME("nfs.nfs4.pdu", "a compound of NFS 4"),
	[FRAME_NFS4_HDR] = GZ_FRAME("nfs.nfs4.hdr", "its first eight bytes"),
	[FRAME_NFS4_OPS] = GZ_FRAME("nfs.nfs4.ops", "what follows them"),
	[FRAME_NFS4_STATUS] = GZ_FRAME("nfs.nfs4.status", "the status that results begin with"),
};

struct noting {
	struct gz_app *app;
	const struct gz_input *in;
};

static void
frame(const struct noting *n, uint32_t kind, const uint8_t *at, uint64_t len)
{
	if (len > 0)
		gz_app_frame(n->app, n->in, kind, at, len);
}

/** Arguments or results. */
static void
note_body(const struct noting *n, const uint8_t *at, uint64_t len, uint32_t version)
{
	bool nfs4 = version == 4, reply = n->in->dir == GZ_S2C;

	frame(n, nfs4 ? FRAME_NFS4_PDU : FRAME_PDU, at, len);
	if (reply && len >= STATUS)
		frame(n, nfs4 ? FRAME_NFS4_STATUS : FRAME_STATUS, at, STATUS);
	if (!nfs4 || len < NFS4_HEAD)
		return;
	frame(n, FRAME_NFS4_HDR, at, NFS4_HEAD);
	frame(n, FRAME_NFS4_OPS, at + NFS4_HEAD, len - NFS4_HEAD);
}

static void
note_creds(const struct noting *n, struct gz_span message)
{
	struct gz_cursor c = gz_cursor(message.p, message.len);
	struct gz_span creds;

	if (gz_cursor_skip(&c, RPC_CALL_HEAD + 4) && xdr_opaque(&c, RPC_AUTH_MOST, &creds))
		frame(n, FRAME_RPC_CREDS, message.p + RPC_CALL_HEAD,
				(uint64_t)CREDENTIALS_HEAD + creds.len);
}

void
nfs_note_frames(struct gz_app *app, const struct gz_input *in, uint32_t mark, struct gz_span s,
		uint32_t len)
{
	const struct gz_span message = gz_span(s.p + mark, s.len - mark);
	const struct noting n = { app, in };
	const struct nfs_call *call;
	struct rpc_message rpc;

	if (!gz_app_frames_wanted(app))
		return;
	frame(&n, FRAME_RPC_PDU, s.p, (uint64_t)mark + len);
	if (!rpc_read(message, &rpc) || (rpc.type == RPC_CALL) != (in->dir == GZ_C2S))
		return;
	len -= (uint32_t)(rpc.body.p - message.p);
	if (rpc.type == RPC_CALL) {
		note_creds(&n, message);
		if (rpc.program == NFS_PROGRAM)
			note_body(&n, rpc.body.p, len, rpc.version);
		return;
	}
	frame(&n, FRAME_RPC_HDR, s.p, mark + REPLY_HEAD);
	frame(&n, FRAME_RPC_DATA, message.p + REPLY_HEAD,
			(uint64_t)(rpc.body.p - message.p) - REPLY_HEAD + len);
	call = nfs_call_find(app->state, rpc.xid);
	if (call != NULL && rpc.status == 0)
		note_body(&n, rpc.body.p, len, call->version);
}
