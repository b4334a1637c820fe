/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * DCE/RPC over datagrams (C706 12.5): each has a header of 80 bytes that names
 * interface, activity and sequence number; there is no binding.
 */

#include "dcerpc.h"

enum {
	HEAD = 80,
	LAST_FRAG = 0x02, /* of the first flags */
	IS_FRAG = 0x04,
	LAST_TYPE = 10,
};

struct udp_head {
	uint8_t type, flags;
	bool little;
	struct gz_dcerpc_iface iface;
	struct dcerpc_key key;
	uint16_t opnum, len, frag;
};

enum gz_probe
dcerpc_udp_probe(enum gz_dir dir, struct gz_span s)
{
	uint32_t len;

	if (s.len < HEAD || s.p[0] != 4 || s.p[1] > LAST_TYPE || (s.p[3] & 0xfc) != 0)
		return GZ_PROBE_NO;
	if ((s.p[4] & 0xee) != 0 || s.p[5] > 3 || s.p[6] != 0)
		return GZ_PROBE_NO;
	len = s.p[4] & 0x10 ? s.p[75] << 8u | s.p[74] : s.p[74] << 8u | s.p[75];
	return HEAD + len <= s.len ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

static bool
read_head(struct gz_cursor *c, struct udp_head *h)
{
	struct gz_dcerpc_iface *f = &h->iface;
	uint8_t version, order;
	uint32_t iface_version;

	memset(h, 0, sizeof(*h));
	if (!gz_cursor_u8(c, &version) || version != 4 || !gz_cursor_u8(c, &h->type) ||
			!gz_cursor_u8(c, &h->flags) || !gz_cursor_skip(c, 1) ||
			!gz_cursor_u8(c, &order) || !gz_cursor_skip(c, 3 + GZ_UUID_BYTES))
		return false;
	h->little = order & 0x10;
	/* The activity is told as if it were little endian, whatever the sender says. */
	if (!dcerpc_read_uuid(c, h->little, f->uuid) ||
			!dcerpc_read_uuid(c, true, h->key.activity) || !gz_cursor_skip(c, 4) ||
			!dcerpc_read32(c, h->little, &iface_version) ||
			!dcerpc_read32(c, h->little, &h->key.seq))
		return false;
	f->major = (uint16_t)iface_version;
	f->minor = (uint16_t)(iface_version >> 16);
	return dcerpc_read16(c, h->little, &h->opnum) && gz_cursor_skip(c, 4) &&
			dcerpc_read16(c, h->little, &h->len) &&
			dcerpc_read16(c, h->little, &h->frag) && gz_cursor_skip(c, 2);
}

/** The call that is meant; a request that is new has none yet. */
static struct gz_tx *
find(struct gz_app *app, const struct udp_head *h, enum gz_dir side)
{
	const struct dcerpc_tx *t;
	struct gz_tx *tx;

	TAILQ_FOREACH(tx, &app->txs, link) {
		t = dcerpc_tx_of(tx);
		if (!t->call.side[side].done && t->key.seq == h->key.seq &&
				memcmp(t->key.activity, h->key.activity, GZ_UUID_BYTES) == 0)
			return tx;
	}
	return NULL;
}

static void
take(struct gz_app *app, struct dcerpc_call *c, const struct udp_head *h, enum gz_dir side)
{
	struct dcerpc_side *s = &c->side[side];

	if (side == GZ_C2S && !s->seen) {
		c->first = !(h->flags & IS_FRAG) || h->frag == 0;
		c->opnum = h->opnum;
		c->little = h->little;
		c->has_iface = true;
		gz_bytes_add(app, &c->ifaces, gz_span(&h->iface, sizeof(h->iface)), 4096);
	}
	s->seen = true;
	s->type = h->type;
	if (s->frags < UINT16_MAX)
		s->frags++;
	s->done = !(h->flags & IS_FRAG) || h->flags & LAST_FRAG;
	s->stub.complete |= s->done;
}

enum gz_parse
dcerpc_udp_parse(struct gz_app *app, struct gz_input *in)
{
	struct gz_cursor c = gz_cursor(in->p, in->len);
	struct gz_span stub;
	struct udp_head h;
	struct gz_tx *tx;
	enum gz_dir side;

	in->eaten = in->len;
	if (!read_head(&c, &h))
		return GZ_PARSE_OK;
	if (h.type == DCERPC_REQUEST)
		side = GZ_C2S;
	else if (h.type == DCERPC_RESPONSE || h.type == DCERPC_FAULT || h.type == DCERPC_REJECT)
		side = GZ_S2C;
	else
		return GZ_PARSE_OK;
	tx = find(app, &h, side);
	if (tx == NULL)
		tx = dcerpc_new_tx(app);
	if (tx == NULL)
		return GZ_PARSE_BROKEN;
	dcerpc_tx_of(tx)->key = h.key;
	take(app, &dcerpc_tx_of(tx)->call, &h, side);
	if (gz_cursor_take(&c, RTE_MIN(h.len, gz_cursor_left(&c)), &stub))
		dcerpc_add_stub(app, &dcerpc_tx_of(tx)->call, side, stub);
	dcerpc_progress(tx, in->dir, side);
	return GZ_PARSE_OK;
}
