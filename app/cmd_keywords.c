/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "gz_keyword.h"
#include "gz_transform.h"

#include "cmd.h"

struct keywords {
	struct gz_out *out;
	const char *prefix; /* of the names that are meant; NULL: all */
};

static bool
is_meant(const char *name, const char *prefix)
{
	return prefix == NULL || strncmp(name, prefix, strlen(prefix)) == 0;
}

/** A row, if its name or its second name is meant. */
static void
show_row(struct keywords *k, const char *name, const char *alias, const char *kind,
		const char *usage, const char *help)
{
	if (!is_meant(name, k->prefix) && (alias == NULL || !is_meant(alias, k->prefix)))
		return;
	gz_out_row(k->out);
	gz_out_str(k->out, "keyword", name);
	gz_out_str(k->out, "alias", alias != NULL ? alias : "");
	gz_out_str(k->out, "kind", kind);
	gz_out_str(k->out, "usage", usage != NULL ? usage : name);
	gz_out_str(k->out, "help", help != NULL ? help : "");
}

static void
show_buffers(struct keywords *s)
{
	const struct gz_field_row *row;

	for (uint32_t i = 0; i < gz_fields_count(); i++) {
		row = gz_field(i)->rows[0].row;
		if (row->get_number != NULL || (gz_field(i)->flags & GZ_FIELD_FRAME))
			continue; /* a keyword; or by the keyword frame */
		show_row(s, row->name, row->alias, "buffer", NULL, row->help);
		if (row->modifier != NULL)
			show_row(s, row->modifier, row->name, "modifier", NULL, row->help);
	}
}

static void
show_refused(struct keywords *s)
{
	const struct gz_refused_keyword *r;
	uint32_t n;

	r = gz_keyword_refused(&n);
	for (uint32_t i = 0; i < n; i++)
		show_row(s, r[i].name, NULL, "refused", "", r[i].why);
}

static int
show_keywords(struct gz_shell_call *c)
{
	struct keywords s = { .out = c->out, .prefix = gz_shell_text(c, "prefix") };
	const struct gz_transform *t;
	const struct gz_keyword *k;

	gz_out_table(c->out, "keywords", "keyword", "alias", "kind", "usage", "help", NULL);
	for (uint32_t i = 0; i < gz_keywords.count; i++) {
		k = (const struct gz_keyword *)gz_keywords.by_name[i];
		show_row(&s, k->reg.name, k->alias, "keyword", k->usage, k->help);
	}
	for (uint32_t i = 0; i < gz_transforms.count; i++) {
		t = (const struct gz_transform *)gz_transforms.by_name[i];
		show_row(&s, t->reg.name, NULL, "transform", NULL, t->help);
	}
	show_buffers(&s);
	show_refused(&s);
	gz_out_table_end(c->out);
	gz_out_note(c->out,
			"\"show fields\" tells which protocols have a buffer, and in which "
			"direction");
	return 0;
}

static const struct gz_shell_command keywords_commands[] = {
	{ "show keywords [prefix:word]", show_keywords, "the words of the rule language",
			.local = true },
};
GZ_SHELL_REGISTER(keywords_commands)
