/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "gz_json.h"

#include "keyword_ctx.h"
#include "keyword_internal.h"

/* What rules keep, as EVE tells it: a flowbit named traffic/id/x or traffic/label/x is a word about the
 * traffic, the others are metadata. */

/** The name behind @p start, when the variable is of that kind; or NULL. */
static const char *
name_behind(const struct gz_keyword_ctx *c, uint32_t number, const char *start)
{
	const char *text = gz_names_text(c->names, number);

	if (text == NULL || strncmp(text, start, strlen(start)) != 0)
		return NULL;
	return text + strlen(start);
}

static bool
is_traffic(const char *bit)
{
	return strncmp(bit, "traffic/id/", 11) == 0 || strncmp(bit, "traffic/label/", 14) == 0;
}

/** An array of the bits whose names start so. @return false: there are none. */
static bool
tell_bits(const struct gz_keyword_ctx *c, const struct gz_flow *f, const char *key,
		const char *start, struct gz_json *j)
{
	uint32_t i, number, value;
	const char *name;
	bool any = false;

	for (i = 0; flow_var_at(f, i, &number, &value); i++) {
		name = name_behind(c, number, start);
		if (name == NULL || (strcmp(key, "flowbits") == 0 && is_traffic(name)))
			continue;
		if (!any)
			gz_json_array(j, key);
		any = true;
		gz_json_str(j, NULL, name);
	}
	if (any)
		gz_json_array_end(j);
	return any;
}

static bool
tell_ints(const struct gz_keyword_ctx *c, const struct gz_flow *f, struct gz_json *j)
{
	uint32_t i, number, value;
	const char *name;
	bool any = false;

	for (i = 0; flow_var_at(f, i, &number, &value); i++) {
		name = name_behind(c, number, "flowint:");
		if (name == NULL)
			continue;
		if (!any)
			gz_json_object(j, "flowints");
		any = true;
		gz_json_u64(j, name, value);
	}
	if (any)
		gz_json_object_end(j);
	return any;
}

/** One variable with its bytes, as an object of its own. */
static void
tell_text(const char *name, struct gz_span value, struct gz_json *j)
{
	gz_json_object(j, NULL);
	gz_json_bytes(j, name, value);
	gz_json_object_end(j);
}

static bool
tell_flow_texts(const struct gz_keyword_ctx *c, const struct gz_flow *f, struct gz_json *j)
{
	struct gz_span value;
	const char *name;
	bool any = false;
	uint32_t i, number;

	for (i = 0; flow_text_at(f, i, &number, &value); i++) {
		name = name_behind(c, number, "flowvar:");
		if (name == NULL)
			continue;
		if (!any)
			gz_json_array(j, "flowvars");
		any = true;
		tell_text(name, value, j);
	}
	if (any)
		gz_json_array_end(j);
	return any;
}

static bool
tell_pkt_vars(const struct gz_keyword_ctx *c, struct gz_json *j)
{
	const char *name;
	bool any = false;
	uint32_t i;

	for (i = 0; i < c->nb_pkt_vars; i++) {
		name = name_behind(c, c->pkt_vars[i].name, "pktvar:");
		if (name == NULL)
			continue;
		if (!any)
			gz_json_array(j, "pktvars");
		any = true;
		tell_text(name, gz_span(c->pkt_vars[i].bytes, c->pkt_vars[i].len), j);
	}
	if (any)
		gz_json_array_end(j);
	return any;
}

/** The object that @p was begun in, if anything was put into it. */
static void
end_object(struct gz_json *j, const struct gz_json *was, bool any)
{
	if (any)
		gz_json_object_end(j);
	else
		*j = *was;
}

void
gz_keyword_tell_vars(const struct gz_keyword_ctx *c, const struct gz_flow *f, struct gz_json *j)
{
	bool has_flow = f != NULL && f->vars != NULL, any;
	struct gz_json was = *j;

	if (c->names == NULL || (!has_flow && c->nb_pkt_vars == 0))
		return;
	if (has_flow) {
		gz_json_object(j, "traffic");
		any = tell_bits(c, f, "id", "flowbits:traffic/id/", j);
		any |= tell_bits(c, f, "label", "flowbits:traffic/label/", j);
		end_object(j, &was, any);
		was = *j;
	}
	gz_json_object(j, "metadata");
	any = has_flow && tell_bits(c, f, "flowbits", "flowbits:", j);
	any |= has_flow && tell_ints(c, f, j);
	any |= has_flow && tell_flow_texts(c, f, j);
	any |= tell_pkt_vars(c, j);
	end_object(j, &was, any);
}

void
gz_keyword_ctx_names(struct gz_keyword_ctx *c, const struct gz_names *names)
{
	c->names = names;
}
