/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "keyword_ctx.h"
#include "keyword_internal.h"

GZ_MEM_PURPOSE(flow_vars_memory, "flow-vars", 2, "bits and numbers that rules keep of flows")

/* A few of them at most: a plain array, grown as the memory's sizes allow. */
struct gz_flow_vars {
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
		vars->count = 0;
	vars->room = (uint16_t)((size - sizeof(*vars)) / sizeof(struct flow_var));
	f->vars = vars;
	return true;
}

bool
flow_var_set(struct gz_keyword_ctx *c, struct gz_flow *f, uint32_t name, uint32_t value)
{
	struct flow_var *v = find(f, name);

	if (v == NULL) {
		if (!grow(c, f))
			return false;
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

void
gz_keyword_flow_end(struct gz_keyword_ctx *c, struct gz_flow *f)
{
	if (f->vars == NULL)
		return;
	gz_mem_put(c->mem, &flow_vars_memory, f->vars, size_of(f->vars->room));
	f->vars = NULL;
}
