/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_RELOAD_H
#define GZ_RELOAD_H

/*
 * New rules, or a new configuration, while packets flow.
 *
 *	IDLE ─► LOADING ─► BUILDING ─► GRACE ─► IDLE
 *	            └──────────┴─► FAILED, nothing changed
 *
 * A thread of its own, niced and never on a worker's core, reads and compiles.
 * The control loop then publishes by one exchange and retires the old set; when
 * every worker has passed a quiescent point, it is freed. One reload at a time;
 * a request during one starts the next when it is through.
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_ruleset.h"

struct gz_control;
struct gz_out;

enum gz_reload_what {
	GZ_RELOAD_RULES,
	GZ_RELOAD_CONFIG, /* the settings that may change live; then the rules too */
};

enum gz_reload_state {
	GZ_RELOAD_IDLE,
	GZ_RELOAD_LOADING,
	GZ_RELOAD_BUILDING,
	GZ_RELOAD_GRACE,
	GZ_RELOAD_FAILED, /* as IDLE, and the last one changed nothing */
};

/** Ask for a reload. Returns at once; @p who is told by `show reload` ("shell", "SIGHUP"). */
void gz_reload_request(struct gz_control *c, enum gz_reload_what what, const char *who);
enum gz_reload_state gz_reload_state(const struct gz_control *c);
/** `show reload`: the state, and what the last one did, refused and took. */
void gz_reload_show(const struct gz_control *c, struct gz_out *out);

#endif /* GZ_RELOAD_H */
