/* SPDX-License-Identifier: BSD-3-Clause */

/* SMB 2 and 3: headers, and what clients ask (MS-SMB2 2.2). Offsets within a body count from there. */

#include "smb.h"

enum {
	FLAG_RESPONSE = 1 << 0,
	FLAG_ASYNC = 1 << 1,

	NEGOTIATE = 0,
	SESSION_SETUP = 1,
	SESSION_LOGOFF = 2,
	TREE_CONNECT = 3,
	TREE_DISCONNECT = 4,
	CREATE = 5,
	CLOSE = 6,
	READ = 8,
	WRITE = 9,
	IOCTL = 11,
	CANCEL = 12,
	GET_INFO = 16,
	SET_INFO = 17,

	PIPE_TRANSCEIVE = 0x0011c017,
	DELETE_ON_CLOSE = 0x1000, /* of CREATE's options */
	INFO_FILE = 1,
	INFO_RENAME = 10,
	INFO_DISPOSITION = 13,
};

uint32_t
smb2_data_start(struct gz_span s, enum gz_dir dir)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);
	uint16_t command, offset;
	uint32_t flags;
	uint8_t at;

	if (!gz_cursor_skip(&c, 12) || !gz_cursor_le16(&c, &command) || !gz_cursor_skip(&c, 2) ||
			!gz_cursor_le32(&c, &flags) || !gz_cursor_skip(&c, SMB2_HEAD - 20 + 2))
		return 0;
	if (command == WRITE && !(flags & FLAG_RESPONSE) && dir == GZ_C2S)
		return gz_cursor_le16(&c, &offset) && offset >= SMB2_HEAD + 48 ? offset : 0;
	if (command == READ && flags & FLAG_RESPONSE && dir == GZ_S2C)
		return gz_cursor_u8(&c, &at) && at >= SMB2_HEAD + 16 ? at : 0;
	return 0;
}

void
smb2_message(struct smb_msg *m)
{
	struct gz_cursor c = smb_at(m, 8);
	uint32_t flags, async;

	if (!gz_cursor_le32(&c, &m->status) || !gz_cursor_le16(&c, &m->command) ||
			!gz_cursor_skip(&c, 2) || !gz_cursor_le32(&c, &flags) ||
			!gz_cursor_skip(&c, 4) || !gz_cursor_le64(&c, &m->mid) ||
			!gz_cursor_le32(&c, &async) || !gz_cursor_le32(&c, &m->tree) ||
			!gz_cursor_le64(&c, &m->session)) {
		smb_event(m, NULL, SMB_EVENT_MALFORMED);
		return;
	}
	m->unicode = true;
	m->response = flags & FLAG_RESPONSE;
	if (m->response != (m->dir == GZ_S2C)) {
		smb_event(m, NULL,
				m->response ? SMB_EVENT_RESPONSE_TO_SERVER
					    : SMB_EVENT_REQUEST_TO_CLIENT);
		return;
	}
	m->call = m->response ? smb_call_find(m) : NULL;
	if (flags & FLAG_ASYNC)
		m->tree = m->call != NULL ? m->call->tree : 0;
	if (m->response)
		smb2_response(m);
	else
		smb2_request(m);
}

const struct smb_guid smb2_related = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

bool
smb2_take_id(const struct smb_msg *m, uint32_t offset, struct smb_guid *id)
{
	struct gz_cursor c = smb_at(m, SMB2_HEAD + offset);
	struct gz_span s;

	if (!gz_cursor_take(&c, SMB_ID, &s))
		return false;
	memcpy(id->b, s.p, SMB_ID);
	return true;
}

static bool
take_part(const struct smb_msg *m, uint32_t offset, uint32_t len, struct gz_span *s)
{
	struct gz_cursor c = smb_at(m, offset);

	return gz_cursor_take(&c, len, s);
}

static void
negotiate(const struct smb_msg *m, struct gz_tx *tx)
{
	struct gz_cursor c = smb_at(m, SMB2_HEAD + 2);
	struct smb_negotiate *n = gz_app_alloc(m->app, sizeof(*n));
	uint16_t count, dialect;
	struct gz_span guid;
	char name[SMB_DIALECT_TEXT];

	if (n == NULL)
		return;
	smb_tx_of(tx)->negotiate = n;
	if (!gz_cursor_le16(&c, &count) || !gz_cursor_skip(&c, 8) ||
			!gz_cursor_take(&c, SMB_ID, &guid) || !gz_cursor_skip(&c, 8)) {
		smb_event(m, tx, SMB_EVENT_MALFORMED);
		return;
	}
	memcpy(n->client.b, guid.p, SMB_ID);
	n->has_client = true;
	for (; count > 0 && n->nb_dialects < SMB_DIALECTS_MOST; count--) {
		if (!gz_cursor_le16(&c, &dialect)) {
			smb_event(m, tx, SMB_EVENT_MALFORMED_DIALECTS);
			return;
		}
		smb_dialect_name(dialect, name);
		gz_bytes_add(m->app, &n->dialects, gz_span(name, (uint32_t)strlen(name) + 1),
				SMB_TEXT_MOST);
		n->nb_dialects++;
	}
}

