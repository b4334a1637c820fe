/* SPDX-License-Identifier: BSD-3-Clause */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "keyword_internal.h"

/* What can be said of a signature only when all options are known. */

static bool
refuse(struct gz_sig_builder *b, const char *reason, const char *text, const char *name)
{
	if (name == NULL)
		return sig_refuse(b, b->sig->place, reason, "%s", text);
	return sig_refuse(b, b->sig->place, reason, "%s: %s", text, name);
}

static bool
is_same_buffer(const struct gz_sig_buffer *x, const struct gz_sig_buffer *y)
{
	uint32_t i;

	if (x->field != y->field || x->sides != y->sides || x->nb_transforms != y->nb_transforms ||
			x->absent || x->absent_or_else || y->absent || y->absent_or_else)
		return false;
	if (x->field != NULL && (x->field->flags & GZ_FIELD_MULTI))
		return false;
	for (i = 0; i < x->nb_transforms; i++) {
		if (x->transforms[i] != y->transforms[i] || x->transforms[i]->parse != NULL)
			return false;
	}
	return true;
}

/** Move @p from's matches behind @p to's. */
static void
join(struct gz_sig_buffer *to, struct gz_sig_buffer *from)
{
	struct gz_match **end = &to->first;

	while (*end != NULL)
		end = &(*end)->next;
	*end = from->first;
	from->first = NULL;
	buffer_destroy(from);
}

/** A buffer that is named again goes on where it was left. */
static void
join_buffers(struct gz_sig_builder *b)
{
	struct gz_sig_buffer *to, **at, *from;

	for (to = b->sig->buffers; to != NULL; to = to->next) {
		for (at = &to->next; *at != NULL;) {
			from = *at;
			if (!is_same_buffer(to, from)) {
				at = &from->next;
				continue;
			}
			*at = from->next;
			join(to, from);
		}
	}
}

static void
drop_empty_payload(struct gz_sig_builder *b)
{
	struct gz_sig_buffer **at = &b->sig->buffers, *buf;

	while (*at != NULL) {
		buf = *at;
		if (buf->field != NULL || buf->first != NULL || buf->absent) {
			at = &buf->next;
			continue;
		}
		*at = buf->next;
		buffer_destroy(buf);
	}
}

static bool
mark_chains(struct gz_sig_builder *b)
{
	struct gz_sig_buffer *buf;
	uint32_t i;

	for (i = 0; i < b->nb_decoded; i++) {
		if (chain_mark(b->decoded[i]->first) > GZ_SIG_CHOICES)
			return refuse(b, "too many matches",
					"too many matches that depend on each other in",
					"the decoded bytes");
	}

	for (buf = b->sig->buffers; buf != NULL; buf = buf->next) {
		if (buf->first == NULL && !buf->absent)
			return refuse(b, "empty buffer", "nothing is looked for in the buffer",
					buf->field->name);
		if (chain_mark(buf->first) > GZ_SIG_CHOICES)
			return refuse(b, "too many matches",
					"too many matches that depend on each other in",
					buf->field == NULL ? "the payload" : buf->field->name);
	}
	return true;
}

/** In which directions the protocols still possible have @p f: GZ_FIELD_C2S and _S2C. */
static uint32_t
dirs_of(const struct gz_sig_builder *b, const struct gz_field *f)
{
	uint32_t i, dirs = 0, both = GZ_FIELD_C2S | GZ_FIELD_S2C;
	const struct gz_field_row *row;

	for (i = 0; i < f->nb_rows; i++) {
		row = f->rows[i].row;
		if (f->rows[i].proto == NULL)
			return both;
		if (b->protos & UINT64_C(1) << f->rows[i].proto->reg.id)
			dirs |= (row->flags & both) == 0 ? both : row->flags & both;
	}
	return dirs;
}

