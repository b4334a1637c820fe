/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Who logs on: NTLMSSP's third message (MS-NLMP 2.2.1.3), or the ticket of
 * Kerberos (RFC 4120 5.5.1), whatever it is wrapped in.
 */

#include "krb.h"
#include "smb.h"

enum {
	NTLM_AUTHENTICATE = 3,
	NTLM_UNICODE = 1 << 0,
	NTLM_VERSION = 1 << 25,
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

static void
take_ticket(struct gz_app *app, struct smb_auth *a, struct gz_cursor c)
{
	struct gz_cursor seq, part;
	uint8_t tag;

	if (!krb_enter_ticket(c, &seq))
		return;
	while (ber_next(&seq, &tag, &part)) {
		if (tag == KRB_PART + 1)
			krb_take_text(app, &a->realm, part);
		else if (tag == KRB_PART + 2)
			krb_take_name(app, &a->sname, part);
	}
}

/** Is there an AP-REQ at the cursor? Then take what it says. */
static bool
take_ap_req(struct gz_app *app, struct smb_auth *a, struct gz_cursor c)
{
	struct gz_cursor body, seq, part;
	int32_t version, type;

	if (!ber_enter(&c, KRB_APPLICATION + KRB_AP_REQ, &body) ||
			!ber_enter(&body, BER_SEQUENCE, &seq) ||
			!ber_enter(&seq, KRB_PART, &part) || !krb_take_int32(part, &version) ||
			!ber_enter(&seq, KRB_PART + 1, &part) || !krb_take_int32(part, &type) ||
			version != 5 || type != KRB_AP_REQ)
		return false;
	if (ber_enter(&seq, KRB_PART + 2, &part) && ber_enter(&seq, KRB_PART + 3, &part))
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
