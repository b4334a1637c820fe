/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * What is written to files and read from them. The data of a message goes to its
 * file as it comes. What comes ahead of its turn waits for what is missing, up
 * to a bound; what was there already starts the file anew, so that all that the
 * server ends up with has been looked at.
 */

#include "smb.h"

enum {
	AHEAD_MOST = 64, /* pieces that wait for one before them */
	AHEAD_BYTES_MOST = 512 * 1024,
};

static void
open_file(struct gz_tx *tx, struct smb_transfer *t, enum gz_dir dir)
{
	struct gz_span name = gz_bytes_span(&smb_tx_of(tx)->name);

	t->file = gz_file_open(tx, dir, name.len > 0 ? name : GZ_SPAN("<unknown>"), NULL);
}

/** The transaction of all reads, or writes, of @p h. */
static struct gz_tx *
transfer_of(const struct smb_msg *m, struct smb_handle *h)
{
	struct smb_transfer *t = &h->transfer[m->dir];
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

static void
drop_chunk(struct gz_app *app, struct smb_transfer *t)
{
	struct smb_chunk *c = t->ahead;

	t->ahead = c->next;
	t->nb_ahead--;
	t->ahead_bytes -= c->bytes.len;
	gz_bytes_free(app, &c->bytes);
	gz_app_free(app, c, sizeof(*c));
}

static void
put(struct smb_transfer *t, struct gz_span data)
{
	if (t->file != NULL)
		gz_file_add(t->tx, t->file, data);
	t->at += data.len;
}

/** What waited and is in order now. */
static void
drain(struct gz_app *app, struct smb_transfer *t)
{
	struct smb_chunk *c;
	uint64_t old;

	while ((c = t->ahead) != NULL && c->at <= t->at) {
		old = t->at - c->at;
		if (old < c->bytes.len)
			put(t, gz_span(c->bytes.p + old, c->bytes.len - (uint32_t)old));
		drop_chunk(app, t);
	}
}

/** Go on behind what is missing. */
static void
jump(struct gz_app *app, struct smb_transfer *t)
{
	if (t->ahead == NULL)
		return;
	if (t->file != NULL)
		gz_file_gap(t->file, t->ahead->at - t->at);
	t->at = t->ahead->at;
	drain(app, t);
}

/** The piece that @p at goes on, or a new one in its place. */
static struct smb_chunk *
chunk_for(struct gz_app *app, struct smb_transfer *t, uint64_t at)
{
	struct smb_chunk **p, *c;

	for (p = &t->ahead; *p != NULL && (*p)->at <= at; p = &(*p)->next) {
		if ((*p)->at + (*p)->bytes.len == at)
			return *p;
	}
	c = t->nb_ahead < AHEAD_MOST ? gz_app_alloc(app, sizeof(*c)) : NULL;
	if (c == NULL)
		return NULL;
	c->at = at;
	c->next = *p;
	*p = c;
	t->nb_ahead++;
	return c;
}

static void
keep_ahead(struct gz_app *app, const struct smb_side *side, struct smb_transfer *t,
		struct gz_span data)
{
	bool wrote = side->msg.dir == GZ_C2S, room = t->ahead_bytes + data.len <= AHEAD_BYTES_MOST;
	struct smb_chunk *c = room ? chunk_for(app, t, side->at) : NULL;

	if (c != NULL && gz_bytes_add(app, &c->bytes, data, AHEAD_BYTES_MOST)) {
		t->ahead_bytes += data.len;
		return;
	}
	if (room)
		smb_event(&side->msg, t->tx,
				wrote ? SMB_EVENT_WRITE_QUEUE_COUNT : SMB_EVENT_READ_QUEUE_COUNT);
	else
		smb_event(&side->msg, t->tx,
				wrote ? SMB_EVENT_WRITE_QUEUE_SIZE : SMB_EVENT_READ_QUEUE_SIZE);
	while (t->ahead != NULL)
		jump(app, t);
	if (side->at > t->at && t->file != NULL)
		gz_file_gap(t->file, side->at - t->at);
	t->at = side->at;
	put(t, data);
}

/** All of it has been there: an end, and perhaps another beginning. */
static void
end_transfer(struct gz_app *app, struct smb_transfer *t)
{
	while (t->ahead != NULL)
		jump(app, t);
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

	for (dir = GZ_C2S; dir <= GZ_S2C; dir++) {
		while (h->transfer[dir].ahead != NULL)
			drop_chunk(app, &h->transfer[dir]);
	}
}

/** Data for what has been seen: the file begins again with it. */
static void
overlap(const struct smb_msg *m, struct smb_transfer *t, uint64_t at)
{
	smb_event(m, t->tx, SMB_EVENT_FILE_OVERLAP);
	if (t->file != NULL)
		gz_file_close(t->file, GZ_FILE_CLOSED);
	while (t->ahead != NULL)
		drop_chunk(m->app, t);
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

void
smb_data_add(struct gz_app *app, enum gz_dir dir, struct gz_span data)
{
	struct smb_state *s = app->state;
	struct smb_side *side = &s->side[dir];
	struct smb_handle *h = smb_handle_find(s, &side->id);
	struct smb_transfer *t;

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
	if (side->at > t->at) {
		keep_ahead(app, side, t, data);
	} else {
		put(t, data);
		drain(app, t);
	}
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
	struct smb_transfer *t;

	side->data -= len;
	side->left -= len;
	if (h == NULL)
		return;
	h->pdu[dir].len = 0;
	t = &h->transfer[dir];
	if (t->tx != NULL && side->at == t->at) {
		if (t->file != NULL)
			gz_file_gap(t->file, len);
		t->at += len;
	}
	side->at += len;
}
