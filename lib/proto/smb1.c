/* SPDX-License-Identifier: BSD-3-Clause */

/* SMB 1: headers, chains of messages, and what clients ask (MS-CIFS 2.2, MS-SMB 2.2). */

#include "smb1.h"

#include "smb.h"

enum {
	FLAG_RESPONSE = 0x80,
	FLAG2_UNICODE = 0x8000,
	FLAG2_NT_STATUS = 0x4000,

	CHAIN_MOST = 8,
	TRANSACT_PIPE = 0x26, /* function of TRANS */
	DELETE_ON_CLOSE = 0x1000,
};

/** Where the words and the bytes of the message at @p offset lie. */
static bool
take_parts(const struct smb_msg *m, uint32_t offset, struct smb1_parts *p)
{
	struct gz_cursor c = smb_at(m, offset);
	uint16_t count;
	uint8_t words;

	if (!gz_cursor_u8(&c, &words) || !gz_cursor_take(&c, 2u * words, &p->words))
		return false;
	p->bytes = gz_cursor(c.p, 0);
	if (gz_cursor_le16(&c, &count))
		p->bytes = gz_cursor(c.p, RTE_MIN(count, gz_cursor_left(&c)));
	return true;
}

uint32_t
smb1_data_start(struct gz_span s, enum gz_dir dir)
{
	uint8_t command;
	bool response;
	uint32_t at;

	if (s.len < SMB1_HEAD + 1)
		return 0;
	command = s.p[4];
	response = s.p[9] & FLAG_RESPONSE;
	if (command == SMB1_WRITE_ANDX && !response && dir == GZ_C2S)
		at = SMB1_HEAD + 1 + 22;
	else if (command == SMB1_READ_ANDX && response && dir == GZ_S2C)
		at = SMB1_HEAD + 1 + 12;
	else
		return 0;
	if (s.len < at + 2 || SMB1_HEAD + 1 + 2u * s.p[SMB1_HEAD] < at + 2)
		return 0;
	at = s.p[at] | (uint32_t)s.p[at + 1] << 8;
	return at >= SMB1_HEAD + 1 + 2u * s.p[SMB1_HEAD] + 2 ? at : 0;
}

void
smb1_guid(uint16_t fid, struct smb_guid *id)
{
	memset(id, 0, sizeof(*id));
	id->b[0] = (uint8_t)fid;
	id->b[1] = (uint8_t)(fid >> 8);
}

/* ---- requests ---- */

static void
negotiate(struct smb_msg *m, struct gz_tx *tx, struct smb1_parts *p)
{
	struct smb_negotiate *n = gz_app_alloc(m->app, sizeof(*n));
	struct gz_cursor c = p->bytes;
	const uint8_t *end;
	struct gz_span name;
	uint8_t format;

	smb_tx_of(tx)->negotiate = n;
	while (n != NULL && gz_cursor_left(&c) > 0 && n->nb_dialects < SMB_DIALECTS_MOST) {
		gz_cursor_u8(&c, &format);
		end = gz_cursor_left(&c) > 0 ? memchr(c.p, '\0', gz_cursor_left(&c)) : NULL;
		if (format != 2 || end == NULL) {
			smb_event(m, tx, SMB_EVENT_MALFORMED_DIALECTS);
			return;
		}
		gz_cursor_take(&c, (uint32_t)(end + 1 - c.p), &name);
		if (!gz_bytes_add(m->app, &n->dialects, name, SMB_TEXT_MOST))
			return;
		n->nb_dialects++;
	}
}

static void
session_setup(struct smb_msg *m, struct gz_tx *tx, struct smb1_parts *p)
{
	struct gz_cursor w = gz_cursor(p->words.p, p->words.len);
	struct smb_tx *t = smb_tx_of(tx);
	uint16_t len, more = 0;
	struct gz_span blob;

	if (p->words.len == 2 * 12) {
		if (gz_cursor_skip(&w, 14) && gz_cursor_le16(&w, &len) &&
				gz_cursor_take(&p->bytes, len, &blob))
			smb_auth(m, tx, blob);
	} else if (p->words.len == 2 * 13) { /* two passwords, account and domain */
		if (!gz_cursor_skip(&w, 14) || !gz_cursor_le16(&w, &len) ||
				!gz_cursor_le16(&w, &more) ||
				!gz_cursor_skip(&p->bytes, (uint32_t)len + more))
			return;
		smb_text_take(m, &p->bytes, &t->auth.user);
		smb_text_take(m, &p->bytes, &t->auth.domain);
	}
	smb_text_take(m, &p->bytes, &t->os[GZ_C2S]);
	smb_text_take(m, &p->bytes, &t->lm[GZ_C2S]);
}

