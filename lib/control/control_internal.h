/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CONTROL_INTERNAL_H
#define CONTROL_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "gz_control.h"
#include "gz_epoch.h"
#include "gz_mem.h"
#include "gz_port.h"
#include "gz_shell.h"
#include "gz_sink.h"
#include "gz_stat.h"
#include "gz_store.h"

/** Events on their way from the drain thread to the control thread: facts, and hits of patches. */
struct inbox;

/** Letters whose answer was not waited for. */
struct lost_mail {
	struct gz_mail *mail;
	void (*forget)(struct gz_mail *m);
	struct lost_mail *next;
};

struct reload;
struct watch;

struct gz_control {
	struct gz_control_opts opts;
	struct gz_conf *conf;
	bool replay;
	bool has_eal;
	uint64_t started_us;

	struct gz_ports *ports;
	struct gz_epoch *epoch;
	struct gz_store *store; /* NULL: no files are kept */
	struct gz_worker *worker[GZ_WORKERS_MOST];
	uint32_t nb_workers;
	struct gz_stat_block *stat;
	struct gz_stat_block *drain_stat; /* of the thread that hands events to writers */

	struct gz_names *names;
	struct gz_ruleset_report rules_report; /* of the set in force */
	struct reload *reload;
	struct watch *watch;

	struct gz_event_ring *ring; /* control's own events */
	struct gz_sinks *sinks; /* the drain's */
	atomic_ullong events[GZ_EVENT_TYPES_MOST]; /* drain: wo */
	bool draining; /* its thread runs */
	pthread_t drain_thread;
	atomic_bool drain_stop, drain_rotate;
	struct inbox *inbox;

	struct gz_shell *shell;
	struct gz_assets *assets;
	struct gz_patches *patches;
	struct lost_mail *lost;

	atomic_bool stop;
	uint64_t second_due_ms, watchdog_due_ms;
	uint64_t watchdog_ms; /* 0: nobody watches */
	uint64_t turns[GZ_WORKERS_MOST]; /* at the last look of the watchdog */
};

/* eal.c */
int control_eal_start(struct gz_control *c, struct gz_errors *errors);

/* load.c */
const char *control_log_dir(const struct gz_control *c);
/** The shipped packs: fingerprint/, vulnerability/ and patch/. */
const char *control_data_dir(const struct gz_conf *conf);
/** Without rules: can the groups of addresses and ports be read? 0 or -EINVAL. */
int control_check_vars(const struct gz_control *c, struct gz_errors *errors);
struct gz_ruleset *control_build_rules(const struct gz_control *c, const struct gz_conf *conf,
		struct gz_ruleset_report *report, struct gz_errors *errors);
void control_publish_rules(struct gz_control *c, struct gz_ruleset *rs,
		const struct gz_ruleset_report *report);
/** Whether what was built may be put in force, by rules.strict. */
bool control_rules_hold(const struct gz_conf *conf, const struct gz_ruleset *rs,
		const struct gz_ruleset_report *report);

/* drain.c */
/** Hand what waits in the rings to the writers. @return events. */
uint32_t control_drain(struct gz_control *c);
int control_drain_start(struct gz_control *c);
void control_drain_stop(struct gz_control *c);
void control_want(struct gz_control *c);

/* inbox.c */
int control_inbox_open(struct gz_control *c);
void control_inbox_close(struct gz_control *c);
int control_inbox_fd(const struct gz_control *c);
/** Drain thread: a copy of @p e for the control thread. */
void control_inbox_put(struct gz_control *c, const struct gz_event *e);
/** Control thread: learn from what came. */
void control_inbox_read(struct gz_control *c);

/* mail.c */
/** Free letters that were answered too late. */
void control_mail_tick(struct gz_control *c);
/** All workers have ended: free what they never answered. */
void control_mail_close(struct gz_control *c);

/* protect.c */
int control_protect_open(struct gz_control *c, struct gz_errors *errors);
void control_protect_close(struct gz_control *c);
void control_learn(struct gz_control *c, const struct gz_event *e);
void control_protect_tick(struct gz_control *c);

/* gz_reload.c */
int control_reload_open(struct gz_control *c);
void control_reload_close(struct gz_control *c);
int control_reload_fd(const struct gz_control *c);
/** The loader has ended: publish, or tell why not. */
void control_reload_turn(struct gz_control *c);
/** From a timer: is the grace period over? Begin what was asked for meanwhile. */
void control_reload_tick(struct gz_control *c);

/* watch.c */
int control_watch_open(struct gz_control *c, struct gz_errors *errors);
void control_watch_close(struct gz_control *c);
int control_watch_fd(const struct gz_control *c); /* -1: watches nothing */
void control_watch_read(struct gz_control *c);
void control_watch_tick(struct gz_control *c);

/* notify.c */
void control_notify_ready(struct gz_control *c);
void control_notify_reloading(void);
void control_notify_reloaded(void);
void control_notify_stopping(void);
/** Tell the watchdog that all is well, if all workers make progress. */
void control_notify_tick(struct gz_control *c, uint64_t now_ms);

#endif /* CONTROL_INTERNAL_H */