/** The protocols and directions that its fields leave. */
static bool
settle_protos(struct gz_sig_builder *b)
{
	struct gz_sig_buffer *buf;
	uint64_t protos;

	for (buf = b->sig->buffers; buf != NULL; buf = buf->next) {
		if (buf->field == NULL)
			continue;
		protos = builder_protos_of(buf->field);
		if (protos == 0) {
			b->sig->flags |= GZ_SIG_PKT_FIELD;
			continue;
		}
		b->sig->flags |= GZ_SIG_APP;
		if ((b->protos & protos) == 0)
			return refuse(b, "protocols contradict",
					"the rule's protocol has no such buffer", buf->field->name);
		b->protos &= protos;
		b->proto_said = true;
	}
	if (b->sig->tx != NULL)
		b->sig->flags |= GZ_SIG_APP;
	if (b->proto_said)
		b->sig->protos = b->protos;
	if (b->proto_said && (b->protos & (b->protos - 1)) == 0)
		b->sig->proto = (const struct gz_proto *)
						gz_protos.by_name[__builtin_ctzll(b->protos)];
	return true;
}

/** One frame is judged at a time, by itself. */
static bool
settle_frame(struct gz_sig_builder *b)
{
	const struct gz_field *first = b->sig->buffers == NULL ? NULL : b->sig->buffers->field;
	const struct gz_sig_buffer *buf;
	bool has_frame = false, alone = b->sig->tx == NULL;

	for (buf = b->sig->buffers; buf != NULL; buf = buf->next) {
		has_frame |= buf->field != NULL && (buf->field->flags & GZ_FIELD_FRAME);
		alone &= buf->field == first && !buf->absent && !buf->absent_or_else;
	}
	if (!has_frame)
		return true;
	if (!alone || (b->sig->flags & GZ_SIG_BOTH_SIDES))
		return refuse(b, "frame with other buffers",
				"a rule about a frame looks into one kind of frames and nothing else",
				NULL);
	b->sig->flags |= GZ_SIG_FRAME;
	return true;
}

/** Narrow @p dirs by what @p has; false when nothing is left. */
static bool
narrow(uint32_t *dirs, uint32_t has)
{
	*dirs &= has;
	return *dirs != 0;
}

/** The one side that a part of a rule about both is about, or 0. */
static uint8_t
one_side(uint32_t dirs)
{
	return dirs == GZ_FIELD_C2S || dirs == GZ_FIELD_S2C ? (uint8_t)dirs : 0;
}

/** A rule about a request and its response: each of its parts is about one of the two. */
static bool
settle_sides(struct gz_sig_builder *b)
{
	static const char reason[] = "not about both sides";
	struct gz_sig_buffer *buf;
	const struct gz_match *m;
	uint32_t said, all = 0;

	if (b->sig->flags & (GZ_SIG_TO_SERVER | GZ_SIG_TO_CLIENT))
		return refuse(b, reason, "a rule with => is about both directions", NULL);
	for (buf = b->sig->buffers; buf != NULL; buf = buf->next) {
		if (buf->field == NULL || builder_protos_of(buf->field) == 0)
			return refuse(b, reason, "a rule with => is about transactions only", NULL);
		said = buf->sides == 0 ? GZ_FIELD_C2S | GZ_FIELD_S2C : buf->sides;
		buf->sides = one_side(dirs_of(b, buf->field) & said);
		if (buf->sides == 0)
			return refuse(b, reason, "say of which side: to_server or to_client behind",
					buf->field->name);
		all |= buf->sides;
	}
	for (m = b->sig->tx; m != NULL; m = m->next) {
		if (one_side(m->kw->dirs) == 0)
			return refuse(b, reason, "of either side, which => does not tell apart",
					m->kw->reg.name);
		all |= m->kw->dirs;
	}
	if (all != (GZ_FIELD_C2S | GZ_FIELD_S2C))
		return refuse(b, reason, "a rule with => asks something of both sides: else say ->",
				NULL);
	return true;
}

static bool
settle_dirs(struct gz_sig_builder *b)
{
	uint32_t dirs = GZ_FIELD_C2S | GZ_FIELD_S2C, flags = b->sig->flags;
	const struct gz_sig_buffer *buf;
	const struct gz_match *m;
	bool ok = true;

	if (flags & GZ_SIG_BOTH_SIDES)
		return settle_sides(b);
	if (flags & GZ_SIG_TO_SERVER)
		dirs = GZ_FIELD_C2S;
	else if (flags & GZ_SIG_TO_CLIENT)
		dirs = GZ_FIELD_S2C;
	for (buf = b->sig->buffers; ok && buf != NULL; buf = buf->next) {
		if (buf->field != NULL)
			ok = narrow(&dirs, dirs_of(b, buf->field));
	}
	for (m = b->sig->tx; ok && m != NULL; m = m->next) {
		if (m->kw->dirs != 0)
			ok = narrow(&dirs, m->kw->dirs);
	}
	if (!ok)
		return refuse(b, "directions contradict",
				"its parts are about different directions and can never match together",
				NULL);
	if (dirs == GZ_FIELD_C2S)
		b->sig->flags |= GZ_SIG_TO_SERVER;
	if (dirs == GZ_FIELD_S2C)
		b->sig->flags |= GZ_SIG_TO_CLIENT;
	return true;
}

