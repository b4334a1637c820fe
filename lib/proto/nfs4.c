/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * NFS 4: operations one after the other in a COMPOUND (RFC 7530 section 16, RFC
 * 8881 section 18). What an operation looks like is told by a row; one that has
 * none ends what can be read of its compound.
 */

#include "nfs4.h"

enum {
	OP_CLOSE = 4,
	OP_CREATE = 6,
	OP_GETFH = 10,
	OP_OPEN = 18,
	OP_PUTFH = 22,
	OP_REMOVE = 28,
	OP_RENAME = 29,
	OP_WRITE = 38,

	EXCLUSIVE = 2, /* how a file is created */
	EXCLUSIVE_WITH_ATTR = 3,
	KIND_BLOCK = 3,
	KIND_CHARACTER = 4,
	KIND_LINK = 5,
	STABLE_NONE = 0,
};

/*
 * What arguments and results are made of, a letter each: a digit is so many words of four bytes; o:
 * bytes with their length; n: the same, a name; b: a bitmap; a: attributes. Capitals are read by a
 * function of their own.
 */
static const struct op {
	const char *args, *results;
} ops[] = {
	[3] = { "1", "2" }, /* ACCESS */
	[OP_CLOSE] = { "E", "4" },
	[5] = { "E", "2" }, /* COMMIT */
	[OP_CREATE] = { "C", "5b" },
	[7] = { "2", "" }, /* DELEGPURGE */
	[8] = { "4", "" }, /* DELEGRETURN */
	[9] = { "b", "a" }, /* GETATTR */
	[OP_GETFH] = { "", "H" },
	[11] = { "n", "5" }, /* LINK */
	[12] = { "K", "4" }, /* LOCK */
	[13] = { "7o", "" }, /* LOCKT */
	[14] = { "91", "4" }, /* LOCKU */
	[15] = { "n", "" }, /* LOOKUP */
	[16] = { "", "" }, /* LOOKUPP */
	[17] = { "a", "" }, /* NVERIFY */
	[OP_OPEN] = { "O", "P" },
	[19] = { "1", "" }, /* OPENATTR */
	[20] = { "5", "4" }, /* OPEN_CONFIRM */
	[21] = { "7", "4" }, /* OPEN_DOWNGRADE */
	[OP_PUTFH] = { "F", "" },
	[23] = { "", "" }, /* PUTPUBFH */
	[24] = { "", "" }, /* PUTROOTFH */
	[NFS4_READ] = { "R", "D" },
	[26] = { "6b", "N" }, /* READDIR */
	[27] = { "", "o" }, /* READLINK */
	[OP_REMOVE] = { "n", "5" },
	[OP_RENAME] = { "M", "91" },
	[30] = { "2", "" }, /* RENEW */
	[31] = { "", "" }, /* RESTOREFH */
	[32] = { "", "" }, /* SAVEFH */
	[33] = { "n", NULL }, /* SECINFO */
	[34] = { "4a", "b" }, /* SETATTR */
	[35] = { "2o1oo1", "4" }, /* SETCLIENTID */
	[36] = { "4", "" }, /* SETCLIENTID_CONFIRM */
	[37] = { "a", "" }, /* VERIFY */
	[OP_WRITE] = { "W", "4" },
	[39] = { "2o", "" }, /* RELEASE_LOCKOWNER */
	[44] = { "4", "" }, /* DESTROY_SESSION */
	[53] = { "8", "9" }, /* SEQUENCE */
	[57] = { "2", "" }, /* DESTROY_CLIENTID */
	[58] = { "1", "" }, /* RECLAIM_COMPLETE */
};

static bool
take_name(struct nfs4_compound *o)
{
	return xdr_opaque(&o->c, NFS_TEXT_MOST, &o->name);
}

/* ---- arguments ---- */

/** CREATE: a kind, what belongs to it, a name, attributes. */
static bool
take_create(struct nfs4_compound *o)
{
	uint32_t kind;

	if (!gz_cursor_be32(&o->c, &kind) || (kind == KIND_LINK && !xdr_skip_opaque(&o->c)) ||
			((kind == KIND_BLOCK || kind == KIND_CHARACTER) &&
					!nfs4_skip_words(&o->c, 2)))
		return false;
	return take_name(o) && nfs4_skip_attr(&o->c);
}

static bool
take_lock(struct nfs4_compound *o)
{
	uint32_t fresh;

	return nfs4_skip_words(&o->c, 6) && gz_cursor_be32(&o->c, &fresh) &&
			(fresh == 0 ? nfs4_skip_words(&o->c, 5)
				    : nfs4_skip_words(&o->c, 8) && xdr_skip_opaque(&o->c));
}

