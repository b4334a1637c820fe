/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Who logs on: NTLMSSP's third message (MS-NLMP 2.2.1.3), or the ticket of
 * Kerberos (RFC 4120 5.5.1), whatever it is wrapped in.
 */

#include "der.h"
#include "smb.h"

enum {
	NTLM_AUTHENTICATE = 3,
	NTLM_UNICODE = 1 << 0,
	NTLM_VERSION = 1 << 25,

	KRB_TICKET = 1, /* numbers of applications' elements */
	KRB_AP_REQ = 14,
	KRB_PARTS_MOST = 16, /* of a service's name */
};

/** A field of the message: its length, its room, where it lies. false: not within. */
static bool
take_field(struct gz_cursor *c, struct gz_span all, struct gz_span *s)
{
	struct gz_cursor at;
	uint32_t offset;
	uint16_t len;

	if (!gz_cursor_le16(c, &len) || !gz_cursor_skip(c, 2) || !gz_cursor_le32(c, &offset))
		return false;
	at = gz_cursor(all.p, all.len);
	*s = gz_span(NULL, 0);
	return len == 0 || (gz_cursor_skip(&at, offset) && gz_cursor_take(&at, len, s));
}

static void
take_version(struct smb_auth *a, struct gz_cursor c)
{
	a->has_version = gz_cursor_u8(&c, &a->major) && gz_cursor_u8(&c, &a->minor) &&
			gz_cursor_le16(&c, &a->build) && gz_cursor_skip(&c, 3) &&
			gz_cursor_u8(&c, &a->rev);
}

/** @return false: malformed. */
static bool
take_authenticate(struct gz_app *app, struct smb_auth *a, struct gz_span msg)
{
	struct gz_cursor c = gz_cursor(msg.p, msg.len);
	struct gz_span domain, user, host, key;
	uint32_t flags;
	bool unicode;

	/* Behind signature and type: two responses, then the names. */
	if (!gz_cursor_skip(&c, 12 + 16) || !take_field(&c, msg, &domain) ||
			!take_field(&c, msg, &user) || !take_field(&c, msg, &host) ||
			!take_field(&c, msg, &key) || !gz_cursor_le32(&c, &flags))
		return false;
	unicode = flags & NTLM_UNICODE;
	a->ntlmssp = true;
	smb_text(app, &a->domain, domain, unicode);
	smb_text(app, &a->user, user, unicode);
	smb_text(app, &a->host, host, unicode);
	if (flags & NTLM_VERSION)
		take_version(a, c);
	return true;
}

/** The service's name: its parts, each with its NUL. */
static void
take_service(struct gz_app *app, struct smb_auth *a, struct gz_cursor c)
{
	struct gz_cursor seq, part, list, text;
	uint32_t i;
	uint8_t tag;

	if (!der_want(&c, DER_SEQUENCE, &seq) || !der_want(&seq, DER_CONTEXT, &part) ||
			!der_want(&seq, DER_CONTEXT + 1, &part) ||
			!der_want(&part, DER_SEQUENCE, &list))
		return;
	for (i = 0; i < KRB_PARTS_MOST && der_take(&list, &tag, &text); i++) {
		gz_bytes_add(app, &a->sname, gz_span(text.p, gz_cursor_left(&text)), SMB_TEXT_MOST);
		gz_bytes_add(app, &a->sname, gz_span("", 1), SMB_TEXT_MOST);
	}
}

static void
take_ticket(struct gz_app *app, struct smb_auth *a, struct gz_cursor c)
{
	struct gz_cursor ticket, seq, part, text;
	uint8_t tag, is;

	if (!der_want(&c, DER_APPLICATION + KRB_TICKET, &ticket) ||
			!der_want(&ticket, DER_SEQUENCE, &seq))
		return;
	while (der_take(&seq, &tag, &part)) {
		if (tag == DER_CONTEXT + 1 && der_take(&part, &is, &text))
			gz_bytes_add(app, &a->realm, gz_span(text.p, gz_cursor_left(&text)),
					SMB_TEXT_MOST);
		else if (tag == DER_CONTEXT + 2)
			take_service(app, a, part);
	}
}

/** Is there an AP-REQ at the cursor? Then take what it says. */
static bool
take_ap_req(struct gz_app *app, struct smb_auth *a, struct gz_cursor c)
{
	struct gz_cursor body, seq, part;
	int32_t version, type;

	if (!der_want(&c, DER_APPLICATION + KRB_AP_REQ, &body) ||
			!der_want(&body, DER_SEQUENCE, &seq) ||
			!der_want(&seq, DER_CONTEXT, &part) || !der_integer(&part, &version) ||
			!der_want(&seq, DER_CONTEXT + 1, &part) || !der_integer(&part, &type) ||
			version != 5 || type != KRB_AP_REQ)
		return false;
	if (der_want(&seq, DER_CONTEXT + 2, &part) && der_want(&seq, DER_CONTEXT + 3, &part))
		take_ticket(app, a, part);
	return true;
}

static void
find_ap_req(struct gz_app *app, struct smb_auth *a, struct gz_span blob)
{
	struct gz_cursor c = gz_cursor(blob.p, blob.len);

	if (a->realm.len > 0)
		return;
	while (gz_cursor_left(&c) > 0 && !take_ap_req(app, a, c))
		gz_cursor_skip(&c, 1);
}

void
smb_auth(const struct smb_msg *m, struct gz_tx *tx, struct gz_span blob)
{
	int64_t at = gz_span_find(blob, GZ_SPAN("NTLMSSP\0"));
	struct gz_cursor c;
	uint32_t type;

	if (at < 0) {
		find_ap_req(m->app, &smb_tx_of(tx)->auth, blob);
		return;
	}
	blob = gz_span(blob.p + at, blob.len - (uint32_t)at);
	c = gz_cursor(blob.p, blob.len);
	if (!gz_cursor_skip(&c, 8) || !gz_cursor_le32(&c, &type) ||
			(type == NTLM_AUTHENTICATE &&
					!take_authenticate(m->app, &smb_tx_of(tx)->auth, blob)))
		smb_event(m, tx, SMB_EVENT_MALFORMED_NTLMSSP);
}
