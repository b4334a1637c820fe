/* SPDX-License-Identifier: BSD-3-Clause */

/* SMB 1: what servers answer (MS-CIFS 2.2, MS-SMB 2.2). */

#include <stdio.h>

#include "smb.h"
#include "smb1.h"

enum {
	CAP_EXTENDED_SECURITY = 1u << 31,
};

/** The dialect that was chosen, by its place in the list. */
static void
choose_dialect(const struct smb_msg *m, const struct smb_negotiate *n, uint32_t index)
{
	const uint8_t *p = n->dialects.p;

	if (index >= n->nb_dialects)
		return;
	for (; index > 0; index--)
		p += strlen((const char *)p) + 1;
	snprintf(m->s->dialect, sizeof(m->s->dialect), "%.*s", (int)sizeof(m->s->dialect) - 1,
			(const char *)p);
}

static void
negotiated(struct smb_msg *m, struct gz_tx *tx, struct smb1_parts *p)
{
	struct gz_cursor w = gz_cursor(p->words.p, p->words.len);
	struct smb_negotiate *n = smb_tx_of(tx)->negotiate;
	struct gz_span guid;
	uint16_t index;
	uint32_t caps;

	if (n == NULL || !gz_cursor_le16(&w, &index))
		return;
	choose_dialect(m, n, index);
	if (gz_cursor_skip(&w, 17) && gz_cursor_le32(&w, &caps) && caps & CAP_EXTENDED_SECURITY &&
			gz_cursor_take(&p->bytes, SMB_ID, &guid)) {
		memcpy(n->server.b, guid.p, SMB_ID);
		n->has_server = true;
	}
}

static void
set_up(struct smb_msg *m, struct gz_tx *tx, struct smb1_parts *p)
{
	struct gz_cursor w = gz_cursor(p->words.p, p->words.len);
	struct smb_tx *t = smb_tx_of(tx);
	uint16_t len = 0;

	if (p->words.len == 2 * 4 && (!gz_cursor_skip(&w, 6) || !gz_cursor_le16(&w, &len)))
		return;
	if (!gz_cursor_skip(&p->bytes, len))
		return;
	smb_text_take(m, &p->bytes, &t->os[GZ_S2C]);
	smb_text_take(m, &p->bytes, &t->lm[GZ_S2C]);
}

static void
tree_connected(struct smb_msg *m, struct gz_tx *tx, struct smb1_parts *p)
{
	struct smb_tx *t = smb_tx_of(tx);
	bool unicode = m->unicode;

	m->unicode = false;
	smb_text_take(m, &p->bytes, &t->service);
	m->unicode = unicode;
	t->tree = m->tree;
	t->is_pipe = gz_span_equal(gz_bytes_span(&t->service), GZ_SPAN("IPC"));
	t->share_type = t->is_pipe ? SMB_SHARE_PIPE : SMB_SHARE_DISK;
	smb_tree_add(m, gz_bytes_span(&t->name), t->share_type);
}

static void
created(struct smb_msg *m, struct gz_tx *tx, struct smb1_parts *p)
{
	struct gz_cursor w = gz_cursor(p->words.p, p->words.len);
	struct smb_tx *t = smb_tx_of(tx);
	struct smb_tree *tree;
	struct smb_handle *h;
	uint64_t time[4] = { 0 }, size = 0;
	uint16_t fid;
	uint32_t i;

	if (!gz_cursor_skip(&w, 5) || !gz_cursor_le16(&w, &fid) || !gz_cursor_skip(&w, 4))
		return;
	for (i = 0; i < 4; i++) {
		if (!gz_cursor_le64(&w, &time[i]))
			return;
	}
	if (!gz_cursor_skip(&w, 4) || !gz_cursor_le64(&w, &t->create.size) ||
			!gz_cursor_le64(&w, &size))
		return;
	t->create.created = smb_seconds(time[0]);
	t->create.accessed = smb_seconds(time[1]);
	t->create.modified = smb_seconds(time[2]);
	t->create.changed = smb_seconds(time[3]);
	t->create.opened = true;
	t->has_id = true;
	smb1_guid(fid, &t->id);
	h = smb_handle_new(m, &t->id);
	if (h == NULL)
		return;
	tree = smb_tree_find(m->s, m, t->tree);
	h->tree = t->tree;
	h->is_pipe = tree != NULL && tree->type == SMB_SHARE_PIPE;
	h->size = size;
	gz_bytes_add(m->app, &h->name, gz_bytes_span(&t->name), SMB_TEXT_MOST);
}

static void
was_read(struct smb_msg *m, struct smb1_parts *p)
{
	struct gz_cursor w = gz_cursor(p->words.p, p->words.len);
	uint16_t low, high, offset;
	struct smb_data d;

	if (m->call == NULL || !m->call->has_id || !gz_cursor_skip(&w, 10) ||
			!gz_cursor_le16(&w, &low) || !gz_cursor_le16(&w, &offset) ||
			!gz_cursor_le16(&w, &high))
		return;
	d.id = m->call->id;
	d.at = m->call->at;
	d.offset = offset;
	d.len = (uint32_t)high << 16 | low;
	smb_data_begin(m, &d);
}

static void
transacted(struct smb_msg *m, struct smb1_parts *p)
{
	struct gz_cursor w = gz_cursor(p->words.p, p->words.len), c;
	struct smb_handle *h;
	uint16_t len, offset;
	struct gz_span data;

	if (m->call == NULL || !m->call->has_id || !gz_cursor_skip(&w, 12) ||
			!gz_cursor_le16(&w, &len) || !gz_cursor_le16(&w, &offset))
		return;
	c = smb_at(m, offset);
	h = smb_handle_find(m->s, &m->call->id);
	if (h != NULL && gz_cursor_take(&c, len, &data))
		smb_pipe(m, h, data);
}

static void
answer(struct smb_msg *m, struct gz_tx *tx, struct smb1_parts *p)
{
	switch (m->command) {
	case SMB1_NEGOTIATE:
		negotiated(m, tx, p);
		break;
	case SMB1_SESSION_SETUP:
		set_up(m, tx, p);
		break;
	case SMB1_TREE_CONNECT:
		tree_connected(m, tx, p);
		break;
	case SMB1_NT_CREATE:
		created(m, tx, p);
		break;
	}
}

void
smb1_response_part(struct smb_msg *m, struct smb1_parts *p)
{
	struct gz_tx *tx;

	if (m->command == SMB1_READ_ANDX) {
		if (!smb_is_error(m))
			was_read(m, p);
	} else if (m->command == SMB1_TRANS || m->command == SMB1_TRANS2) {
		if (m->call != NULL)
			smb_response(m);
		if (m->command == SMB1_TRANS)
			transacted(m, p);
	} else {
		tx = smb_response(m);
		if (tx != NULL && !smb_is_error(m))
			answer(m, tx, p);
	}
	if (m->call != NULL)
		smb_call_drop(m->app, m->s, m->call);
	m->call = NULL;
}
