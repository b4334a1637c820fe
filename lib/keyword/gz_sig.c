/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_sig.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "limit_internal.h"

bool
sig_refuse(struct gz_sig_builder *b, struct gz_place place, const char *reason, const char *fmt,
		...)
{
	char text[320];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	gz_errors_add(b->errors, place, reason, "%s", text);
	return false;
}

/** The option that is being read is wrong: @p text says how. */
static bool
refuse_option(struct gz_sig_builder *b, const char *text)
{
	const struct gz_rule_option *o = b->option;
	const char *at = o->value == NULL ? o->name : o->value;
	char reason[80];

	if (strncmp(text, "protocol not supported yet", 26) == 0)
		snprintf(reason, sizeof(reason), "%s", text);
	else
		snprintf(reason, sizeof(reason), "bad option: %.40s", o->name);
	if (b->blame != NULL)
		at = b->blame;
	return sig_refuse(b, gz_rule_place(b->rule, at), reason, "%s: %s", o->name, text);
}

static const char *
nearest_of(const char *a, const char *b, const char *name)
{
	const char *both[2] = { a != NULL ? a : b, b };

	if (both[0] == NULL)
		return NULL;
	return gz_nearest_word(name, both, b == NULL ? 1 : 2);
}

/** The nearest name that an option may have, or NULL. */
static const char *
nearest_option(const char *name)
{
	const char *near, **fields, *field;
	uint32_t i, n = gz_fields_count();

	fields = calloc(n + 1, sizeof(*fields));
	RTE_VERIFY(fields != NULL);
	for (i = 0; i < n; i++)
		fields[i] = gz_field(i)->name;
	field = gz_nearest_word(name, fields, n);
	free(fields);
	near = nearest_of(gz_registry_nearest(&gz_keywords, name), field, name);
	return nearest_of(near, gz_registry_nearest(&gz_transforms, name), name);
}

static bool
refuse_unknown(struct gz_sig_builder *b)
{
	const char *name = b->option->name, *proto = absent_keyword_protocol(name), *near;
	const struct gz_refused_keyword *refused = refused_find(name);
	struct gz_place place = gz_rule_place(b->rule, name);
	char reason[80];

	if (refused != NULL) {
		snprintf(reason, sizeof(reason), "refused keyword: %.40s", name);
		return sig_refuse(b, place, reason, "%.60s: %s", name, refused->why);
	}
	if (proto != NULL) {
		snprintf(reason, sizeof(reason), "protocol not supported yet: %s", proto);
		return sig_refuse(b, place, reason, "%.60s: protocol not supported yet: %s", name,
				proto);
	}
	snprintf(reason, sizeof(reason), "unknown keyword: %.40s", name);
	near = nearest_option(name);
	if (near == NULL)
		return sig_refuse(b, place, reason, "unknown keyword \"%.60s\"", name);
	return sig_refuse(b, place, reason, "unknown keyword \"%.60s\": did you mean \"%s\"?", name,
			near);
}

static bool
read_keyword(struct gz_sig_builder *b, const struct gz_keyword *kw)
{
	const char *value = b->option->value, *wrong;
	const struct gz_rule_option *o;

	if (kw->no_value && value != NULL)
		return refuse_option(b, "takes no value");
	if (kw->needs_value && (value == NULL || value[0] == '\0'))
		return refuse_option(b, gz_sig_error(b, "needs a value: %s", kw->usage));
	for (o = b->rule->options; kw->once && o < b->option; o++) {
		if (gz_keyword_find(o->name) == kw)
			return refuse_option(b, "a rule says this once");
	}
	wrong = kw->parse(b, value);
	return wrong == NULL || refuse_option(b, wrong);
}

/** The content before is about @p field: `content:"x"; http_uri;`. */
static bool
read_modifier(struct gz_sig_builder *b, const struct gz_field *field)
{
	struct gz_match *m = gz_sig_last(b, &gz_keyword_content);

	if (m == NULL || b->content_buffer->field != NULL ||
			builder_is_decoded(b, b->content_buffer))
		return refuse_option(b, "follows no content of the payload");
	gz_sig_move(b, m, gz_sig_buffer_of(b, field));
	return true;
}

/** What a transform behind a content goes to: the same buffer again, with the transforms it had. */
static struct gz_sig_buffer *
again(struct gz_sig_builder *b)
{
	const struct gz_sig_buffer *was = b->current;
	uint32_t i;

	for (i = 0; i < was->nb_transforms; i++) {
		if (was->transforms[i]->parse != NULL)
			return NULL; /* its option belongs to the other */
	}
	gz_sig_use_field(b, was->field);
	b->current->sides = was->sides;
	memcpy(b->current->transforms, was->transforms, sizeof(was->transforms));
	b->current->nb_transforms = was->nb_transforms;
	return b->current;
}

static bool
read_transform(struct gz_sig_builder *b, const struct gz_transform *t)
{
	struct gz_sig_buffer *buf = b->current;
	const char *value = b->option->value, *wrong;
	char *text;

	if (buf != NULL && buf->field != NULL && buf->first != NULL)
		buf = again(b);
	if (buf == NULL || buf->field == NULL)
		return refuse_option(b, "follows no sticky buffer");
	if (buf->nb_transforms == GZ_SIG_TRANSFORMS)
		return refuse_option(b,
				gz_sig_error(b, "more than %d transforms of one buffer",
						GZ_SIG_TRANSFORMS));
	if (t->parse == NULL && value != NULL)
		return refuse_option(b, "takes no value");
	if (t->needs_arg && value == NULL)
		return refuse_option(b, "needs a value");
	if (t->parse != NULL) {
		text = text_copy(text_unquoted(value == NULL ? "" : value));
		wrong = t->parse(text, &buf->transform_args[buf->nb_transforms]);
		free(text);
		if (wrong != NULL)
			return refuse_option(b, wrong);
	}
	buf->transforms[buf->nb_transforms++] = t;
	return true;
}