static bool
has_l4(const struct gz_sig *s, uint8_t proto)
{
	return s->nb_l4 == 0 || memchr(s->l4, proto, s->nb_l4) != NULL;
}

/** Is there a content that counts from the payload's start? */
static bool
counts_from_start(const struct gz_sig_buffer *payload)
{
	uint32_t bound = GZ_CONTENT_OFFSET | GZ_CONTENT_DEPTH | GZ_CONTENT_STARTSWITH;
	const struct gz_match *m;

	for (m = payload->first; m != NULL; m = m->next) {
		if (m->kw == &gz_keyword_content && (gz_match_content(m)->flags & bound))
			return true;
	}
	return false;
}

static bool
has_replace(const struct gz_match *m)
{
	const struct gz_content *c;

	for (; m != NULL; m = m->next) {
		c = gz_match_content(m);
		if (c != NULL && (c->flags & GZ_CONTENT_REPLACE))
			return true;
	}
	return false;
}

static bool
is_plain_payload(const struct gz_sig_buffer *buf)
{
	return buf->field == NULL && buf->nb_transforms == 0;
}

/** What is replaced stands in one packet, as it came: nowhere else are there bytes to change. */
static bool
settle_replace(struct gz_sig_builder *b)
{
	uint32_t other = GZ_SIG_APP | GZ_SIG_ONLY_STREAM | GZ_SIG_STREAM_ONLY;
	const struct gz_sig_buffer *buf;
	bool plain = !b->stream_only && (b->sig->flags & other) == 0;
	uint32_t i;

	if (b->nb_replaces == 0)
		return true;
	if (b->sig->action == GZ_ACTION_PASS)
		return refuse(b, "replace and pass", "a rule that passes packets changes none",
				NULL);
	for (buf = b->sig->buffers; buf != NULL; buf = buf->next)
		plain &= is_plain_payload(buf) || !has_replace(buf->first);
	for (i = 0; i < b->nb_decoded; i++)
		plain &= !has_replace(b->decoded[i]->first);
	if (!plain)
		return refuse(b, "replace beyond a packet",
				"bytes are replaced in the payload of one packet: not in streams, nor by "
				"rules about what a protocol's parser or a transform makes of them",
				NULL);
	b->sig->flags |= GZ_SIG_REPLACE | GZ_SIG_NO_STREAM;
	return true;
}

/*
 * Packets, the stream, or both: as Suricata decides. A rule about headers is
 * about that packet's own bytes; a content with an offset may be meant for
 * either, other contents are for the stream.
 */
static void
settle_payload(struct gz_sig_builder *b)
{
	struct gz_sig *s = b->sig;
	const struct gz_sig_buffer *buf = s->buffers;

	while (buf != NULL && buf->field != NULL)
		buf = buf->next;
	if (buf == NULL)
		return;
	s->flags |= GZ_SIG_PAYLOAD;
	if (!has_l4(s, IPPROTO_TCP) || (s->flags & (GZ_SIG_STREAM_ONLY | GZ_SIG_NO_STREAM)))
		return;
	if (b->stream_only)
		s->flags |= GZ_SIG_STREAM_ONLY;
	else if (b->pkt_only || (s->flags & GZ_SIG_NEEDS_PACKET))
		s->flags |= GZ_SIG_NO_STREAM;
	else if (!counts_from_start(buf))
		s->flags |= GZ_SIG_STREAM_ONLY;
}

