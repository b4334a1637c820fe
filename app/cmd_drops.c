/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "cmd.h"

static uint64_t
count(const char *kind, const char *why)
{
	char name[96];

	snprintf(name, sizeof(name), "%s.%s", kind, why);
	return cmd_count(name);
}

/* The words of exception.<why> stand in the order of the verdicts. */
static const char *
verdict_of(const struct gz_conf *conf, const struct gz_why_row *why)
{
	char name[96];

	if (!why->settable)
		return cmd_verdict_name(why->verdict);
	snprintf(name, sizeof(name), "exception.%s", why->name);
	return cmd_verdict_name(gz_conf_word(conf, name));
}

static int
show_drops(struct gz_shell_call *c)
{
	const struct gz_conf *conf = gz_control_conf(cmd_control(c));
	const struct gz_why_row *why;

	gz_out_table(c->out, "drops", "why", "verdict", "dropped", "passed", "observed", "help",
			NULL);
	for (uint32_t i = GZ_WHY_NONE + 1; i < GZ_NB_WHYS; i++) {
		why = &gz_whys[i];
		gz_out_row(c->out);
		gz_out_str(c->out, "why", why->name);
		gz_out_str(c->out, "verdict", verdict_of(conf, why));
		gz_out_u64(c->out, "dropped", count("drop", why->name));
		gz_out_u64(c->out, "passed", count("pass", why->name));
		gz_out_u64(c->out, "observed", count("observed", why->name));
		gz_out_str(c->out, "help", why->help);
	}
	gz_out_table_end(c->out);
	return 0;
}

static const struct gz_shell_command drops_commands[] = {
	{ "show drops", show_drops, "why packets were dropped, or passed in spite of it" },
};
GZ_SHELL_REGISTER(drops_commands)
