/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include "gz_policy.h"

#include "cmd.h"

static const char *
yes_no(bool yes)
{
	return yes ? "yes" : "no";
}

/* What the rule may do on each protected server. */
static void
show_modes(struct gz_out *o, const struct gz_sig *s)
{
	const struct gz_policy *p = gz_policy_live();

	if (p == NULL)
		return;
	gz_out_table(o, "servers", "server", "mode", NULL);
	for (uint32_t i = 0; i <= gz_policy_servers(p); i++) {
		uint16_t server = i == gz_policy_servers(p) ? GZ_SERVER_NONE : (uint16_t)i;

		gz_out_row(o);
		gz_out_str(o, "server",
				server == GZ_SERVER_NONE ? "(others)"
							 : gz_policy_server(p, server)->name);
		gz_out_str(o, "mode", gz_mode_name(gz_policy_rule(p, server, s->gid, s->sid)));
	}
	gz_out_table_end(o);
}

static void
show_sig(struct gz_out *o, const struct gz_sig *s)
{
	gz_out_u64(o, "sid", s->sid);
	gz_out_u64(o, "gid", s->gid);
	gz_out_u64(o, "rev", s->rev);
	gz_out_str(o, "message", s->msg != NULL ? s->msg : "");
	gz_out_u64(o, "priority", s->priority);
	gz_out_str(o, "class", s->classtype != NULL ? s->classtype : "");
	gz_out_str(o, "protocol", s->proto != NULL ? s->proto->reg.name : "");
	gz_out_str(o, "looks-at-payload", yes_no((s->flags & GZ_SIG_PAYLOAD) != 0));
	gz_out_str(o, "looks-at-transactions", yes_no((s->flags & GZ_SIG_APP) != 0));
	gz_out_fmt(o, "place", "%s:%u", s->place.file != NULL ? s->place.file : "", s->place.line);
	gz_out_str(o, "rule", s->text != NULL ? s->text : "");
	show_modes(o, s);
}

/* A rule by its sid, whatever its gid: usually there is one. */
static int
show_sid(struct gz_shell_call *c, const struct gz_ruleset *rs, uint64_t sid)
{
	const struct gz_sig *s;
	uint32_t i, found = 0;

	gz_ruleset_foreach(rs, s, i) {
		if (s->sid != sid)
			continue;
		if (found++ > 0)
			gz_out_note(c->out, "and with another gid:");
		gz_out_object(c->out, found == 1 ? "rule" : "other");
		show_sig(c->out, s);
		gz_out_object_end(c->out);
		if (found == 2)
			break;
	}
	if (found > 0)
		return 0;
	gz_out_error(c->out, "no rule with sid %lu is in force", sid);
	return -ENOENT;
}

static int
show_rules(struct gz_shell_call *c)
{
	const struct gz_ruleset *rs = gz_ruleset_live();
	uint64_t sid;

	if (rs == NULL) {
		gz_out_error(c->out, "no rules are loaded");
		return -ENOENT;
	}
	if (gz_shell_uint(c, "sid", &sid))
		return show_sid(c, rs, sid);
	gz_ruleset_show(rs, c->out);
	return 0;
}

static const struct gz_shell_command rules_commands[] = {
	{ "show rules [sid:uint]", show_rules, "the rules in force, or one of them in full" },
};
GZ_SHELL_REGISTER(rules_commands)
