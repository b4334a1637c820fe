/* SPDX-License-Identifier: BSD-3-Clause */

/* Calls of NFS 2 and 3 and their replies, by what their arguments and results look like. */

#include "nfs.h"

enum {
	V2_HANDLE = 32, /* bytes (RFC 1094 section 2.3.3) */
	V2_SIZE_AT = 20, /* in a file's attributes */
	V2_ATTR = 68,
	V3_HANDLE_MOST = 64,
	V3_ATTR = 84,

	ENTRIES_MOST = 1024, /* of a directory, in one reply */
};

enum args {
	ARGS_NONE,
	ARGS_HANDLE, /* and whatever */
	ARGS_NAME, /* a directory's handle and a name */
	ARGS_RENAME,
	ARGS_LINK,
	ARGS_READ,
	ARGS_WRITE,
	ARGS_COMMIT,
};

enum results {
	RESULTS_NONE, /* a status, at most, that matters */
	RESULTS_HANDLE, /* of what was looked up */
	RESULTS_MAYBE_HANDLE,
	RESULTS_READ,
	RESULTS_ENTRIES,
};

static const struct shape {
	uint8_t args, results;
} shapes[2][22] = {
	{
			[1] = { ARGS_HANDLE },
			[2] = { ARGS_HANDLE },
			[4] = { ARGS_NAME, RESULTS_HANDLE },
			[5] = { ARGS_HANDLE },
			[6] = { ARGS_READ, RESULTS_READ },
			[8] = { ARGS_WRITE },
			[9] = { ARGS_NAME, RESULTS_HANDLE },
			[10] = { ARGS_NAME },
			[11] = { ARGS_RENAME },
			[12] = { ARGS_LINK },
			[13] = { ARGS_NAME },
			[14] = { ARGS_NAME, RESULTS_HANDLE },
			[15] = { ARGS_NAME },
			[16] = { ARGS_HANDLE },
			[17] = { ARGS_HANDLE },
	},
	{
			[1] = { ARGS_HANDLE },
			[2] = { ARGS_HANDLE },
			[3] = { ARGS_NAME, RESULTS_HANDLE },
			[4] = { ARGS_HANDLE },
			[5] = { ARGS_HANDLE },
			[6] = { ARGS_READ, RESULTS_READ },
			[7] = { ARGS_WRITE },
			[8] = { ARGS_NAME, RESULTS_MAYBE_HANDLE },
			[9] = { ARGS_NAME, RESULTS_MAYBE_HANDLE },
			[10] = { ARGS_NAME, RESULTS_MAYBE_HANDLE },
			[11] = { ARGS_NAME, RESULTS_MAYBE_HANDLE },
			[12] = { ARGS_NAME },
			[13] = { ARGS_NAME },
			[14] = { ARGS_RENAME },
			[15] = { ARGS_LINK },
			[16] = { ARGS_HANDLE },
			[17] = { ARGS_HANDLE, RESULTS_ENTRIES },
			[18] = { ARGS_HANDLE },
			[19] = { ARGS_HANDLE },
			[20] = { ARGS_HANDLE },
			[21] = { ARGS_COMMIT },
	},
};

static const struct shape *
shape_of(const struct nfs_msg *m)
{
	static const struct shape none = { ARGS_NONE, RESULTS_NONE };
	uint32_t v = m->rpc.version;

	if (v < 2 || v > 3 || m->rpc.procedure >= RTE_DIM(shapes[0]))
		return &none;
	return &shapes[v - 2][m->rpc.procedure];
}

/* ---- transactions and calls ---- */

void
nfs_procedure_add(struct nfs_tx *t, uint32_t procedure)
{
	if (procedure < NFS_PROCEDURES_MOST)
		t->procedures[procedure / 64] |= UINT64_C(1) << procedure % 64;
}

struct gz_tx *
nfs_tx_new(const struct nfs_msg *m, uint32_t procedure)
{
	struct gz_tx *tx = gz_tx_new(m->app);
	struct nfs_tx *t;

	if (tx == NULL) {
		tx = TAILQ_LAST(&m->app->txs, gz_tx_list);
		if (tx != NULL)
			gz_tx_event(tx, NFS_EVENT_TOO_MANY);
		return NULL;
	}
	t = nfs_tx_of(tx);
	t->xid = m->rpc.xid;
	t->version = m->rpc.version;
	t->procedure = procedure;
	nfs_procedure_add(t, procedure);
	t->flavor = m->rpc.flavor;
	t->has_unix = m->rpc.has_unix;
	t->uid = m->rpc.uid;
	t->gid = m->rpc.gid;
	gz_bytes_add(m->app, &t->machine, m->rpc.machine, RPC_MACHINE_MOST);
	return tx;
}

