/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "keyword_internal.h"

/** The class is not known: the rule holds, with the usual priority. */
static void
warn(struct gz_sig_builder *b, struct gz_span name)
{
	struct gz_place place = gz_rule_place(b->rule, b->option->value);
	const char *near = classes_nearest(b->env->classes, name);

	if (near == NULL)
		gz_errors_warn(b->errors, place, "unknown classtype", "unknown classtype \"%.*s\"",
				(int)name.len, (const char *)name.p);
	else
		gz_errors_warn(b->errors, place, "unknown classtype",
				"unknown classtype \"%.*s\": did you mean \"%s\"?", (int)name.len,
				(const char *)name.p, near);
}

static const char *
classtype_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span name = text_unquoted(value);
	const struct rule_class *c = classes_find(b->env->classes, name);

	if (name.len == 0)
		return "expected a class";
	/* Said again, the more severe one counts. */
	if (c == NULL)
		warn(b, name);
	else if (b->class_name == NULL || c->priority < b->class_priority) {
		b->class_name = c->text;
		b->class_priority = c->priority;
		free(gz_sig_of(b)->classtype);
		gz_sig_of(b)->classtype = text_copy(name);
	}
	return NULL;
}

static struct gz_keyword classtype = {
	.reg.name = "classtype",
	.help = "the class of attack, which gives alerts a category and a priority",
	.usage = "classtype:<class>",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = classtype_parse,
};
GZ_KEYWORD_REGISTER(classtype)
