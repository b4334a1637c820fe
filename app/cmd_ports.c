/* SPDX-License-Identifier: BSD-3-Clause */
#include "cmd.h"

static int
show_ports(struct gz_shell_call *c)
{
	gz_ports_show(gz_control_ports(cmd_control(c)), c->out);
	return 0;
}

static const struct gz_shell_command ports_commands[] = {
	{ "show ports", show_ports, "ports, wires, links, and how packets reach workers" },
};
GZ_SHELL_REGISTER(ports_commands)
