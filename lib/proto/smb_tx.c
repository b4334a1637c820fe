/* SPDX-License-Identifier: BSD-3-Clause */
#include "smb.h"

enum {
	STATUS_PENDING = 0x103, /* the response proper comes later */
	STATUS_MORE_PROCESSING = 0xc0000016, /* of a session setup that goes on */
};

bool
smb_is_error(const struct smb_msg *m)
{
	if (m->dos_status)
		return m->status != 0;
	return m->status >> 30 == 3 && m->status != (uint32_t)STATUS_MORE_PROCESSING;
}

static void
complete(struct gz_tx *tx)
{
	gz_tx_complete(tx, GZ_C2S);
	gz_tx_complete(tx, GZ_S2C);
}

struct gz_tx *
smb_tx_new(const struct smb_msg *m, enum smb_kind kind)
{
	struct gz_tx *tx = gz_tx_new_among(m->app, SMB_TXS_MOST, SMB_EVENT_TOO_MANY);
	struct smb_tx *t;

	if (tx == NULL)
		return NULL;
	t = smb_tx_of(tx);
	t->kind = (uint8_t)kind;
	t->version = m->version;
	t->command = m->command;
	t->has_command = true;
	t->session = m->session;
	t->tree = m->tree;
	gz_tx_changed(tx, m->dir);
	return tx;
}

struct gz_tx *
smb_request(const struct smb_msg *m, enum smb_kind kind)
{
	struct gz_tx *tx = smb_tx_new(m, kind);

	if (tx == NULL)
		return NULL;
	smb_tx_of(tx)->waits = smb_call_new(m, tx) != NULL;
	if (kind != SMB_FILE && kind != SMB_RPC)
		gz_tx_complete(tx, GZ_C2S);
	return tx;
}

struct gz_tx *
smb_response(const struct smb_msg *m)
{
	struct gz_tx *tx = m->call != NULL ? m->call->tx : NULL;
	struct smb_tx *t;

	if (m->call == NULL &&
			m->mid != UINT64_MAX) /* as a server does that asks something itself */
		tx = smb_tx_new(m, SMB_PLAIN); /* its request was not seen, or never was */
	if (tx == NULL)
		return NULL;
	t = smb_tx_of(tx);
	t->has_status = true;
	t->status = m->status;
	t->dos_status = m->dos_status;
	t->session = m->session;
	if (m->tree != 0 && m->tree != UINT32_MAX && m->tree != UINT16_MAX)
		t->tree = m->tree;
	gz_tx_changed(tx, GZ_S2C);
	if (t->kind != SMB_FILE && t->kind != SMB_RPC && m->status != STATUS_PENDING)
		complete(tx);
	return tx;
}

void
smb_event(const struct smb_msg *m, struct gz_tx *tx, enum smb_event event)
{
	if (tx == NULL)
		tx = TAILQ_LAST(&m->app->txs, gz_tx_list);
	if (tx == NULL) {
		tx = smb_tx_new(m, SMB_PLAIN);
		if (tx == NULL)
			return;
		complete(tx);
	}
	gz_tx_event(tx, event);
	gz_tx_changed(tx, GZ_C2S);
	gz_tx_changed(tx, GZ_S2C);
}

/** Nobody may come back to it. */
static void
forget(struct gz_tx *tx)
{
	const struct smb_tx *t = smb_tx_of(tx);
	struct smb_state *s = tx->state;
	struct smb_handle *h;
	struct smb_call *c;
	int dir;

	if (t->waits) {
		TAILQ_FOREACH(c, &s->calls, link) {
			if (c->tx == tx)
				c->tx = NULL;
		}
	}
	h = t->kind == SMB_FILE ? smb_handle_find(s, &t->id) : NULL;
	for (dir = GZ_C2S; h != NULL && dir <= GZ_S2C; dir++) {
		if (h->transfer[dir].tx != tx)
			continue;
		h->transfer[dir].tx = NULL;
		h->transfer[dir].file = NULL;
	}
}

void
smb_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct smb_tx *t = smb_tx_of(tx);
	struct gz_bytes *const all[] = { &t->name, &t->share, &t->service, &t->os[0], &t->os[1],
		&t->lm[0], &t->lm[1], &t->rename, &t->auth.domain, &t->auth.user, &t->auth.host,
		&t->auth.realm, &t->auth.sname };
	uint32_t i;

	forget(tx);
	for (i = 0; i < RTE_DIM(all); i++)
		gz_bytes_free(app, all[i]);
	if (t->negotiate != NULL) {
		gz_bytes_free(app, &t->negotiate->dialects);
		gz_app_free(app, t->negotiate, sizeof(*t->negotiate));
	}
	if (t->rpc != NULL) {
		dcerpc_call_free(app, t->rpc);
		gz_app_free(app, t->rpc, sizeof(*t->rpc));
	}
}