void
nfs_call_free(struct gz_app *app, struct nfs_state *s, struct nfs_call *c)
{
	TAILQ_REMOVE(&s->calls, c, link);
	s->nb_calls--;
	gz_bytes_free(app, &c->name);
	gz_app_free(app, c, sizeof(*c));
}

struct nfs_call *
nfs_call_find(const struct nfs_state *s, uint32_t xid)
{
	struct nfs_call *c;

	TAILQ_FOREACH(c, &s->calls, link) {
		if (c->xid == xid)
			return c;
	}
	return NULL;
}

/** The call that has waited longest gets no reply any more. */
static void
forget_oldest(const struct nfs_msg *m)
{
	struct nfs_call *c = TAILQ_FIRST(&m->s->calls);

	if (c->tx != NULL) {
		gz_tx_event(c->tx, NFS_EVENT_TOO_MANY);
		gz_tx_complete(c->tx, GZ_S2C);
	}
	nfs_call_free(m->app, m->s, c);
}

struct nfs_call *
nfs_call_new(const struct nfs_msg *m)
{
	struct nfs_call *c;

	if (m->s->nb_calls >= NFS_CALLS_MOST)
		forget_oldest(m);
	c = gz_app_alloc(m->app, sizeof(*c));
	if (c == NULL)
		return NULL;
	c->xid = m->rpc.xid;
	c->version = m->rpc.version;
	c->procedure = m->rpc.procedure;
	TAILQ_INSERT_TAIL(&m->s->calls, c, link);
	m->s->nb_calls++;
	return c;
}

void
nfs_answered(struct gz_tx *tx, const struct nfs_msg *m, uint32_t status)
{
	struct nfs_tx *t = nfs_tx_of(tx);

	t->rpc_status = m->rpc.status;
	t->status = status;
	gz_tx_changed(tx, GZ_S2C);
	if (!t->is_file)
		gz_tx_complete(tx, GZ_S2C);
}

/* ---- arguments ---- */

/** The handle that a call begins with. */
static bool
take_handle(const struct nfs_msg *m, struct gz_cursor *c, struct nfs_handle *h)
{
	struct gz_span s;

	if (m->rpc.version == 2 ? !gz_cursor_take(c, V2_HANDLE, &s)
				: !xdr_opaque(c, V3_HANDLE_MOST, &s))
		return false;
	return nfs_handle_set(h, s);
}

/** What a call that has a transaction of its own says. @return false: malformed. */
static bool
take_names(const struct nfs_msg *m, uint8_t args, struct nfs_call *call, struct nfs_tx *t)
{
	struct gz_span name = { NULL, 0 }, to;
	struct gz_cursor c = m->rpc.body;
	struct nfs_handle dir;

	if (args == ARGS_NONE)
		return true;
	if (!take_handle(m, &c, &call->handle))
		return false;
	t->has_handle = true;
	t->handle_sum = nfs_handle_sum(&call->handle);
	if (args == ARGS_HANDLE) {
		gz_bytes_add(m->app, &t->name, nfs_name_of(m->s, &call->handle), NFS_NAME_MOST);
		return true;
	}
	if ((args == ARGS_LINK && !take_handle(m, &c, &dir)) ||
			!xdr_opaque(&c, NFS_TEXT_MOST, &name))
		return false;
	name.len = RTE_MIN(name.len, (uint32_t)NFS_NAME_MOST);
	gz_bytes_add(m->app, &t->name, name, NFS_NAME_MOST);
	gz_bytes_add(m->app, &call->name, name, NFS_NAME_MOST);
	if (args != ARGS_RENAME)
		return true;
	if (!take_handle(m, &c, &dir) || !xdr_opaque(&c, NFS_TEXT_MOST, &to))
		return false;
	t->has_rename = true;
	to.len = RTE_MIN(to.len, (uint32_t)NFS_NAME_MOST);
	return gz_bytes_add(m->app, &t->to, to, NFS_NAME_MOST);
}

