/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>

#include "gz_policy.h"

#include "cmd.h"

static void
show_prefix(struct gz_out *o, const struct gz_prefix *p)
{
	bool v4 = gz_addr_is_v4(&p->addr) && p->bits >= 96;
	char text[GZ_ADDR_TEXT];

	gz_out_fmt(o, "address", "%s/%u", cmd_addr_text(&p->addr, text),
			v4 ? p->bits - 96u : p->bits);
}

static void
show_number(struct gz_out *o, const char *key, int32_t n)
{
	if (n < 0)
		gz_out_str(o, key, "any");
	else
		gz_out_i64(o, key, n);
}

static void
show_server(struct gz_out *o, const struct gz_ports *ports, const struct gz_server *s)
{
	gz_out_row(o);
	gz_out_str(o, "server", s->name);
	show_prefix(o, &s->prefix);
	gz_out_str(o, "wire", s->wire < 0 ? "any" : gz_ports_wire_name(ports, (uint16_t)s->wire));
	show_number(o, "vlan", s->vlan);
	gz_out_str(o, "mode", gz_mode_name(s->mode));
}

static int
show_servers(struct gz_shell_call *c)
{
	const struct gz_ports *ports = gz_control_ports(cmd_control(c));
	const struct gz_policy *p = gz_policy_live();

	if (p == NULL) {
		gz_out_error(c->out, "no policy is in force");
		return -ENOENT;
	}
	gz_out_table(c->out, "servers", "server", "address", "wire", "vlan", "mode", NULL);
	for (uint32_t i = 0; i < gz_policy_servers(p); i++)
		show_server(c->out, ports, gz_policy_server(p, (uint16_t)i));
	gz_out_table_end(c->out);
	gz_out_str(c->out, "others", gz_mode_name(gz_policy_mode(p, GZ_SERVER_NONE)));
	return 0;
}

static const struct gz_shell_command servers_commands[] = {
	{ "show servers", show_servers, "protected servers and their modes" },
};
GZ_SHELL_REGISTER(servers_commands)
