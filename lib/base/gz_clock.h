/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_CLOCK_H
#define GZ_CLOCK_H

/*
 * Time comes from the packet source: the worker's clock is set from the TSC
 * when live and from the capture in replay. Nothing else on the packet's path
 * asks for the time.
 */

#include <stdint.h>

/** Microseconds since 1970 by the system's clock. Control, and a worker once per turn. */
uint64_t gz_clock_wall_us(void);
/** Milliseconds that never run backwards. */
uint64_t gz_clock_mono_ms(void);

enum {
	GZ_TIME_TEXT = 40,
};

/** "2026-11-22T20:05:55.123456+0000" in local time, as EVE wants it. @return @p buf. */
char *gz_time_text(uint64_t us, char buf[GZ_TIME_TEXT]);

#endif /* GZ_CLOCK_H */