/** app-layer-protocol, and of the packet nothing but what its addresses decide? */
static void
settle_proto_only(struct gz_sig *s)
{
	const struct gz_match *m;
	bool about = false;

	if (s->buffers != NULL || s->tx != NULL ||
			(s->flags &
					(GZ_SIG_APP | GZ_SIG_ESTABLISHED | GZ_SIG_NOT_ESTABLISHED |
							GZ_SIG_STATELESS | GZ_SIG_ONLY_STREAM |
							GZ_SIG_NO_STREAM | GZ_SIG_ONLY_FRAG |
							GZ_SIG_NO_FRAG)))
		return;
	for (m = s->packet; m != NULL; m = m->next) {
		if (m->kw == &app_layer_protocol)
			about = true;
		else if (!m->kw->ip_only || strcmp(m->kw->reg.name, "flowbits") == 0)
			return; /* a bit of the flow may be set later */
	}
	s->flags |= about ? GZ_SIG_PROTO_ONLY : 0;
}

static void
settle_ip_only(struct gz_sig *s)
{
	uint32_t not_flags = GZ_SIG_PAYLOAD | GZ_SIG_APP | GZ_SIG_PKT_FIELD | GZ_SIG_ESTABLISHED |
			GZ_SIG_NOT_ESTABLISHED | GZ_SIG_STATELESS | GZ_SIG_TO_SERVER |
			GZ_SIG_TO_CLIENT | GZ_SIG_ARP | GZ_SIG_PKTHDR | GZ_SIG_NO_FRAG |
			GZ_SIG_ONLY_FRAG;
	const struct gz_match *m;

	for (m = s->packet; m != NULL && m->kw->ip_only; m = m->next)
		;
	if ((s->flags & not_flags) == 0 && m == NULL && s->protos == 0 && !s->proto_by_name)
		s->flags |= GZ_SIG_IP_ONLY;
}

static bool
check_case(struct gz_sig_builder *b, const struct gz_sig_buffer *buf, const struct gz_match *m)
{
	const struct gz_content *c = gz_match_content(m);
	uint32_t i;

	for (i = 0; c != NULL && !c->literal->nocase && i < c->literal->len; i++) {
		if (c->literal->p[i] >= 'A' && c->literal->p[i] <= 'Z')
			return refuse(b, "upper case in a lower case buffer",
					"a content with upper case can never match in",
					buf->field->name);
	}
	return true;
}

/** The fast pattern it asks for; and contents that a buffer's form rules out. */
static bool
look_at_contents(struct gz_sig_builder *b)
{
	uint32_t fast = GZ_CONTENT_FAST | GZ_CONTENT_FAST_ONLY | GZ_CONTENT_CHOP;
	const struct gz_sig_buffer *buf;
	const struct gz_content *c;
	const struct gz_match *m;

	for (buf = b->sig->buffers; buf != NULL; buf = buf->next) {
		for (m = buf->first; m != NULL; m = m->next) {
			c = gz_match_content(m);
			if (c != NULL && (c->flags & fast)) {
				b->sig->fast = m;
				b->sig->fast_buffer = buf;
			}
			if (buf->field != NULL && (buf->field->flags & GZ_FIELD_NOCASE) &&
					buf->nb_transforms == 0 && !check_case(b, buf, m))
				return false;
		}
	}
	return true;
}

/** Post matches that may say no (thresholds) come last: bits are set all the same. */
static void
order_post(struct gz_sig *s)
{
	struct gz_match *judges = NULL, **judge = &judges, **at = &s->post, *m;

	while (*at != NULL) {
		m = *at;
		if (!(m->flags & GZ_MATCH_JUDGES)) {
			at = &m->next;
			continue;
		}
		*at = m->next;
		m->next = NULL;
		*judge = m;
		judge = &m->next;
	}
	*at = judges;
}

bool
sig_finish(struct gz_sig_builder *b)
{
	struct gz_sig *s = b->sig;

	if (!b->has_sid)
		return refuse(b, "no sid", "a rule needs a sid", NULL);
	join_buffers(b);
	drop_empty_payload(b);
	if (!mark_chains(b) || !settle_protos(b) || !settle_frame(b) || !settle_dirs(b) ||
			!look_at_contents(b) || !settle_replace(b) || !sig_check_lengths(b))
		return false;
	settle_payload(b);
	settle_ip_only(s);
	settle_proto_only(s);
	order_post(s);
	if (!b->has_priority)
		s->priority = b->class_name != NULL ? b->class_priority : 3;
	sig_write_eve(b);
	return true;
}