static bool
take_offset(const struct nfs_msg *m, struct gz_cursor *c, uint64_t *at)
{
	uint32_t at32;

	if (m->rpc.version == 3)
		return gz_cursor_be64(c, at);
	if (!gz_cursor_be32(c, &at32))
		return false;
	*at = at32;
	return true;
}

/** RFC 1813 section 3.3.6, RFC 1094 section 2.2.7. */
static bool
take_read(const struct nfs_msg *m, struct nfs_call *call)
{
	struct gz_cursor c = m->rpc.body;

	if (!take_handle(m, &c, &call->handle) || !take_offset(m, &c, &call->at))
		return false;
	if (nfs_file_find(m->s, &call->handle, GZ_S2C) == NULL)
		nfs_file_at(m, &call->handle, GZ_S2C, call->at);
	return true;
}

/** RFC 1813 section 3.3.7, RFC 1094 section 2.2.9. */
static bool
take_write(const struct nfs_msg *m, struct nfs_call *call)
{
	struct gz_cursor c = m->rpc.body;
	struct nfs_file *f;
	uint32_t stable = 0, len;
	uint64_t at = 0;

	if (!take_handle(m, &c, &call->handle))
		return false;
	if (m->rpc.version == 2 && !gz_cursor_skip(&c, 4))
		return false;
	if (!take_offset(m, &c, &at) || !gz_cursor_skip(&c, 4) ||
			(m->rpc.version == 3 && !gz_cursor_be32(&c, &stable)) ||
			!gz_cursor_be32(&c, &len) || len > NFS_DATA_MOST)
		return false;
	f = nfs_file_at(m, &call->handle, GZ_C2S, at);
	if (f == NULL)
		return true;
	if (f->t.file != NULL)
		f->t.file->may_end = m->rpc.version == 2 || stable != 0;
	nfs_file_data(m, f, at, &c, len);
	return true;
}

void
nfs_malformed(const struct nfs_msg *m)
{
	struct gz_tx *tx = m->call != NULL ? m->call->tx : NULL;

	if (tx != NULL) {
		gz_tx_event(tx, NFS_EVENT_MALFORMED);
		return;
	}
	tx = nfs_tx_new(m, m->rpc.procedure);
	if (tx == NULL)
		return;
	gz_tx_event(tx, NFS_EVENT_MALFORMED);
	gz_tx_one_way(tx, m->dir);
}

static void
plain_request(const struct nfs_msg *m, uint8_t args, struct nfs_call *call)
{
	struct gz_tx *tx = nfs_tx_new(m, m->rpc.procedure);
	struct nfs_tx *t;

	if (tx == NULL)
		return;
	call->tx = tx;
	t = nfs_tx_of(tx);
	t->quiet = m->rpc.procedure == 1 && m->rpc.version < 4;
	if (!take_names(m, args, call, t))
		gz_tx_event(tx, NFS_EVENT_MALFORMED);
	gz_tx_complete(tx, GZ_C2S);
}

void
nfs_request(struct nfs_msg *m)
{
	const struct shape *shape = shape_of(m);
	struct nfs_call *call = nfs_call_new(m);
	struct gz_cursor c = m->rpc.body;
	bool good = true;

	if (call == NULL)
		return;
	switch (shape->args) {
	case ARGS_READ:
		good = take_read(m, call);
		break;
	case ARGS_WRITE:
		good = take_write(m, call);
		break;
	case ARGS_COMMIT:
		good = take_handle(m, &c, &call->handle);
		call->ends = good;
		break;
	default:
		plain_request(m, shape->args, call);
		break;
	}
	if (!good)
		nfs_malformed(m);
}

/* ---- results ---- */

/** Attributes that may be there. */
static bool
skip_attr(struct gz_cursor *c)
{
	uint32_t has;

	return gz_cursor_be32(c, &has) && (has == 0 || gz_cursor_skip(c, V3_ATTR));
}

/** A handle that may be there. */
static bool
take_maybe_handle(const struct nfs_msg *m, struct gz_cursor *c, struct nfs_handle *h)
{
	uint32_t has;

	h->len = 0;
	return gz_cursor_be32(c, &has) && (has == 0 || take_handle(m, c, h));
}