static void
session_setup(const struct smb_msg *m, struct gz_tx *tx)
{
	struct gz_cursor c = smb_at(m, SMB2_HEAD + 12);
	uint16_t offset, len;
	struct gz_span blob;

	if (gz_cursor_le16(&c, &offset) && gz_cursor_le16(&c, &len) &&
			take_part(m, offset, len, &blob))
		smb_auth(m, tx, blob);
	else
		smb_event(m, tx, SMB_EVENT_MALFORMED);
}

static bool
ends_with_ipc(struct gz_span name)
{
	return name.len >= 4 &&
			gz_span_equal_nocase(gz_span(name.p + name.len - 4, 4), GZ_SPAN("IPC$"));
}

static void
tree_connect(const struct smb_msg *m, struct gz_tx *tx)
{
	struct gz_cursor c = smb_at(m, SMB2_HEAD + 4);
	struct smb_tx *t = smb_tx_of(tx);
	uint16_t offset, len;
	struct gz_span path;

	if (!gz_cursor_le16(&c, &offset) || !gz_cursor_le16(&c, &len) ||
			!take_part(m, offset, len, &path)) {
		smb_event(m, tx, SMB_EVENT_MALFORMED);
		return;
	}
	smb_text(m->app, &t->name, path, true);
	t->is_pipe = ends_with_ipc(gz_bytes_span(&t->name));
}

/** What follows in the chain is about the file that this message opens. */
static void
open_related(const struct smb_msg *m, struct gz_span name)
{
	struct smb_tree *tree = smb_tree_find(m->s, m, m->tree);
	struct smb_handle *h = smb_handle_new(m, &smb2_related);

	if (h == NULL)
		return;
	h->is_pipe = tree != NULL && tree->type == SMB_SHARE_PIPE;
	gz_bytes_add(m->app, &h->name, name, SMB_TEXT_MOST);
}

static void
create(const struct smb_msg *m, struct gz_tx *tx)
{
	struct gz_cursor c = smb_at(m, SMB2_HEAD + 36);
	struct smb_tx *t = smb_tx_of(tx);
	uint16_t offset, len;
	struct gz_span name;
	uint32_t options;

	if (!gz_cursor_le32(&c, &t->create.disposition) || !gz_cursor_le32(&c, &options) ||
			!gz_cursor_le16(&c, &offset) || !gz_cursor_le16(&c, &len) ||
			!take_part(m, len > 0 ? offset : 0, len, &name)) {
		smb_event(m, tx, SMB_EVENT_MALFORMED);
		return;
	}
	t->create.delete_on_close = options & DELETE_ON_CLOSE;
	smb_text(m->app, &t->name, name, true);
	if (m->chained)
		open_related(m, gz_bytes_span(&t->name));
}

static void
close_file(const struct smb_msg *m)
{
	struct smb_call *call = smb_call_find(m);
	struct smb_handle *h;
	struct smb_guid id;

	if (!smb2_take_id(m, 8, &id))
		return;
	h = smb_handle_find(m->s, &id);
	if (call != NULL && memcmp(&id, &smb2_related, sizeof(id)) == 0) {
		call->id = id;
		call->has_id = true;
	}
	if (h != NULL)
		smb_handle_drop(m->app, m->s, h);
}

static void
read_file(const struct smb_msg *m)
{
	struct gz_cursor c = smb_at(m, SMB2_HEAD + 4);
	struct smb_call *call;
	struct smb_guid id;
	uint32_t len;
	uint64_t at;

	if (!gz_cursor_le32(&c, &len) || !gz_cursor_le64(&c, &at) || !smb2_take_id(m, 16, &id)) {
		smb_event(m, NULL, SMB_EVENT_MALFORMED);
		return;
	}
	if (m->s->max_read > 0 && len > m->s->max_read)
		smb_event(m, NULL, SMB_EVENT_READ_REQUEST_TOO_LARGE);
	call = smb_call_new(m, NULL);
	if (call == NULL)
		return;
	call->id = id;
	call->has_id = true;
	call->at = at;
}

static void
write_file(struct smb_msg *m)
{
	struct gz_cursor c = smb_at(m, SMB2_HEAD + 2);
	struct smb_data d;
	uint16_t offset;

	if (!gz_cursor_le16(&c, &offset) || !gz_cursor_le32(&c, &d.len) ||
			!gz_cursor_le64(&c, &d.at) || !smb2_take_id(m, 16, &d.id)) {
		smb_event(m, NULL, SMB_EVENT_MALFORMED);
		return;
	}
	d.offset = offset;
	m->call = smb_call_new(m, NULL);
	smb_data_begin(m, &d);
	if (m->s->max_write > 0 && d.len > m->s->max_write)
		smb_event(m, m->call != NULL ? m->call->tx : NULL,
				SMB_EVENT_WRITE_REQUEST_TOO_LARGE);
}

