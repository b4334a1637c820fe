/* SPDX-License-Identifier: BSD-3-Clause */
#include "cmd.h"

static int
show_reload(struct gz_shell_call *c)
{
	gz_reload_show(cmd_control(c), c->out);
	return 0;
}

static int
request(struct gz_shell_call *c, enum gz_reload_what what)
{
	gz_reload_request(cmd_control(c), what, "shell");
	gz_out_str(c->out, "reload", "requested");
	gz_out_note(c->out, "\"show reload\" tells how it goes");
	return 0;
}

static int
reload_rules(struct gz_shell_call *c)
{
	return request(c, GZ_RELOAD_RULES);
}

static int
reload_config(struct gz_shell_call *c)
{
	return request(c, GZ_RELOAD_CONFIG);
}

static int
reload_logs(struct gz_shell_call *c)
{
	gz_control_rotate(cmd_control(c));
	gz_out_str(c->out, "logs", "opened anew");
	return 0;
}

static const struct gz_shell_command reload_commands[] = {
	{ "show reload", show_reload, "what the last reload did, refused and took" },
	{ "reload rules", reload_rules, "read and compile the rules while packets flow" },
	{ "reload config", reload_config,
			"read the configuration: settings that may change live, then rules" },
	{ "reload logs", reload_logs, "close event files and open them by name, after a rotation" },
};
GZ_SHELL_REGISTER(reload_commands)
