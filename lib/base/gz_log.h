/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_LOG_H
#define GZ_LOG_H

/*
 * Log lines for people. Once per file, GZ_LOG_REGISTER(flow); then
 * GZ_LOG(INFO, "table has room for %u flows", n).
 *
 * Lower case, no full stop, units on numbers. Never on the packet's path:
 * what happens per packet is a counter or an event.
 */

#include <rte_log.h>

/** Name this file's log; its level can be changed while running (`set log`). */
#define GZ_LOG_REGISTER(name) RTE_LOG_REGISTER(gz_logtype, gauze.name, NOTICE)

/** Levels: EMERG ALERT CRIT ERR WARNING NOTICE INFO DEBUG. */
#define GZ_LOG(level, ...) gz_log(RTE_LOG_##level, gz_logtype, __VA_ARGS__)

/** One line, with its room's name in front. Any thread. */
void gz_log(uint32_t level, uint32_t type, const char *fmt, ...)
		__attribute__((format(printf, 3, 4)));

#endif /* GZ_LOG_H */
