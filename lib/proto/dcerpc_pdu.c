/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>

#include "dcerpc.h"

enum {
	STUB_WINDOW = 64 * 1024, /* judged bytes of a stub that stay in view */
	TRANSFER_SYNTAX = 20, /* a UUID and its version */
};

bool
dcerpc_read16(struct gz_cursor *c, bool little, uint16_t *v)
{
	return little ? gz_cursor_le16(c, v) : gz_cursor_be16(c, v);
}

bool
dcerpc_read32(struct gz_cursor *c, bool little, uint32_t *v)
{
	return little ? gz_cursor_le32(c, v) : gz_cursor_be32(c, v);
}

bool
dcerpc_read_uuid(struct gz_cursor *c, bool little, uint8_t uuid[GZ_UUID_BYTES])
{
	static const uint8_t order[] = { 3, 2, 1, 0, 5, 4, 7, 6 };
	struct gz_span s;
	uint32_t i;

	if (!gz_cursor_take(c, GZ_UUID_BYTES, &s))
		return false;
	memcpy(uuid, s.p, GZ_UUID_BYTES);
	for (i = 0; little && i < RTE_DIM(order); i++)
		uuid[i] = s.p[order[i]];
	return true;
}

static bool
is_dash(uint32_t digit)
{
	return digit == 8 || digit == 12 || digit == 16 || digit == 20;
}

void
gz_uuid_text(const uint8_t uuid[GZ_UUID_BYTES], char text[GZ_UUID_TEXT])
{
	static const char hex[] = "0123456789abcdef";
	uint32_t i;

	for (i = 0; i < 2 * GZ_UUID_BYTES; i++) {
		if (is_dash(i))
			*text++ = '-';
		*text++ = hex[uuid[i / 2] >> (i % 2 ? 0 : 4) & 15];
	}
	*text = '\0';
}

bool
gz_uuid_parse(struct gz_span text, uint8_t uuid[GZ_UUID_BYTES])
{
	uint32_t i, at = 0, digit;

	if (text.len != GZ_UUID_TEXT - 1)
		return false;
	for (i = 0; i < 2 * GZ_UUID_BYTES; i++) {
		if (is_dash(i) && text.p[at++] != '-')
			return false;
		if (!isxdigit(text.p[at]))
			return false;
		digit = isdigit(text.p[at]) ? text.p[at] - 48u : (text.p[at] | 0x20u) - 87u;
		uuid[i / 2] = (uint8_t)(i % 2 ? uuid[i / 2] << 4 | digit : digit);
		at++;
	}
	return true;
}

bool
dcerpc_is_response(uint8_t type)
{
	return type == DCERPC_RESPONSE || type == DCERPC_FAULT || type == DCERPC_BINDACK ||
			type == DCERPC_BINDNAK || type == DCERPC_ALTER_CONTEXT_RESP;
}

/** Types of the connection-oriented protocol, as bits. */
static const uint32_t types = 1u << 0 | 1u << 2 | 1u << 3 | 0x3ffu << 11;

enum gz_probe
dcerpc_probe_head(struct gz_span s)
{
	uint32_t len;

	if ((s.len > 0 && s.p[0] != 5) || (s.len > 1 && s.p[1] > 1) ||
			(s.len > 2 && (s.p[2] > DCERPC_LAST_TYPE || !(types >> s.p[2] & 1))))
		return GZ_PROBE_NO;
	if ((s.len > 4 && (s.p[4] & 0xee) != 0) || (s.len > 5 && s.p[5] > 3) ||
			(s.len > 6 && s.p[6] != 0) || (s.len > 7 && s.p[7] != 0))
		return GZ_PROBE_NO;
	if (s.len < 10)
		return GZ_PROBE_MAYBE;
	len = s.p[4] & 0x10 ? s.p[9] << 8u | s.p[8] : s.p[8] << 8u | s.p[9];
	return len >= DCERPC_HEAD ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

bool
dcerpc_read_head(struct gz_span s, struct dcerpc_head *h)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);
	uint8_t version, order;
	uint16_t auth_len;

	if (!gz_cursor_u8(&c, &version) || !gz_cursor_u8(&c, &h->minor) ||
			!gz_cursor_u8(&c, &h->type) || !gz_cursor_u8(&c, &h->flags) ||
			!gz_cursor_u8(&c, &order) || !gz_cursor_skip(&c, 3))
		return false;
	h->little = order & 0x10;
	return dcerpc_read16(&c, h->little, &h->frag_len) &&
			dcerpc_read16(&c, h->little, &auth_len) &&
			dcerpc_read32(&c, h->little, &h->call_id) && version == 5;
}

