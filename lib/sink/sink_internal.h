/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SINK_INTERNAL_H
#define SINK_INTERNAL_H

#include "gz_registry.h"
#include "gz_sink.h"

/** What a writer is opened with. */
struct gz_sink_setup {
	const struct gz_conf *conf;
	const char *dir;
	const struct gz_sink_names *names; /* never NULL; its functions may be */
};

/** A writer, one file of this room: GZ_SINK_REGISTER(eve). */
struct gz_sink {
	struct gz_reg reg;
	const char *help;
	/** @return 0, also when the configuration does not want it: then *state stays NULL. -errno, told. */
	int (*open)(const struct gz_sink_setup *setup, void **state, struct gz_errors *errors);
	/** Add the types that it takes. */
	void (*mask)(const void *state, uint64_t mask[GZ_EVENT_TYPES_MOST / 64]);
	void (*write)(void *state, const struct gz_event *e);
	void (*flush)(void *state);
	void (*rotate)(void *state);
	void (*close)(void *state);
};

extern struct gz_registry gz_sink_registry;

#define GZ_SINK_REGISTER(var) GZ_REGISTER(gz_sink_registry, var)

/** Counters that the writers share. */
enum gz_sink_count {
	SINK_WRITTEN,
	SINK_LOST,
};
void gz_sink_count(enum gz_sink_count what, uint64_t n);

/* Settings that are lists of event types. */

/** Types named by the setting @p name, or all but those registered off. -EINVAL, told. */
int gz_sink_types(const struct gz_conf *conf, const char *name,
		uint64_t mask[GZ_EVENT_TYPES_MOST / 64], struct gz_errors *errors);

static inline bool
gz_sink_mask_has(const uint64_t mask[GZ_EVENT_TYPES_MOST / 64], uint16_t type)
{
	return (mask[type / 64] >> type % 64 & 1) != 0;
}

/** Make @p e, with room for GZ_EVENT_TEXT_MOST, the stats event. @return false: it has no room. */
bool gz_stats_event(struct gz_event *e, uint64_t now_us, uint64_t uptime_s);

/* An event as a line of EVE. */

enum {
	GZ_EVE_HEADER_MOST = 1024, /* bytes of a line beside its event's text */
};

/**
 * Write @p e as one line with its newline to @p to, which has room for GZ_EVE_HEADER_MOST and the text.
 *
 * @param wire   JSON text of the wire's name, or NULL for none.
 * @return       Bytes.
 */
uint32_t gz_eve_line(const struct gz_event *e, const char *wire, bool ether, char *to);

/* Lines on their way into a file, a pipe or a UNIX socket. */

struct gz_lines;

/** NULL: told in @p errors. A pipe that nobody reads yet, or a socket without listener, is no error. */
struct gz_lines *gz_lines_open(const char *path, struct gz_place place, struct gz_errors *errors);
void gz_lines_close(struct gz_lines *l);
/** Room for a line of @p most bytes, or NULL: the line is lost. */
char *gz_lines_begin(struct gz_lines *l, uint32_t most);
void gz_lines_end(struct gz_lines *l, uint32_t len);
/** Hand over what the file takes now; never waits for a reader. */
void gz_lines_flush(struct gz_lines *l);
/** Finish what is written and open the path anew. */
void gz_lines_rotate(struct gz_lines *l);

#endif /* SINK_INTERNAL_H */
