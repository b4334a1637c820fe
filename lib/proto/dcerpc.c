/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * DCE/RPC on a connection of its own: packets one after the other, each with
 * its length. Over UDP it is dcerpc_udp.c, in SMB's pipes smb_pipe.c.
 */

#include "dcerpc.h"

#include <netinet/in.h>

struct dcerpc_state {
	struct dcerpc_assoc assoc;
	uint32_t expect[2]; /* bytes of the packet that waits to be whole; 0: unknown */
	uint32_t skip[2]; /* bytes of a packet that was hit by a gap */
	bool lost[2]; /* where the next packet starts is not known */
};

struct gz_tx *
dcerpc_new_tx(struct gz_app *app)
{
	struct gz_tx *oldest = gz_tx_waits_longest(app, DCERPC_CALLS_MOST);

	if (oldest != NULL) {
		gz_tx_complete(oldest, GZ_C2S);
		gz_tx_complete(oldest, GZ_S2C);
	}
	return gz_tx_new(app);
}

void
dcerpc_progress(struct gz_tx *tx, enum gz_dir dir, enum gz_dir side)
{
	gz_tx_changed(tx, dir);
	if (!dcerpc_tx_of(tx)->call.side[side].done)
		return;
	gz_tx_complete(tx, GZ_C2S);
	if (side == GZ_S2C)
		gz_tx_complete(tx, GZ_S2C);
}

/** The call whose @p side this packet goes on, or answers. */
static struct gz_tx *
find(struct gz_app *app, const struct dcerpc_head *h, enum gz_dir side)
{
	const struct dcerpc_call *c;
	struct gz_tx *tx;

	TAILQ_FOREACH(tx, &app->txs, link) {
		c = &dcerpc_tx_of(tx)->call;
		if (!tx->complete[GZ_S2C] && c->id == h->call_id && !c->side[side].done)
			return tx;
	}
	return NULL;
}

static bool
take_packet(struct gz_app *app, enum gz_dir dir, const struct dcerpc_head *h, struct gz_span pdu)
{
	enum gz_dir side = dcerpc_is_response(h->type) ? GZ_S2C : GZ_C2S;
	struct dcerpc_state *s = app->state;
	struct gz_tx *tx;

	if (side == GZ_C2S && h->type != DCERPC_REQUEST && h->type != DCERPC_BIND &&
			h->type != DCERPC_ALTER_CONTEXT)
		return true; /* nobody answers those */
	tx = find(app, h, side);
	if (tx == NULL)
		tx = dcerpc_new_tx(app);
	if (tx == NULL)
		return false;
	dcerpc_take(app, &s->assoc, &dcerpc_tx_of(tx)->call, h, pdu);
	dcerpc_progress(tx, dir, side);
	return true;
}

/** After a gap: go to what looks like a packet. @return false: there is none yet. */
static bool
find_packet(struct dcerpc_state *s, struct gz_input *in)
{
	for (; in->eaten < in->len; in->eaten++) {
		switch (dcerpc_probe_head(gz_span(in->p + in->eaten, in->len - in->eaten))) {
		case GZ_PROBE_SURE:
			s->lost[in->dir] = false;
			return true;
		case GZ_PROBE_MAYBE:
			return false;
		default:
			break;
		}
	}
	return false;
}

/** @return false: the next packet is not all there. */
static bool
next_packet(struct dcerpc_state *s, struct gz_input *in, struct dcerpc_head *h)
{
	uint32_t n = RTE_MIN(s->skip[in->dir], in->len - in->eaten);

	s->skip[in->dir] -= n;
	in->eaten += n;
	if (s->lost[in->dir] && !find_packet(s, in))
		return false;
	s->expect[in->dir] = 0;
	if (in->len - in->eaten < DCERPC_HEAD)
		return false;
	if (!dcerpc_read_head(gz_span(in->p + in->eaten, DCERPC_HEAD), h) ||
			h->frag_len < DCERPC_HEAD)
		return true;
	s->expect[in->dir] = h->frag_len;
	return h->frag_len <= in->len - in->eaten;
}

static enum gz_parse
dcerpc_parse(struct gz_app *app, struct gz_input *in)
{
	struct dcerpc_state *s = app->state;
	struct dcerpc_head h;

	if (app->flow->proto == IPPROTO_UDP)
		return dcerpc_udp_parse(app, in);
	while (next_packet(s, in, &h)) {
		if (s->expect[in->dir] == 0 ||
				!take_packet(app, in->dir, &h,
						gz_span(in->p + in->eaten, h.frag_len)))
			return GZ_PARSE_BROKEN;
		in->eaten += h.frag_len;
	}
	return GZ_PARSE_OK;
}

static enum gz_parse
dcerpc_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	struct dcerpc_state *s = app->state;
	uint64_t in_packet = s->skip[dir] > 0 ? s->skip[dir] : s->expect[dir];

	s->lost[dir] |= len > in_packet;
	s->skip[dir] = len < in_packet ? (uint32_t)(in_packet - len) : 0;
	s->expect[dir] = 0;
	return GZ_PARSE_OK;
}

static void
dcerpc_free(struct gz_app *app, void *state)
{
	dcerpc_assoc_free(app, &((struct dcerpc_state *)state)->assoc);
}

static void
dcerpc_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	dcerpc_call_free(app, &dcerpc_tx_of(tx)->call);
}

static void
dcerpc_judged(struct gz_tx *tx, enum gz_dir dir)
{
	gz_body_judged(&dcerpc_tx_of(tx)->call.side[dir].stub);
}

static const struct dcerpc_call *
dcerpc_rpc(const struct gz_tx *tx)
{
	return &dcerpc_tx_of(tx)->call;
}

static enum gz_probe
dcerpc_probe(enum gz_dir dir, struct gz_span s)
{
	return dcerpc_probe_head(s);
}

static bool
get_stub(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return dcerpc_get_stub(&dcerpc_tx_of(tx)->call, dir, index, v);
}

static const struct gz_field_row fields[] = {
	{ .name = "dcerpc.stub_data",
			.alias = "dce_stub_data",
			.get = get_stub,
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C | GZ_FIELD_STREAM,
			.help = "arguments and results of a remote procedure call" },
};

GZ_EVENT_TYPE(dcerpc_event, "dcerpc", "a remote procedure call and its response")

static struct gz_proto dcerpc = {
	.reg = { .name = "dcerpc" },
	.help = "DCE/RPC over TCP and UDP",
	.l4 = GZ_L4_TCP | GZ_L4_UDP,
	.probe = dcerpc_probe,
	.probe_udp = dcerpc_udp_probe,
	.probe_anywhere = true,
	.state_size = sizeof(struct dcerpc_state),
	.tx_size = sizeof(struct dcerpc_tx),
	.parse = dcerpc_parse,
	.gap = dcerpc_gap,
	.free = dcerpc_free,
	.tx_free = dcerpc_tx_free,
	.judged = dcerpc_judged,
	.rpc = dcerpc_rpc,
	.fields = fields,
	.nb_fields = RTE_DIM(fields),
	.event = &dcerpc_event,
	.log_when = GZ_LOG_BOTH,
	.log = dcerpc_log,
};
GZ_PROTO_REGISTER(dcerpc)
