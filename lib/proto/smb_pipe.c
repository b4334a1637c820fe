/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * DCE/RPC through named pipes: packets cut into writes and reads as it pleases
 * the two, put together again for each open pipe.
 */

#include "smb.h"

enum {
	PDU_MOST = 64 * 1024,
};

bool
smb_is_rpc(struct gz_span data)
{
	return dcerpc_probe_head(data) != GZ_PROBE_NO;
}

static struct gz_tx *
find(const struct smb_msg *m, const struct smb_handle *h, uint32_t id, enum gz_dir side)
{
	const struct smb_tx *t;
	struct gz_tx *tx;

	TAILQ_FOREACH(tx, &m->app->txs, link) {
		t = smb_tx_of(tx);
		if (t->kind == SMB_RPC && !tx->complete[GZ_S2C] && t->rpc->id == id &&
				!t->rpc->side[side].done &&
				memcmp(&t->id, &h->id, sizeof(h->id)) == 0)
			return tx;
	}
	return NULL;
}

static struct gz_tx *
new_call(const struct smb_msg *m, const struct smb_handle *h)
{
	struct gz_tx *tx = smb_tx_new(m, SMB_RPC);
	struct smb_tx *t;
	struct smb_call *c;

	if (tx == NULL)
		return NULL;
	t = smb_tx_of(tx);
	t->rpc = gz_app_alloc(m->app, sizeof(*t->rpc));
	if (t->rpc == NULL) {
		t->kind = SMB_PLAIN;
		gz_tx_complete(tx, GZ_C2S);
		gz_tx_complete(tx, GZ_S2C);
		return NULL;
	}
	t->id = h->id;
	c = smb_call_find(m);
	if (c != NULL && c->tx == NULL && !m->response) {
		c->tx = tx;
		t->waits = true;
	}
	return tx;
}

static void
one_pdu(const struct smb_msg *m, struct smb_handle *h, const struct dcerpc_head *head,
		struct gz_span pdu)
{
	enum gz_dir side = dcerpc_is_response(head->type) ? GZ_S2C : GZ_C2S;
	struct gz_tx *tx;

	if (side == GZ_C2S && head->type != DCERPC_REQUEST && head->type != DCERPC_BIND &&
			head->type != DCERPC_ALTER_CONTEXT)
		return;
	tx = find(m, h, head->call_id, side);
	if (tx == NULL)
		tx = new_call(m, h);
	if (tx == NULL)
		return;
	dcerpc_take(m->app, &h->assoc, smb_tx_of(tx)->rpc, head, pdu);
	gz_tx_changed(tx, m->dir);
	if (!smb_tx_of(tx)->rpc->side[side].done)
		return;
	gz_tx_complete(tx, GZ_C2S);
	if (side == GZ_S2C)
		gz_tx_complete(tx, GZ_S2C);
}

/** The packets that are whole. @return bytes used; the rest waits. */
static uint32_t
whole_pdus(const struct smb_msg *m, struct smb_handle *h, struct gz_span s)
{
	struct dcerpc_head head;
	uint32_t used = 0;

	while (used < s.len) {
		struct gz_span rest = gz_span(s.p + used, s.len - used);

		if (!smb_is_rpc(rest)) {
			h->not_rpc[m->dir] = true;
			return s.len;
		}
		if (!dcerpc_read_head(rest, &head) || head.frag_len > rest.len)
			break;
		one_pdu(m, h, &head, gz_span(rest.p, head.frag_len));
		used += head.frag_len;
	}
	return used;
}

void
smb_pipe(const struct smb_msg *m, struct smb_handle *h, struct gz_span data)
{
	struct gz_bytes *b = &h->pdu[m->dir];
	uint32_t used;

	if (h->not_rpc[m->dir])
		return;
	if (b->len == 0) {
		used = whole_pdus(m, h, data);
		data = gz_span(data.p + used, data.len - used);
		if (data.len > 0 && !gz_bytes_add(m->app, b, data, PDU_MOST))
			h->not_rpc[m->dir] = true;
		return;
	}
	if (!gz_bytes_add(m->app, b, data, 2 * PDU_MOST)) {
		h->not_rpc[m->dir] = true;
		return;
	}
	used = whole_pdus(m, h, gz_bytes_span(b));
	memmove(b->p, b->p + used, b->len - used);
	b->len -= used;
}

void
smb_pipe_end(struct gz_app *app, struct smb_handle *h)
{
	struct gz_tx *tx;

	if (!h->is_pipe)
		return;
	TAILQ_FOREACH(tx, &app->txs, link) {
		if (tx->state != app->state || smb_tx_of(tx)->kind != SMB_RPC ||
				memcmp(&smb_tx_of(tx)->id, &h->id, sizeof(h->id)) != 0)
			continue;
		gz_tx_complete(tx, GZ_C2S);
		gz_tx_complete(tx, GZ_S2C);
	}
}
