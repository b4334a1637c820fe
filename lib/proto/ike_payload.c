/* SPDX-License-Identifier: BSD-3-Clause */

/* The payloads of IKE's messages. */

#include <stdio.h>

#include "ike.h"

enum { /* RFC 2408 section 3.1, RFC 7296 section 3.2 */
	V1_SA = 1,
	V1_PROPOSAL = 2,
	V1_TRANSFORM = 3,
	V1_KEY = 4,
	V1_NONCE = 10,
	V1_VENDOR = 13,
	V2_SA = 33,
	V2_KEY = 34,
	V2_NONCE = 40,
	V2_NOTIFY = 41,
	V2_VENDOR = 43,
	V2_ENCRYPTED = 46,

	V1_ENCRYPTED = 1, /* a flag */
	NOTIFY_ERRORS = 16384, /* below: RFC 7296 section 3.10.1 */
	AUTH_NONE = 0,
	DH_NONE = 0,
	ENC_NULL = 11,
	SHORT_ATTRIBUTE = 0x8000,
	HEX_MOST = 4096, /* digits of a vendor's mark, a key or a nonce that are told */
};

static void
note_payload(struct ike_tx *t, uint8_t type)
{
	uint32_t i;

	for (i = 0; i < t->nb_payloads; i++) {
		if (t->payloads[i] == type)
			return;
	}
	if (t->nb_payloads < RTE_DIM(t->payloads))
		t->payloads[t->nb_payloads++] = type;
}

static void
add_hex(struct gz_app *app, struct gz_bytes *to, struct gz_span s)
{
	char digits[3];
	uint32_t i;

	for (i = 0; i < RTE_MIN(s.len, (uint32_t)HEX_MOST / 2); i++) {
		snprintf(digits, sizeof(digits), "%02x", s.p[i]);
		gz_bytes_add(app, to, gz_span(digits, 2), UINT16_MAX);
	}
}

static void
take_vendor(struct gz_app *app, struct ike_tx *t, struct gz_cursor c)
{
	if (t->nb_vendors >= IKE_LIST_MOST || gz_cursor_left(&c) == 0)
		return;
	t->nb_vendors++;
	add_hex(app, &t->vendors, gz_span(c.p, gz_cursor_left(&c)));
	gz_bytes_add(app, &t->vendors, gz_span("", 1), UINT16_MAX);
}

/** Version 1 tells of both sides in each message that follows. */
static void
remember(struct gz_app *app, struct ike_tx *t, uint8_t type, struct gz_span s)
{
	struct ike_state *st = app->state;
	struct gz_bytes *b = type == V1_KEY ? &st->key[t->dir] : &st->nonce[t->dir];

	gz_bytes_free(app, b);
	add_hex(app, b, s);
	if (type == V1_KEY)
		st->key_len[t->dir] = s.len;
	else
		st->nonce_len[t->dir] = s.len;
}

/** The next payload's head and what is in it. */
static bool
take_payload(struct gz_cursor *c, uint8_t *next, struct gz_cursor *in)
{
	uint16_t len;

	return gz_cursor_u8(c, next) && gz_cursor_skip(c, 1) && gz_cursor_be16(c, &len) &&
			len >= 4 && gz_cursor_sub(c, len - 4u, in);
}

/* ---- version 1 ---- */

/** RFC 2408 section 3.3. */
static bool
take_attributes(struct gz_cursor *c, struct ike_transform *tr)
{
	uint16_t type, v;
	uint32_t value, i;
	struct gz_span s;

	while (gz_cursor_left(c) > 0) {
		if (!gz_cursor_be16(c, &type) || !gz_cursor_be16(c, &v))
			return false;
		value = v;
		if ((type & SHORT_ATTRIBUTE) == 0) {
			if (!gz_cursor_take(c, v, &s))
				return false;
			for (value = 0, i = 0; i < s.len && s.len <= 4; i++)
				value = value << 8 | s.p[i];
		}
		if (tr->nb == RTE_DIM(tr->attributes))
			continue;
		tr->attributes[tr->nb].type = type & (uint16_t)~SHORT_ATTRIBUTE;
		tr->attributes[tr->nb++].value = value;
	}
	return true;
}

