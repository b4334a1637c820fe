/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "gz_field.h"
#include "gz_proto.h"

#include "cmd.h"

enum {
	PROTOS_TEXT = 256,
};

/* The protocols that know the field, with commas. */
static void
protos_of(const struct gz_field *f, char buf[PROTOS_TEXT])
{
	const char *name;
	size_t n = 0;

	buf[0] = '\0';
	for (uint32_t i = 0; i < f->nb_rows && n < PROTOS_TEXT; i++) {
		name = f->rows[i].proto != NULL ? f->rows[i].proto->reg.name : "packet";
		n += (size_t)snprintf(buf + n, PROTOS_TEXT - n, "%s%s", i > 0 ? "," : "", name);
	}
}

static const char *
direction_of(const struct gz_field *f)
{
	switch (f->flags & (GZ_FIELD_C2S | GZ_FIELD_S2C)) {
	case GZ_FIELD_C2S:
		return "to-server";
	case GZ_FIELD_S2C:
		return "to-client";
	default:
		return "both";
	}
}

static int
show_fields(struct gz_shell_call *c)
{
	const char *prefix = gz_shell_text(c, "prefix");
	char protos[PROTOS_TEXT];
	const struct gz_field *f;

	gz_out_table(c->out, "fields", "field", "protocols", "direction", "modifier", "help", NULL);
	for (uint32_t i = 0; i < gz_fields_count(); i++) {
		f = gz_field(i);
		if (prefix != NULL && strncmp(f->name, prefix, strlen(prefix)) != 0)
			continue;
		protos_of(f, protos);
		gz_out_row(c->out);
		gz_out_str(c->out, "field", f->name);
		gz_out_str(c->out, "protocols", protos);
		gz_out_str(c->out, "direction", direction_of(f));
		gz_out_str(c->out, "modifier",
				f->rows[0].row->modifier != NULL ? f->rows[0].row->modifier : "");
		gz_out_str(c->out, "help", f->rows[0].row->help);
	}
	gz_out_table_end(c->out);
	return 0;
}

static const struct gz_shell_command fields_commands[] = {
	{ "show fields [prefix:word]", show_fields, "what rules can look into", .local = true },
};
GZ_SHELL_REGISTER(fields_commands)
