/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_SINK_H
#define GZ_SINK_H

/*
 * Where events go: writers, one file each, registered by name and switched on
 * by the configuration. One thread calls: it hands each event to every writer
 * that wants its type. A writer that cannot keep up loses events with a counter.
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_conf.h"
#include "gz_event.h"

struct gz_sinks;

/** Names that events carry as numbers. */
struct gz_sink_names {
	/** The name of a wire: EVE's in_iface. NULL: none. */
	const char *(*wire)(void *arg, uint16_t wire);
	void *arg;
};

/**
 * Open the writers that the configuration switches on.
 *
 * @param dir    Where files go unless a setting says another place; made when it is missing.
 * @param names  NULL: events are written without names.
 * @return       NULL with rows in @p errors.
 */
struct gz_sinks *gz_sinks_open(const struct gz_conf *conf, const char *dir,
		const struct gz_sink_names *names, struct gz_errors *errors);
/** Write out what is buffered, and close. */
void gz_sinks_close(struct gz_sinks *s);

/** Which types any writer takes: for gz_event_want(). */
void gz_sinks_mask(const struct gz_sinks *s, uint64_t mask[GZ_EVENT_TYPES_MOST / 64]);

void gz_sinks_write(struct gz_sinks *s, const struct gz_event *e);
/**
 * Write the stats event: all counters, nested by the dots in their names, as often as the setting
 * eve.stats-interval says. Any moment will do.
 */
void gz_sinks_stats(struct gz_sinks *s, uint64_t now_us, uint64_t uptime_s);
/** Let readers see what was written so far. Called when there is nothing more to write at once. */
void gz_sinks_flush(struct gz_sinks *s);
/** Log rotation: close files and open them anew by name. */
void gz_sinks_rotate(struct gz_sinks *s);

#endif /* GZ_SINK_H */
