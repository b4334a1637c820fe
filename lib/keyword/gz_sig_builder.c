/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_sig_builder.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "keyword_internal.h"

void *
gz_sig_alloc(size_t size)
{
	void *p = calloc(1, size);

	RTE_VERIFY(p != NULL);
	return p;
}

struct gz_sig *
gz_sig_of(struct gz_sig_builder *b)
{
	return b->sig;
}

static struct gz_match **
end_of(struct gz_match **list)
{
	while (*list != NULL)
		list = &(*list)->next;
	return list;
}

static struct gz_match **
list_of(struct gz_sig_builder *b, const struct gz_keyword *kw)
{
	switch (kw->scope) {
	case GZ_SCOPE_PACKET:
		return &b->sig->packet;
	case GZ_SCOPE_TX:
		return &b->sig->tx;
	default:
		return &b->sig->post;
	}
}

/*
 * Where a match goes. One that is relative from the first, without a sticky
 * buffer, goes where the match before went: `content:"x"; http_uri;
 * isdataat:1,relative;`.
 */
static struct gz_sig_buffer *
buffer_for(struct gz_sig_builder *b, uint32_t flags)
{
	struct gz_sig_buffer *buf = gz_sig_current_buffer(b);

	if ((flags & GZ_MATCH_RELATIVE) && buf->field == NULL && !builder_is_decoded(b, buf) &&
			b->last_buffer != NULL && !b->sticky)
		return b->last_buffer;
	return buf;
}

struct gz_match *
gz_sig_add(struct gz_sig_builder *b, const struct gz_keyword *kw, void *arg, uint32_t flags)
{
	struct gz_match *m = gz_sig_alloc(sizeof(*m));
	struct gz_sig_buffer *buf;

	*m = (struct gz_match){ kw, NULL, arg, flags | (kw->needs_end ? GZ_MATCH_NEEDS_END : 0) };
	if (kw->scope != GZ_SCOPE_BUFFER) {
		*end_of(list_of(b, kw)) = m;
		return m;
	}
	buf = buffer_for(b, flags);
	*end_of(&buf->first) = m;
	b->last = m;
	b->last_buffer = buf;
	if (kw == &gz_keyword_content) {
		b->content = m;
		b->content_buffer = buf;
	}
	return m;
}

struct gz_match *
gz_sig_last(struct gz_sig_builder *b, const struct gz_keyword *kw)
{
	if (kw == &gz_keyword_content)
		return b->content;
	return b->last != NULL && (kw == NULL || b->last->kw == kw) ? b->last : NULL;
}

static struct gz_sig_buffer *
add_buffer(struct gz_sig_builder *b, const struct gz_field *field)
{
	struct gz_sig_buffer **end = &b->sig->buffers, *buf = gz_sig_alloc(sizeof(*buf));

	while (*end != NULL)
		end = &(*end)->next;
	buf->field = field;
	*end = buf;
	return buf;
}

/* A new one each time: those that are one buffer are joined at the end (sig_finish()), when their
 * transforms are known. */
void
gz_sig_use_field(struct gz_sig_builder *b, const struct gz_field *field)
{
	b->current = add_buffer(b, field);
	b->sticky = true;
}

void
gz_sig_use_buffer(struct gz_sig_builder *b, struct gz_sig_buffer *buffer)
{
	b->current = buffer;
}

struct gz_sig_buffer *
gz_sig_current_buffer(struct gz_sig_builder *b)
{
	if (b->current == NULL)
		b->current = add_buffer(b, NULL);
	return b->current;
}

struct gz_sig_buffer *
gz_sig_buffer_of(struct gz_sig_builder *b, const struct gz_field *field)
{
	struct gz_sig_buffer *buf;

	for (buf = b->sig->buffers; buf != NULL; buf = buf->next) {
		if (buf->field == field && buf->nb_transforms == 0)
			return buf;
	}
	return add_buffer(b, field);
}