static void
name_result(const struct nfs_msg *m, uint8_t results, struct gz_cursor *c)
{
	struct nfs_tx *t = m->call->tx != NULL ? nfs_tx_of(m->call->tx) : NULL;
	struct nfs_handle h;

	if (results == RESULTS_HANDLE ? !take_handle(m, c, &h) : !take_maybe_handle(m, c, &h))
		return;
	nfs_name_set(m->s, m->app, &h, gz_bytes_span(&m->call->name));
	if (shape_of(m)->args == ARGS_NAME && results == RESULTS_HANDLE && t != NULL)
		t->handle_sum = nfs_handle_sum(&h);
}

/** READDIRPLUS (RFC 1813 section 3.3.17): names and handles. */
static void
name_entries(const struct nfs_msg *m, struct gz_cursor *c)
{
	struct nfs_handle h;
	struct gz_span name;
	uint32_t i, more;

	if (!skip_attr(c) || !gz_cursor_skip(c, 8))
		return;
	for (i = 0; i < ENTRIES_MOST && gz_cursor_be32(c, &more) && more != 0; i++) {
		if (!gz_cursor_skip(c, 8) || !xdr_opaque(c, NFS_TEXT_MOST, &name) ||
				!gz_cursor_skip(c, 8) || !skip_attr(c) ||
				!take_maybe_handle(m, c, &h))
			return;
		if (!gz_span_equal(name, GZ_SPAN(".")) && !gz_span_equal(name, GZ_SPAN("..")))
			nfs_name_set(m->s, m->app, &h, name);
	}
}

/** @return false: malformed. */
static bool
take_data(const struct nfs_msg *m, struct gz_cursor *c)
{
	uint32_t eof = 0, size = 0, len;
	struct gz_cursor attr = *c;
	struct nfs_file *f;
	uint64_t end;

	if (m->rpc.version == 2) {
		if (!gz_cursor_skip(&attr, V2_SIZE_AT) || !gz_cursor_be32(&attr, &size) ||
				!gz_cursor_skip(c, V2_ATTR))
			return false;
	} else if (!skip_attr(c) || !gz_cursor_skip(c, 4) || !gz_cursor_be32(c, &eof)) {
		return false;
	}
	if (!gz_cursor_be32(c, &len) || len > NFS_DATA_MOST)
		return false;
	end = m->call->at + len;
	if (m->rpc.version == 2)
		eof = end >= size;
	f = len > 0 ? nfs_file_at(m, &m->call->handle, GZ_S2C, m->call->at)
		    : nfs_file_find(m->s, &m->call->handle, GZ_S2C);
	if (f == NULL)
		return true;
	nfs_answered(f->t.tx, m, 0);
	if (eof != 0) {
		f->has_end = true;
		f->end = end;
	}
	nfs_file_data(m, f, m->call->at, c, len);
	return true;
}

/** The file that a read or write is about has its answer. */
static void
answer_file(const struct nfs_msg *m, uint8_t args, uint32_t status)
{
	enum gz_dir dir = args == ARGS_READ ? GZ_S2C : GZ_C2S;
	struct nfs_file *f = nfs_file_find(m->s, &m->call->handle, dir);

	if (f == NULL)
		return;
	nfs_answered(f->t.tx, m, status);
	if (args == ARGS_COMMIT) {
		nfs_procedure_add(nfs_tx_of(f->t.tx), m->rpc.procedure);
		nfs_tx_of(f->t.tx)->last_xid = m->rpc.xid;
	}
	if (m->call->ends)
		nfs_file_end(m->app, f, GZ_FILE_CLOSED);
}

void
nfs_reply(struct nfs_msg *m)
{
	const struct shape *shape = shape_of(m);
	struct gz_cursor c = m->rpc.body;
	uint32_t status = 0;
	bool good = true, ok = m->rpc.status == 0 && m->rpc.accept == 0;

	if (ok && m->rpc.procedure != 0)
		good = gz_cursor_be32(&c, &status);
	ok = ok && good && status == 0;
	if (m->call->tx != NULL)
		nfs_answered(m->call->tx, m, status);
	if (ok && shape->results == RESULTS_READ)
		good = take_data(m, &c);
	else if (shape->args == ARGS_READ || shape->args == ARGS_WRITE ||
			shape->args == ARGS_COMMIT)
		answer_file(m, shape->args, status);
	else if (ok && shape->results == RESULTS_ENTRIES)
		name_entries(m, &c);
	else if (ok && shape->results != RESULTS_NONE)
		name_result(m, shape->results, &c);
	if (!good)
		nfs_malformed(m);
}
