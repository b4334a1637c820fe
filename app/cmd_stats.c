/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>

#include "cmd.h"

static int
show_stats(struct gz_shell_call *c)
{
	const char *prefix = gz_shell_text(c, "prefix");
	const struct gz_stat_row *row;
	uint32_t found = 0;

	for (uint32_t i = 0; i < gz_stat_count(); i++) {
		row = gz_stat_row(i);
		if (prefix != NULL && strncmp(row->name, prefix, strlen(prefix)) != 0)
			continue;
		if (found++ == 0)
			gz_out_table(c->out, "stats", "counter", "value", "help", NULL);
		gz_out_row(c->out);
		gz_out_str(c->out, "counter", row->name);
		gz_out_u64(c->out, "value", gz_stat_sum(i));
		gz_out_str(c->out, "help", row->help);
	}
	if (found == 0) {
		gz_out_error(c->out, "no counter starts with \"%s\"", prefix);
		return -ENOENT;
	}
	gz_out_table_end(c->out);
	return 0;
}

static int
clear_counters(struct gz_shell_call *c)
{
	gz_stat_clear();
	gz_out_str(c->out, "counters", "cleared");
	return 0;
}

static int
show_events(struct gz_shell_call *c)
{
	const struct gz_event_type *type;

	gz_out_table(c->out, "events", "event", "written", "help", NULL);
	for (uint32_t i = 0; i < gz_event_types.count; i++) {
		type = (const struct gz_event_type *)gz_event_types.by_name[i];
		gz_out_row(c->out);
		gz_out_str(c->out, "event", type->reg.name);
		gz_out_u64(c->out, "written", gz_control_events(cmd_control(c), type));
		gz_out_str(c->out, "help", type->help);
	}
	gz_out_table_end(c->out);
	return 0;
}

static const struct gz_shell_command stats_commands[] = {
	{ "show stats [prefix:word]", show_stats, "all counters, or those that start with a word" },
	{ "show events", show_events, "kinds of events, and how many were handed to writers" },
	{ "clear counters", clear_counters, "let all counters begin at 0 again" },
};
GZ_SHELL_REGISTER(stats_commands)