/** How a file is opened (RFC 7530 section 16.16.1). */
static bool
skip_how(struct gz_cursor *c)
{
	uint32_t create, mode;

	if (!gz_cursor_be32(c, &create))
		return false;
	if (create == 0)
		return true;
	if (!gz_cursor_be32(c, &mode) || mode > EXCLUSIVE_WITH_ATTR)
		return false;
	if (mode >= EXCLUSIVE && !nfs4_skip_words(c, 2))
		return false;
	return mode == EXCLUSIVE || nfs4_skip_attr(c);
}

static bool
take_open(struct nfs4_compound *o)
{
	enum {
		BY_NAME,
		PREVIOUS,
		DELEGATED,
		DELEGATED_BEFORE,
		BY_HANDLE,
		DELEGATED_HANDLE,
		DELEGATED_BEFORE_HANDLE,
	};
	uint32_t claim;

	if (!nfs4_skip_words(&o->c, 5) || !xdr_skip_opaque(&o->c) || !skip_how(&o->c) ||
			!gz_cursor_be32(&o->c, &claim))
		return false;
	switch (claim) {
	case BY_NAME:
	case DELEGATED_BEFORE:
		return take_name(o);
	case DELEGATED:
		return nfs4_skip_words(&o->c, 4) && take_name(o);
	case PREVIOUS:
		return nfs4_skip_words(&o->c, 1);
	case DELEGATED_HANDLE:
		return nfs4_skip_words(&o->c, 4);
	case BY_HANDLE:
	case DELEGATED_BEFORE_HANDLE:
		return true;
	default:
		return false;
	}
}

static bool
take_handle(struct nfs4_compound *o)
{
	struct gz_span s;

	return xdr_opaque(&o->c, NFS_HANDLE_MOST, &s) && nfs_handle_set(&o->at, s);
}

/** READ: the reply brings the data. Of several in a compound the first is followed. */
static bool
take_read(struct nfs4_compound *o)
{
	struct nfs_call *call = o->m->call;
	uint64_t at;

	if (!nfs4_skip_words(&o->c, 4) || !gz_cursor_be64(&o->c, &at) || !nfs4_skip_words(&o->c, 1))
		return false;
	if (o->read || o->at.len == 0)
		return true;
	o->read = true;
	call->handle = o->at;
	call->at = at;
	o->m->rpc.procedure = NFS4_READ;
	if (nfs_file_find(o->m->s, &o->at, GZ_S2C) == NULL)
		nfs_file_at(o->m, &o->at, GZ_S2C, at);
	return true;
}

static bool
take_write(struct nfs4_compound *o)
{
	struct nfs_msg *m = o->m;
	uint32_t stable, len;
	struct nfs_file *f;
	uint64_t at;

	if (!nfs4_skip_words(&o->c, 4) || !gz_cursor_be64(&o->c, &at) ||
			!gz_cursor_be32(&o->c, &stable) || !gz_cursor_be32(&o->c, &len) ||
			len > NFS_DATA_MOST)
		return false;
	m->rpc.procedure = OP_WRITE;
	f = o->at.len > 0 ? nfs_file_at(m, &o->at, GZ_C2S, at) : NULL;
	if (f == NULL)
		return gz_cursor_skip(&o->c, RTE_MIN(len + xdr_pad(len), gz_cursor_left(&o->c)));
	if (f->t.file != NULL)
		f->t.file->may_end = stable != STABLE_NONE;
	if (!o->read)
		m->call->handle = o->at;
	o->wrote = true;
	nfs_file_data(m, f, at, &o->c, len);
	return true;
}

/** CLOSE and COMMIT: what was written to the file is through. */
static bool
take_end(struct nfs4_compound *o)
{
	struct nfs_file *f;

	if (!nfs4_skip_words(&o->c, o->op == OP_CLOSE ? 5 : 3))
		return false;
	f = o->at.len > 0 ? nfs_file_find(o->m->s, &o->at, GZ_C2S) : NULL;
	if (f == NULL || o->m->s->side[GZ_C2S].data > 0)
		return true;
	nfs_procedure_add(nfs_tx_of(f->t.tx), o->op);
	nfs_tx_of(f->t.tx)->last_xid = o->m->rpc.xid;
	nfs_file_end(o->m->app, f, GZ_FILE_CLOSED);
	return true;
}

/* ---- both ---- */

