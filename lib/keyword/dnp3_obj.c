/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "gz_dnp3.h"

#include "keyword_internal.h"

struct dnp3_obj {
	uint8_t group, variation;
};

static enum gz_answer
dnp3_obj_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct dnp3_obj *o = m->arg;
	uint8_t group, variation;
	uint32_t at = 0;

	if (e->tx == NULL)
		return GZ_NO;
	while (gz_dnp3_object(e->tx, &at, &group, &variation)) {
		if (group == o->group && variation == o->variation)
			return GZ_YES;
	}
	return GZ_NO;
}

static struct gz_keyword dnp3_obj;

static const char *
dnp3_obj_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), group = gz_span(rest.p, 0);
	struct gz_span variation = group;
	struct dnp3_obj *o;
	const char *wrong;
	uint64_t g, v;

	if (!text_next(&rest, &group) || !text_u64(group, UINT8_MAX, &g) ||
			!text_next(&rest, &variation) || !text_u64(variation, UINT8_MAX, &v))
		return gz_sig_error_at(b, group.p, "expected a group and a variation: 12,1");
	wrong = gz_sig_need_proto(b, "dnp3");
	if (wrong != NULL)
		return wrong;
	o = gz_sig_alloc(sizeof(*o));
	*o = (struct dnp3_obj){ (uint8_t)g, (uint8_t)v };
	gz_sig_add(b, &dnp3_obj, o, 0);
	return NULL;
}

static struct gz_keyword dnp3_obj = {
	.reg.name = "dnp3_obj",
	.help = "an object of this group and variation stands in a message of DNP3",
	.usage = "dnp3_obj:<group>,<variation>",
	.scope = GZ_SCOPE_TX,
	.proto = "dnp3",
	.needs_value = true,
	.parse = dnp3_obj_parse,
	.free = free,
	.eval = dnp3_obj_eval,
};
GZ_KEYWORD_REGISTER(dnp3_obj)