static void
tree_connect(struct smb_msg *m, struct gz_tx *tx, struct smb1_parts *p)
{
	struct gz_cursor w = gz_cursor(p->words.p, p->words.len);
	struct smb_tx *t = smb_tx_of(tx);
	bool unicode = m->unicode;
	uint16_t len;

	if (!gz_cursor_skip(&w, 6) || !gz_cursor_le16(&w, &len) ||
			!gz_cursor_skip(&p->bytes, len)) {
		smb_event(m, tx, SMB_EVENT_MALFORMED);
		return;
	}
	smb_text_take(m, &p->bytes, &t->name);
	/* Rules know these names with one backslash in front. */
	if (t->name.len > 2 && t->name.p[0] == '\\' && t->name.p[1] == '\\')
		memmove(t->name.p, t->name.p + 1, --t->name.len);
	t->is_pipe = t->name.len >= 4 &&
			strncasecmp((char *)t->name.p + t->name.len - 4, "IPC$", 4) == 0;
	m->unicode = false;
	smb_text_take(m, &p->bytes, &t->share);
	m->unicode = unicode;
}

static void
create(struct smb_msg *m, struct gz_tx *tx, struct smb1_parts *p)
{
	struct gz_cursor w = gz_cursor(p->words.p, p->words.len);
	struct smb_tx *t = smb_tx_of(tx);
	uint32_t options;

	if (!gz_cursor_skip(&w, 35) || !gz_cursor_le32(&w, &t->create.disposition) ||
			!gz_cursor_le32(&w, &options)) {
		smb_event(m, tx, SMB_EVENT_MALFORMED);
		return;
	}
	t->create.delete_on_close = options & DELETE_ON_CLOSE;
	smb_text_take(m, &p->bytes, &t->name);
}

static void
read_file(struct smb_msg *m, struct smb1_parts *p)
{
	struct gz_cursor w = gz_cursor(p->words.p, p->words.len);
	struct smb_call *call = smb_call_new(m, NULL);
	uint32_t low, high = 0;
	uint16_t fid;

	if (call == NULL || !gz_cursor_skip(&w, 4) || !gz_cursor_le16(&w, &fid) ||
			!gz_cursor_le32(&w, &low))
		return;
	if (gz_cursor_skip(&w, 10))
		gz_cursor_le32(&w, &high);
	smb1_guid(fid, &call->id);
	call->has_id = true;
	call->at = (uint64_t)high << 32 | low;
}

static void
write_file(struct smb_msg *m, struct smb1_parts *p)
{
	struct gz_cursor w = gz_cursor(p->words.p, p->words.len);
	uint16_t fid, high, low, offset;
	uint32_t at, at_high = 0;
	struct smb_data d;

	m->call = smb_call_new(m, NULL);
	if (!gz_cursor_skip(&w, 4) || !gz_cursor_le16(&w, &fid) || !gz_cursor_le32(&w, &at) ||
			!gz_cursor_skip(&w, 8) || !gz_cursor_le16(&w, &high) ||
			!gz_cursor_le16(&w, &low) || !gz_cursor_le16(&w, &offset)) {
		smb_event(m, NULL, SMB_EVENT_MALFORMED);
		return;
	}
	gz_cursor_le32(&w, &at_high);
	smb1_guid(fid, &d.id);
	d.at = (uint64_t)at_high << 32 | at;
	d.offset = offset;
	d.len = (uint32_t)high << 16 | low;
	smb_data_begin(m, &d);
}

static void
close_file(struct smb_msg *m, struct smb1_parts *p)
{
	struct gz_cursor w = gz_cursor(p->words.p, p->words.len);
	struct smb_handle *h;
	struct smb_guid id;
	uint16_t fid;

	if (!gz_cursor_le16(&w, &fid))
		return;
	smb1_guid(fid, &id);
	h = smb_handle_find(m->s, &id);
	if (h != NULL)
		smb_handle_drop(m->app, m->s, h);
}

/** TRANS with the function that writes to a pipe and reads its answer. */
static void
transact(struct smb_msg *m, struct smb1_parts *p)
{
	struct gz_cursor w = gz_cursor(p->words.p, p->words.len), c;
	struct smb_call *call = smb_call_new(m, NULL);
	uint16_t len, offset, function, fid;
	struct smb_handle *h;
	struct gz_span data;

	if (call == NULL || !gz_cursor_skip(&w, 22) || !gz_cursor_le16(&w, &len) ||
			!gz_cursor_le16(&w, &offset) || !gz_cursor_skip(&w, 2) ||
			!gz_cursor_le16(&w, &function) || !gz_cursor_le16(&w, &fid) ||
			function != TRANSACT_PIPE)
		return;
	c = smb_at(m, offset);
	smb1_guid(fid, &call->id);
	call->has_id = true;
	h = smb_handle_find(m->s, &call->id);
	if (h == NULL)
		h = smb_handle_new(m, &call->id);
	if (h == NULL || !gz_cursor_take(&c, len, &data))
		return;
	h->is_pipe = true;
	smb_pipe(m, h, data);
}