static bool
take_part(struct nfs4_compound *o, char part)
{
	switch (part) {
	case 'o':
		return xdr_skip_opaque(&o->c);
	case 'n':
		return take_name(o);
	case 'b':
		return nfs4_skip_bitmap(&o->c);
	case 'a':
		return nfs4_skip_attr(&o->c);
	case 'C':
		return take_create(o);
	case 'D':
		return nfs4_take_data(o);
	case 'E':
		return take_end(o);
	case 'F':
		return take_handle(o);
	case 'H':
		return nfs4_take_new_handle(o);
	case 'K':
		return take_lock(o);
	case 'M':
		return take_name(o) && xdr_opaque(&o->c, NFS_TEXT_MOST, &o->to);
	case 'N':
		return nfs4_take_entries(o);
	case 'O':
		return take_open(o);
	case 'P':
		return nfs4_take_opened(o);
	case 'R':
		return take_read(o);
	case 'W':
		return take_write(o);
	default:
		return nfs4_skip_words(&o->c, (uint32_t)(part - '0'));
	}
}

/** @return false: malformed; @p known false: what follows cannot be read. */
static bool
take_parts(struct nfs4_compound *o, bool results, bool *known)
{
	const struct op *op = o->op < RTE_DIM(ops) ? &ops[o->op] : NULL;
	const char *part = op == NULL ? NULL : results ? op->results : op->args;

	*known = part != NULL;
	for (; part != NULL && *part != '\0'; part++) {
		if (!take_part(o, *part))
			return false;
	}
	return true;
}

/** Operations that are a transaction of their own for what they do. */
static bool
is_told(uint32_t op)
{
	return op == OP_CREATE || op == OP_REMOVE || op == OP_RENAME;
}

static void
tell(struct nfs4_compound *o, const uint32_t *list, uint32_t n)
{
	struct nfs_msg *m = o->m;
	uint32_t i, main = 0;
	struct nfs_tx *t;

	for (i = 0; i < n; i++) {
		if (main == 0 || is_told(list[i]))
			main = list[i];
	}
	m->call->tx = n > 0 ? nfs_tx_new(m, main) : NULL;
	if (m->call->tx == NULL)
		return;
	t = nfs_tx_of(m->call->tx);
	t->quiet = !is_told(main);
	memset(t->procedures, 0, sizeof(t->procedures));
	for (i = 0; i < n; i++)
		nfs_procedure_add(t, list[i]);
	gz_bytes_add(m->app, &t->name,
			gz_span(o->name.p, RTE_MIN(o->name.len, (uint32_t)NFS_NAME_MOST)),
			NFS_NAME_MOST);
	t->has_rename = main == OP_RENAME;
	gz_bytes_add(m->app, &t->to, gz_span(o->to.p, RTE_MIN(o->to.len, (uint32_t)NFS_NAME_MOST)),
			NFS_NAME_MOST);
	gz_tx_complete(m->call->tx, GZ_C2S);
}

void
nfs4_request(struct nfs_msg *m)
{
	struct nfs4_compound o = { .m = m, .c = m->rpc.body };
	uint32_t i, n, nb = 0, list[NFS_OPS_MOST];
	bool good, known = true;

	m->call = nfs_call_new(m);
	if (m->call == NULL)
		return;
	good = xdr_skip_opaque(&o.c) && nfs4_skip_words(&o.c, 1) && gz_cursor_be32(&o.c, &n);
	for (i = 0; good && known && i < RTE_MIN(n, (uint32_t)NFS_OPS_MOST); i++) {
		good = gz_cursor_be32(&o.c, &o.op) && take_parts(&o, false, &known);
		if (good && o.op != NFS4_READ && o.op != OP_WRITE)
			list[nb++] = o.op;
		if (m->s->side[GZ_C2S].data > 0)
			break; /* the rest of it has not come yet */
	}
	if (o.name.len > 0)
		gz_bytes_add(m->app, &m->call->name, o.name, NFS_NAME_MOST);
	if (!o.read && !o.wrote)
		tell(&o, list, nb);
	if (!good)
		nfs_malformed(m);
}

void
nfs4_reply(struct nfs_msg *m)
{
	struct nfs4_compound o = { .m = m, .c = m->rpc.body };
	bool good = true, known = true;
	uint32_t i, n = 0, status = 0, one = 0;
	struct nfs_file *f;

	if (m->rpc.status == 0 && m->rpc.accept == 0)
		good = gz_cursor_be32(&o.c, &status) && xdr_skip_opaque(&o.c) &&
				gz_cursor_be32(&o.c, &n);
	if (m->call->tx != NULL)
		nfs_answered(m->call->tx, m, status);
	f = nfs_file_find(m->s, &m->call->handle, GZ_C2S);
	if (f != NULL)
		nfs_answered(f->t.tx, m, status);
	for (i = 0; good && known && i < RTE_MIN(n, (uint32_t)NFS_OPS_MOST) && one == 0; i++) {
		good = gz_cursor_be32(&o.c, &o.op) && gz_cursor_be32(&o.c, &one);
		if (good && one == 0)
			good = take_parts(&o, true, &known);
		if (m->s->side[GZ_S2C].data > 0)
			break;
	}
	if (!good)
		nfs_malformed(m);
}
