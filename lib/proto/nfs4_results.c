/* SPDX-License-Identifier: BSD-3-Clause */

/* What servers answer to the operations of NFS 4. */

#include "nfs4.h"

enum {
	ENTRIES_MOST = 1024, /* of a directory */
};

bool
nfs4_take_new_handle(struct nfs4_compound *o)
{
	struct gz_span s;

	if (!xdr_opaque(&o->c, NFS_HANDLE_MOST, &s) || !nfs_handle_set(&o->at, s))
		return false;
	nfs_name_set(o->m->s, o->m->app, &o->at, gz_bytes_span(&o->m->call->name));
	return true;
}

bool
nfs4_take_opened(struct nfs4_compound *o)
{
	enum {
		NO_DELEGATION,
		FOR_READ,
		FOR_WRITE,
		WHY_NONE,
		WHY_CONTENTION = 1,
		WHY_RESOURCE = 2,
	};
	uint32_t kind, why;

	if (!nfs4_skip_words(&o->c, 10) || !nfs4_skip_bitmap(&o->c) ||
			!gz_cursor_be32(&o->c, &kind))
		return false;
	switch (kind) {
	case NO_DELEGATION:
		return true;
	case FOR_READ:
		return nfs4_skip_words(&o->c, 8) && xdr_skip_opaque(&o->c);
	case FOR_WRITE:
		return nfs4_skip_words(&o->c, 11) && xdr_skip_opaque(&o->c);
	case WHY_NONE:
		return gz_cursor_be32(&o->c, &why) &&
				((why != WHY_CONTENTION && why != WHY_RESOURCE) ||
						nfs4_skip_words(&o->c, 1));
	default:
		return false;
	}
}

bool
nfs4_take_data(struct nfs4_compound *o)
{
	struct nfs_msg *m = o->m;
	uint32_t eof, len;
	struct nfs_file *f = NULL;

	if (!gz_cursor_be32(&o->c, &eof) || !gz_cursor_be32(&o->c, &len) || len > NFS_DATA_MOST)
		return false;
	m->rpc.procedure = NFS4_READ;
	if (m->call->handle.len > 0 && !o->read)
		f = len > 0 ? nfs_file_at(m, &m->call->handle, GZ_S2C, m->call->at)
			    : nfs_file_find(m->s, &m->call->handle, GZ_S2C);
	o->read = true;
	if (f == NULL)
		return gz_cursor_skip(&o->c, RTE_MIN(len + xdr_pad(len), gz_cursor_left(&o->c)));
	nfs_answered(f->t.tx, m, 0);
	if (eof != 0) {
		f->has_end = true;
		f->end = m->call->at + len;
	}
	nfs_file_data(m, f, m->call->at, &o->c, len);
	return true;
}

bool
nfs4_take_entries(struct nfs4_compound *o)
{
	uint32_t i, more = 0;

	if (!nfs4_skip_words(&o->c, 2))
		return false;
	for (i = 0; i < ENTRIES_MOST && gz_cursor_be32(&o->c, &more) && more != 0; i++) {
		if (!nfs4_skip_words(&o->c, 2) || !xdr_skip_opaque(&o->c) || !nfs4_skip_attr(&o->c))
			return false;
	}
	return more == 0 && nfs4_skip_words(&o->c, 1);
}
