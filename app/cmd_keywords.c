/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "gz_keyword.h"
#include "gz_transform.h"

#include "cmd.h"

static bool
is_meant(const char *name, const char *prefix)
{
	return prefix == NULL || strncmp(name, prefix, strlen(prefix)) == 0;
}

static void
show_row(struct gz_out *o, const char *name, const char *kind, const char *usage, const char *help)
{
	gz_out_row(o);
	gz_out_str(o, "keyword", name);
	gz_out_str(o, "kind", kind);
	gz_out_str(o, "usage", usage != NULL ? usage : name);
	gz_out_str(o, "help", help != NULL ? help : "");
}

static int
show_keywords(struct gz_shell_call *c)
{
	const char *prefix = gz_shell_text(c, "prefix");
	const struct gz_transform *t;
	const struct gz_keyword *k;

	gz_out_table(c->out, "keywords", "keyword", "kind", "usage", "help", NULL);
	for (uint32_t i = 0; i < gz_keywords.count; i++) {
		k = (const struct gz_keyword *)gz_keywords.by_name[i];
		if (is_meant(k->reg.name, prefix))
			show_row(c->out, k->reg.name, "keyword", k->usage, k->help);
	}
	for (uint32_t i = 0; i < gz_transforms.count; i++) {
		t = (const struct gz_transform *)gz_transforms.by_name[i];
		if (is_meant(t->reg.name, prefix))
			show_row(c->out, t->reg.name, "transform", NULL, t->help);
	}
	gz_out_table_end(c->out);
	gz_out_note(c->out, "\"show fields\" lists the buffers that rules can look into");
	return 0;
}

static const struct gz_shell_command keywords_commands[] = {
	{ "show keywords [prefix:word]", show_keywords, "the words of the rule language",
			.local = true },
};
GZ_SHELL_REGISTER(keywords_commands)
