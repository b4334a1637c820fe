/* SPDX-License-Identifier: BSD-3-Clause */

/* Handles of NFS, the names that they are known by, and the files that are read and written. */

#include "nfs.h"

bool
nfs_handle_set(struct nfs_handle *h, struct gz_span s)
{
	if (s.len == 0 || s.len > sizeof(h->p))
		return false;
	h->len = s.len;
	memcpy(h->p, s.p, s.len);
	return true;
}

static bool
is_same(const struct nfs_handle *a, const struct nfs_handle *b)
{
	return a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

/* ---- names ---- */

static struct nfs_name *
name_find(struct nfs_state *s, const struct nfs_handle *h)
{
	struct nfs_name *n;

	TAILQ_FOREACH(n, &s->names, link) {
		if (is_same(&n->handle, h))
			break;
	}
	if (n != NULL && n != TAILQ_FIRST(&s->names)) {
		TAILQ_REMOVE(&s->names, n, link);
		TAILQ_INSERT_HEAD(&s->names, n, link);
	}
	return n;
}

static void
name_free(struct gz_app *app, struct nfs_state *s, struct nfs_name *n)
{
	TAILQ_REMOVE(&s->names, n, link);
	s->nb_names--;
	gz_bytes_free(app, &n->name);
	gz_app_free(app, n, sizeof(*n));
}

/** The one that was used longest ago makes room. */
void
nfs_name_set(struct nfs_state *s, struct gz_app *app, const struct nfs_handle *h,
		struct gz_span name)
{
	struct nfs_name *n;

	if (h->len == 0 || name.len == 0 || name.len > NFS_NAME_MOST)
		return;
	n = name_find(s, h);
	if (n != NULL && gz_span_equal(gz_bytes_span(&n->name), name))
		return;
	if (n != NULL)
		name_free(app, s, n);
	if (s->nb_names >= NFS_NAMES_MOST)
		name_free(app, s, TAILQ_LAST(&s->names, nfs_names));
	n = gz_app_alloc(app, sizeof(*n));
	if (n == NULL)
		return;
	n->handle = *h;
	gz_bytes_add(app, &n->name, name, NFS_NAME_MOST);
	TAILQ_INSERT_HEAD(&s->names, n, link);
	s->nb_names++;
}

struct gz_span
nfs_name_of(struct nfs_state *s, const struct nfs_handle *h)
{
	const struct nfs_name *n = h->len > 0 ? name_find(s, h) : NULL;

	return n != NULL ? gz_bytes_span(&n->name) : gz_span("", 0);
}

/* ---- files ---- */

struct nfs_file *
nfs_file_find(struct nfs_state *s, const struct nfs_handle *h, enum gz_dir dir)
{
	struct nfs_file *f;

	TAILQ_FOREACH(f, &s->files, link) {
		if (f->dir == dir && is_same(&f->handle, h))
			return f;
	}
	return NULL;
}

static void
file_free(struct gz_app *app, struct nfs_state *s, struct nfs_file *f)
{
	int dir;

	for (dir = GZ_C2S; dir <= GZ_S2C; dir++) {
		if (s->side[dir].file == f)
			s->side[dir].file = NULL;
	}
	transfer_drop(app, &f->t);
	TAILQ_REMOVE(&s->files, f, link);
	s->nb_files--;
	gz_app_free(app, f, sizeof(*f));
}

void
nfs_file_end(struct gz_app *app, struct nfs_file *f, enum gz_file_state state)
{
	struct gz_tx *tx = f->t.tx;

	transfer_flush(app, &f->t);
	if (f->t.file != NULL)
		gz_file_close(f->t.file, state);
	nfs_tx_of(tx)->last = true;
	gz_tx_complete(tx, GZ_C2S);
	gz_tx_complete(tx, GZ_S2C);
	file_free(app, app->state, f);
}

static void
end_if_whole(struct gz_app *app, struct nfs_file *f)
{
	if (f->has_end && f->t.at >= f->end)
		nfs_file_end(app, f, GZ_FILE_CLOSED);
}

void
nfs_file_ends_at(struct gz_app *app, struct nfs_file *f, uint64_t end)
{
	f->has_end = true;
	f->end = end;
	end_if_whole(app, f);
}

static struct nfs_file *
file_new(const struct nfs_msg *m, const struct nfs_handle *h, enum gz_dir dir, uint64_t at)
{
	struct gz_span name = nfs_name_of(m->s, h);
	struct nfs_file *f;
	struct nfs_tx *t;

	if (m->s->nb_files >= NFS_FILES_MOST)
		nfs_file_end(m->app, TAILQ_FIRST(&m->s->files), GZ_FILE_TRUNCATED);
	f = gz_app_alloc(m->app, sizeof(*f));
	if (f == NULL)
		return NULL;
	f->t.tx = nfs_tx_new(m, m->rpc.procedure);
	if (f->t.tx == NULL) {
		gz_app_free(m->app, f, sizeof(*f));
		return NULL;
	}
	t = nfs_tx_of(f->t.tx);
	t->is_file = true;
	t->has_handle = true;
	t->handle_sum = nfs_handle_sum(h);
	gz_bytes_add(m->app, &t->name, name, NFS_NAME_MOST);
	f->handle = *h;
	f->dir = (uint8_t)dir;
	f->t.at = at;
	f->t.file = gz_file_open(f->t.tx, dir, name, NULL);
	TAILQ_INSERT_TAIL(&m->s->files, f, link);
	m->s->nb_files++;
	return f;
}

/** A reply does not say whose it is: what went before does. */
static void
copy_credentials(struct gz_app *app, struct nfs_tx *to, const struct nfs_tx *from)
{
	to->flavor = from->flavor;
	to->has_unix = from->has_unix;
	to->uid = from->uid;
	to->gid = from->gid;
	if (to->machine.len == 0)
		gz_bytes_add(app, &to->machine, gz_bytes_span(&from->machine), RPC_MACHINE_MOST);
}

/* Bytes for a place that has been passed begin the file anew: what the server ends up with is looked
 * at, whatever was there before. */
struct nfs_file *
nfs_file_at(const struct nfs_msg *m, const struct nfs_handle *h, enum gz_dir dir, uint64_t at)
{
	struct nfs_file *f = nfs_file_find(m->s, h, dir), *fresh;
	struct gz_tx *old = f != NULL ? f->t.tx : NULL;

	if (f != NULL && at >= f->t.at)
		return f;
	if (f != NULL)
		nfs_file_end(m->app, f, GZ_FILE_CLOSED);
	fresh = file_new(m, h, dir, at);
	if (fresh != NULL && old != NULL)
		copy_credentials(m->app, nfs_tx_of(fresh->t.tx), nfs_tx_of(old));
	return fresh;
}

void
nfs_file_data(const struct nfs_msg *m, struct nfs_file *f, uint64_t at, struct gz_cursor *c,
		uint32_t len)
{
	struct nfs_side *side = &m->s->side[m->dir];
	struct nfs_tx *t = nfs_tx_of(f->t.tx);
	struct gz_span data;

	t->chunks++;
	t->last_xid = m->rpc.xid;
	gz_cursor_take(c, RTE_MIN(len, gz_cursor_left(c)), &data);
	side->file = f;
	side->at = at + data.len;
	side->data = RTE_MIN(len - data.len, m->left);
	gz_cursor_skip(c, RTE_MIN(xdr_pad(len), gz_cursor_left(c)));
	transfer_take(m->app, &f->t, at, data);
	end_if_whole(m->app, f);
}

void
nfs_data_add(struct gz_app *app, enum gz_dir dir, struct gz_span data)
{
	struct nfs_state *s = app->state;
	struct nfs_side *side = &s->side[dir];
	uint64_t at = side->at;

	side->data -= data.len;
	side->at += data.len;
	if (side->file == NULL)
		return;
	transfer_take(app, &side->file->t, at, data);
	end_if_whole(app, side->file);
}

void
nfs_data_lost(struct gz_app *app, enum gz_dir dir, uint32_t len)
{
	struct nfs_state *s = app->state;
	struct nfs_side *side = &s->side[dir];
	uint64_t at = side->at;

	side->data -= len;
	side->at += len;
	if (side->file == NULL)
		return;
	transfer_lost(&side->file->t, at, len);
	end_if_whole(app, side->file);
}

void
nfs_state_free(struct gz_app *app, struct nfs_state *s)
{
	struct nfs_name *n;
	struct nfs_file *f;
	struct nfs_call *c;

	if (s->files.tqh_last == NULL)
		return;
	while ((n = TAILQ_FIRST(&s->names)) != NULL)
		name_free(app, s, n);
	while ((f = TAILQ_FIRST(&s->files)) != NULL)
		file_free(app, s, f);
	while ((c = TAILQ_FIRST(&s->calls)) != NULL)
		nfs_call_free(app, s, c);
	gz_bytes_free(app, &s->side[GZ_C2S].joined);
	gz_bytes_free(app, &s->side[GZ_S2C].joined);
}
