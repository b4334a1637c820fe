/* SPDX-License-Identifier: BSD-3-Clause */
/* What the packet's path asks of a rule, side by side, instead of scattered over its signature. */
#include <string.h>

#include "ruleset_internal.h"

/* An engine for each field and row of transforms. Transforms with an argument are the rule's own. */
struct engines {
	struct rs_engine *v;
	uint32_t n, room;
};

static bool
same_transforms(const struct gz_sig_buffer *a, const struct gz_sig_buffer *b)
{
	uint32_t i;

	if (a->nb_transforms != b->nb_transforms)
		return false;
	for (i = 0; i < a->nb_transforms; i++)
		if (a->transforms[i] != b->transforms[i] || a->transform_args[i] != NULL ||
				b->transform_args[i] != NULL)
			return false;
	return true;
}

static uint16_t
engine_of(struct engines *e, const struct gz_sig_buffer *b)
{
	uint32_t i;

	for (i = 0; i < e->n; i++)
		if (e->v[i].field == b->field && same_transforms(e->v[i].model, b))
			return (uint16_t)i;
	e->v[e->n] = (struct rs_engine){ b->field, b };
	return (uint16_t)e->n++;
}

static bool
is_of_tx(const struct gz_sig_buffer *b)
{
	return b->field != NULL && b->field->rows[0].proto != NULL;
}

/* A content that is searched for as it is has been found or has not. One of which a part is, an
 * expression, a second content: each may be completed by later bytes. */
static bool
is_found_whole(const struct gz_match *m)
{
	const struct gz_content *c = gz_match_content(m);

	return c != NULL && c->literal->len <= RS_LITERAL_MOST && (c->flags & GZ_CONTENT_CHOP) == 0;
}

static uint16_t
buffer_flags(const struct gz_sig_buffer *b)
{
	const struct gz_content *c;
	const struct gz_match *m;
	uint32_t n = 0, flags = 0;

	if (b->absent || b->absent_or_else)
		flags |= RS_BUFFER_NEEDS_END;
	for (m = b->first; m != NULL; m = m->next, n++) {
		c = gz_match_content(m);
		if ((m->flags & (GZ_MATCH_NEGATED | GZ_MATCH_NEEDS_END)) || m->kw->needs_end ||
				(c != NULL && (c->flags & (GZ_CONTENT_NEGATED | GZ_CONTENT_ENDSWITH))))
			flags |= RS_BUFFER_NEEDS_END;
	}
	if (n > 1 || (n == 1 && !is_found_whole(b->first)))
		flags |= RS_BUFFER_MAY_WAIT;
	return (uint16_t)flags;
}

static void
fill_buffers(struct gz_ruleset *rs, struct rs_rule *r, struct engines *e)
{
	const struct gz_sig_buffer *b;
	struct rs_buffer *v;
	uint32_t n = 0;

	for (b = r->sig->buffers; b != NULL; b = b->next)
		n++;
	if (n == 0)
		return;
	v = rs_arena_get(rs->arena, n * sizeof(*v));
	r->buffers = v;
	for (b = r->sig->buffers; b != NULL && r->nb_buffers < RS_BUFFERS; b = b->next) {
		v[r->nb_buffers++] = (struct rs_buffer){
			.b = b,
			.engine = is_of_tx(b) ? engine_of(e, b) : 0,
			.flags = buffer_flags(b),
		};
	}
}

/* As the field does: what is about a packet holds for the packet, what is about a flow, a stream or a
 * transaction for the flow. */
static uint8_t
reach_of(const struct gz_sig *s)
{
	if (s->flags & (GZ_SIG_IP_ONLY | GZ_SIG_APP | GZ_SIG_PROTO_ONLY))
		return RS_FLOW;
	if (s->flags & GZ_SIG_PAYLOAD)
		return RS_FLOW_STREAM;
	return s->protos != 0 && !(s->flags & GZ_SIG_NEEDS_PACKET) ? RS_FLOW : RS_PACKET;
}

static void
fill_rule(struct gz_ruleset *rs, struct rs_rule *r, const struct gz_sig *s, struct engines *e)
{
	uint32_t side;

	r->sig = s;
	r->protos = s->protos;
	r->flags = s->flags;
	r->ip_version = s->ip_version;
	r->reach = reach_of(s);
	for (side = 0; side < 2; side++)
		r->port[side] = s->port[side].any ? NULL : &s->port[side];
	if ((s->flags & GZ_SIG_PAYLOAD) && !(s->flags & GZ_SIG_APP)) {
		r->on_packet = !(s->flags & GZ_SIG_STREAM_ONLY);
		r->on_stream = !(s->flags & GZ_SIG_NO_STREAM);
	}
	fill_buffers(rs, r, e);
}

void
rs_rules_build(struct gz_ruleset *rs)
{
	const struct gz_sig_buffer *b;
	struct engines e = { NULL, 0, 0 };
	uint32_t i, buffers = 0;

	for (i = 0; i < rs->nb_rules; i++)
		for (b = rs->sigs[i]->buffers; b != NULL; b = b->next)
			buffers++;
	e.v = rs_arena_get(rs->arena, buffers * sizeof(*e.v));
	rs->rules = rs_arena_get(rs->arena, rs->nb_rules * sizeof(*rs->rules));
	for (i = 0; i < rs->nb_rules; i++)
		fill_rule(rs, &rs->rules[i], rs->sigs[i], &e);
	rs->engines = e.v;
	rs->nb_engines = e.n;
}

static bool
has_l4(const struct gz_sig *s, enum rs_l4 l4)
{
	uint32_t i;

	for (i = 0; i < s->nb_l4; i++)
		if (rs_l4_of(s->l4[i]) == l4)
			return true;
	return s->nb_l4 == 0;
}

bool
rs_rule_is_for(const struct rs_rule *r, enum rs_l4 l4, enum gz_dir dir)
{
	if ((r->flags & GZ_SIG_TO_SERVER) && dir != GZ_C2S)
		return false;
	if ((r->flags & GZ_SIG_TO_CLIENT) && dir != GZ_S2C)
		return false;
	if (l4 == RS_NO_IP)
		return (r->flags & (GZ_SIG_PKTHDR | GZ_SIG_ARP)) != 0;
	if (r->flags & GZ_SIG_ARP)
		return false;
	if (r->protos != 0 && l4 != RS_TCP && l4 != RS_UDP)
		return false;
	return has_l4(r->sig, l4);
}