/** "file.data: to_client", in a rule about both sides. */
static bool
read_side(struct gz_sig_builder *b, const struct gz_field *field)
{
	struct gz_span word = gz_span_trim(gz_span_str(b->option->value));
	bool server = text_is(word, "to_server") || text_is(word, "toserver");

	if (!(b->sig->flags & GZ_SIG_BOTH_SIDES))
		return refuse_option(b, "a sticky buffer takes no value");
	if (!server && !text_is(word, "to_client") && !text_is(word, "toclient"))
		return refuse_option(b, "expected to_server or to_client");
	gz_sig_use_field(b, field);
	b->current->sides = (uint8_t)(1 << (server ? GZ_C2S : GZ_S2C));
	return true;
}

static bool
read_option(struct gz_sig_builder *b)
{
	const char *name = b->option->name;
	const struct gz_keyword *kw = gz_keyword_find(name);
	const struct gz_field *field;
	struct gz_reg *transform;

	b->blame = NULL;
	if (kw != NULL)
		return read_keyword(b, kw);
	transform = gz_registry_find(&gz_transforms, name);
	if (transform != NULL)
		return read_transform(b, (const struct gz_transform *)transform);
	field = gz_field_find(name);
	if (field == NULL) {
		field = gz_field_find_modifier(name);
		return field == NULL ? refuse_unknown(b) : read_modifier(b, field);
	}
	if (b->option->value != NULL)
		return read_side(b, field);
	gz_sig_use_field(b, field);
	return true;
}

/** What a rule requires comes first: one for another engine may say what nobody here knows. */
static bool
read_requires(struct gz_sig_builder *b)
{
	uint32_t i;

	for (i = 0; i < b->rule->nb_options; i++) {
		b->option = &b->rule->options[i];
		if (strcmp(b->option->name, "requires") == 0 && !read_option(b))
			return false;
	}
	return true;
}

static struct gz_sig *
sig_create(const struct gz_rule *r)
{
	struct gz_sig *s = gz_sig_alloc(sizeof(*s));

	s->gid = 1;
	s->action = r->action;
	s->flags = r->both_ways ? GZ_SIG_BOTH_WAYS : 0;
	s->flags |= r->config ? GZ_SIG_NOALERT : 0;
	s->flags |= r->transaction ? GZ_SIG_BOTH_SIDES : 0;
	s->text = text_copy(gz_span_str(r->text));
	s->place = r->place;
	s->place.file = text_copy(gz_span_str(r->place.file));
	return s;
}

struct gz_sig *
gz_sig_build(const struct gz_rule *r, const struct gz_sig_env *env, struct gz_errors *errors)
{
	struct gz_sig_builder b = {
		.rule = r,
		.env = env,
		.errors = errors,
		.sig = sig_create(r),
		.protos = UINT64_MAX,
	};
	uint32_t i;
	bool ok;

	ok = read_requires(&b) && sig_read_header(&b);
	for (i = 0; ok && i < r->nb_options; i++) {
		b.option = &r->options[i];
		ok = read_option(&b);
	}
	ok = ok && sig_finish(&b);
	for (i = 0; i < b.sig->nb_vars; i++)
		free(b.var_names[i]);
	if (ok && env->limits != NULL)
		limits_apply(env->limits, b.sig);
	if (ok)
		return b.sig;
	gz_sig_destroy(b.sig);
	return NULL;
}

void
matches_destroy(struct gz_match *first)
{
	struct gz_match *m, *next;

	for (m = first; m != NULL; m = next) {
		next = m->next;
		if (m->kw->free != NULL)
			m->kw->free(m->arg);
		free(m);
	}
}

void
buffer_destroy(struct gz_sig_buffer *buf)
{
	uint32_t i;

	matches_destroy(buf->first);
	for (i = 0; i < buf->nb_transforms; i++) {
		if (buf->transforms[i]->free != NULL)
			buf->transforms[i]->free(buf->transform_args[i]);
	}
	free(buf);
}

static void
strings_destroy(char **list)
{
	uint32_t i;

	for (i = 0; list != NULL && list[i] != NULL; i++)
		free(list[i]);
	free(list);
}

void
gz_sig_destroy(struct gz_sig *s)
{
	struct gz_sig_buffer *buf, *next;
	uint32_t i;

	if (s == NULL)
		return;
	matches_destroy(s->packet);
	matches_destroy(s->tx);
	matches_destroy(s->post);
	for (buf = s->buffers; buf != NULL; buf = next) {
		next = buf->next;
		buffer_destroy(buf);
	}
	for (i = 0; i < 2; i++) {
		gz_addrset_clear(&s->addr[i]);
		gz_portset_clear(&s->port[i]);
	}
	strings_destroy(s->metadata);
	strings_destroy(s->references);
	free(s->bits);
	free(s->msg);
	free(s->eve);
	free(s->eve_meta);
	free(s->classtype);
	free(s->text);
	free((void *)(uintptr_t)s->place.file);
	free(s);
}