/* ---- binding ---- */

static struct gz_dcerpc_iface *
find_context(const struct gz_bytes *b, uint16_t context)
{
	uint32_t i;

	for (i = dcerpc_nb_ifaces(b); i > 0; i--) {
		if (dcerpc_iface(b, i - 1)->context == context)
			return dcerpc_iface(b, i - 1);
	}
	return NULL;
}

static void
add_iface(struct gz_app *app, struct gz_bytes *b, const struct gz_dcerpc_iface *f)
{
	gz_bytes_add(app, b, gz_span(f, sizeof(*f)), DCERPC_IFACES_MOST * sizeof(*f));
}

/** The interfaces that are asked for: p_cont_list_t of C706 12.6.3.1. */
static void
take_bind(struct gz_app *app, struct dcerpc_assoc *a, struct dcerpc_call *call, struct gz_cursor c)
{
	struct gz_dcerpc_iface f, *old;
	uint8_t n, syntaxes;
	bool little = call->little;

	if (!gz_cursor_skip(&c, 8) || !gz_cursor_u8(&c, &n) || !gz_cursor_skip(&c, 3))
		return;
	for (; n > 0; n--) {
		memset(&f, 0, sizeof(f));
		if (!dcerpc_read16(&c, little, &f.context) || !gz_cursor_u8(&c, &syntaxes) ||
				!gz_cursor_skip(&c, 1) || !dcerpc_read_uuid(&c, little, f.uuid) ||
				!dcerpc_read16(&c, little, &f.major) ||
				!dcerpc_read16(&c, little, &f.minor) ||
				!gz_cursor_skip(&c, syntaxes * (uint32_t)TRANSFER_SYNTAX))
			return;
		add_iface(app, &call->ifaces, &f);
		old = find_context(&a->ifaces, f.context);
		if (old != NULL)
			*old = f;
		else
			add_iface(app, &a->ifaces, &f);
	}
}

/** What the server says to each: p_result_list_t, behind its address. */
static void
take_results(struct dcerpc_assoc *a, struct dcerpc_call *call, bool little, struct gz_span pdu)
{
	struct gz_cursor c = gz_cursor(pdu.p, pdu.len);
	struct gz_dcerpc_iface *f, *agreed;
	uint16_t address;
	uint8_t n;
	uint32_t i;

	if (!gz_cursor_skip(&c, DCERPC_HEAD + 8) || !dcerpc_read16(&c, little, &address) ||
			!gz_cursor_skip(&c, address) ||
			!gz_cursor_skip(&c, (uint32_t)(pdu.p - c.p) & 3) || !gz_cursor_u8(&c, &n) ||
			!gz_cursor_skip(&c, 3))
		return;
	for (i = 0; i < n && i < dcerpc_nb_ifaces(&call->ifaces); i++) {
		f = dcerpc_iface(&call->ifaces, i);
		if (!dcerpc_read16(&c, little, &f->result) ||
				!dcerpc_read16(&c, little, &f->reason) ||
				!gz_cursor_skip(&c, TRANSFER_SYNTAX))
			return;
		f->answered = true;
		agreed = find_context(&a->ifaces, f->context);
		if (agreed != NULL)
			*agreed = *f;
	}
}

/* ---- calls ---- */

void
dcerpc_add_stub(struct gz_app *app, struct dcerpc_call *c, enum gz_dir side, struct gz_span stub)
{
	if (stub.len > 0)
		gz_body_add(app, &c->side[side].stub, stub, STUB_WINDOW, 0);
}