static void
plain(struct smb_msg *m, struct smb1_parts *p)
{
	struct gz_tx *tx;

	switch (m->command) {
	case SMB1_NEGOTIATE:
		tx = smb_request(m, SMB_NEGOTIATE);
		if (tx != NULL)
			negotiate(m, tx, p);
		break;
	case SMB1_SESSION_SETUP:
		tx = smb_request(m, SMB_SETUP);
		if (tx != NULL)
			session_setup(m, tx, p);
		break;
	case SMB1_TREE_CONNECT:
		tx = smb_request(m, SMB_TREE);
		if (tx != NULL)
			tree_connect(m, tx, p);
		break;
	case SMB1_NT_CREATE:
		tx = smb_request(m, SMB_CREATE);
		if (tx != NULL)
			create(m, tx, p);
		break;
	default:
		smb_request(m, SMB_PLAIN);
	}
}

void
smb1_request_part(struct smb_msg *m, struct smb1_parts *p)
{
	switch (m->command) {
	case SMB1_READ_ANDX:
		read_file(m, p);
		break;
	case SMB1_WRITE_ANDX:
		write_file(m, p);
		break;
	case SMB1_TRANS:
		transact(m, p);
		break;
	case SMB1_TRANS2:
		smb_call_new(m, NULL);
		break;
	case SMB1_NT_CANCEL: /* nobody answers it */
		break;
	case SMB1_CLOSE:
		smb_request(m, SMB_PLAIN);
		close_file(m, p);
		break;
	default:
		plain(m, p);
	}
}

/* ---- messages ---- */

static bool
is_chained(uint16_t command)
{
	return command == SMB1_READ_ANDX || command == SMB1_WRITE_ANDX ||
			command == SMB1_SESSION_SETUP || command == SMB1_LOGOFF ||
			command == SMB1_TREE_CONNECT || command == SMB1_NT_CREATE ||
			command == SMB1_OPEN_ANDX || command == SMB1_LOCKING_ANDX;
}

/** One message after the other, as each tells where the next one is. */
static void
chain(struct smb_msg *m)
{
	uint32_t i, at = SMB1_HEAD, next;
	struct smb1_parts p;
	uint16_t command;

	for (i = 0; i < CHAIN_MOST; i++) {
		if (!take_parts(m, at, &p)) {
			smb_event(m, NULL, SMB_EVENT_MALFORMED);
			return;
		}
		command = m->command;
		if (m->response)
			smb1_response_part(m, &p);
		else
			smb1_request_part(m, &p);
		if (!is_chained(command) || p.words.len < 4 || p.words.p[0] == 0xff)
			return;
		next = p.words.p[2] | (uint32_t)p.words.p[3] << 8;
		if (next <= at)
			return;
		at = next;
		m->command = p.words.p[0];
		m->call = m->response ? smb_call_find(m) : NULL;
	}
}

void
smb1_message(struct smb_msg *m)
{
	struct gz_cursor c = smb_at(m, 4);
	uint16_t flags2, pid_high, tid, pid, uid, mid;
	uint8_t command, flags;

	if (!gz_cursor_u8(&c, &command) || !gz_cursor_le32(&c, &m->status) ||
			!gz_cursor_u8(&c, &flags) || !gz_cursor_le16(&c, &flags2) ||
			!gz_cursor_le16(&c, &pid_high) || !gz_cursor_skip(&c, 10) ||
			!gz_cursor_le16(&c, &tid) || !gz_cursor_le16(&c, &pid) ||
			!gz_cursor_le16(&c, &uid) || !gz_cursor_le16(&c, &mid)) {
		smb_event(m, NULL, SMB_EVENT_MALFORMED);
		return;
	}
	m->command = command;
	m->response = flags & FLAG_RESPONSE;
	m->unicode = flags2 & FLAG2_UNICODE;
	m->dos_status = !(flags2 & FLAG2_NT_STATUS);
	m->mid = (uint64_t)pid_high << 32 | (uint64_t)pid << 16 | mid;
	m->tree = tid;
	m->session = uid;
	if (m->response != (m->dir == GZ_S2C)) {
		smb_event(m, NULL,
				m->response ? SMB_EVENT_RESPONSE_TO_SERVER
					    : SMB_EVENT_REQUEST_TO_CLIENT);
		return;
	}
	m->call = m->response ? smb_call_find(m) : NULL;
	chain(m);
}
