/* SPDX-License-Identifier: BSD-3-Clause */
/* The commands that are about the shell itself. */
#include <errno.h>
#include <string.h>

#include "shell_internal.h"

static int
run_quit(struct gz_shell_call *c)
{
	if (c->session != NULL)
		c->session->quit = true;
	return 0;
}

static int
run_set_paging(struct gz_shell_call *c)
{
	if (c->session == NULL) {
		gz_out_error(c->out, "there is no session to page for");
		return -ENOTTY;
	}
	c->session->paging = strcmp(gz_shell_text(c, "switch"), "on") == 0;
	return 0;
}

/* Does the command start with these words, the last of which may be cut short? */
static bool
usage_starts(const char *usage, const char *words)
{
	return words == NULL || strncmp(usage, words, strlen(words)) == 0;
}

static int
run_help(struct gz_shell_call *c)
{
	const struct grammar *g = gz_shell_grammar();
	const char *words = gz_shell_text(c, "command");
	char usage[512];
	uint32_t found = 0;

	gz_out_table(c->out, "commands", "command", "help", NULL);
	for (uint32_t i = 0; i < g->count; i++) {
		gz_shell_usage(&g->commands[i], usage, sizeof(usage));
		if (!usage_starts(usage, words))
			continue;
		gz_out_row(c->out);
		gz_out_str(c->out, "command", usage);
		gz_out_str(c->out, "help", g->commands[i].row->help);
		found++;
	}
	gz_out_table_end(c->out);
	if (found == 0) {
		gz_out_error(c->out, "no command starts with \"%s\"", words);
		return -ENOENT;
	}
	if (words == NULL)
		gz_out_note(c->out,
				"tab completes, ? tells what may come next; words may be cut short");
	return 0;
}

static const struct gz_shell_command builtin_commands[] = {
	{ "help [command:rest]", run_help, "all commands, or those that start with some words",
			.local = true },
	{ "quit", run_quit, "end this session", .local = true },
	{ "set paging switch:on|off", run_set_paging, "show long output a window at a time",
			.local = true },
};
GZ_SHELL_REGISTER(builtin_commands)