static void
take_request(struct gz_app *app, struct dcerpc_assoc *a, struct dcerpc_call *call,
		const struct dcerpc_head *h, struct gz_cursor c)
{
	const struct gz_dcerpc_iface *f;
	uint16_t context, opnum;

	if (!gz_cursor_skip(&c, 4) || !dcerpc_read16(&c, h->little, &context) ||
			!dcerpc_read16(&c, h->little, &opnum))
		return;
	if (h->flags & DCERPC_OBJECT && !gz_cursor_skip(&c, GZ_UUID_BYTES))
		return;
	if (call->side[GZ_C2S].frags == 0) {
		call->first = h->flags & DCERPC_FIRST_FRAG;
		call->opnum = opnum;
		f = find_context(&a->ifaces, context);
		call->has_iface = f != NULL && (!f->answered || f->result == 0);
		if (f != NULL)
			add_iface(app, &call->ifaces, f);
	}
	dcerpc_add_stub(app, call, GZ_C2S, gz_span(c.p, gz_cursor_left(&c)));
}

void
dcerpc_take(struct gz_app *app, struct dcerpc_assoc *a, struct dcerpc_call *call,
		const struct dcerpc_head *h, struct gz_span pdu)
{
	enum gz_dir side = dcerpc_is_response(h->type) ? GZ_S2C : GZ_C2S;
	struct gz_cursor c = gz_cursor(pdu.p, pdu.len);
	struct dcerpc_side *s = &call->side[side];

	s->seen = true;
	s->type = h->type;
	if (side == GZ_C2S || !call->side[GZ_C2S].seen) {
		call->id = h->call_id;
		call->little = h->little;
		call->minor = h->minor;
	}
	gz_cursor_skip(&c, DCERPC_HEAD);
	if (h->type == DCERPC_REQUEST)
		take_request(app, a, call, h, c);
	else if (h->type == DCERPC_BIND || h->type == DCERPC_ALTER_CONTEXT)
		take_bind(app, a, call, c);
	else if (h->type == DCERPC_BINDACK || h->type == DCERPC_ALTER_CONTEXT_RESP)
		take_results(a, call, h->little, pdu);
	else if (h->type == DCERPC_RESPONSE && gz_cursor_skip(&c, 8))
		dcerpc_add_stub(app, call, GZ_S2C, gz_span(c.p, gz_cursor_left(&c)));
	if (s->frags < UINT16_MAX)
		s->frags++;
	s->done = h->flags & DCERPC_LAST_FRAG ||
			(h->type != DCERPC_REQUEST && h->type != DCERPC_RESPONSE);
	s->stub.complete |= s->done;
}

void
dcerpc_assoc_free(struct gz_app *app, struct dcerpc_assoc *a)
{
	gz_bytes_free(app, &a->ifaces);
}

void
dcerpc_call_free(struct gz_app *app, struct dcerpc_call *c)
{
	gz_body_free(app, &c->side[GZ_C2S].stub);
	gz_body_free(app, &c->side[GZ_S2C].stub);
	gz_bytes_free(app, &c->ifaces);
}

bool
dcerpc_get_stub(const struct dcerpc_call *c, int dir, uint32_t index, struct gz_value *v)
{
	return index == 0 && gz_body_value(&c->side[dir].stub, v);
}

bool
gz_dcerpc_call_of(const struct gz_tx *tx, struct gz_dcerpc_call *out)
{
	const struct dcerpc_call *c = tx->proto->rpc != NULL ? tx->proto->rpc(tx) : NULL;

	if (c == NULL || !c->side[GZ_C2S].seen || c->side[GZ_C2S].type != DCERPC_REQUEST)
		return false;
	*out = (struct gz_dcerpc_call){
		.opnum = c->opnum, .first = c->first, .little = c->little, .has_iface = c->has_iface
	};
	if (dcerpc_nb_ifaces(&c->ifaces) > 0)
		out->iface = *dcerpc_iface(&c->ifaces, 0);
	return true;
}
