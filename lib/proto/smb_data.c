/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * What is written to files and read from them. The data of a message goes to its
 * file as it comes. What comes ahead of its turn waits for what is missing, up
 * to a bound; what was there already starts the file anew, so that all that the
 * server ends up with has been looked at.
 */

#include "smb.h"

static void
open_file(struct gz_tx *tx, struct transfer *t, enum gz_dir dir)
{
	struct gz_span name = gz_bytes_span(&smb_tx_of(tx)->name);

	t->file = gz_file_open(tx, dir, name.len > 0 ? name : GZ_SPAN("<unknown>"), NULL);
}

/** The transaction of all reads, or writes, of @p h. */
static struct gz_tx *
transfer_of(const struct smb_msg *m, struct smb_handle *h)
{
	struct transfer *t = &h->transfer[m->dir];
	struct smb_tree *tree = smb_tree_find(m->s, m, h->tree);
	struct smb_tx *x;

	if (t->tx != NULL)
		return t->tx;
	t->tx = smb_tx_new(m, SMB_FILE);
	if (t->tx == NULL)
		return NULL;
	x = smb_tx_of(t->tx);
	x->id = h->id;
	x->has_id = true;
	x->tree = h->tree;
	gz_bytes_add(m->app, &x->name, gz_bytes_span(&h->name), SMB_TEXT_MOST);
	if (tree != NULL)
		gz_bytes_add(m->app, &x->share, gz_bytes_span(&tree->name), SMB_TEXT_MOST);
	t->at = 0;
	open_file(t->tx, t, m->dir);
	return t->tx;
}

/** All of it has been there: an end, and perhaps another beginning. */
static void
end_transfer(struct gz_app *app, struct transfer *t)
{
	transfer_flush(app, t);
	if (t->tx == NULL)
		return;
	if (t->file != NULL)
		gz_file_close(t->file, GZ_FILE_CLOSED);
	gz_tx_complete(t->tx, GZ_C2S);
	gz_tx_complete(t->tx, GZ_S2C);
	t->tx = NULL;
	t->file = NULL;
}

void
smb_transfers_end(struct gz_app *app, struct smb_handle *h)
{
	end_transfer(app, &h->transfer[GZ_C2S]);
	end_transfer(app, &h->transfer[GZ_S2C]);
}

void
smb_transfers_free(struct gz_app *app, struct smb_handle *h)
{
	int dir;

	for (dir = GZ_C2S; dir <= GZ_S2C; dir++)
		transfer_drop(app, &h->transfer[dir]);
}

/** Data for what has been seen: the file begins again with it. */
static void
overlap(const struct smb_msg *m, struct transfer *t, uint64_t at)
{
	smb_event(m, t->tx, SMB_EVENT_FILE_OVERLAP);
	if (t->file != NULL)
		gz_file_close(t->file, GZ_FILE_CLOSED);
	transfer_drop(m->app, t);
	open_file(t->tx, t, m->dir);
	t->at = at;
}

/** The handle, made up when its opening was not seen. */
static struct smb_handle *
handle_of(const struct smb_msg *m, const struct smb_guid *id)
{
	struct smb_handle *h = smb_handle_find(m->s, id);
	struct smb_tree *tree;

	if (h != NULL)
		return h;
	h = smb_handle_new(m, id);
	if (h == NULL)
		return NULL;
	tree = smb_tree_find(m->s, m, m->tree);
	h->is_pipe = tree != NULL && tree->type == SMB_SHARE_PIPE;
	return h;
}

void
smb_data_begin(struct smb_msg *m, const struct smb_data *d)
{
	struct smb_side *side = &m->s->side[m->dir];
	struct smb_handle *h = handle_of(m, &d->id);
	struct gz_tx *tx;

	if (h == NULL || d->offset > m->len || d->len == 0)
		return;
	side->id = d->id;
	side->at = d->at;
	side->data = RTE_MIN(d->len, m->len - d->offset);
	side->msg = *m;
	side->msg.all = gz_span(NULL, 0);
	side->msg.call = NULL;
	if (h->is_pipe)
		return;
	tx = transfer_of(m, h);
	if (tx == NULL)
		return;
	if (m->response) {
		smb_tx_of(tx)->has_status = true;
		smb_tx_of(tx)->status = m->status;
		smb_tx_of(tx)->dos_status = m->dos_status;
	}
	if (m->call != NULL && m->call->tx == NULL && !m->response) {
		m->call->tx = tx;
		smb_tx_of(tx)->waits = true;
	}
	if (d->at < h->transfer[m->dir].at)
		overlap(m, &h->transfer[m->dir], d->at);
}

/** Note that too much waits. */
static void
tell_fit(const struct smb_msg *m, struct gz_tx *tx, enum transfer_fit fit)
{
	bool wrote = m->dir == GZ_C2S;

	if (fit == TRANSFER_TOO_MANY)
		smb_event(m, tx, wrote ? SMB_EVENT_WRITE_QUEUE_COUNT : SMB_EVENT_READ_QUEUE_COUNT);
	else if (fit == TRANSFER_TOO_LONG)
		smb_event(m, tx, wrote ? SMB_EVENT_WRITE_QUEUE_SIZE : SMB_EVENT_READ_QUEUE_SIZE);
}

void
smb_data_add(struct gz_app *app, enum gz_dir dir, struct gz_span data)
{
	struct smb_state *s = app->state;
	struct smb_side *side = &s->side[dir];
	struct smb_handle *h = smb_handle_find(s, &side->id);
	struct transfer *t;

	side->data -= data.len;
	side->left -= data.len;
	if (h == NULL)
		return;
	if (h->is_pipe) {
		smb_pipe(&side->msg, h, data);
		return;
	}
	t = &h->transfer[dir];
	if (t->tx == NULL)
		return;
	tell_fit(&side->msg, t->tx, transfer_take(app, t, side->at, data));
	side->at += data.len;
	if (dir == GZ_S2C && h->size > 0 && t->at >= h->size && side->data == 0)
		end_transfer(app, t);
}

void
smb_data_gap(struct gz_app *app, enum gz_dir dir, uint32_t len)
{
	struct smb_state *s = app->state;
	struct smb_side *side = &s->side[dir];
	struct smb_handle *h = smb_handle_find(s, &side->id);

	side->data -= len;
	side->left -= len;
	if (h == NULL)
		return;
	h->pdu[dir].len = 0;
	transfer_lost(&h->transfer[dir], side->at, len);
	side->at += len;
}