static bool
take_transforms(struct ike_tx *t, struct gz_cursor *c)
{
	struct gz_cursor in;
	uint8_t next = V1_TRANSFORM;

	while (next == V1_TRANSFORM && t->nb_transforms < IKE_TRANSFORMS_MOST) {
		note_payload(t, V1_TRANSFORM);
		if (!take_payload(c, &next, &in) || !gz_cursor_skip(&in, 4) ||
				!take_attributes(&in, &t->transforms[t->nb_transforms++]))
			return false;
	}
	return true;
}

static bool
take_proposals(struct gz_app *app, struct gz_tx *tx, struct gz_cursor c)
{
	struct ike_state *s = app->state;
	struct ike_tx *t = ike_tx_of(tx);
	uint8_t next = V1_PROPOSAL, spi;
	struct gz_cursor in;
	uint32_t nb = 0;

	if (!gz_cursor_be32(&c, &s->doi) || !gz_cursor_skip(&c, 4))
		return false;
	if (t->transforms == NULL)
		t->transforms = gz_app_alloc(
				app, IKE_TRANSFORMS_MOST * (uint32_t)sizeof(*t->transforms));
	while (t->transforms != NULL && next == V1_PROPOSAL && nb++ < IKE_PAYLOADS_MOST) {
		note_payload(t, V1_PROPOSAL);
		if (!take_payload(&c, &next, &in) || !gz_cursor_skip(&in, 2) ||
				!gz_cursor_u8(&in, &spi) || !gz_cursor_skip(&in, 1u + spi) ||
				!take_transforms(t, &in))
			return false;
	}
	if (t->dir == GZ_S2C && t->nb_transforms > 1)
		gz_tx_event(tx, IKE_EVENT_MULTIPLE_PROPOSAL);
	if (t->dir == GZ_S2C && t->nb_transforms > 0)
		s->chosen = t->transforms[0];
	return true;
}

static bool
take_v1(struct gz_app *app, struct gz_tx *tx, uint8_t type, struct gz_cursor in)
{
	struct gz_span all = gz_span(in.p, gz_cursor_left(&in));
	struct ike_tx *t = ike_tx_of(tx);

	switch (type) {
	case V1_SA:
		return take_proposals(app, tx, in);
	case V1_KEY:
		t->key = all;
		remember(app, t, type, all);
		return true;
	case V1_NONCE:
		t->nonce = all;
		remember(app, t, type, all);
		return true;
	case V1_VENDOR:
		take_vendor(app, t, in);
		return true;
	default:
		return true;
	}
}

/* ---- version 2 ---- */

static bool
is_weak(uint8_t kind, uint16_t id)
{
	switch (kind) {
	case IKE_ENC:
		return id >= 1 && id <= 9;
	case IKE_PRF:
		return id <= 3;
	case IKE_AUTH:
		return id >= 1 && id <= 4;
	case IKE_DH:
		return id == 1 || id == 2 || id == 5 || id == 22;
	default:
		return false;
	}
}

/** What the responder has chosen (RFC 7296 section 3.3.2). */
static void
choose(struct ike_state *s, struct gz_tx *tx, uint8_t kind, uint16_t id)
{
	static const uint8_t weak[IKE_NB_KINDS] = { [IKE_ENC] = IKE_EVENT_WEAK_ENC,
		[IKE_PRF] = IKE_EVENT_WEAK_PRF,
		[IKE_AUTH] = IKE_EVENT_WEAK_AUTH,
		[IKE_DH] = IKE_EVENT_WEAK_DH };

	if (kind == 0 || kind >= IKE_NB_KINDS) {
		gz_tx_event(tx, IKE_EVENT_UNKNOWN_PROPOSAL);
		return;
	}
	if (is_weak(kind, id))
		gz_tx_event(tx, weak[kind]);
	if (kind == IKE_ENC && id == ENC_NULL)
		gz_tx_event(tx, IKE_EVENT_NO_ENCRYPTION);
	s->has_kind[kind] = true;
	s->kind[kind] = id;
}

/** Algorithms that authenticate by themselves (RFC 5282). */
static bool
is_aead(uint16_t enc)
{
	return (enc >= 14 && enc <= 20) || enc >= 25;
}

