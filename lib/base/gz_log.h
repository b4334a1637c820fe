/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_LOG_H
#define GZ_LOG_H

/*
 * Log lines for people, on stderr. Once per file, GZ_LOG_REGISTER(flow); then
 * GZ_LOG(INFO, "table has room for %u flows", n) prints "flow: table has …".
 *
 * Lower case, no full stop, units on numbers. Never on the packet's path:
 * what happens per packet is a counter or an event.
 */

#include <rte_common.h>
#include <rte_log.h>

/** Name this file's log; its level can be changed while running (`set log`). */
#define GZ_LOG_REGISTER(name)                                                        \
	static int gz_logtype;                                                       \
	RTE_INIT(gz_log_register_##name)                                             \
	{                                                                            \
		gz_logtype = gz_log_register("gauze." #name, #name, RTE_LOG_NOTICE); \
	}

/** Levels: EMERG ALERT CRIT ERR WARNING NOTICE INFO DEBUG. */
#define GZ_LOG(level, ...) gz_log(RTE_LOG_##level, (uint32_t)gz_logtype, __VA_ARGS__)

/** Called by constructors only. Files of one name share a type. @return the type. */
int gz_log_register(const char *name, const char *room, uint32_t level);

/** One line, with its room's name in front. Any thread. Works before EAL does. */
void
gz_log(uint32_t level, uint32_t type, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif /* GZ_LOG_H */
