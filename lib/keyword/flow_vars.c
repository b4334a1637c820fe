/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "keyword_ctx.h"
#include "keyword_internal.h"

GZ_MEM_PURPOSE(flow_vars_memory, "flow-vars", 2, "bits, numbers and bytes that rules keep of flows")

struct flow_text {
	struct flow_text *next;
	uint32_t name;
	uint16_t len, room;
	uint8_t bytes[];
};

/* A few of them at most: a plain array, grown as the memory's sizes allow. */
struct gz_flow_vars {
	struct flow_text *texts;
	uint16_t count, room;
	struct flow_var {
		uint32_t name, value;
	} v[];
};

static size_t
size_of(uint32_t room)
{
	return sizeof(struct gz_flow_vars) + room * sizeof(struct flow_var);
}

static struct flow_var *
find(const struct gz_flow *f, uint32_t name)
{
	struct gz_flow_vars *vars = f->vars;
	uint32_t i;

	for (i = 0; vars != NULL && i < vars->count; i++) {
		if (vars->v[i].name == name)
			return &vars->v[i];
	}
	return NULL;
}

bool
flow_var_get(const struct gz_flow *f, uint32_t name, uint32_t *value)
{
	const struct flow_var *v = find(f, name);

	if (v != NULL && value != NULL)
		*value = v->value;
	return v != NULL;
}

/** Room for one more. */
static bool
grow(struct gz_keyword_ctx *c, struct gz_flow *f)
{
	struct gz_flow_vars *vars = f->vars;
	uint16_t room = vars == NULL ? 0 : vars->room;
	size_t size;

	if (vars != NULL && vars->count < room)
		return true;
	if (room >= FLOW_VARS)
		return false;
	size = gz_mem_fits(size_of(room == 0 ? 3 : room * 2u));
	vars = room == 0 ? gz_mem_get(c->mem, &flow_vars_memory, size)
			 : gz_mem_grow(c->mem, &flow_vars_memory, vars, size_of(room),
					   size_of(room), size);
	if (vars == NULL)
		return false;
	if (room == 0)
		*vars = (struct gz_flow_vars){ .count = 0 };
	vars->room = (uint16_t)((size - sizeof(*vars)) / sizeof(struct flow_var));
	f->vars = vars;
	return true;
}

/** It cannot be kept. */
static bool
forget(struct gz_keyword_ctx *c)
{
	c->forgot = true;
	return false;
}

bool
flow_var_set(struct gz_keyword_ctx *c, struct gz_flow *f, uint32_t name, uint32_t value)
{
	struct flow_var *v = find(f, name);

	if (v == NULL) {
		if (!grow(c, f))
			return forget(c);
		v = &f->vars->v[f->vars->count++];
		v->name = name;
	}
	v->value = value;
	return true;
}

void
flow_var_unset(struct gz_flow *f, uint32_t name)
{
	struct flow_var *v = find(f, name);

	if (v != NULL)
		*v = f->vars->v[--f->vars->count];
}

bool
flow_var_at(const struct gz_flow *f, uint32_t index, uint32_t *name, uint32_t *value)
{
	if (f->vars == NULL || index >= f->vars->count)
		return false;
	*name = f->vars->v[index].name;
	*value = f->vars->v[index].value;
	return true;
}

/* ---- bytes ---- */

/** Where the text is, or where a further one would be put; how many stand before it. */
static struct flow_text **
text_place(struct gz_flow_vars *vars, uint32_t name, uint32_t *before)
{
	struct flow_text **at = &vars->texts;

	for (*before = 0; *at != NULL && (*at)->name != name; at = &(*at)->next)
		(*before)++;
	return at;
}

struct gz_span
flow_text_get(const struct gz_flow *f, uint32_t name)
{
	const struct flow_text *t;
	uint32_t before;

	if (f->vars == NULL)
		return gz_span(NULL, 0);
	t = *text_place(f->vars, name, &before);
	return t == NULL ? gz_span(NULL, 0) : gz_span(t->bytes, t->len);
}

bool
flow_text_at(const struct gz_flow *f, uint32_t index, uint32_t *name, struct gz_span *value)
{
	const struct flow_text *t = f->vars == NULL ? NULL : f->vars->texts;

	for (; t != NULL && index > 0; index--)
		t = t->next;
	if (t == NULL)
		return false;
	*name = t->name;
	*value = gz_span(t->bytes, t->len);
	return true;
}

static void
text_free(struct gz_keyword_ctx *c, struct flow_text *t)
{
	gz_mem_put(c->mem, &flow_vars_memory, t, sizeof(*t) + t->room);
}

/** One with room for @p len bytes in place of *@p at, whose rest it keeps. */
static bool
text_renew(struct gz_keyword_ctx *c, struct flow_text **at, uint32_t name, uint32_t len)
{
	size_t size = gz_mem_fits(sizeof(**at) + len);
	struct flow_text *t, *was = *at;

	if (was != NULL && was->room >= len)
		return true;
	t = gz_mem_get(c->mem, &flow_vars_memory, size);
	if (t == NULL)
		return false;
	*t = (struct flow_text){ .name = name, .room = (uint16_t)(size - sizeof(*t)) };
	if (was != NULL) {
		t->next = was->next;
		text_free(c, was);
	}
	*at = t;
	return true;
}

bool
flow_text_set(struct gz_keyword_ctx *c, struct gz_flow *f, uint32_t name, struct gz_span value)
{
	uint32_t before, len = RTE_MIN(value.len, (uint32_t)VAR_BYTES);
	struct flow_text **at;

	if (f->vars == NULL && !grow(c, f))
		return forget(c);
	at = text_place(f->vars, name, &before);
	if ((*at == NULL && before >= FLOW_TEXTS) || !text_renew(c, at, name, len))
		return forget(c);
	(*at)->len = (uint16_t)len;
	if (len > 0)
		memcpy((*at)->bytes, value.p, len);
	return true;
}

void
gz_keyword_flow_end(struct gz_keyword_ctx *c, struct gz_flow *f)
{
	struct flow_text *t, *next;

	if (f->vars == NULL)
		return;
	for (t = f->vars->texts; t != NULL; t = next) {
		next = t->next;
		text_free(c, t);
	}
	gz_mem_put(c->mem, &flow_vars_memory, f->vars, size_of(f->vars->room));
	f->vars = NULL;
}
