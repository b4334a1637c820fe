/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_log.h>

#include "cmd.h"

static const char *const levels[] = {
	[RTE_LOG_EMERG] = "emerg",
	[RTE_LOG_ALERT] = "alert",
	[RTE_LOG_CRIT] = "crit",
	[RTE_LOG_ERR] = "err",
	[RTE_LOG_WARNING] = "warning",
	[RTE_LOG_NOTICE] = "notice",
	[RTE_LOG_INFO] = "info",
	[RTE_LOG_DEBUG] = "debug",
};

static uint32_t
level_of(const char *name)
{
	for (uint32_t i = RTE_LOG_EMERG; i < RTE_DIM(levels); i++) {
		if (strcmp(levels[i], name) == 0)
			return i;
	}
	return RTE_LOG_NOTICE;
}

/* The logs of one room are named gauze.<room>; "all" means all of them, "eal" and others DPDK's own. */
static int
set_log(struct gz_shell_call *c)
{
	const char *name = gz_shell_text(c, "name");
	const char *level = gz_shell_text(c, "level");
	char pattern[96];
	int ret;

	if (strcmp(name, "all") == 0)
		snprintf(pattern, sizeof(pattern), "gauze.*");
	else
		snprintf(pattern, sizeof(pattern), "gauze.%s", name);
	ret = rte_log_set_level_pattern(pattern, level_of(level));
	if (ret < 0) {
		gz_out_error(c->out, "the level could not be set");
		return ret;
	}
	gz_out_str(c->out, "log", name);
	gz_out_str(c->out, "level", level);
	return 0;
}

static const struct gz_shell_command log_commands[] = {
	{ "set log name:word level:emerg|alert|crit|err|warning|notice|info|debug", set_log,
			"how much a room (flow, tcp, control …, or all) tells in the log" },
};
GZ_SHELL_REGISTER(log_commands)
