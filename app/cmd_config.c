/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>

#include "cmd.h"

struct config_walk {
	struct gz_out *out;
	const char *prefix; /* NULL: all */
	uint32_t found;
};

static void
show_setting(void *arg, const char *name, const char *value, const struct gz_setting *row,
		bool given)
{
	struct config_walk *walk = arg;

	if (walk->prefix != NULL && strncmp(name, walk->prefix, strlen(walk->prefix)) != 0)
		return;
	if (walk->found++ == 0)
		gz_out_table(walk->out, "settings", "setting", "value", "unit", "from", "changes",
				"help", NULL);
	/* Whoever may look is not always whoever may try passwords at home. */
	if (strcmp(row->name, "shell.password-hash") == 0 && value[0] != '\0')
		value = "(set)";
	gz_out_row(walk->out);
	gz_out_str(walk->out, "setting", name);
	gz_out_str(walk->out, "value", value);
	gz_out_str(walk->out, "unit", row->unit != NULL ? row->unit : "");
	gz_out_str(walk->out, "from", given ? "configuration" : "default");
	gz_out_str(walk->out, "changes", row->live ? "live" : "at a restart");
	gz_out_str(walk->out, "help", row->help);
}

static int
show_config(struct gz_shell_call *c)
{
	struct config_walk walk = { c->out, gz_shell_text(c, "prefix"), 0 };

	gz_conf_each(gz_control_conf(cmd_control(c)), show_setting, &walk);
	if (walk.found == 0) {
		gz_out_error(c->out, "no setting starts with \"%s\"", walk.prefix);
		return -ENOENT;
	}
	gz_out_table_end(c->out);
	return 0;
}

static const struct gz_shell_command config_commands[] = {
	{ "show config [prefix:word]", show_config, "settings: their values, and where from" },
};
GZ_SHELL_REGISTER(config_commands)
