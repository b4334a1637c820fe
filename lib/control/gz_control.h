/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_CONTROL_H
#define GZ_CONTROL_H

/*
 * The control core: starts everything in order and stops it in reverse; signals,
 * timers, reload, the control shell, the life of patches, and the events' way
 * from the workers to their writers. Nothing here is on a packet's path.
 *
 * All functions belong to the control thread (where the shell's commands run)
 * unless they say otherwise.
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_asset.h"
#include "gz_conf.h"
#include "gz_patch.h"
#include "gz_reload.h"
#include "gz_worker.h"

struct gz_control;
struct gz_out;

enum {
	GZ_WORKERS_MOST = 64,
};

struct gz_control_opts {
	struct gz_conf *conf; /* control's from now on, also when opening fails */
	const char *conf_path; /* what a reload reads again; NULL: none */
	const char *const *sets; /* --set, given again after a reload */
	uint32_t nb_sets;
	const char *const *rules; /* instead of the setting rules.files */
	uint32_t nb_rules;
	const char *home_net; /* $HOME_NET instead of the configuration's; NULL: as configured */
	const char *log_dir; /* instead of the setting log.directory; NULL: as configured */
	const struct gz_replay *replay; /* NULL: live */
	/** Replay: told now and then how much of the capture is read, 0 to 1. NULL: nobody asks. */
	void (*progress)(void *arg, double share);
	void *progress_arg;
};

/**
 * EAL, ports, rules, policy, workers, writers, shell: all made, nothing running.
 *
 * @param errors  What was refused, with places. Refused rules do not fail the start.
 * @return        NULL when it cannot start: @p errors tell why.
 */
struct gz_control *gz_control_open(const struct gz_control_opts *opts, struct gz_errors *errors);
void gz_control_close(struct gz_control *c);

/** Live: run until SIGTERM, SIGINT or gz_control_stop(). 0 or -errno. */
int gz_control_run(struct gz_control *c);
void gz_control_stop(struct gz_control *c);

/** What a replay comes to. */
struct gz_replay_result {
	uint64_t packets, bytes, flows, alerts, forwarded, dropped;
	double seconds; /* from the first turn to the last, by the clock on the wall */
	const char *broken; /* why the capture broke off, or NULL */
	bool cut; /* only its end is missing: all that is there was read */
};

/** Replay: the whole capture, to the last event written. */
void gz_control_replay(struct gz_control *c, struct gz_replay_result *result);

/* ---- for commands ---- */

const struct gz_conf *gz_control_conf(const struct gz_control *c);
struct gz_ports *gz_control_ports(const struct gz_control *c);
uint32_t gz_control_workers(const struct gz_control *c);
struct gz_worker *gz_control_worker(const struct gz_control *c, uint32_t i);
/** Microseconds since 1970 when it started. */
uint64_t gz_control_started_us(const struct gz_control *c);
struct gz_assets *gz_control_assets(const struct gz_control *c);
struct gz_patches *gz_control_patches(const struct gz_control *c);

/** Events of each type handed to the writers so far; any thread. */
uint64_t gz_control_events(const struct gz_control *c, const struct gz_event_type *type);

/**
 * Wait for a letter that was sent to a worker.
 *
 * @return false after two seconds without an answer: then control keeps the letter's memory until it
 *         is done and frees it with @p forget; the sender must not touch it again.
 */
bool gz_control_wait(struct gz_control *c, struct gz_mail *m, void (*forget)(struct gz_mail *m));

/** Patches or servers changed: build the policy anew and publish it. 0 or -errno. */
int gz_control_new_policy(struct gz_control *c, struct gz_errors *errors);

/** Log rotation: writers close their files and open them anew, soon. */
void gz_control_rotate(struct gz_control *c);

/** Rules in words for people: those of the setting, or of opts. For `check`, without EAL. */
struct gz_ruleset *gz_control_build_rules(const struct gz_control_opts *opts,
		struct gz_ruleset_report *report, struct gz_errors *errors);

#endif /* GZ_CONTROL_H */
