/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>

enum {
	LOG_NAMES_MOST = 256, /* ids beyond are logged without their room's name */
	LOG_LINE_MOST = 2048, /* bytes; a longer line is cut */
};

/* DPDK keeps the names of log types to itself. */
static const char *names[LOG_NAMES_MOST];

int
gz_log_register(const char *name, const char *room, uint32_t level)
{
	int type = rte_log_register_type_and_pick_level(name, level);

	if (type < 0)
		return RTE_LOGTYPE_USER1;
	if (type < LOG_NAMES_MOST)
		names[type] = room;
	return type;
}

void
gz_log(uint32_t level, uint32_t type, const char *fmt, ...)
{
	char line[LOG_LINE_MOST];
	va_list ap;

	if (!rte_log_can_log(type, level))
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (type < LOG_NAMES_MOST && names[type] != NULL)
		rte_log(level, type, "%s: %s\n", names[type], line);
	else
		rte_log(level, type, "%s\n", line);
}

/* Else DPDK writes to syslog as well, once EAL is up. */
RTE_INIT(gz_log_to_stderr)
{
	rte_openlog_stream(stderr);
}