static void
weigh_choice(const struct ike_state *s, struct gz_tx *tx)
{
	if (!s->has_kind[IKE_DH] || s->kind[IKE_DH] == DH_NONE)
		gz_tx_event(tx, IKE_EVENT_NO_DH);
	if ((!s->has_kind[IKE_AUTH] || s->kind[IKE_AUTH] == AUTH_NONE) &&
			!is_aead(s->kind[IKE_ENC]))
		gz_tx_event(tx, IKE_EVENT_NO_AUTH);
}

static bool
take_proposal_v2(struct gz_app *app, struct gz_tx *tx, struct gz_cursor *in)
{
	uint8_t spi, nb, next, kind;
	struct gz_cursor tr;
	uint16_t id;

	if (!gz_cursor_skip(in, 2) || !gz_cursor_u8(in, &spi) || !gz_cursor_u8(in, &nb) ||
			!gz_cursor_skip(in, spi))
		return false;
	for (; nb > 0; nb--) {
		if (!take_payload(in, &next, &tr) || !gz_cursor_u8(&tr, &kind) ||
				!gz_cursor_skip(&tr, 1) || !gz_cursor_be16(&tr, &id))
			return false;
		if (ike_tx_of(tx)->dir == GZ_S2C)
			choose(app->state, tx, kind, id);
		else if (kind == 0 || kind >= IKE_NB_KINDS)
			gz_tx_event(tx, IKE_EVENT_UNKNOWN_PROPOSAL);
	}
	return true;
}

static bool
take_sa_v2(struct gz_app *app, struct gz_tx *tx, struct gz_cursor c)
{
	struct gz_cursor in;
	uint32_t nb = 0;
	uint8_t next;

	while (gz_cursor_left(&c) > 0 && nb < IKE_PAYLOADS_MOST) {
		if (!take_payload(&c, &next, &in))
			return false;
		if (!take_proposal_v2(app, tx, &in)) {
			gz_tx_event(tx, IKE_EVENT_INVALID_PROPOSAL);
			return true;
		}
		nb++;
	}
	if (ike_tx_of(tx)->dir == GZ_C2S)
		return true;
	if (nb > 1)
		gz_tx_event(tx, IKE_EVENT_MULTIPLE_PROPOSAL);
	weigh_choice(app->state, tx);
	return true;
}

static bool
take_notify(struct ike_tx *t, struct gz_cursor in)
{
	uint16_t type;

	if (!gz_cursor_skip(&in, 2) || !gz_cursor_be16(&in, &type))
		return false;
	if (type < NOTIFY_ERRORS)
		t->errors++;
	if (t->nb_notify < RTE_DIM(t->notify))
		t->notify[t->nb_notify++] = type;
	return true;
}

static bool
take_v2(struct gz_app *app, struct gz_tx *tx, uint8_t type, struct gz_cursor in)
{
	struct ike_tx *t = ike_tx_of(tx);

	switch (type) {
	case V2_SA:
		return take_sa_v2(app, tx, in);
	case V2_KEY:
		if (!gz_cursor_skip(&in, 4))
			return false;
		t->key = gz_span(in.p, gz_cursor_left(&in));
		return true;
	case V2_NONCE:
		t->nonce = gz_span(in.p, gz_cursor_left(&in));
		return true;
	case V2_NOTIFY:
		return take_notify(t, in);
	case V2_VENDOR:
		take_vendor(app, t, in);
		return true;
	default:
		return true;
	}
}

bool
ike_read(struct gz_app *app, struct gz_tx *tx)
{
	struct ike_tx *t = ike_tx_of(tx);
	struct gz_cursor c = gz_cursor(t->message.p, t->message.len), in;
	uint8_t type = t->payloads[0], next;
	uint32_t nb;
	bool good = true;

	t->encrypted = t->major == 1 && t->flags & V1_ENCRYPTED;
	for (nb = 0; good && type != 0 && !t->encrypted && nb < IKE_PAYLOADS_MOST; nb++) {
		good = take_payload(&c, &next, &in) &&
				(t->major == 1 ? take_v1(app, tx, type, in)
					       : take_v2(app, tx, type, in));
		if (!good || (t->major == 1 && next == 0))
			break;
		note_payload(t, next);
		if (type == V2_ENCRYPTED)
			return true; /* what stands in it is told, but cannot be read */
		type = next;
	}
	if (good && !t->encrypted && gz_cursor_left(&c) > 0)
		gz_tx_event(tx, IKE_EVENT_EXTRA_DATA);
	return good;
}