static void
ioctl_plain(const struct smb_msg *m, uint32_t function)
{
	struct gz_tx *tx = smb_request(m, SMB_IOCTL);

	if (tx != NULL)
		smb_tx_of(tx)->function = function;
}

/** What goes through a pipe and back is a call; else it is a function by its number. */
static void
ioctl(const struct smb_msg *m)
{
	struct gz_cursor c = smb_at(m, SMB2_HEAD + 4);
	uint32_t function, offset, len;
	struct smb_handle *h = NULL;
	struct smb_call *call;
	struct smb_guid id;
	struct gz_span in;

	if (!gz_cursor_le32(&c, &function) || !smb2_take_id(m, 8, &id) ||
			!gz_cursor_skip(&c, SMB_ID) || !gz_cursor_le32(&c, &offset) ||
			!gz_cursor_le32(&c, &len)) {
		smb_event(m, NULL, SMB_EVENT_MALFORMED);
		return;
	}
	if (function == PIPE_TRANSCEIVE)
		h = smb_handle_find(m->s, &id);
	if (function == PIPE_TRANSCEIVE && h == NULL)
		h = smb_handle_new(m, &id);
	if (h == NULL || !take_part(m, offset, len, &in) || !smb_is_rpc(in)) {
		ioctl_plain(m, function);
		return;
	}
	h->is_pipe = true;
	call = smb_call_new(m, NULL);
	if (call != NULL) {
		call->id = id;
		call->has_id = true;
	}
	smb_pipe(m, h, in);
}

static void
rename_to(const struct smb_msg *m, struct smb_tx *t, struct gz_cursor c)
{
	struct gz_span name;
	uint32_t len;

	if (gz_cursor_skip(&c, 16) && gz_cursor_le32(&c, &len) && gz_cursor_take(&c, len, &name))
		smb_text(m->app, &t->rename, name, true);
}

/** Only what renames or deletes is worth a word. */
static void
set_info(const struct smb_msg *m)
{
	struct gz_cursor c = smb_at(m, SMB2_HEAD + 2), info;
	struct smb_handle *h;
	struct smb_tx *t;
	struct gz_tx *tx;
	uint8_t type, class, yes;
	uint16_t offset;

	if (!gz_cursor_u8(&c, &type) || !gz_cursor_u8(&c, &class) || !gz_cursor_skip(&c, 4) ||
			!gz_cursor_le16(&c, &offset) || type != INFO_FILE ||
			(class != INFO_RENAME && class != INFO_DISPOSITION)) {
		smb_call_new(m, NULL);
		return;
	}
	tx = smb_request(m, SMB_SET_INFO);
	if (tx == NULL)
		return;
	t = smb_tx_of(tx);
	t->has_id = smb2_take_id(m, 16, &t->id);
	h = smb_handle_find(m->s, &t->id);
	if (h != NULL)
		gz_bytes_add(m->app, &t->name, gz_bytes_span(&h->name), SMB_TEXT_MOST);
	info = smb_at(m, offset);
	if (class == INFO_RENAME)
		rename_to(m, t, info);
	else if (gz_cursor_u8(&info, &yes))
		t->create.delete_on_close = yes;
}

static void
tree_disconnect(const struct smb_msg *m)
{
	struct smb_tree *t = smb_tree_find(m->s, m, m->tree);

	if (t != NULL)
		smb_tree_drop(m->app, m->s, t);
}

static const struct {
	enum smb_kind kind;
	void (*take)(const struct smb_msg *m, struct gz_tx *tx);
} requests[] = {
	[NEGOTIATE] = { SMB_NEGOTIATE, negotiate },
	[SESSION_SETUP] = { SMB_SETUP, session_setup },
	[TREE_CONNECT] = { SMB_TREE, tree_connect },
	[CREATE] = { SMB_CREATE, create },
};

static void
other_request(const struct smb_msg *m)
{
	bool known = m->command < RTE_DIM(requests) && requests[m->command].take != NULL;
	struct gz_tx *tx = smb_request(m, known ? requests[m->command].kind : SMB_PLAIN);

	if (m->command == CLOSE)
		close_file(m);
	else if (m->command == TREE_DISCONNECT)
		tree_disconnect(m);
	else if (known && tx != NULL)
		requests[m->command].take(m, tx);
}

void
smb2_request(struct smb_msg *m)
{
	switch (m->command) {
	case READ:
		read_file(m);
		break;
	case WRITE:
		write_file(m);
		break;
	case IOCTL:
		ioctl(m);
		break;
	case GET_INFO:
		smb_call_new(m, NULL);
		break;
	case SET_INFO:
		set_info(m);
		break;
	case CANCEL: /* nobody answers it */
		break;
	default:
		other_request(m);
	}
}
