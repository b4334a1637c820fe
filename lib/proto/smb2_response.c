/* SPDX-License-Identifier: BSD-3-Clause */

/* SMB 2 and 3: what servers answer (MS-SMB2 2.2). */

#include "smb.h"

enum {
	NEGOTIATE = 0,
	TREE_CONNECT = 3,
	CREATE = 5,
	CLOSE = 6,
	READ = 8,
	IOCTL = 11,

	PENDING = 0x103,
	SIZE_MOST = 16 << 20, /* bytes in one read or write that a server should offer */
};

/** The file that the request was about: in a chain, the one that was opened before. */
static const struct smb_guid *
asked_id(const struct smb_msg *m)
{
	const struct smb_guid *id = &m->call->id;

	return m->s->has_last && memcmp(id, &smb2_related, sizeof(*id)) == 0 ? &m->s->last : id;
}

static void
negotiated(const struct smb_msg *m, struct gz_tx *tx)
{
	struct gz_cursor c = smb_at(m, SMB2_HEAD + 4);
	struct smb_tx *t = smb_tx_of(tx);
	struct smb_negotiate *n = t->negotiate;
	uint16_t dialect;

	if (n == NULL)
		n = t->negotiate = gz_app_alloc(m->app, sizeof(*n));
	if (n == NULL || !gz_cursor_le16(&c, &dialect) || !smb2_take_id(m, 8, &n->server))
		return;
	t->kind = SMB_NEGOTIATE;
	n->has_server = true;
	smb_dialect_name(dialect, m->s->dialect);
	c = smb_at(m, SMB2_HEAD + 32);
	n->has_sizes = gz_cursor_le32(&c, &n->max_read) && gz_cursor_le32(&c, &n->max_write);
	if (n->max_read > SIZE_MOST)
		gz_tx_event(tx, SMB_EVENT_MAX_READ_TOO_LARGE);
	if (n->max_write > SIZE_MOST)
		gz_tx_event(tx, SMB_EVENT_MAX_WRITE_TOO_LARGE);
	m->s->max_read = n->max_read;
	m->s->max_write = n->max_write;
}

static void
tree_connected(const struct smb_msg *m, struct gz_tx *tx)
{
	struct gz_cursor c = smb_at(m, SMB2_HEAD + 2);
	struct smb_tx *t = smb_tx_of(tx);
	uint8_t type = 0;

	t->tree = m->tree;
	if (!gz_cursor_u8(&c, &type) || type == 0 || type > SMB_SHARE_PRINT)
		return;
	t->share_type = type;
	t->is_pipe = type == SMB_SHARE_PIPE;
	smb_tree_add(m, gz_bytes_span(&t->name), type);
}

static void
created(const struct smb_msg *m, struct gz_tx *tx)
{
	struct gz_cursor c = smb_at(m, SMB2_HEAD + 8);
	struct smb_tx *t = smb_tx_of(tx);
	struct smb_tree *tree;
	struct smb_handle *h;
	uint64_t time[4] = { 0 };
	uint32_t i;

	for (i = 0; i < 4; i++) {
		if (!gz_cursor_le64(&c, &time[i]))
			return;
	}
	if (!gz_cursor_skip(&c, 8) || !gz_cursor_le64(&c, &t->create.size) ||
			!smb2_take_id(m, 64, &t->id))
		return;
	t->create.created = smb_seconds(time[0]);
	t->create.accessed = smb_seconds(time[1]);
	t->create.modified = smb_seconds(time[2]);
	t->create.changed = smb_seconds(time[3]);
	t->create.opened = true;
	t->has_id = true;
	h = smb_handle_new(m, &t->id);
	if (h == NULL)
		return;
	tree = smb_tree_find(m->s, m, t->tree);
	h->tree = t->tree;
	h->is_pipe = tree != NULL && tree->type == SMB_SHARE_PIPE;
	h->size = t->create.size;
	gz_bytes_add(m->app, &h->name, gz_bytes_span(&t->name), SMB_TEXT_MOST);
	m->s->last = t->id;
	m->s->has_last = true;
}

static void
was_read(struct smb_msg *m)
{
	struct gz_cursor c = smb_at(m, SMB2_HEAD + 2);
	struct smb_data d;
	uint8_t offset;

	if (m->call == NULL || !m->call->has_id || !gz_cursor_u8(&c, &offset) ||
			!gz_cursor_skip(&c, 1) || !gz_cursor_le32(&c, &d.len))
		return;
	d.id = *asked_id(m);
	d.at = m->call->at;
	d.offset = offset;
	smb_data_begin(m, &d);
	if (m->s->max_read > 0 && d.len > m->s->max_read)
		smb_event(m, NULL, SMB_EVENT_READ_RESPONSE_TOO_LARGE);
}

static void
ioctl_done(const struct smb_msg *m)
{
	struct gz_cursor c = smb_at(m, SMB2_HEAD + 32), out;
	uint32_t offset, len;
	struct smb_handle *h;
	struct gz_span data;

	if (m->call == NULL || !m->call->has_id || !gz_cursor_le32(&c, &offset) ||
			!gz_cursor_le32(&c, &len))
		return;
	out = smb_at(m, offset);
	h = smb_handle_find(m->s, asked_id(m));
	if (h != NULL && gz_cursor_take(&out, len, &data))
		smb_pipe(m, h, data);
}

/** In a chain it was not known before which file that is. */
static void
closed(const struct smb_msg *m)
{
	struct smb_handle *h = NULL;

	if (m->call != NULL && m->call->has_id)
		h = smb_handle_find(m->s, asked_id(m));
	if (h != NULL)
		smb_handle_drop(m->app, m->s, h);
}

/** The call through a pipe failed: nothing of it will come. */
static void
call_failed(struct gz_tx *tx)
{
	if (smb_tx_of(tx)->kind != SMB_RPC)
		return;
	gz_tx_complete(tx, GZ_C2S);
	gz_tx_complete(tx, GZ_S2C);
}

void
smb2_response(struct smb_msg *m)
{
	struct gz_tx *tx;

	if (m->command == READ) {
		if (!smb_is_error(m))
			was_read(m);
	} else {
		tx = smb_response(m);
		if (tx != NULL && smb_is_error(m))
			call_failed(tx);
		else if (tx != NULL && m->command == NEGOTIATE)
			negotiated(m, tx);
		else if (tx != NULL && m->command == TREE_CONNECT)
			tree_connected(m, tx);
		else if (tx != NULL && m->command == CREATE)
			created(m, tx);
		else if (m->command == CLOSE)
			closed(m);
		else if (m->command == IOCTL)
			ioctl_done(m);
	}
	if (m->call != NULL && m->status != PENDING)
		smb_call_drop(m->app, m->s, m->call);
}
