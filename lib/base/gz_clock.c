/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
	US_PER_S = 1000000,
	NS_PER_US = 1000,
	MS_PER_S = 1000,
	NS_PER_MS = 1000000,
	TEXT_TO_S = 19, /* bytes of "2026-11-22T20:05:55" */
};

uint64_t
gz_clock_wall_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * US_PER_S + (uint64_t)t.tv_nsec / NS_PER_US;
}

uint64_t
gz_clock_mono_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * MS_PER_S + (uint64_t)t.tv_nsec / NS_PER_MS;
}

char *
gz_time_text(uint64_t us, char buf[GZ_TIME_TEXT])
{
	/* Events come in order, many to a second, and local time is dear. */
	static __thread char last[GZ_TIME_TEXT];
	static __thread time_t last_s = -1;
	time_t s = (time_t)(us / US_PER_S);
	uint32_t part = (uint32_t)(us % US_PER_S);
	struct tm tm;
	int i;

	if (s != last_s || last_s < 0) {
		if (localtime_r(&s, &tm) == NULL ||
				strftime(last, sizeof(last), "%FT%T.000000%z", &tm) == 0)
			strcpy(last, "1970-01-01T00:00:00.000000+0000");
		last_s = s;
	}
	memcpy(buf, last, GZ_TIME_TEXT);
	for (i = 6; i >= 1; i--) {
		buf[TEXT_TO_S + i] = (char)('0' + part % 10);
		part /= 10;
	}
	return buf;
}