void
gz_sig_move(struct gz_sig_builder *b, struct gz_match *m, struct gz_sig_buffer *to)
{
	struct gz_sig_buffer *from = m == b->content ? b->content_buffer : b->last_buffer;
	struct gz_match **at = &from->first;

	while (*at != m)
		at = &(*at)->next;
	*at = m->next;
	m->next = NULL;
	*end_of(&to->first) = m;
	if (m == b->content)
		b->content_buffer = to;
	if (m == b->last)
		b->last_buffer = to;
}

bool
builder_is_decoded(const struct gz_sig_builder *b, const struct gz_sig_buffer *buf)
{
	uint32_t i;

	for (i = 0; i < b->nb_decoded; i++) {
		if (b->decoded[i] == buf)
			return true;
	}
	return false;
}

uint32_t
gz_sig_name(struct gz_sig_builder *b, const char *kind, struct gz_span name)
{
	return gz_names_number(b->env->names, kind, name);
}

void
gz_sig_bit(struct gz_sig_builder *b, uint32_t name, bool sets)
{
	struct gz_sig *s = b->sig;

	s->bits = reallocarray(s->bits, s->nb_bits + 1, sizeof(*s->bits));
	RTE_VERIFY(s->bits != NULL);
	s->bits[s->nb_bits++] = (struct gz_sig_bit){ name, sets };
	s->flags |= sets ? GZ_SIG_BITS_SET : GZ_SIG_BITS_TEST;
}

int
gz_sig_var(struct gz_sig_builder *b, struct gz_span name, bool create)
{
	uint32_t i;

	for (i = 0; i < b->sig->nb_vars; i++) {
		if (gz_span_equal(name, gz_span_str(b->var_names[i])))
			return (int)i;
	}
	if (!create || i == GZ_EVAL_VARS)
		return -1;
	b->var_names[i] = text_copy(name);
	b->sig->nb_vars++;
	return (int)i;
}

uint64_t
builder_protos_of(const struct gz_field *f)
{
	uint64_t protos = 0;
	uint32_t i;

	for (i = 0; i < f->nb_rows; i++) {
		if (f->rows[i].proto != NULL)
			protos |= UINT64_C(1) << f->rows[i].proto->reg.id;
	}
	return protos;
}

const char *
builder_need_protos(struct gz_sig_builder *b, uint64_t protos)
{
	if ((b->protos & protos) == 0)
		return "this is about a protocol that the rule rules out";
	b->protos &= protos;
	b->proto_said = true;
	return NULL;
}

const char *
builder_need_kin(struct gz_sig_builder *b, const char *proto)
{
	const struct gz_proto *p = gz_proto_find(proto);

	if (p == NULL)
		return gz_sig_error(b, "protocol not supported yet: %s", proto);
	return builder_need_protos(b, gz_proto_kin(p));
}

const char *
gz_sig_need_proto(struct gz_sig_builder *b, const char *proto)
{
	const struct gz_proto *p = gz_proto_find(proto);

	if (p == NULL)
		return gz_sig_error(b, "protocol not supported yet: %s", proto);
	if ((b->protos & UINT64_C(1) << p->reg.id) == 0)
		return gz_sig_error(b, "this is about %s, which the rule rules out", proto);
	b->protos = UINT64_C(1) << p->reg.id;
	b->proto_said = true;
	return NULL;
}

static const char *
sentence(struct gz_sig_builder *b, const char *fmt, va_list ap)
{
	vsnprintf(b->sentence, sizeof(b->sentence), fmt, ap);
	return b->sentence;
}

const char *
gz_sig_error(struct gz_sig_builder *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	sentence(b, fmt, ap);
	va_end(ap);
	return b->sentence;
}

const char *
gz_sig_error_at(struct gz_sig_builder *b, const void *at, const char *fmt, ...)
{
	va_list ap;

	b->blame = at;
	va_start(ap, fmt);
	sentence(b, fmt, ap);
	va_end(ap);
	return b->sentence;
}
