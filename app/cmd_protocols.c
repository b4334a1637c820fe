/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_proto.h"

#include "cmd.h"

static const char *
l4_of(const struct gz_proto *p)
{
	switch (p->l4 & (GZ_L4_TCP | GZ_L4_UDP)) {
	case GZ_L4_TCP:
		return "tcp";
	case GZ_L4_UDP:
		return "udp";
	default:
		return "tcp,udp";
	}
}

static int
show_protocols(struct gz_shell_call *c)
{
	const struct gz_proto *p;

	gz_out_table(c->out, "protocols", "protocol", "over", "ports", "fields", "events", "help",
			NULL);
	for (uint32_t i = 0; i < gz_protos.count; i++) {
		p = (const struct gz_proto *)gz_protos.by_name[i];
		gz_out_row(c->out);
		gz_out_str(c->out, "protocol", p->reg.name);
		gz_out_str(c->out, "over", l4_of(p));
		gz_out_str(c->out, "ports", p->ports != NULL ? p->ports : "");
		gz_out_u64(c->out, "fields", p->nb_fields);
		gz_out_u64(c->out, "events", p->nb_events);
		gz_out_str(c->out, "help", p->help != NULL ? p->help : "");
	}
	gz_out_table_end(c->out);
	return 0;
}

static const struct gz_shell_command protocols_commands[] = {
	{ "show protocols", show_protocols, "application protocols that are understood",
			.local = true },
};
GZ_SHELL_REGISTER(protocols_commands)
